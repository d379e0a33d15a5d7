import type {
  AttachedPolicy,
  AttachRolePolicyCommandInput,
  AttachRolePolicyCommandOutput,
  DetachRolePolicyCommandInput,
  DetachRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandInput,
  ListAttachedRolePoliciesCommandOutput,
} from '@aws-sdk/client-iam';
import { operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { findManagedPolicy } from './managed-policies.ts';
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
import { DEFAULT_PAGE_SIZE } from './tags.ts';

/** Managed policies of a role by default. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MANAGED_PER_ROLE = 10;

const policyKey = (arn: string | undefined): Record<string, string> =>
  arn === undefined ? {} : { 'iam:PolicyARN': arn };

/** Attaching what is attached already changes nothing. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export const attachRolePolicy = operation<
  AttachRolePolicyCommandInput,
  Omit<AttachRolePolicyCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('AttachRolePolicy', call, input.RoleName, policyKey(input.PolicyArn))],
  run: (input, call) => {
    acceptMembers(input, 'AttachRolePolicy', ['RoleName', 'PolicyArn']);
    const role = findModifiableRole(call, input.RoleName);
    const arn = required(input.PolicyArn, 'policyArn');
    if (findManagedPolicy(stateOf(call), arn) === undefined)
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    if (role.attached.includes(arn)) return {};
    if (role.attached.length >= MANAGED_PER_ROLE)
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${MANAGED_PER_ROLE}`);
    role.attached.push(arn);
    return {};
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export const detachRolePolicy = operation<
  DetachRolePolicyCommandInput,
  Omit<DetachRolePolicyCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('DetachRolePolicy', call, input.RoleName, policyKey(input.PolicyArn))],
  run: (input, call) => {
    acceptMembers(input, 'DetachRolePolicy', ['RoleName', 'PolicyArn']);
    const role = findModifiableRole(call, input.RoleName);
    const arn = required(input.PolicyArn, 'policyArn');
    const place = role.attached.indexOf(arn);
    if (place < 0) throw noSuchEntity(`Policy ${arn} was not found.`);
    role.attached.splice(place, 1);
    return {};
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html */
export const listAttachedRolePolicies = operation<
  ListAttachedRolePoliciesCommandInput,
  Omit<ListAttachedRolePoliciesCommandOutput, '$metadata'>
>({
  checks: (input, call) => [roleCheck('ListAttachedRolePolicies', call, input.RoleName)],
  run: (input, call) => {
    acceptMembers(input, 'ListAttachedRolePolicies', ['RoleName', 'Marker', 'MaxItems']);
    const role = findRole(call, input.RoleName);
    const page = takePage(
      role.attached.map((arn): AttachedPolicy => ({
        PolicyArn: arn,
        PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
      })),
      { token: input.Marker, size: input.MaxItems ?? DEFAULT_PAGE_SIZE },
      (marker) => invalid(`Invalid Marker: ${marker}`),
    );
    return {
      AttachedPolicies: [...page.items],
      IsTruncated: page.next !== undefined,
      ...(page.next === undefined ? {} : { Marker: page.next }),
    };
  },
});
