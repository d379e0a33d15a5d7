import { BREAK_GLASS_ROLE_NAME, IAM_PATH, type CordonConfig } from '@cordon/incident';

/** ARN pattern of roles, in any account when none is given. */
export const roles = (name: string, account = '*'): string => `arn:aws:iam::${account}:role/${name}`;

/** Every role of ours. Nobody else can make one under this path: the guardrails themselves see to it. */
export const OURS = roles(`${IAM_PATH.slice(1)}*`);

/** The role of last resort, in whichever account. */
export const BREAK_GLASS = roles(BREAK_GLASS_ROLE_NAME);

/** The role by which a service-managed StackSet deploys into a member account; the service alone makes it. */
export const STACK_SET_ROLES = roles('stacksets-exec-*');

/** The role by which CloudFormation deploys CDK's stacks, of one account or of any: any is for what only own accounts have. */
export const bootstrap = (account = '*'): string => roles('cdk-*-cfn-exec-role-*', account);

/** The role by which `cdk deploy` changes stacks; it hands CloudFormation the role above. */
export const CDK_DEPLOY = roles('cdk-*-deploy-role-*');

/** The role by which `cdk deploy` lays down the functions' code. */
export const CDK_PUBLISH = roles('cdk-*-file-publishing-role-*');

/** The product's own accounts. */
export const ownAccounts = ({ accounts }: Pick<CordonConfig, 'accounts'>): readonly string[] => [
  accounts.security,
  accounts.evidence,
  accounts.forensics,
];

/** Who deploys the product: the StackSet in members, CloudFormation for CDK in the product's own accounts. */
export const deployers = (config: CordonConfig): readonly string[] => [
  STACK_SET_ROLES,
  ...ownAccounts(config).map((account) => bootstrap(account)),
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
