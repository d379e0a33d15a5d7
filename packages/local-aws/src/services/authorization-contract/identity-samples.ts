import { ACCOUNT, OTHER_ACCOUNT, sessionOf } from '../testing.ts';
import type { Samples } from './sample.ts';

const Tags = [{ Key: 'incident', Value: 'inc-1' }];
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/limits`;
const RoleName = 'bounded';

/** Requests to IAM. */
export const iamSamples: Samples = () => [
  { operation: 'GetRole', input: { RoleName } },
  {
    operation: 'CreateRole',
    input: {
      RoleName: 'made',
      Path: '/team/',
      AssumeRolePolicyDocument: '{}',
      Tags,
      PermissionsBoundary: PolicyArn,
    },
  },
  { operation: 'UpdateAssumeRolePolicy', input: { RoleName, PolicyDocument: '{}' } },
  { operation: 'TagRole', input: { RoleName, Tags } },
  { operation: 'UntagRole', input: { RoleName, TagKeys: ['incident'] } },
  { operation: 'ListRoleTags', input: { RoleName } },
  { operation: 'PutRolePolicy', input: { RoleName, PolicyName: 'p', PolicyDocument: '{}' } },
  { operation: 'DeleteRolePolicy', input: { RoleName, PolicyName: 'p' } },
  { operation: 'GetRolePolicy', input: { RoleName, PolicyName: 'p' } },
  { operation: 'ListRolePolicies', input: { RoleName } },
  { operation: 'AttachRolePolicy', input: { RoleName, PolicyArn } },
  { operation: 'DetachRolePolicy', input: { RoleName, PolicyArn } },
  { operation: 'ListAttachedRolePolicies', input: { RoleName } },
  { operation: 'GetInstanceProfile', input: { InstanceProfileName: 'worker' } },
  { operation: 'ListInstanceProfilesForRole', input: { RoleName: 'worker' } },
  { operation: 'ListRoles', input: { PathPrefix: '/team/' } },
  {
    operation: 'SimulatePrincipalPolicy',
    input: { PolicySourceArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`, ActionNames: ['iam:TagRole'] },
  },
];

const chained = sessionOf(ACCOUNT, 'source', 'inc-1', {
  context: { 'aws:SourceIdentity': 'inc-1' },
  transitiveTags: { incident: 'inc-1' },
});
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/bounded`;

/** Requests to STS. */
export const stsSamples: Samples = () => [
  { operation: 'AssumeRole', what: 'plain', input: { RoleArn, RoleSessionName: 'inc-1' } },
  {
    operation: 'AssumeRole',
    what: 'with tags, source identity and external id',
    input: {
      RoleArn,
      RoleSessionName: 'inc-1',
      ExternalId: 'ours',
      SourceIdentity: 'inc-1',
      Tags,
      TransitiveTagKeys: ['incident'],
    },
  },
  {
    operation: 'AssumeRole',
    what: 'in a chain, whose tags and identity pass through',
    input: { RoleArn, RoleSessionName: 'inc-1' },
    as: { caller: chained },
  },
  { operation: 'GetCallerIdentity', input: {} },
  { operation: 'GetSessionToken', input: {} },
];

/** Requests to CloudTrail. */
export const cloudtrailSamples: Samples = () => [{ operation: 'LookupEvents', input: {} }];

const UNIT = 'ou-test-work';

/** Requests to Organizations. */
export const organizationsSamples: Samples = () => [
  { operation: 'ListAccounts', input: {} },
  { operation: 'DescribeAccount', input: { AccountId: OTHER_ACCOUNT } },
  { operation: 'DescribeOrganization', input: {} },
  { operation: 'ListRoots', input: {} },
  { operation: 'ListParents', what: 'of an account', input: { ChildId: OTHER_ACCOUNT } },
  { operation: 'ListParents', what: 'of a unit', input: { ChildId: UNIT } },
  { operation: 'DescribeOrganizationalUnit', input: { OrganizationalUnitId: UNIT } },
  { operation: 'ListOrganizationalUnitsForParent', what: 'of the root', input: { ParentId: 'r-test' } },
  { operation: 'ListOrganizationalUnitsForParent', what: 'of a unit', input: { ParentId: UNIT } },
  { operation: 'ListAccountsForParent', what: 'of the root', input: { ParentId: 'r-test' } },
  { operation: 'ListAccountsForParent', what: 'of a unit', input: { ParentId: UNIT } },
  ...['r-test', UNIT, OTHER_ACCOUNT].map((ResourceId) => ({
    operation: 'ListTagsForResource',
    what: `of ${ResourceId}`,
    input: { ResourceId },
  })),
  { operation: 'CreateAccount', input: { AccountName: 'new', Email: 'new@example.com' } },
  { operation: 'DescribeCreateAccountStatus', input: { CreateAccountRequestId: 'car-1' } },
  {
    operation: 'MoveAccount',
    input: { AccountId: OTHER_ACCOUNT, SourceParentId: UNIT, DestinationParentId: 'r-test' },
  },
  { operation: 'EnableAWSServiceAccess', input: { ServicePrincipal: 'config.amazonaws.com' } },
  { operation: 'ListAWSServiceAccessForOrganization', input: {} },
  { operation: 'ListPolicies', input: { Filter: 'SERVICE_CONTROL_POLICY' } },
  { operation: 'DescribePolicy', input: { PolicyId: 'p-FullAWSAccess' } },
  { operation: 'ListTargetsForPolicy', input: { PolicyId: 'p-FullAWSAccess' } },
  { operation: 'ListDelegatedAdministrators', input: { ServicePrincipal: 'config.amazonaws.com' } },
  {
    operation: 'RegisterDelegatedAdministrator',
    input: { AccountId: OTHER_ACCOUNT, ServicePrincipal: 'config.amazonaws.com' },
  },
];
