import type {
  DeleteRolePolicyCommandInput,
  DeleteRolePolicyCommandOutput,
  GetRolePolicyCommandInput,
  GetRolePolicyCommandOutput,
  ListRolePoliciesCommandInput,
  ListRolePoliciesCommandOutput,
  PutRolePolicyCommandInput,
  PutRolePolicyCommandOutput,
} from '@aws-sdk/client-iam';
import type { CompiledPolicy } from '@cordon/iam';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { inlineName } from './build.ts';
import { countedSize, encodedText, readDocument, textOf } from './policy-documents.ts';
import {
  findModifiableRole,
  findRole,
  invalid,
  limitExceeded,
  noSuchEntity,
  required,
  roleCheck,
  stateOf,
} from './role-target.ts';
import type { Role } from './state.ts';
import { DEFAULT_PAGE_SIZE } from './tags.ts';

/** Characters of all inline policies of a role together. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const INLINE_LIMIT = 10_240;

const inlinePolicy = (role: Role, name: string | undefined): CompiledPolicy => {
  const found = role.inline.get(name ?? '');
  if (found === undefined) throw noSuchEntity(`The role policy with name ${name ?? ''} cannot be found.`);
  return found;
};

/** Size of the role's inline policies when the one named `name` becomes `text`. */
const sizeWith = (
  call: Call,
  role: Role,
  added: { readonly name: string; readonly text: string },
): number => {
  const others = [...role.inline]
    .filter(([name]) => name !== added.name)
    .map(([, policy]) => textOf(stateOf(call), policy));
  return [...others, added.text].reduce((sum, text) => sum + countedSize(text), 0);
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const putRolePolicy = operation<
  PutRolePolicyCommandInput,
  Omit<PutRolePolicyCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('PutRolePolicy', call, input.RoleName)],
  run: (input, call) => {
    acceptMembers(input, 'PutRolePolicy', ['RoleName', 'PolicyName', 'PolicyDocument']);
    const role = findModifiableRole(call, input.RoleName);
    const name = required(input.PolicyName, 'policyName');
    const text = required(input.PolicyDocument, 'policyDocument');
    const policy = readDocument(stateOf(call), text, {
      use: 'identity',
      name: inlineName(call.caller.account, role.name, name),
    });
    if (sizeWith(call, role, { name, text }) > INLINE_LIMIT) {
      throw limitExceeded(`Maximum policy size of ${INLINE_LIMIT} bytes exceeded for role ${role.name}`);
    }
    role.inline.set(name, policy);
    return {};
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export const deleteRolePolicy = operation<
  DeleteRolePolicyCommandInput,
  Omit<DeleteRolePolicyCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('DeleteRolePolicy', call, input.RoleName)],
  run: (input, call) => {
    acceptMembers(input, 'DeleteRolePolicy', ['RoleName', 'PolicyName']);
    const role = findModifiableRole(call, input.RoleName);
    inlinePolicy(role, input.PolicyName);
    role.inline.delete(required(input.PolicyName, 'policyName'));
    return {};
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const getRolePolicy = operation<
  GetRolePolicyCommandInput,
  Omit<GetRolePolicyCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('GetRolePolicy', call, input.RoleName)],
  run: (input, call) => {
    acceptMembers(input, 'GetRolePolicy', ['RoleName', 'PolicyName']);
    const role = findRole(call, input.RoleName);
    const policy = inlinePolicy(role, input.PolicyName);
    return {
      RoleName: role.name,
      PolicyName: input.PolicyName,
      PolicyDocument: encodedText(stateOf(call), policy),
    };
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html */
export const listRolePolicies = operation<
  ListRolePoliciesCommandInput,
  Omit<ListRolePoliciesCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('ListRolePolicies', call, input.RoleName)],
  run: (input, call) => {
    acceptMembers(input, 'ListRolePolicies', ['RoleName', 'Marker', 'MaxItems']);
    const role = findRole(call, input.RoleName);
    const page = takePage(
      [...role.inline.keys()].toSorted(),
      { token: input.Marker, size: input.MaxItems ?? DEFAULT_PAGE_SIZE },
      (marker) => invalid(`Invalid Marker: ${marker}`),
    );
    return {
      PolicyNames: [...page.items],
      IsTruncated: page.next !== undefined,
      ...(page.next === undefined ? {} : { Marker: page.next }),
    };
  },
});
