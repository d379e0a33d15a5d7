import { roleByArn, iamState, type Role } from '../iam/state.ts';
import type { World } from '../../core/world.ts';

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[!-~]+\/)?[\w+=,.@-]{1,64}$/;

/** The account of a role's ARN; undefined for a text that is no role ARN. */
export const accountOfRole = (arn: string | undefined): string | undefined => ROLE_ARN.exec(arn ?? '')?.[1];

/** The role with this ARN, in whatever account of the world it lies. */
export const findRoleByArn = (world: World, arn: string): Role | undefined => {
  const account = accountOfRole(arn);
  return account === undefined ? undefined : roleByArn(world.of(iamState, account, ''), arn);
};
