import {
  INCIDENT_TABLE_NAME,
  EVIDENCE_DESK_FUNCTION_NAME,
  KEY_ALIASES,
  KEEPER_FUNCTION_NAME,
  OPERATOR_FUNCTION_NAME,
  SESSION_DOCUMENT_NAME,
  TAGS,
  TRIAGE_DOCUMENT_NAME,
} from '@cordon/incident';
import { COVERAGE_TABLE_NAME } from '@cordon/incident/coverage';
import { STAFF, type Staff } from '@cordon/responder/needs';
import { config } from '../../../cordon.config.ts';
import { ACCOUNTS, HOME, INCIDENT } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const functionOf = (account: 'evidence' | 'security', name: string): string =>
  `arn:aws:lambda:${HOME}:${ACCOUNTS[account]}:function:${name}`;
const tableOf = (name: string): string => `arn:aws:dynamodb:${HOME}:${ACCOUNTS.security}:table/${name}`;
const DESK = functionOf('evidence', EVIDENCE_DESK_FUNCTION_NAME);
const OPERATOR = functionOf('security', OPERATOR_FUNCTION_NAME);
const machineIn = (account: 'forensics' | 'member'): string =>
  `arn:aws:ec2:${HOME}:${ACCOUNTS[account]}:instance/i-0a1b2c3d4e5f60718`;
const keyIn = (account: 'forensics'): string =>
  `arn:aws:kms:${HOME}:${ACCOUNTS[account]}:key/0a1b2c3d-0000-4000-8000-000000000000`;
const documentOf = (name: string): string => `arn:aws:ssm:${HOME}:${ACCOUNTS.forensics}:document/${name}`;
const SESSION = `arn:aws:ssm:${HOME}:${ACCOUNTS.forensics}:session/eve-0a1b2c3d4e5f6a7b8`;
const MEMBER = `arn:aws:organizations::${ACCOUNTS.management}:account/${config.organizationId}/${ACCOUNTS.member}`;
const ROOT = `arn:aws:organizations::${ACCOUNTS.management}:root/${config.organizationId}/r-root`;
const OURS = { [`ssm:resourceTag/${TAGS.incident}`]: INCIDENT };
const CHECKED = { 'ssm:SessionDocumentAccessCheck': 'true' };

type Asked = Pick<PowerCase, 'action' | 'on' | 'given'> & { readonly does: string };

const DESK_OF: ReadonlySet<Staff> = new Set(['reader', 'keeper', 'examiner']);
const OPERATOR_OF: ReadonlySet<Staff> = new Set(['approver', 'operator']);

/** What anybody of staff could ask, and who of them alone may, by the own policy: whether the other account admits them is its policy's. */
const ASKED: readonly (Asked & { readonly who: ReadonlySet<Staff> })[] = [
  ...['lambda:GetFunctionUrlConfig', 'lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'].flatMap(
    (action) => [
      { does: `comes to the desk (${action})`, action, on: DESK, who: DESK_OF },
      { does: `comes to the operator function (${action})`, action, on: OPERATOR, who: OPERATOR_OF },
      {
        does: `has the keeper write (${action})`,
        action,
        on: functionOf('evidence', KEEPER_FUNCTION_NAME),
        who: new Set<Staff>(),
      },
    ],
  ),
  {
    does: 'starts a session on a forensic machine',
    action: 'ssm:StartSession',
    on: machineIn('forensics'),
    given: { ...OURS, ...CHECKED },
    who: new Set(['examiner']),
  },
  {
    does: 'starts it by the document that records',
    action: 'ssm:StartSession',
    on: documentOf(SESSION_DOCUMENT_NAME),
    who: new Set(['examiner']),
  },
  {
    does: 'opens the channel of a session',
    action: 'kms:GenerateDataKey',
    on: keyIn('forensics'),
    given: { 'kms:ResourceAliases': [KEY_ALIASES.sessions] },
    who: new Set(['examiner']),
  },
  ...[
    'ssm:DescribeSessions',
    'ssm:DescribeInstanceInformation',
    'ssmmessages:OpenDataChannel',
    'ec2:DescribeInstances',
  ].map((action) => ({
    does: `looks for machines (${action})`,
    action,
    on: '*',
    who: new Set<Staff>(['examiner']),
  })),
  ...[
    'guardduty:GetFindings',
    'guardduty:ListDetectors',
    'guardduty:ListFindings',
    'organizations:DescribeAccount',
    'organizations:ListTagsForResource',
  ].map((action) => ({
    does: `reads findings to replay a policy (${action})`,
    action,
    on: action.startsWith('organizations:') ? MEMBER : '*',
    who: new Set<Staff>(action === 'guardduty:ListDetectors' ? ['operator', 'doctor'] : ['operator']),
  })),
  {
    does: 'reads how accounts stand',
    action: 'dynamodb:Scan',
    on: tableOf(COVERAGE_TABLE_NAME),
    who: new Set(['operator', 'doctor']),
  },
  ...[
    'organizations:ListAccounts',
    'organizations:ListOrganizationalUnitsForParent',
    'organizations:ListRoots',
  ].map((action) => ({
    does: `reads the organization's tree for the map (${action})`,
    action,
    on: action === 'organizations:ListOrganizationalUnitsForParent' ? ROOT : '*',
    who: new Set<Staff>(
      action === 'organizations:ListOrganizationalUnitsForParent' ? ['operator'] : ['operator', 'doctor'],
    ),
  })),
];

