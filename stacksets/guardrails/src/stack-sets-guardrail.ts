import { policyDocument } from '@cordon/constructs';
import { BREAK_GLASS_ROLE_NAME } from '@cordon/incident';
import { deploymentAccount, isOfIdentityCenter } from '@cordon/incident/deployment';
import { deploymentStatements } from './deployment-statements.ts';
import {
  bootstrap,
  breakGlass,
  CHANGE_ROLES,
  notByAws,
  ownAccounts,
  roles,
  STACK_SET_WRITES,
  stackSetAdministrator,
  unless,
  type Rollout,
} from './principals.ts';

/** The administrator itself: who could change it, or have a service act as it, would need no MFA. */
const administratorStatements = (config: Rollout, administrator: string): readonly object[] => {
  const account = deploymentAccount(config);
  const others = ownAccounts(config).filter((one) => one !== account);
  return [
    {
      Sid: 'KeepAdministrator',
      Effect: 'Deny',
      Action: [...CHANGE_ROLES, 'iam:PassRole'],
      Resource: administrator,
      Condition: unless(breakGlass(config)),
    },
    // It deploys where StackSets are. Elsewhere break-glass does, whatever a bootstrap there trusts.
    ...(others.length === ownAccounts(config).length
      ? []
      : [
          {
            Sid: 'DeployHereAlone',
            Effect: 'Deny',
            Action: 'sts:AssumeRole',
            Resource: others.map((other) => roles(config, 'cdk-*', other)),
            Condition: { ArnLike: { 'aws:PrincipalArn': administrator } },
          },
        ]),
  ];
};

/**
 * For the account that StackSets are delegated to: whoever writes a StackSet can put any role into every member. CloudFormation may, as CDK's role
 * there, the one administrator, and break-glass. The management account can, too, and no SCP binds it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
 */
export const stackSetsGuardrail = (config: Rollout): object => {
  const account = deploymentAccount(config);
  const administrator = stackSetAdministrator(config);
  return policyDocument([
    {
      Sid: 'KeepStackSets',
      Effect: 'Deny',
      Action: STACK_SET_WRITES,
      Resource: '*',
      Condition: unless(bootstrap(config, account), ...administrator, breakGlass(config)),
    },
    ...administrator.flatMap((role) => administratorStatements(config, role)),
    // Our own accounts have these already.
    ...(ownAccounts(config).includes(account) ? [] : deploymentStatements(config, administrator)),
  ]);
};

/**
 * The same account's roles, against whoever would take one, from whichever account. MFA is asked for here, at the door: a session that AssumeRole
 * gave says nothing of MFA, so that no policy can ask it later.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
export const stackSetRolesGuardrail = (config: Rollout): object => {
  const account = deploymentAccount(config);
  const administrator = stackSetAdministrator(config);
  const take = { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole*' };
  const isFederated = isOfIdentityCenter(config.rollout?.administrator ?? '');
  return policyDocument([
    // Whoever can write a StackSet through CloudFormation. Only the account's own: somebody else's administrator can make a role of either name.
    {
      Sid: 'DeployByAdministratorAlone',
      ...take,
      Resource: roles(config, 'cdk-*', account),
      Condition: { ...unless(...administrator, roles(config, BREAK_GLASS_ROLE_NAME, account)), ...notByAws },
    },
    // Of those who sign in at Identity Center, its setting asks for MFA: AWS cannot tell whether a provider did.
    ...(isFederated
      ? []
      : administrator.flatMap((role) => [
          {
            Sid: 'TakeWithMfa',
            ...take,
            Resource: role,
            Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          },
          // Whoever administers users can give one a device, and so make the claim: those of this account may do so.
          {
            Sid: 'TakeFromElsewhere',
            ...take,
            Resource: role,
            Condition: { StringEquals: { 'aws:PrincipalAccount': account } },
          },
        ])),
  ]);
};
