import { differ, localLacks, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const IAM = 'https://docs.aws.amazon.com/IAM/latest/APIReference/';
const STS = 'https://docs.aws.amazon.com/STS/latest/APIReference/';
const ORGANIZATIONS = 'https://docs.aws.amazon.com/organizations/latest/APIReference/';
const SSM = 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/';

const iam: readonly Divergence[] = [
  localLacks(['iam: *'], ['*RoleLastUsed'], {
    page: `${IAM}API_Role.html`,
    because: 'RoleLastUsed is left out here: nothing of the product reads when a role was used',
  }),
  motoTakes(['iam: refuses a role with a trust policy that is no JSON'], 'MalformedPolicyDocumentException', {
    page: `${IAM}API_CreateRole.html`,
    because: 'a malformed trust policy is MalformedPolicyDocument; moto keeps any text',
  }),
  motoTakes(['iam: refuses an inline policy longer than a role may have'], 'LimitExceededException', {
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
    because: 'inline policies of a role may have 10,240 characters together; moto counts none',
  }),
  motoLacks(
    ['iam: lists *', 'iam: reads an instance profile*'],
    ['*AssumeRolePolicyDocument.<JSON, URL-encoded>'],
    {
      page: `${IAM}API_Role.html`,
      because: 'the trust policy is URL-encoded wherever a role is given',
    },
  ),
  differ(['iam: lists *', 'iam: reads an instance profile*'], ['*AssumeRolePolicyDocument.<JSON>'], {
    local: 'absent',
    moto: 'something',
    right: 'local-aws',
    page: `${IAM}API_Role.html`,
    because: 'moto gives the trust policy unencoded in lists and in profiles',
  }),
  motoLacks(['iam: lists the profiles of a role'], ['IsTruncated'], {
    page: `${IAM}API_ListInstanceProfilesForRole.html`,
    because: 'the list says whether there is more',
  }),
];

const sts: readonly Divergence[] = [
  differ(['sts: takes a role of another account'], ['PackedPolicySize'], {
    local: 'absent',
    moto: 'something',
    right: 'neither-documented',
    page: `${STS}API_AssumeRole.html`,
    because: 'the size is that of session policies and tags, and none were passed',
  }),
  motoTakes(['sts: refuses a role that is not there'], 'AccessDenied', {
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html',
    because: 'nobody may take a role that is not there; moto gives keys for any ARN',
  }),
  motoTakes(
    [
      'sts: refuses a role by a malformed ARN',
      'sts: refuses a session longer than the role allows',
      'sts: refuses a session shorter than a quarter of an hour',
    ],
    'ValidationError',
    {
      page: `${STS}API_AssumeRole.html`,
      because:
        'RoleArn and DurationSeconds are validated: 900 seconds to what the role allows, an hour for a chained session',
    },
  ),
];

const organizations: readonly Divergence[] = [
  localLacks(['organizations: describes the organization'], ['Organization.AvailablePolicyTypes'], {
    page: `${ORGANIZATIONS}API_Organization.html`,
    because: 'the page calls AvailablePolicyTypes deprecated, and sends readers to ListRoots',
  }),
  motoLacks(['organizations: lists *', 'organizations: describes an account'], ['*Paths'], {
    page: `${ORGANIZATIONS}API_Account.html`,
    because: 'an account has its paths in the organization',
  }),
  differ(['organizations: lists all accounts'], ['Accounts[].JoinedMethod'], {
    local: '"INVITED"',
    moto: '"CREATED"',
    right: 'local-aws',
    page: `${ORGANIZATIONS}API_Account.html`,
    because: 'the account that makes an organization was there before it, so that it was not created in it',
  }),
];

const ssm: readonly Divergence[] = [
  motoLacks(['ssm: reads a document'], ['CreatedDate'], {
    page: `${SSM}API_GetDocument.html`,
    because: 'the answer has the date of the document',
  }),
  differ(['ssm: describes a document'], ['Document.PlatformTypes[]'], {
    local: 'something',
    moto: 'anything',
    right: 'local-aws',
    page: `${SSM}API_DocumentDescription.html`,
    because: 'moto says in place of the platforms that it does not know them',
  }),
  differ(['ssm: refuses a version that is not there'], ['refused.code'], {
    local: '"InvalidDocumentVersion"',
    moto: '"InvalidDocument"',
    right: 'local-aws',
    page: `${SSM}API_GetDocument.html`,
    because: 'a version that is not there has an error of its own',
  }),
];

/** IAM, STS, Organizations and Systems Manager. */
export const identityDivergences: readonly Divergence[] = [...iam, ...sts, ...organizations, ...ssm];
