import { BREAK_GLASS_ROLE_NAME, IAM_PATH, type CordonConfig } from '@cordon/incident';
import { deploymentAccount } from '@cordon/incident/deployment';
import { partitionOf } from '@cordon/incident/partition';

/** What guardrails say of where the organization is. */
export type Where = Pick<CordonConfig, 'homeRegion'>;

/**
 * How ARNs begin in the guardrails. An organization is in one partition, and outside of `aws` a wildcard stands for it, as in the conditions of AWS's own
 * control policies (of resources that is UNCONFIRMED): a longer name would not fit into an SCP's 5,120 characters, of which nearly all are used.
 * https://docs.aws.amazon.com/controltower/latest/controlreference/mandatory-controls.html
 */
export const arn = ({ homeRegion }: Where, rest: string): string =>
  `arn:${partitionOf(homeRegion) === 'aws' ? 'aws' : '*'}:${rest}`;

/** ARN pattern of roles, in any account when none is given. */
export const roles = (where: Where, name: string, account = '*'): string =>
  arn(where, `iam::${account}:role/${name}`);

/** Every role of ours. Nobody else can make one under this path: the guardrails themselves see to it. */
export const ours = (where: Where): string => roles(where, `${IAM_PATH.slice(1)}*`);

/** The role of last resort, in whichever account. */
export const breakGlass = (where: Where): string => roles(where, BREAK_GLASS_ROLE_NAME);

/** The role by which a service-managed StackSet deploys into a member account; the service alone makes it. */
export const stackSetRoles = (where: Where): string => roles(where, 'stacksets-exec-*');

/** The role by which CloudFormation deploys CDK's stacks, of one account or of any: any is for what only own accounts have. */
export const bootstrap = (where: Where, account = '*'): string =>
  roles(where, 'cdk-*-cfn-exec-role-*', account);

/** The role by which `cdk deploy` changes stacks; it hands CloudFormation the role above. */
export const cdkDeploy = (where: Where): string => roles(where, 'cdk-*-deploy-role-*');

/** The role by which `cdk deploy` lays down the functions' code. */
export const cdkPublish = (where: Where): string => roles(where, 'cdk-*-file-publishing-role-*');

/** What a deployment says of its StackSets. */
export type Rollout = Where & Pick<CordonConfig, 'accounts' | 'rollout'>;

/** The one role that StackSet power is left to, in the account that they are delegated to; none where the deployment names none. */
export const stackSetAdministrator = (config: Rollout): readonly string[] =>
  config.rollout?.administrator === undefined
    ? []
    : [roles(config, config.rollout.administrator, deploymentAccount(config))];

/** The product's own accounts. */
export const ownAccounts = ({ accounts }: Pick<CordonConfig, 'accounts'>): readonly string[] => [
  accounts.security,
  accounts.evidence,
  accounts.forensics,
];

/** Who deploys the product: the StackSet in members, CloudFormation for CDK in the product's own accounts. */
export const deployers = (config: CordonConfig): readonly string[] => [
  stackSetRoles(config),
  ...ownAccounts(config).map((account) => bootstrap(config, account)),
];

/** Everybody but these. */
export const unless = (...principals: readonly string[]): { readonly ArnNotLike: object } => ({
  ArnNotLike: { 'aws:PrincipalArn': principals },
});

/** AWS itself, acting for one of its services: RCPs see those calls too, and none of ours is about them. */
export const notByAws = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };

/** What changes a role, or makes one. */
export const CHANGE_ROLES = [
  'iam:Attach*',
  'iam:Create*',
  'iam:Delete*',
  'iam:Detach*',
  'iam:Put*',
  'iam:Tag*',
  'iam:Untag*',
  'iam:Update*',
] as const;

/** What changes a role, an instance profile or a managed policy, or makes one. */
export const CHANGE_IAM = ['iam:Add*', 'iam:Remove*', 'iam:Set*', ...CHANGE_ROLES] as const;

/** What changes a stack that is there, with the role that made it, or takes it away. */
export const CHANGE_STACKS = [
  'cloudformation:Continue*',
  'cloudformation:CreateChangeSet',
  'cloudformation:DeleteStack',
  'cloudformation:Execute*',
  'cloudformation:RollbackStack',
  'cloudformation:UpdateStack',
] as const;

/**
 * Every write to a StackSet or its instances: to create, update and delete either, to take stacks in, to stop an operation. By their ends, for an SCP has
 * little room; a test holds them against the list of actions.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
 */
export const STACK_SET_WRITES = [
  'cloudformation:*teStackInstances',
  'cloudformation:*teStackSet',
  'cloudformation:ImportStacksToStackSet',
  'cloudformation:StopStackSetOperation',
] as const;
