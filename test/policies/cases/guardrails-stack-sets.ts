import { config } from '../../../cordon.config.ts';
import { ACCOUNTS, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { arnOf, each, iamOf, letThrough, refused, type Request } from './guardrails-rows.ts';

const ATTACKER: Who = 'administrator of security';
const ADMINISTRATOR: Who = 'stack set administrator';
const by = (sid: string): readonly string[] => [`SCP cordon-stack-sets/${sid}`];
const byRoles = (sid: string): readonly string[] => [`RCP cordon-stack-set-roles/${sid}`];

// It lives in the management account, whoever administers it.
const STACK_SET = arnOf('cloudformation', 'stackset/CordonMemberAccount:0a1b', 'management');
const WRITES: readonly (readonly [action: string, does: string, on?: string])[] = [
  ['CreateStackSet', 'makes a StackSet that reaches every member', '*'],
  ['UpdateStackSet', 'has the StackSet bring other roles to every member'],
  ['DeleteStackSet', 'takes the StackSet away'],
  ['CreateStackInstances', 'has the StackSet reach more accounts'],
  ['UpdateStackInstances', 'has the StackSet bring other values to a member'],
  ['DeleteStackInstances', 'takes our roles from every member'],
  ['ImportStacksToStackSet', 'takes stacks of its own into the StackSet'],
  ['StopStackSetOperation', 'stops a rollout half-way'],
];
const updating: Request = { action: 'cloudformation:UpdateStackSet', on: STACK_SET };

const writes: readonly PowerCase[] = [
  ...refused(
    by('KeepStackSets'),
    WRITES.map(([action, does, on = STACK_SET]) => ({
      as: ATTACKER,
      does,
      action: `cloudformation:${action}`,
      on,
    })),
  ),
  ...refused(
    by('KeepStackSets'),
    each(['cdk deploy of security', 'stack set in security', 'root of security'], {
      does: 'has the StackSet bring other roles to every member, itself',
      ...updating,
    }),
  ),
  // Nothing of ours asks for StackSets in the other accounts of ours, not even its deployment.
  ...refused(
    ['SCP cordon-own-accounts/MakeNoStackSet'],
    [
      ...WRITES.map(([action, does, on = STACK_SET]) => ({
        as: 'administrator of evidence' as const,
        does,
        action: `cloudformation:${action}`,
        on,
      })),
      ...each(
        ['administrator of forensics', 'cdk of evidence', 'cdk deploy of evidence', 'root of forensics'],
        {
          does: 'makes a StackSet',
          action: 'cloudformation:CreateStackSet',
          on: '*',
        },
      ),
    ],
  ),
  ...letThrough([
    ...each(['cdk of security', ADMINISTRATOR, 'break-glass of security'], {
      does: 'brings a new version of the StackSet',
      ...updating,
    }),
    {
      as: ATTACKER,
      does: 'reads the StackSet',
      action: 'cloudformation:DescribeStackSet',
      on: STACK_SET,
    },
    {
      as: 'break-glass of evidence',
      does: 'makes a StackSet',
      action: 'cloudformation:CreateStackSet',
      on: '*',
    },
    {
      as: 'administrator of member',
      does: 'makes a StackSet of its own, which reaches nobody else',
      action: 'cloudformation:CreateStackSet',
      on: '*',
    },
  ]),
];

const ROLE = iamOf(`role/${config.rollout?.administrator}`, 'security');
const DEPLOY_ROLE = iamOf(`role/cdk-hnb659fds-deploy-role-${ACCOUNTS.security}-eu-west-1`, 'security');
const EXECUTION_ROLE = iamOf(`role/cdk-hnb659fds-cfn-exec-role-${ACCOUNTS.security}-eu-west-1`, 'security');
const TRUST = 'iam:UpdateAssumeRolePolicy';
const passing: Request = {
  action: 'iam:PassRole',
  on: ROLE,
  given: { 'iam:PassedToService': 'lambda.amazonaws.com' },
};
const CHANGES: readonly (readonly [action: string, does: string, given?: Request['given']])[] = [
  ['iam:AttachRolePolicy', 'gives the administrator of StackSets another power'],
  ['iam:CreateRole', 'makes the administrator of StackSets, with a trust of its own'],
  ['iam:DeleteRole', 'deletes the administrator of StackSets'],
  ['iam:DetachRolePolicy', 'takes a power from the administrator of StackSets'],
  ['iam:PutRolePolicy', 'writes a power into the administrator of StackSets'],
  ['iam:TagRole', 'tags the administrator of StackSets', { 'aws:TagKeys': ['team'] }],
  ['iam:UntagRole', 'takes a tag from the administrator of StackSets', { 'aws:TagKeys': ['team'] }],
  [TRUST, 'has the administrator of StackSets trust somebody else'],
];

const administrator: readonly PowerCase[] = [
  ...refused(by('KeepAdministrator'), [
    ...CHANGES.map(([action, does, given]) => ({
      as: ATTACKER,
      does,
      action,
      on: ROLE,
      ...(given === undefined ? {} : { given }),
    })),
    { as: ATTACKER, does: 'has a function act as the administrator of StackSets', ...passing },
    ...each([ADMINISTRATOR, 'cdk of security', 'stack set in security'], {
      does: 'has the administrator of StackSets trust somebody else',
      action: TRUST,
      on: ROLE,
    }),
  ]),
  ...letThrough([
    {
      as: 'break-glass of security',
      does: 'has the administrator of StackSets trust somebody else',
      action: TRUST,
      on: ROLE,
    },
    { as: 'break-glass of security', does: 'passes the administrator of StackSets', ...passing },
    {
      as: ATTACKER,
      does: 'changes a role whose name begins alike',
      action: TRUST,
      on: `${ROLE}-of-mine`,
    },
  ]),
];

/** Somebody of another account, whom the trust lets in: the role of a member stands for a person there. */
const PERSON: Who = 'administrator of management';
const taking = (mfa: string | undefined): Request => ({
  action: 'sts:AssumeRole',
  on: ROLE,
  owner: 'security',
  ...(mfa === undefined ? {} : { given: { 'aws:MultiFactorAuthPresent': mfa } }),
});
const deploying: Request = { action: 'sts:AssumeRole', on: DEPLOY_ROLE, owner: 'security' };

const doors: readonly PowerCase[] = [
  ...refused(byRoles('TakeWithMfa'), [
    {
      as: PERSON,
      does: 'takes the administrator of StackSets with a session without MFA',
      ...taking('false'),
    },
    {
      as: PERSON,
      does: 'takes the administrator of StackSets with keys that know no MFA',
      ...taking(undefined),
    },
    {
      as: 'break-glass of member',
      does: 'takes the administrator of StackSets without MFA',
      ...taking('false'),
    },
  ]),
  ...refused(byRoles('TakeFromElsewhere'), [
    {
      as: ATTACKER,
      does: 'takes the administrator of StackSets with a device that it made itself',
      ...taking('true'),
    },
    {
      as: 'break-glass of security',
      does: 'takes the administrator of StackSets from within',
      ...taking('true'),
    },
  ]),
  ...refused(
    [...byRoles('TakeWithMfa'), ...byRoles('TakeFromElsewhere')],
    [{ as: ATTACKER, does: 'takes the administrator of StackSets', ...taking(undefined) }],
  ),
  ...refused(
    byRoles('DeployByAdministratorAlone'),
    each([PERSON, 'cdk deploy of member', 'break-glass of member'], {
      does: 'takes the role that deploys StackSets, which a bootstrap may trust it to',
      ...deploying,
    }),
  ),
  ...refused(by('DeployHereAlone'), [
    {
      as: ADMINISTRATOR,
      does: 'takes the role that deploys the vault, which a bootstrap may trust it to',
      action: 'sts:AssumeRole',
      on: iamOf(`role/cdk-hnb659fds-deploy-role-${ACCOUNTS.evidence}-eu-west-1`, 'evidence'),
      owner: 'evidence',
    },
    {
      as: ADMINISTRATOR,
      does: 'takes the role that deploys the forensic machine, which a bootstrap may trust it to',
      action: 'sts:AssumeRole',
      on: iamOf(`role/cdk-hnb659fds-deploy-role-${ACCOUNTS.forensics}-eu-west-1`, 'forensics'),
      owner: 'forensics',
    },
  ]),
  {
    name: 'guardrails: break-glass of security takes the role that deploys the forensic machine where a bootstrap trusts it to',
    as: 'break-glass of security',
    action: 'sts:AssumeRole',
    on: iamOf(`role/cdk-hnb659fds-deploy-role-${ACCOUNTS.forensics}-eu-west-1`, 'forensics'),
    owner: 'forensics',
    alone: 'role',
    answer: 'allowed',
  },
  // The stack that holds the StackSets is changed with the role that made it, whoever asks.
  ...refused(
    ['SCP cordon-own-accounts/KeepStacks'],
    [
      ...each([ATTACKER, ADMINISTRATOR], {
        does: 'has the stack of StackSets changed with the role that it remembers',
        action: 'cloudformation:UpdateStack',
        on: arnOf('cloudformation', 'stack/CordonRollout/0a1b', 'security'),
      }),
    ],
  ),
  ...refused(
    ['SCP cordon-own-accounts/PassNoDeployment'],
    [
      {
        as: ADMINISTRATOR,
        does: 'hands CloudFormation the role that writes StackSets, past the one that deploys',
        action: 'iam:PassRole',
        on: EXECUTION_ROLE,
        given: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
      },
    ],
  ),
  ...letThrough([
    { as: PERSON, does: 'takes the administrator of StackSets with MFA', ...taking('true') },
    ...each([ADMINISTRATOR, 'break-glass of security'], {
      does: 'takes the role that deploys StackSets',
      ...deploying,
    }),
    {
      as: 'service cloudformation.amazonaws.com',
      does: 'takes the role that writes StackSets',
      action: 'sts:AssumeRole',
      on: EXECUTION_ROLE,
      owner: 'security',
    },
  ]),
];

/** Cases about the account that StackSets are delegated to, which is the security account here. */
export const guardrailsStackSetsCases: readonly PowerCase[] = [...writes, ...administrator, ...doors];
