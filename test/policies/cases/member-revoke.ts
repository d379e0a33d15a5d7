import {
  IAM_PATH,
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_POLICY_NAME,
  SESSION_DENY_TAG_KEYS,
} from '@cordon/incident';
import type { PowerCase } from '../power-case.ts';
import {
  ADMIN_POLICY,
  INSTANCE,
  memberIam,
  neverOf,
  PASSES_QUARANTINE_ROLE,
  powerOf,
  PROTECTED_ROLES,
  QUARANTINE_PROFILE,
  WORKLOAD_ROLE,
} from './duty-cases.ts';

const DENY = { 'iam:PolicyARN': memberIam(`policy${IAM_PATH}${SESSION_DENY_POLICY_NAME}`) };
const SUSPECT = 'i-0c0ffee0000000001';
const markWith = (key: string, ...more: readonly string[]) => ({
  [`aws:RequestTag/${key}`]: SUSPECT,
  'aws:TagKeys': [key, ...more],
});

const profileCases: readonly PowerCase[] = powerOf('revoke', [
  {
    does: "replaces the instance's profile by the quarantine profile",
    action: 'ec2:ReplaceIamInstanceProfileAssociation',
    on: INSTANCE,
    given: { 'ec2:NewInstanceProfile': QUARANTINE_PROFILE },
    wrong: [
      {
        does: "replaces the instance's profile by an administrator's",
        given: { 'ec2:NewInstanceProfile': memberIam('instance-profile/administrator') },
      },
      {
        does: "replaces the instance's profile by one of the quarantine's name that somebody else made",
        given: { 'ec2:NewInstanceProfile': memberIam(`instance-profile/${QUARANTINE_PROFILE_NAME}`) },
      },
    ],
  },
  {
    does: 'removes the profile where EC2 refuses to swap it',
    action: 'ec2:DisassociateIamInstanceProfile',
    on: INSTANCE,
    given: { 'ec2:InstanceProfile': memberIam('instance-profile/shop-web') },
  },
  PASSES_QUARANTINE_ROLE,
]);

const denyCases: readonly PowerCase[] = powerOf('revoke', [
  ...SESSION_DENY_TAG_KEYS.map((key) => ({
    does: `marks the workload's role with the contained instance, by ${key}`,
    action: 'iam:TagRole',
    on: WORKLOAD_ROLE,
    given: markWith(key),
    wrong: [
      {
        does: `marks the workload's role by ${key}, and makes it a member of another team along with that`,
        given: { ...markWith(key, 'team'), 'aws:RequestTag/team': 'security' },
      },
    ],
  })),
  {
    does: 'attaches the session deny to the role of the workload',
    action: 'iam:AttachRolePolicy',
    on: WORKLOAD_ROLE,
    given: DENY,
    wrong: [
      {
        does: 'attaches the policy of an administrator to the role of the workload',
        given: { 'iam:PolicyARN': ADMIN_POLICY },
      },
      {
        does: "attaches a policy of the session deny's name that somebody else made",
        given: { 'iam:PolicyARN': memberIam(`policy/${SESSION_DENY_POLICY_NAME}`) },
      },
    ],
  },
]);

const protectedCases: readonly PowerCase[] = Object.entries(PROTECTED_ROLES).flatMap(([whose, on]) => {
  const protectedFromIt = {
    on,
    as: 'revoke' as const,
    answer: { deniedBy: ['member/cordon-revoke/NeverOnProtectedRoles'] },
    guardrails: 'off' as const,
  };
  return [
    {
      ...protectedFromIt,
      name: `the revoke duty marks ${whose} as a contained workload's`,
      action: 'iam:TagRole',
      given: markWith(SESSION_DENY_TAG_KEYS[0] ?? ''),
    },
    {
      ...protectedFromIt,
      name: `the revoke duty denies the sessions of ${whose}`,
      action: 'iam:AttachRolePolicy',
      given: DENY,
    },
  ];
});

const neverCases: readonly PowerCase[] = neverOf('revoke', [
  {
    does: 'asks for tags on a role and names none, so that there is nothing to hold it to',
    action: 'iam:TagRole',
    on: WORKLOAD_ROLE,
  },
  { does: 'writes a policy into the role of the workload', action: 'iam:PutRolePolicy', on: WORKLOAD_ROLE },
  { does: 'lifts the session deny', action: 'iam:DetachRolePolicy', on: WORKLOAD_ROLE, given: DENY },
  { does: 'deletes the role of the workload', action: 'iam:DeleteRole', on: WORKLOAD_ROLE },
  {
    does: 'makes keys for a user of the account',
    action: 'iam:CreateAccessKey',
    on: memberIam('user/backdoor'),
  },
  {
    does: 'gives an instance a profile that had none',
    action: 'ec2:AssociateIamInstanceProfile',
    on: INSTANCE,
    given: { 'ec2:NewInstanceProfile': QUARANTINE_PROFILE },
  },
]);

/** What cuts an instance's credentials may do, and what it may not. */
export const memberRevokeCases: readonly PowerCase[] = [
  ...profileCases,
  ...denyCases,
  ...protectedCases,
  ...neverCases,
];
