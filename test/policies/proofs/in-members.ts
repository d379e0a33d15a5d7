import { IAM_PATH, OPENINGS, QUARANTINE_PROFILE_NAME, SESSION_DENY_TAG_KEYS, TAGS } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { ACCOUNTS, INCIDENT } from '../cast.ts';
import { never, type Invariant } from './invariant.ts';
import {
  breakGlass,
  changesOf,
  forEach,
  instance,
  MEMBER_ROLES,
  PROTECTED,
  role,
  roleOf,
  SESSION_DENY,
  snapshotOf,
} from './targets.ts';

/** What writes a session deny and takes it out, where the deployment chose to write it. */
const WRITTEN: readonly string[] =
  config.containment.sessionDeny === 'put-role-policy' ? ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'] : [];

/** What our roles, and an administrator, can do in a member account. */
export const inMembers: readonly Invariant[] = [
  {
    says: 'no role of ours in a member account terminates an instance',
    holds: 'always',
    claims: (on) =>
      never(on, forEach(MEMBER_ROLES, { actions: ['ec2:TerminateInstances'], target: instance })),
  },
  {
    says: 'no role of ours in a member account deletes a snapshot but an intermediate of its own incident',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        forEach(MEMBER_ROLES, {
          actions: ['ec2:DeleteSnapshot'],
          target: snapshotOf('member'),
          unless: {
            all: [
              { key: `aws:ResourceTag/${TAGS.intermediate}`, equals: ['true'] },
              { key: `aws:ResourceTag/${TAGS.incident}`, equals: [INCIDENT] },
            ],
          },
        }),
      ),
  },
  {
    says: 'no role of ours in a member account publishes a snapshot',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        forEach(MEMBER_ROLES, {
          actions: ['ec2:ModifySnapshotAttribute'],
          target: snapshotOf('member'),
          given: [{ key: 'ec2:Add/group', is: 'present' }],
        }),
      ),
  },
  {
    says: 'no role of ours in a member account shares a snapshot with anyone but the evidence account',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        forEach(MEMBER_ROLES, {
          actions: ['ec2:ModifySnapshotAttribute'],
          target: snapshotOf('member'),
          given: [{ key: 'ec2:Add/userId', is: 'present' }],
          unless: { key: 'ec2:Add/userId', equals: [ACCOUNTS.evidence] },
        }),
      ),
  },
  {
    says: 'no role of ours in a member account changes IAM but for the session deny',
    holds: 'always',
    claims: (on) => {
      const but = new Set([
        'iam:AttachRolePolicy',
        'iam:DetachRolePolicy',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:PassRole',
        ...WRITTEN,
      ]);
      const others = changesOf(on.catalogue, 'iam').filter((name) => !but.has(name));
      const onUnprotected = { not: { resource: PROTECTED } };
      return never(on, [
        ...forEach(MEMBER_ROLES, { actions: others, target: roleOf('member') }),
        ...forEach(MEMBER_ROLES, {
          actions: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
          target: roleOf('member'),
          unless: { all: [{ key: 'iam:PolicyARN', equals: [SESSION_DENY] }, onUnprotected] },
        }),
        ...forEach(MEMBER_ROLES, {
          actions: ['iam:TagRole', 'iam:UntagRole'],
          target: roleOf('member'),
          unless: { all: [{ key: 'aws:TagKeys', equals: [...SESSION_DENY_TAG_KEYS] }, onUnprotected] },
        }),
        // Of what is written no condition knows: that it is the session deny is a residual risk, printed with the proofs.
        ...(WRITTEN.length === 0
          ? []
          : forEach(MEMBER_ROLES, { actions: WRITTEN, target: roleOf('member'), unless: onUnprotected })),
      ]);
    },
  },
  {
    says: 'no role of ours in a member account passes a role but the quarantine one, and that to EC2 alone',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        forEach(MEMBER_ROLES, {
          actions: ['iam:PassRole'],
          target: roleOf('member'),
          unless: {
            all: [
              { resource: [role('member', QUARANTINE_PROFILE_NAME)] },
              { key: 'iam:PassedToService', equals: ['ec2.amazonaws.com'] },
            ],
          },
        }),
      ),
  },
  {
    says: 'the contain duty writes rules into no group but one that is marked to open for a bounded time, and puts an interface into that or an isolation group alone',
    holds: 'always',
    claims: (on) => {
      const groups = {
        arn: `arn:aws:ec2:eu-west-1:${ACCOUNTS.member}:security-group/sg-1`,
        forms: [`arn:aws:ec2:*:${ACCOUNTS.member}:security-group/*`],
        owner: 'member' as const,
      };
      return never(on, [
        {
          who: 'contain',
          actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress'],
          target: groups,
          unless: { key: `aws:ResourceTag/${TAGS.isolation}`, equals: [...OPENINGS] },
        },
        { who: 'contain', actions: ['ec2:ModifySecurityGroupRules'], target: groups },
        {
          who: 'contain',
          actions: ['ec2:ModifyNetworkInterfaceAttribute', 'ec2:ModifyInstanceAttribute'],
          target: groups,
          unless: { key: `aws:ResourceTag/${TAGS.isolation}`, equals: ['true', ...OPENINGS] },
        },
      ]);
    },
  },
  {
    says: 'an administrator of a member account cannot touch a contained instance, its interfaces or our roles',
    holds: 'with-guardrails',
    claims: (on) => {
      const marked = { key: `aws:ResourceTag/${TAGS.incident}`, is: 'present' } as const;
      const interfaces = {
        arn: `arn:aws:ec2:eu-west-1:${ACCOUNTS.member}:network-interface/eni-1`,
        forms: [`arn:aws:ec2:*:${ACCOUNTS.member}:network-interface/*`],
        owner: 'member' as const,
      };
      const ours = {
        arn: role('member', 'x'),
        forms: [`arn:aws:iam::${ACCOUNTS.member}:role${IAM_PATH}*`],
        owner: 'member' as const,
      };
      const except = [
        `arn:aws:iam::*:role${IAM_PATH}*`,
        breakGlass('member'),
        'arn:aws:iam::*:role/stacksets-exec-*',
      ];
      const anyone = { who: 'administrator of member' as const, anyRoleOf: { except } };
      return never(on, [
        {
          ...anyone,
          actions: [
            'ec2:TerminateInstances',
            'ec2:SendSpotInstanceInterruptions',
            'ec2:StartInstances',
            'ec2:ModifyInstanceAttribute',
            'ec2:AssociateIamInstanceProfile',
            'ec2:ReplaceIamInstanceProfileAssociation',
            'ec2:DisassociateIamInstanceProfile',
          ],
          target: instance,
          given: [marked],
        },
        {
          ...anyone,
          actions: ['ec2:ModifyNetworkInterfaceAttribute', 'ec2:AssociateAddress'],
          target: interfaces,
          given: [marked],
        },
        {
          ...anyone,
          actions: [
            'iam:PutRolePolicy',
            'iam:AttachRolePolicy',
            'iam:UpdateAssumeRolePolicy',
            'iam:DeleteRole',
            'iam:CreateRole',
          ],
          target: ours,
        },
        {
          who: 'root of member',
          actions: ['ec2:ModifyNetworkInterfaceAttribute'],
          target: interfaces,
          given: [marked],
        },
      ]);
    },
  },
];
