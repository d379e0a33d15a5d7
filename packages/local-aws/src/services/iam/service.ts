import type { Service } from '../../core/operation.ts';
import { attachRolePolicy, detachRolePolicy, listAttachedRolePolicies } from './attached-policies.ts';
import { deleteRolePolicy, getRolePolicy, listRolePolicies, putRolePolicy } from './inline-policies.ts';
import { getInstanceProfile, listInstanceProfilesForRole } from './instance-profiles.ts';
import { iamResourceHandling } from './resource-handling.ts';
import { iamResourceRemoval } from './resource-removal.ts';
import { iamResourceTypes } from './resource-types.ts';
import { roleResourcePolicy } from './role-resource-policy.ts';
import { createRole, getRole, listRoles, updateAssumeRolePolicy } from './roles.ts';
import { simulatePrincipalPolicy } from './simulate.ts';
import { listRoleTags, tagRole, untagRole } from './tags.ts';

/**
 * AWS Identity and Access Management. What is changed takes effect at once: AWS's propagation delay is not modelled.
 * A role's trust policy is its resource policy, without which no identity policy lets anyone assume it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
 */
export const iamService: Service = {
  name: 'iam',
  operations: {
    GetRole: getRole,
    CreateRole: createRole,
    UpdateAssumeRolePolicy: updateAssumeRolePolicy,
    TagRole: tagRole,
    UntagRole: untagRole,
    ListRoleTags: listRoleTags,
    PutRolePolicy: putRolePolicy,
    DeleteRolePolicy: deleteRolePolicy,
    GetRolePolicy: getRolePolicy,
    ListRolePolicies: listRolePolicies,
    AttachRolePolicy: attachRolePolicy,
    DetachRolePolicy: detachRolePolicy,
    ListAttachedRolePolicies: listAttachedRolePolicies,
    GetInstanceProfile: getInstanceProfile,
    ListInstanceProfilesForRole: listInstanceProfilesForRole,
    ListRoles: listRoles,
    SimulatePrincipalPolicy: simulatePrincipalPolicy,
  },
  resourceTypes: iamResourceTypes,
  resourceHandling: iamResourceHandling,
  resourceRemoval: iamResourceRemoval,
  resourcePolicy: roleResourcePolicy,
};