const inSecurity = (service: string, rest: string, region: string = HOME): string =>
  `arn:aws:${service}:${region}:${ACCOUNTS.security}:${rest}`;

/** What the doctor reads in the security account; in the others it is read in `test/organization/doctor.test.ts`, with this and nothing else. */
const DOCTOR: readonly Asked[] = [
  ...[
    'events:ListRuleNamesByTarget',
    'events:ListRules',
    'guardduty:DescribeOrganizationConfiguration',
    'guardduty:GetMemberDetectors',
    'guardduty:ListMembers',
    'organizations:ListAccounts',
    'organizations:ListAWSServiceAccessForOrganization',
    'organizations:ListDelegatedAdministrators',
    'organizations:ListPolicies',
    'organizations:ListRoots',
    'servicequotas:ListServiceQuotas',
    'ec2:DescribeImages',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeLaunchTemplates',
    'ec2:DescribeVpcEndpoints',
  ].map((action) => ({ does: `reads settings (${action})`, action, on: '*' })),
  {
    does: 'reads a detector',
    action: 'guardduty:GetDetector',
    on: inSecurity('guardduty', `detector/${'0'.repeat(32)}`),
  },
  {
    does: 'reads how members were tried',
    action: 'dynamodb:Scan',
    on: inSecurity('dynamodb', 'table/cordon-coverage'),
  },
  ...['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'].map((action) => ({
    does: `counts what was set aside (${action})`,
    action,
    on: inSecurity('sqs', 'cordon-findings-set-aside'),
  })),
  {
    does: 'looks for break-glass',
    action: 'iam:GetRole',
    on: `arn:aws:iam::${ACCOUNTS.security}:role/break-glass`,
  },
  {
    does: 'reads the Regions of the account',
    action: 'account:ListRegions',
    on: inSecurity('account', 'account', ''),
  },
];

/** What the doctor may not, though it lies beside what is read. */
const NOT_THE_DOCTOR: readonly Asked[] = [
  {
    does: 'reads incidents',
    action: 'dynamodb:Scan',
    on: inSecurity('dynamodb', 'table/cordon-incidents'),
  },
  {
    does: 'writes how members were tried',
    action: 'dynamodb:PutItem',
    on: inSecurity('dynamodb', 'table/cordon-coverage'),
  },
  {
    does: 'reads findings that were set aside',
    action: 'sqs:ReceiveMessage',
    on: inSecurity('sqs', 'cordon-findings-set-aside'),
  },
  { does: 'reads findings', action: 'guardduty:GetFindings', on: '*' },
  {
    does: 'reads a tag policy',
    action: 'organizations:DescribePolicy',
    on: `arn:aws:organizations::${ACCOUNTS.management}:policy/${config.organizationId}/tag_policy/p-0123456789`,
    given: { 'organizations:PolicyType': 'TAG_POLICY' },
  },
  {
    does: 'looks at a role of ours',
    action: 'iam:GetRole',
    on: `arn:aws:iam::${ACCOUNTS.security}:role/cordon/cordon-intake`,
  },
  {
    does: 'enables a Region',
    action: 'account:EnableRegion',
    on: inSecurity('account', 'account', ''),
  },
  { does: 'reads an object', action: 's3:GetObject', on: 'arn:aws:s3:::mine/x' },
];

