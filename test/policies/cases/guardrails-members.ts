import {
  CHANGES_RULE_NAME,
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_POLICY_NAME,
  SESSION_DENY_TAG_KEYS,
  TAGS,
} from '@cordon/incident';
import { ACCOUNTS, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import {
  arnOf,
  each,
  iamOf,
  letThrough,
  OWN_ACCOUNTS,
  refused,
  type Request,
  type Row,
} from './guardrails-rows.ts';

const ATTACKER: Who = 'administrator of member';
const by = (sid: string): readonly string[] => [`SCP cordon-members/${sid}`];

const ACQUIRE = iamOf('role/cordon/cordon-acquire');
const QUARANTINE = iamOf(`role/cordon/${QUARANTINE_PROFILE_NAME}`);
const QUARANTINE_PROFILE = iamOf(`instance-profile/cordon/${QUARANTINE_PROFILE_NAME}`);
const SESSION_DENY = iamOf(`policy/cordon/${SESSION_DENY_POLICY_NAME}`);
const WORKLOAD_ROLE = iamOf('role/shop-web');
const ADMINISTRATOR_ACCESS = { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' };
const TO_EC2 = { 'iam:PassedToService': 'ec2.amazonaws.com' };

const CHANGE_RULE = arnOf('events', `rule/${CHANGES_RULE_NAME}-calls`);

const TRUST = 'iam:UpdateAssumeRolePolicy';

const roles: readonly PowerCase[] = [
  ...refused(by('KeepRoles'), [
    ...each([ATTACKER, 'root of member', 'workload', 'administrator of security', 'cdk of member'], {
      does: 'has a duty role trust somebody else',
      action: TRUST,
      on: ACQUIRE,
    }),
    {
      as: ATTACKER,
      does: 'puts a role of its own into the quarantine profile',
      action: 'iam:AddRoleToInstanceProfile',
      on: QUARANTINE_PROFILE,
    },
    {
      as: ATTACKER,
      does: 'takes the role out of the quarantine profile',
      action: 'iam:RemoveRoleFromInstanceProfile',
      on: QUARANTINE_PROFILE,
    },
    {
      as: ATTACKER,
      does: 'gives a duty role every power',
      action: 'iam:AttachRolePolicy',
      on: ACQUIRE,
      given: ADMINISTRATOR_ACCESS,
    },
    {
      as: ATTACKER,
      does: 'takes a managed policy from a duty role',
      action: 'iam:DetachRolePolicy',
      on: ACQUIRE,
      given: ADMINISTRATOR_ACCESS,
    },
    {
      as: ATTACKER,
      does: 'makes a role under our path, which guardrails would let through',
      action: 'iam:CreateRole',
      on: iamOf('role/cordon/mine'),
    },
    {
      as: ATTACKER,
      does: 'takes the powers of a duty role',
      action: 'iam:DeleteRolePolicy',
      on: ACQUIRE,
    },
    {
      as: ATTACKER,
      does: 'puts a boundary around a duty role',
      action: 'iam:PutRolePermissionsBoundary',
      on: ACQUIRE,
    },
    {
      as: ATTACKER,
      does: 'has the session deny say something older',
      action: 'iam:SetDefaultPolicyVersion',
      on: SESSION_DENY,
    },
    {
      as: ATTACKER,
      does: 'tags a duty role',
      action: 'iam:TagRole',
      on: ACQUIRE,
      given: { 'aws:TagKeys': ['team'] },
    },
    {
      as: ATTACKER,
      does: 'takes a tag from a duty role',
      action: 'iam:UntagRole',
      on: ACQUIRE,
      given: { 'aws:TagKeys': ['team'] },
    },
    {
      as: ATTACKER,
      does: 'has the role of StackSets trust somebody else',
      action: TRUST,
      on: iamOf('role/stacksets-exec-0a1b2c3d'),
    },
    {
      as: ATTACKER,
      does: 'has break-glass trust somebody else',
      action: TRUST,
      on: iamOf('role/break-glass'),
    },
  ]),
  ...letThrough([
    ...each(['stack set', 'break-glass of member'], {
      does: 'changes a duty role',
      action: TRUST,
      on: ACQUIRE,
    }),
    ...OWN_ACCOUNTS.flatMap((account) =>
      each([`cdk of ${account}`], {
        does: 'changes a role of ours',
        action: TRUST,
        on: iamOf('role/cordon/cordon-any', account),
      }),
    ),
    ...each([ATTACKER], { does: 'changes a role of its own', action: TRUST, on: WORKLOAD_ROLE }),
  ]),
];

const passing = { action: 'iam:PassRole', on: QUARANTINE, given: TO_EC2 } as const;
const passes: readonly PowerCase[] = [
  ...refused(by('PassNoRoleOfOurs'), [
    { as: ATTACKER, does: 'gives an instance of its own a role of ours', ...passing },
  ]),
  ...letThrough([
    ...each(['stack set', 'break-glass of member'], { does: 'passes the quarantine role', ...passing }),
    { as: 'revoke', does: 'passes the quarantine role to a contained instance', ...passing },
    ...OWN_ACCOUNTS.flatMap((account) =>
      each([`cdk of ${account}`], {
        does: 'passes a role of ours to its function',
        action: 'iam:PassRole',
        on: iamOf('role/cordon/cordon-any', account),
        given: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      }),
    ),
  ]),
];

const lifting = {
  action: 'iam:DetachRolePolicy',
  on: WORKLOAD_ROLE,
  given: { 'iam:PolicyARN': SESSION_DENY },
};
const marking = (action: string, key: string): Request => ({
  action,
  on: WORKLOAD_ROLE,
  given: { 'aws:TagKeys': [key] },
});
const sessionDeny: readonly PowerCase[] = [
  ...refused(by('KeepSessionDeny'), [
    { as: ATTACKER, does: 'lifts the session deny from a role of its own', ...lifting },
  ]),
  ...refused(by('KeepSessionDenyTags'), [
    ...SESSION_DENY_TAG_KEYS.flatMap((key) => [
      { as: ATTACKER, does: `names another instance in ${key}`, ...marking('iam:TagRole', key) } as const,
      { as: ATTACKER, does: `takes ${key} from its role`, ...marking('iam:UntagRole', key) } as const,
    ]),
    {
      as: ATTACKER,
      does: 'writes our tag in capitals, which IAM takes for the same',
      ...marking('iam:TagRole', 'CORDON-Contained-1'),
    },
  ]),
  ...letThrough([
    ...each(['release', 'break-glass of member'], { does: 'lifts the session deny', ...lifting }),
    {
      as: ATTACKER,
      does: 'takes another policy from its role',
      ...lifting,
      given: ADMINISTRATOR_ACCESS,
    },
    ...each(['revoke', 'break-glass of member'], {
      does: 'marks whose sessions are denied',
      ...marking('iam:TagRole', 'cordon-contained-1'),
    }),
    { as: ATTACKER, does: 'tags its own role', ...marking('iam:TagRole', 'team') },
  ]),
];

const MEMBER_STACK = arnOf('cloudformation', 'stack/StackSet-CordonMemberAccount-1f2e/0a1b');
const CHANGES = [
  'ContinueUpdateRollback',
  'CreateChangeSet',
  'DeleteStack',
  'ExecuteChangeSet',
  'RollbackStack',
  'UpdateStack',
] as const;
const account: readonly PowerCase[] = [
  ...refused(by('StayHere'), [
    ...each([ATTACKER, 'root of member', 'break-glass of member'], {
      does: 'takes the account out of the organization, where no guardrail binds it',
      action: 'organizations:LeaveOrganization',
      on: '*',
    }),
    ...['CloseAccount', 'DisableRegion'].flatMap((action) =>
      each([ATTACKER, 'administrator of evidence'], {
        does: `puts the account out of reach with ${action}`,
        action: `account:${action}`,
        on: 'arn:aws:account::602011170000:account',
      }),
    ),
  ]),
  ...refused(
    by('KeepStack'),
    CHANGES.map((change) => ({
      as: ATTACKER,
      does: `has CloudFormation change our roles in its place by ${change}`,
      action: `cloudformation:${change}`,
      on: MEMBER_STACK,
    })),
  ),
  ...refused(
    by('KeepStack'),
    ['DeleteRule', 'DisableRule', 'PutRule', 'PutTargets', 'RemoveTargets'].map((change) => ({
      as: ATTACKER,
      does: `keeps the watch from hearing of changes by ${change}`,
      action: `events:${change}`,
      on: CHANGE_RULE,
    })),
  ),
  ...letThrough([
    ...each(['stack set', 'break-glass of member'], {
      does: 'brings another rule about changes',
      action: 'events:PutRule',
      on: CHANGE_RULE,
    }),
    {
      as: ATTACKER,
      does: 'makes a rule of its own',
      action: 'events:PutRule',
      on: arnOf('events', 'rule/shop'),
    },
    ...each(['stack set', 'break-glass of member'], {
      does: 'brings a new version of our roles',
      action: 'cloudformation:UpdateStack',
      on: MEMBER_STACK,
    }),
    {
      as: ATTACKER,
      does: 'changes a stack of its own',
      action: 'cloudformation:UpdateStack',
      on: arnOf('cloudformation', 'stack/shop/0a1b'),
    },
  ]),
];

const INSTANCE = arnOf('ec2', 'instance/i-0a1b2c3d4e5f60718');
const tagging = (action: string, key: string): Request => ({
  action,
  on: INSTANCE,
  given: { 'aws:TagKeys': [key] },
});
const ORGANIZATION_ACCOUNT = `arn:aws:organizations::${ACCOUNTS.management}:account/o-cordondrill/${ACCOUNTS.member}`;
const tags: readonly PowerCase[] = [
  ...refused(by('KeepTags'), [
    ...Object.values(TAGS).map((key): Row => ({
      as: ATTACKER,
      does: `forges the tag ${key}`,
      ...tagging('ec2:CreateTags', key),
    })),
    { as: ATTACKER, does: 'writes our tag in capitals', ...tagging('ec2:CreateTags', 'Cordon:Incident') },
    { as: ATTACKER, does: 'takes the mark of an incident', ...tagging('ec2:DeleteTags', TAGS.incident) },
    ...(['organizations:TagResource', 'organizations:UntagResource'] as const).map((action): Row => ({
      as: 'administrator of security',
      does: `changes by ${action.split(':')[1]} what the policy reads of an account, with the right delegated`,
      action,
      on: ORGANIZATION_ACCOUNT,
      given: { 'aws:TagKeys': [TAGS.policy] },
    })),
    ...(['route53resolver:TagResource', 'route53resolver:UntagResource'] as const).map((action): Row => ({
      as: ATTACKER,
      does: `changes by ${action.split(':')[1]} whose a domain list is`,
      action,
      on: arnOf('route53resolver', 'firewall-domain-list/rslvr-fdl-0a1b2c3d4e5f6'),
      given: { 'aws:TagKeys': [TAGS.incident] },
    })),
    { as: 'cdk of evidence', does: 'marks something by hand', ...tagging('ec2:CreateTags', TAGS.hop) },
    {
      as: ATTACKER,
      does: 'writes a snapshot block by block, with the tags of a frozen disk',
      action: 'ebs:StartSnapshot',
      on: `arn:aws:ec2:eu-west-1::snapshot/*`,
      given: { 'aws:TagKeys': [TAGS.incident, TAGS.intermediate] },
    },
  ]),
  ...letThrough([
    {
      as: 'contain',
      does: 'marks the instance',
      ...tagging('ec2:CreateTags', TAGS.incident),
      given: { 'aws:TagKeys': [TAGS.incident], 'aws:RequestTag/cordon:incident': 'inc-20261121-cases' },
    },
    { as: 'break-glass of member', does: 'mends a mark', ...tagging('ec2:CreateTags', TAGS.incident) },
    {
      as: 'administrator of security',
      does: 'gives an account a tag of its own',
      action: 'organizations:TagResource',
      on: ORGANIZATION_ACCOUNT,
      given: { 'aws:TagKeys': ['team'] },
    },
    { as: ATTACKER, does: 'tags what it owns', ...tagging('ec2:CreateTags', 'team') },
  ]),
];

const marked = { 'aws:ResourceTag/cordon:incident': 'inc-20261121-cases' };
const isolation = { 'aws:ResourceTag/cordon:isolation': 'true' };
const chosen = { 'aws:ResourceTag/cordon:policy': 'crown-jewel' };
const everyTag = (on: string, given: NonNullable<Request['given']>): Request => ({
  action: 'ec2:DeleteTags',
  on,
  given,
});
const GROUP = arnOf('ec2', 'security-group/sg-0a1b2c3d4e5f60718');
const allTags: readonly PowerCase[] = [
  ...refused(by('KeepAllTags1'), [
    { as: ATTACKER, does: 'takes every tag from a contained instance', ...everyTag(INSTANCE, marked) },
    { as: 'stack set', does: 'takes every tag from a contained instance', ...everyTag(INSTANCE, marked) },
  ]),
  ...refused(by('KeepAllTags2'), [
    { as: ATTACKER, does: 'takes every tag from an isolation group', ...everyTag(GROUP, isolation) },
  ]),
  ...refused(by('KeepAllTags3'), [
    {
      as: ATTACKER,
      does: 'takes every tag from an instance that a rule of the policy is about',
      ...everyTag(INSTANCE, chosen),
    },
  ]),
  ...letThrough([
    {
      as: 'break-glass of member',
      does: 'takes every tag from an instance that a rule is about',
      ...everyTag(INSTANCE, chosen),
    },
    {
      as: ATTACKER,
      does: 'takes a tag of its own from an instance that a rule is about',
      ...everyTag(INSTANCE, { ...chosen, 'aws:TagKeys': ['team'] }),
    },
    { as: 'break-glass of member', does: 'takes every tag from an instance', ...everyTag(INSTANCE, marked) },
    { as: 'break-glass of member', does: 'takes every tag from a group', ...everyTag(GROUP, isolation) },
    { as: ATTACKER, does: 'takes every tag from an instance of its own', ...everyTag(INSTANCE, {}) },
    {
      as: ATTACKER,
      does: 'takes a tag of its own from a contained instance',
      ...everyTag(INSTANCE, { ...marked, 'aws:TagKeys': ['team'] }),
    },
    {
      as: ATTACKER,
      does: 'takes a tag of its own from an isolation group',
      ...everyTag(GROUP, { ...isolation, 'aws:TagKeys': ['team'] }),
    },
  ]),
];

/** Cases about our roles, tags and stack in a member account. */
export const guardrailsMembersCases: readonly PowerCase[] = [
  ...roles,
  ...passes,
  ...sessionDeny,
  ...account,
  ...tags,
  ...allTags,
];
