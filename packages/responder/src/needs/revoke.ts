import {
  IAM_PATH,
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_POLICY_NAME,
  SESSION_DENY_TAG_KEYS,
} from '@cordon/incident';
import { memberArn } from './contain.ts';
import type { Names, Statement } from './statement.ts';

/** Reads that have no resource level. */
export const REVOKE_READS = ['ec2:DescribeIamInstanceProfileAssociations'] as const;

/** ARN of the managed policy that the session deny attaches. */
export const sessionDenyPolicyArn = ({ partition, account }: Pick<Names, 'partition' | 'account'>): string =>
  `arn:${partition}:iam::${account}:policy${IAM_PATH}${SESSION_DENY_POLICY_NAME}`;

/**
 * The revoke duty: swap the instance's profile for the quarantine one, and attach the one fixed deny to its role, marked
 * by tags of ours. It can write no policy, attach no other, and touch no role of ours, of AWS or of Identity Center.
 */
export const revokeStatements = (names: Names): readonly Statement[] => {
  const iam = (rest: string): string => `arn:${names.partition}:iam::${names.account}:${rest}`;
  return [
    { Sid: 'Read', Effect: 'Allow', Action: REVOKE_READS, Resource: '*' },
    {
      Sid: 'SwapProfile',
      Effect: 'Allow',
      Action: ['ec2:ReplaceIamInstanceProfileAssociation', 'ec2:DisassociateIamInstanceProfile'],
      Resource: memberArn(names, 'ec2', 'instance/*'),
    },
    {
      Sid: 'PassQuarantineRoleOnly',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: iam(`role${IAM_PATH}${QUARANTINE_PROFILE_NAME}`),
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
    {
      Sid: 'ReadProfileAndRole',
      Effect: 'Allow',
      Action: ['iam:GetInstanceProfile', 'iam:GetRole'],
      Resource: [iam('instance-profile/*'), iam('role/*')],
    },
    {
      Sid: 'MarkContainedInstance',
      Effect: 'Allow',
      Action: 'iam:TagRole',
      Resource: iam('role/*'),
      Condition: {
        'ForAllValues:StringEquals': { 'aws:TagKeys': [...SESSION_DENY_TAG_KEYS] },
        Null: { 'aws:TagKeys': 'false' },
      },
    },
    {
      Sid: 'AttachSessionDenyOnly',
      Effect: 'Allow',
      Action: 'iam:AttachRolePolicy',
      Resource: iam('role/*'),
      Condition: { ArnEquals: { 'iam:PolicyARN': sessionDenyPolicyArn(names) } },
    },
    {
      Sid: 'NeverOnProtectedRoles',
      Effect: 'Deny',
      Action: ['iam:TagRole', 'iam:AttachRolePolicy'],
      Resource: [iam(`role${IAM_PATH}*`), iam('role/aws-service-role/*'), iam('role/aws-reserved/*')],
    },
  ];
};
