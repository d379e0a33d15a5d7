import {
  EVIDENCE_DESK_FUNCTION_NAME,
  OPERATOR_FUNCTION_NAME,
  SESSION_DOCUMENT_NAME,
  TAGS,
} from '@cordon/incident';
import { COVERAGE_TABLE_NAME } from '@cordon/incident/coverage';
import { homeArn } from './functions.ts';
import type { Names, Statement } from './statement.ts';

/** Who of forensic staff and operators a person is: each is a permission set, and a policy for IAM users. */
export const STAFF = ['reader', 'keeper', 'examiner', 'approver', 'operator'] as const;
/** One of `STAFF`. */
export type Staff = (typeof STAFF)[number];

/** To look a function's URL up, and come to it; what it then lets this person do it asks its own configuration. */
const throughUrl = (Sid: string, Resource: string): Statement => ({
  Sid,
  Effect: 'Allow',
  Action: ['lambda:GetFunctionUrlConfig', 'lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
  Resource,
});

const desk = ({ partition, homeRegion, evidenceAccount }: Names): Statement =>
  throughUrl(
    'ToDesk',
    `arn:${partition}:lambda:${homeRegion}:${evidenceAccount}:function:${EVIDENCE_DESK_FUNCTION_NAME}`,
  );

const operator = ({ partition, homeRegion, securityAccount }: Names): Statement =>
  throughUrl(
    'ToOperator',
    `arn:${partition}:lambda:${homeRegion}:${securityAccount}:function:${OPERATOR_FUNCTION_NAME}`,
  );

/**
 * Sessions on forensic machines, by the document that records them and no other: the check of the document is asked for, else a session without a
 * document named would take the account's own preferences. Of sessions a person's own alone.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-sessiondocumentaccesscheck.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
 */
const sessions = ({ partition, forensicsAccount }: Names): readonly Statement[] => [
  {
    Sid: 'OnMachine',
    Effect: 'Allow',
    Action: 'ssm:StartSession',
    Resource: `arn:${partition}:ec2:*:${forensicsAccount}:instance/*`,
    Condition: {
      StringLike: { [`ssm:resourceTag/${TAGS.incident}`]: 'inc-*' },
      BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' },
    },
  },
  {
    Sid: 'Recorded',
    Effect: 'Allow',
    Action: 'ssm:StartSession',
    Resource: `arn:${partition}:ssm:*:${forensicsAccount}:document/${SESSION_DOCUMENT_NAME}`,
  },
  {
    Sid: 'OwnSessions',
    Effect: 'Allow',
    Action: ['ssm:ResumeSession', 'ssm:TerminateSession'],
    Resource: `arn:${partition}:ssm:*:${forensicsAccount}:session/*`,
    Condition: { StringLike: { 'ssm:resourceTag/aws:ssmmessages:session-id': '${aws:userid}' } },
  },
  // To find the machine, and to speak with it by the token of a session that was started. None of these has a resource level.
  {
    Sid: 'Find',
    Effect: 'Allow',
    Action: [
      'ec2:DescribeInstances',
      'ssm:DescribeInstanceInformation',
      'ssm:DescribeSessions',
      'ssmmessages:OpenDataChannel',
    ],
    Resource: '*',
  },
];

/** For `cordon replay`: none of these can be narrowed to a resource that is known beforehand. */
const REPLAY: Statement = {
  Sid: 'Replay',
  Effect: 'Allow',
  Action: [
    'guardduty:GetFindings',
    'guardduty:ListDetectors',
    'guardduty:ListFindings',
    'organizations:DescribeAccount',
    'organizations:ListTagsForResource',
  ],
  Resource: '*',
};

/** For `cordon coverage`: how accounts stand, and the organization as a tree. The three of Organizations are for the page, and change nothing. */
const readCoverage = (names: Names): readonly Statement[] => [
  {
    Sid: 'ReadCoverage',
    Effect: 'Allow',
    Action: 'dynamodb:Scan',
    Resource: homeArn(names, 'dynamodb', `table/${COVERAGE_TABLE_NAME}`),
  },
  {
    Sid: 'ReadTree',
    Effect: 'Allow',
    Action: [
      'organizations:ListAccounts',
      'organizations:ListOrganizationalUnitsForParent',
      'organizations:ListRoots',
    ],
    Resource: '*',
  },
];

/**
 * All that a person may do: a reader and a keeper come to the desk; an examiner also to forensic machines; an approver to the operator function; an operator
 * also reads findings, to replay a policy, and how accounts stand. What they may decide there the configuration says, not these.
 */
export const staffStatements = (names: Names, staff: Staff): readonly Statement[] => {
  switch (staff) {
    case 'reader':
    case 'keeper':
      return [desk(names)];
    case 'examiner':
      return [desk(names), ...sessions(names)];
    case 'approver':
      return [operator(names)];
    case 'operator':
      return [operator(names), REPLAY, ...readCoverage(names)];
  }
};

/**
 * The same for IAM users: only of a session that was made with MFA. A long-term key has none, and the key is then absent, so that `Bool` denies it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
export const withMfa = (statements: readonly Statement[]): readonly Statement[] =>
  statements.map((statement) => ({
    ...statement,
    Condition: { ...statement.Condition, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  }));