/** What nobody of staff may, an examiner least of all. */
const NEVER: readonly Asked[] = [
  {
    does: 'starts a session without a document, past the check',
    action: 'ssm:StartSession',
    on: machineIn('forensics'),
    given: { ...OURS, 'ssm:SessionDocumentAccessCheck': 'false' },
  },
  {
    does: 'starts a session on a machine that is of no incident',
    action: 'ssm:StartSession',
    on: machineIn('forensics'),
    given: CHECKED,
  },
  {
    does: 'starts a session on the suspect',
    action: 'ssm:StartSession',
    on: machineIn('member'),
    given: { ...OURS, ...CHECKED },
  },
  {
    does: 'starts a session that is not recorded',
    action: 'ssm:StartSession',
    on: documentOf('SSM-SessionManagerRunShell'),
  },
  { does: 'has commands run', action: 'ssm:SendCommand', on: documentOf(TRIAGE_DOCUMENT_NAME) },
  { does: 'changes the document', action: 'ssm:UpdateDocument', on: documentOf(SESSION_DOCUMENT_NAME) },
  {
    does: "ends another's session",
    action: 'ssm:TerminateSession',
    on: SESSION,
    given: { 'ssm:resourceTag/aws:ssmmessages:session-id': 'AROAOTHER:eve' },
  },
  { does: 'says how accounts stand', action: 'dynamodb:PutItem', on: tableOf(COVERAGE_TABLE_NAME) },
  {
    does: 'reads incidents past the operator function',
    action: 'dynamodb:Scan',
    on: tableOf(INCIDENT_TABLE_NAME),
  },
  {
    does: 'makes data keys under another key',
    action: 'kms:GenerateDataKey',
    on: keyIn('forensics'),
    given: { 'kms:ResourceAliases': [KEY_ALIASES.forensics] },
  },
  { does: 'reads a bucket', action: 's3:GetObject', on: 'arn:aws:s3:::mine/x' },
];

const isOwn = ({ on }: Asked, staff: Staff): boolean =>
  typeof on === 'string' &&
  (on === '*' ||
    on === MEMBER ||
    on.includes(
      `:${{ reader: ACCOUNTS.forensics, keeper: ACCOUNTS.evidence, examiner: ACCOUNTS.forensics, approver: ACCOUNTS.security, operator: ACCOUNTS.security, doctor: ACCOUNTS.security }[staff]}:`,
    ));

/** What each permission set lets a person do, and that the policy of a user is the same once there is MFA. Asked is the own policy alone. */
export const staffCases: readonly PowerCase[] = [
  ...STAFF.flatMap((staff) =>
    ASKED.filter((asked) => isOwn(asked, staff)).map(({ does, who, ...asked }): PowerCase => ({
      ...asked,
      name: `permission set: the ${staff} ${does}`,
      as: `staff ${staff}`,
      guardrails: 'off',
      answer: who.has(staff) ? 'allowed' : { notAllowedBy: 'identity' },
    })),
  ),
  ...DOCTOR.map(({ does, ...asked }): PowerCase => ({
    ...asked,
    name: `permission set: the doctor ${does}`,
    as: 'staff doctor',
    guardrails: 'off',
    answer: 'allowed',
  })),
  ...NOT_THE_DOCTOR.map(({ does, ...asked }): PowerCase => ({
    ...asked,
    name: `permission set: the doctor ${does}`,
    as: 'staff doctor',
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
  ...NEVER.map(({ does, ...asked }): PowerCase => ({
    ...asked,
    name: `permission set: the examiner ${does}`,
    as: 'staff examiner',
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
  ...(
    [
      ['without MFA', { 'aws:MultiFactorAuthPresent': 'false' }, false],
      ['with a long-term key, which says nothing of MFA', {}, false],
      ['with MFA', { 'aws:MultiFactorAuthPresent': 'true' }, true],
    ] as const
  ).map(([how, mfa, may]): PowerCase => ({
    name: `a user who is examiner starts a session on a forensic machine ${how}`,
    as: 'user examiner',
    action: 'ssm:StartSession',
    on: machineIn('forensics'),
    given: { ...OURS, ...CHECKED, ...mfa },
    guardrails: 'off',
    answer: may ? 'allowed' : { notAllowedBy: 'identity' },
  })),
];
