import { compile, type CompiledPolicy } from '@cordon/iam';
import { ServiceFault } from '../../core/fault.ts';
import type { World } from '../../core/world.ts';
import { iamState, roleByArn } from '../iam/state.ts';
import type { LambdaFunction } from './state.ts';

/** What a caller asks to be let in. */
export interface PermissionRequest {
  readonly sid: string;
  readonly action: string;
  /** A service, an account, the ARN of a role or user, or `*`. */
  readonly principal: string;
  readonly condition: object;
}

/** One statement of a function's policy. */
export interface Permission extends PermissionRequest {
  /** Of the role that `principal` names, as it was when the statement was added. */
  readonly roleId?: string;
}

const ROLE = /^arn:[^:]+:iam::(\d{12}):role\//;

const roleIdOf = (world: World, principal: string): string | undefined => {
  const account = ROLE.exec(principal)?.[1];
  return account === undefined ? undefined : roleByArn(world.of(iamState, account, ''), principal)?.roleId;
};

/**
 * The principal as the policy has it: a role is kept by its unique id, shown as its ARN while it is there, and as the id once it was deleted; another
 * role of that name is another principal. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
const principalNow = (world: World, { principal, roleId }: Permission): string =>
  roleId === undefined || roleIdOf(world, principal) === roleId ? principal : roleId;

const element = (principal: string): string | object => {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return /^(arn:|AROA)/.test(principal) ? { AWS: principal } : { Service: principal };
};

/** The statements of a function's policy as they stand now, in order. */
export const statementsNow = (world: World, { arn, permissions }: LambdaFunction): readonly object[] =>
  [...permissions.values()].map((one) => ({
    Sid: one.sid,
    Effect: 'Allow',
    Principal: element(principalNow(world, one)),
    Action: one.action,
    Resource: arn,
    ...(Object.keys(one.condition).length === 0 ? {} : { Condition: one.condition }),
  }));

/** A function's policy as it stands now, as AWS shows it; undefined where it has none. */
export const policyNow = (world: World, fn: LambdaFunction): object | undefined =>
  fn.permissions.size === 0
    ? undefined
    : { Version: '2012-10-17', Id: 'default', Statement: statementsNow(world, fn) };

const compiled = new WeakMap<LambdaFunction, { readonly from: string; readonly policy: CompiledPolicy }>();

/** The same, to be decided by. */
export const compiledPolicyNow = (world: World, fn: LambdaFunction): CompiledPolicy | undefined => {
  const policy = policyNow(world, fn);
  if (policy === undefined) return undefined;
  const from = JSON.stringify(policy);
  const known = compiled.get(fn);
  if (known?.from === from) return known.policy;
  const fresh = compile(policy, fn.arn);
  compiled.set(fn, { from, policy: fresh });
  return fresh;
};

const INVALID_PRINCIPAL = 'The provided principal was invalid. Please check the principal and try again.';

/**
 * Adds a statement to a function's policy.
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 *
 * @throws ServiceFault ResourceConflictException for an id that is taken; InvalidParameterValueException for a role that is not there, and, as people
 *   report and no page says, while another statement names a deleted one (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1189)
 */
export const grantPermission = (world: World, fn: LambdaFunction, request: PermissionRequest): void => {
  if (fn.permissions.has(request.sid))
    throw new ServiceFault(
      'ResourceConflictException',
      `The statement id (${request.sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      { status: 409 },
    );
  const roleId = roleIdOf(world, request.principal);
  const isStale = [...fn.permissions.values()].some((one) => principalNow(world, one) !== one.principal);
  if (isStale || (roleId === undefined && ROLE.test(request.principal)))
    throw new ServiceFault('InvalidParameterValueException', INVALID_PRINCIPAL);
  fn.permissions.set(request.sid, { ...request, ...(roleId === undefined ? {} : { roleId }) });
};
