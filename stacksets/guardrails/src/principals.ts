import { BREAK_GLASS_ROLE_NAME, IAM_PATH, type CordonConfig } from '@cordon/incident';
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
