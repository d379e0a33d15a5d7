import type {
  CreateRoleCommandInput,
  CreateRoleCommandOutput,
  GetRoleCommandInput,
  GetRoleCommandOutput,
  ListRolesCommandInput,
  ListRolesCommandOutput,
  Role as RoleView,
  UpdateAssumeRolePolicyCommandInput,
  UpdateAssumeRolePolicyCommandOutput,
} from '@aws-sdk/client-iam';
import { ServiceFault } from '../../core/fault.ts';
import { operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { requestTagContext } from '../request-tags.ts';
import { addRole, trustName } from './build.ts';
import { findManagedPolicy } from './managed-policies.ts';
import { countedSize, encodedText, readDocument } from './policy-documents.ts';
import {
  findModifiableRole,
  findRole,
  invalid,
  isProtectedPath,
  limitExceeded,
  noSuchEntity,
  required,
  roleCheck,
  stateOf,
} from './role-target.ts';
import { DEFAULT_PAGE_SIZE, readTags, tagList } from './tags.ts';
import type { IamState, Role } from './state.ts';

/** Characters of a trust policy by default. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const TRUST_LIMIT = 2048;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const SESSION_SECONDS = { min: 3600, max: 43_200 };

/** A role as an instance profile shows it: without tags, which GetRole alone gives. */
export const roleView = (state: IamState, role: Role): RoleView => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.roleId,
  Arn: role.arn,
  CreateDate: new Date(role.createdAt),
  AssumeRolePolicyDocument: encodedText(state, role.trust),
  MaxSessionDuration: role.maxSessionSeconds,
  ...(role.description === undefined ? {} : { Description: role.description }),
  ...(role.boundaryArn === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
          PermissionsBoundaryArn: role.boundaryArn,
        },
      }),
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const getRole = operation<GetRoleCommandInput, Omit<GetRoleCommandOutput, '$metadata'>>({
  checks: (input, call) => [roleCheck('GetRole', call, input.RoleName)],
  run: (input, call) => {
    acceptMembers(input, 'GetRole', ['RoleName']);
    const role = findRole(call, input.RoleName);
    return {
      Role: {
        ...roleView(stateOf(call), role),
        ...(role.tags.size === 0 ? {} : { Tags: tagList(role.tags) }),
      },
    };
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html : without tags, permissions boundary and last use. */
export const listRoles = operation<ListRolesCommandInput, Omit<ListRolesCommandOutput, '$metadata'>>({
  checks: () => [{ action: 'iam:ListRoles', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'ListRoles', ['PathPrefix', 'Marker', 'MaxItems']);
    const state = stateOf(call);
    const prefix = input.PathPrefix ?? '/';
    const page = takePage(
      [...state.roles.values()]
        .filter((role) => `${role.path}${role.name}`.startsWith(prefix))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      { token: input.Marker, size: input.MaxItems ?? DEFAULT_PAGE_SIZE },
      (marker) => invalid(`Invalid Marker: ${marker}`),
    );
    return {
      Roles: page.items.map((role) => {
        const { PermissionsBoundary: _boundary, ...shown } = roleView(state, role);
        return shown;
      }),
      IsTruncated: page.next !== undefined,
      ...(page.next === undefined ? {} : { Marker: page.next }),
    };
  },
});

const refuseLongTrust = (text: string): void => {
  if (countedSize(text) > TRUST_LIMIT)
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${TRUST_LIMIT}`);
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const createRole = operation<CreateRoleCommandInput, Omit<CreateRoleCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    {
      action: 'iam:CreateRole',
      resource: `arn:${call.world.facts.partition}:iam::${call.caller.account}:role${input.Path ?? '/'}${input.RoleName ?? ''}`,
      context: {
        ...requestTagContext(input.Tags),
        ...(input.PermissionsBoundary === undefined
          ? {}
          : { 'iam:PermissionsBoundary': input.PermissionsBoundary }),
      },
    },
  ],
  run: (input, call) => {
    acceptMembers(input, 'CreateRole', [
      'RoleName',
      'Path',
      'AssumeRolePolicyDocument',
      'Description',
      'MaxSessionDuration',
      'Tags',
      'PermissionsBoundary',
    ]);
    const state = stateOf(call);
    const name = required(input.RoleName, 'roleName');
    const trust = required(input.AssumeRolePolicyDocument, 'assumeRolePolicyDocument');
    if (!/^[\w+=,.@-]{1,64}$/.test(name))
      throw invalid(`The specified value for roleName is invalid: ${name}`);
    if (input.Path !== undefined && !/^\/(?:[!-.0-~]+\/)*$/.test(input.Path))
      throw invalid(`The specified value for path is invalid: ${input.Path}`);
    if (isProtectedPath(input.Path))
      throw invalid(`The path ${input.Path} is reserved for service-linked roles and others of AWS.`);
    if (state.roles.has(name))
      throw new ServiceFault('EntityAlreadyExists', `Role with name ${name} already exists.`, {
        status: 409,
      });
    const seconds = input.MaxSessionDuration ?? SESSION_SECONDS.min;
    if (seconds < SESSION_SECONDS.min || seconds > SESSION_SECONDS.max)
      throw invalid(`The requested MaxSessionDuration ${seconds} is not between 3600 and 43200`);
    refuseLongTrust(trust);
    readDocument(state, trust, { use: 'trust', name: trustName(call.caller.account, name) });
    const boundary = input.PermissionsBoundary;
    if (boundary !== undefined && findManagedPolicy(state, boundary) === undefined)
      throw noSuchEntity(`Scope ARN: ${boundary} does not exist or is not attachable.`);
    const role = addRole(
      call.world,
      {
        account: call.caller.account,
        name,
        trust,
        maxSessionSeconds: seconds,
        tags: Object.fromEntries(readTags(input.Tags)),
        ...(input.Path === undefined ? {} : { path: input.Path }),
        ...(boundary === undefined ? {} : { boundaryArn: boundary }),
        ...(input.Description === undefined ? {} : { description: input.Description }),
      },
      call,
    );
    return {
      Role: { ...roleView(state, role), ...(role.tags.size === 0 ? {} : { Tags: tagList(role.tags) }) },
    };
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
export const updateAssumeRolePolicy = operation<
  UpdateAssumeRolePolicyCommandInput,
  Omit<UpdateAssumeRolePolicyCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('UpdateAssumeRolePolicy', call, input.RoleName)],
  run: (input, call) => {
    acceptMembers(input, 'UpdateAssumeRolePolicy', ['RoleName', 'PolicyDocument']);
    const role = findModifiableRole(call, input.RoleName);
    const text = required(input.PolicyDocument, 'policyDocument');
    refuseLongTrust(text);
    role.trust = readDocument(stateOf(call), text, {
      use: 'trust',
      name: trustName(call.caller.account, role.name),
    });
    return {};
  },
});
