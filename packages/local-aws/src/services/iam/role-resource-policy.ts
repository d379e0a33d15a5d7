import type { ResourcePolicy } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { iamState, roleByArn } from './state.ts';

const ROLE_ARN = /^arn:[^:]+:iam::(\d{12}):role\//;

/**
 * The policy of a role as a resource: its trust policy, without which nobody assumes it. A trust policy speaks of STS actions
 * alone; all others on the role (`iam:PutRolePolicy`, `iam:PassRole`) are for the identity policies of the role's own account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#id_roles_terms-and-concepts
 *
 * @returns undefined for an ARN that is no role of the world, and for an action that is not of STS
 */
export const roleResourcePolicy = (arn: string, world: World, action: string): ResourcePolicy | undefined => {
  if (!action.toLowerCase().startsWith('sts:')) return undefined;
  const account = ROLE_ARN.exec(arn)?.[1];
  const role = account === undefined ? undefined : roleByArn(world.of(iamState, account, ''), arn);
  return role === undefined ? undefined : { policy: role.trust, mode: 'must-allow' };
};
