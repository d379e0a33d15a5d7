import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { iamState, type IamState, type Role } from './state.ts';

type Context = Record<string, string | readonly string[]>;

/** IAM of the calling account. */
export const stateOf = (call: Call): IamState => call.world.of(iamState, call.caller.account, '');

/** Condition keys for the tags of a role. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html */
export const roleTagContext = (role: Role | undefined): Context => {
  const context: Context = {};
  for (const [key, value] of role?.tags ?? []) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`iam:ResourceTag/${key}`] = value;
  }
  return context;
};

/** Actions whose check carries the boundary of the role. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
const KNOWS_BOUNDARY = new Set([
  'AttachRolePolicy',
  'DeleteRolePolicy',
  'DetachRolePolicy',
  'GetRole',
  'PutRolePolicy',
  'UpdateAssumeRolePolicy',
]);

/** The check on a role that may not exist: then on the ARN it would have without a path. */
export const roleCheck = (
  action: string,
  call: Call,
  name: string | undefined,
  more: Context = {},
): Check => {
  const role = stateOf(call).roles.get(name ?? '');
  const boundary = KNOWS_BOUNDARY.has(action) ? role?.boundaryArn : undefined;
  return {
    action: `iam:${action}`,
    resource: role?.arn ?? `arn:${call.world.facts.partition}:iam::${call.caller.account}:role/${name ?? ''}`,
    context: {
      ...roleTagContext(role),
      ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
      ...more,
    },
  };
};

/** The fault for an IAM entity that does not exist. https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
export const noSuchEntity = (message: string): ServiceFault =>
  new ServiceFault('NoSuchEntity', message, { status: 404 });

/** The fault for a quota of IAM. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const limitExceeded = (message: string): ServiceFault =>
  new ServiceFault('LimitExceeded', message, { status: 409 });

/** The role with this name. @throws ServiceFault NoSuchEntity (404) */
export const findRole = (call: Call, name: string | undefined): Role => {
  const role = stateOf(call).roles.get(name ?? '');
  if (role === undefined) throw noSuchEntity(`The role with name ${name ?? ''} cannot be found.`);
  return role;
};

/**
 * Paths of roles that only AWS may change: those of services, and those that Identity Center makes of permission sets (`AWSReservedSSO_*`).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
const PROTECTED_PATHS = ['/aws-service-role/', '/aws-reserved/'];

/** Whether a path is for roles that AWS alone makes and changes. */
export const isProtectedPath = (path: string | undefined): boolean =>
  PROTECTED_PATHS.some((reserved) => path?.startsWith(reserved) === true);

/** The role with this name, when a caller may change it. @throws ServiceFault NoSuchEntity (404), UnmodifiableEntity for a service-linked role and one of Identity Center */
export const findModifiableRole = (call: Call, name: string | undefined): Role => {
  const role = findRole(call, name);
  if (isProtectedPath(role.path)) {
    throw new ServiceFault(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
    );
  }
  return role;
};

/** The fault for an input that breaks a rule of the API model. */
export const invalid = (message: string): ServiceFault => new ServiceFault('ValidationError', message);

/** A required member of an input. @throws ServiceFault ValidationError */
export const required = <Value>(value: Value | undefined, member: string): Value => {
  if (value !== undefined) return value;
  throw invalid(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`,
  );
};
