import { BREAK_GLASS_ROLE_NAME } from '@cordon/incident';

/** ARN of the break-glass role of an account. */
export const breakGlassRoleArn = (partition: string, account: string): string =>
  `arn:${partition}:iam::${account}:role/${BREAK_GLASS_ROLE_NAME}`;
