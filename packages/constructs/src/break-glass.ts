/** Name of the role that people use when nothing else may: it alone can lift what protects evidence. Not made by Cordon. */
const BREAK_GLASS_ROLE_NAME = 'break-glass';

/** ARN of the break-glass role of an account. */
export const breakGlassRoleArn = (partition: string, account: string): string =>
  `arn:${partition}:iam::${account}:role/${BREAK_GLASS_ROLE_NAME}`;
