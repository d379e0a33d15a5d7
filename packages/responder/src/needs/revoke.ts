import {
  IAM_PATH,
  PROTECTED_ROLE_PATHS,
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_POLICY_NAME,
  SESSION_DENY_TAG_KEYS,
  type Containment,
} from '@cordon/incident';
import { memberArn } from './contain.ts';
import type { Names, Statement } from './statement.ts';

/** Reads that have no resource level. */
export const REVOKE_READS = ['ec2:DescribeIamInstanceProfileAssociations'] as const;

/** ARN of the managed policy that the session deny attaches. */
export const sessionDenyPolicyArn = ({ partition, account }: Pick<Names, 'partition' | 'account'>): string =>
  `arn:${partition}:iam::${account}:policy${IAM_PATH}${SESSION_DENY_POLICY_NAME}`;

/** ARN of an IAM resource of the member account; `rest` is such as `role/*`. */
export const iamArn = ({ partition, account }: Names, rest: string): string =>
  `arn:${partition}:iam::${account}:${rest}`;

/** A deny of these actions on every role that no session deny may touch. */
export const neverOnProtectedRoles = (names: Names, Action: string | readonly string[]): Statement => ({
  Sid: 'NeverOnProtectedRoles',
  Effect: 'Deny',
  Action,
  Resource: PROTECTED_ROLE_PATHS.map((path) => iamArn(names, `role${path}*`)),
});

/** The one role that may be passed to an instance. */
export const passQuarantineRole = (names: Names): Statement => ({
  Sid: 'PassQuarantineRoleOnly',
  Effect: 'Allow',
  Action: 'iam:PassRole',
  Resource: iamArn(names, `role${IAM_PATH}${QUARANTINE_PROFILE_NAME}`),
  Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
});

/** To attach the one fixed deny, marked by tags of ours: no policy can be written, and no other attached. */
const attachStatements = (names: Names): readonly Statement[] => [
  {
    Sid: 'ReadProfileAndRole',
    Effect: 'Allow',
    Action: ['iam:GetInstanceProfile', 'iam:GetRole'],
    Resource: [iamArn(names, 'instance-profile/*'), iamArn(names, 'role/*')],
  },
  {
    Sid: 'MarkContainedInstance',
    Effect: 'Allow',
    Action: 'iam:TagRole',
    Resource: iamArn(names, 'role/*'),
    Condition: {
      'ForAllValues:StringEquals': { 'aws:TagKeys': [...SESSION_DENY_TAG_KEYS] },
      Null: { 'aws:TagKeys': 'false' },
    },
  },
  {
    Sid: 'AttachSessionDenyOnly',
    Effect: 'Allow',
    Action: 'iam:AttachRolePolicy',
    Resource: iamArn(names, 'role/*'),
    Condition: { ArnEquals: { 'iam:PolicyARN': sessionDenyPolicyArn(names) } },
  },
  neverOnProtectedRoles(names, ['iam:TagRole', 'iam:AttachRolePolicy']),
];

/**
 * To write the deny into the role. PutRolePolicy has no condition key for the policy's content or name
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html), so
 * that what is written cannot be bounded here: `residualRisks` says what that leaves open. The document names the instance
 * itself, so neither tags nor attaching are needed; it is read back by the inspect duty.
 */
const putStatements = (names: Names): readonly Statement[] => [
  {
    Sid: 'ReadProfile',
    Effect: 'Allow',
    Action: 'iam:GetInstanceProfile',
    Resource: iamArn(names, 'instance-profile/*'),
  },
  {
    Sid: 'WriteSessionDeny',
    Effect: 'Allow',
    Action: 'iam:PutRolePolicy',
    Resource: iamArn(names, 'role/*'),
  },
  neverOnProtectedRoles(names, 'iam:PutRolePolicy'),
];

const denyStatements = (
  names: Names,
  { sessionDeny }: Pick<Containment, 'sessionDeny'>,
): readonly Statement[] => {
  switch (sessionDeny) {
    case 'attach-fixed-policy':
      return attachStatements(names);
    case 'put-role-policy':
      return putStatements(names);
  }
};

/**
 * The revoke duty: swap the instance's profile for the quarantine one, and deny its sessions by the way that the deployment
 * chose. It touches no role of ours, of AWS or of Identity Center.
 */
export const revokeStatements = (
  names: Names,
  containment: Pick<Containment, 'sessionDeny'>,
): readonly Statement[] => [
  { Sid: 'Read', Effect: 'Allow', Action: REVOKE_READS, Resource: '*' },
  {
    Sid: 'QuarantineProfile',
    Effect: 'Allow',
    Action: 'ec2:ReplaceIamInstanceProfileAssociation',
    Resource: memberArn(names, 'ec2', 'instance/*'),
    Condition: {
      ArnEquals: {
        'ec2:NewInstanceProfile': iamArn(names, `instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`),
      },
    },
  },
  {
    Sid: 'RemoveProfile',
    Effect: 'Allow',
    Action: 'ec2:DisassociateIamInstanceProfile',
    Resource: memberArn(names, 'ec2', 'instance/*'),
  },
  passQuarantineRole(names),
  ...denyStatements(names, containment),
];
