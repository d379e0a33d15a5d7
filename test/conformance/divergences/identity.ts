import { at, differ, localLacks, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const IAM = 'https://docs.aws.amazon.com/IAM/latest/APIReference/';
const STS = 'https://docs.aws.amazon.com/STS/latest/APIReference/';
const ORGANIZATIONS = 'https://docs.aws.amazon.com/organizations/latest/APIReference/';
const SSM = 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/';

const iam: readonly Divergence[] = [
  localLacks(
    [
      at(['iam: creates a role below a path', 'iam: reads a role'], { 'Role.RoleLastUsed': {} }),
      at(['iam: reads an instance profile with its role'], { 'InstanceProfile.Roles[].RoleLastUsed': {} }),
      at(['iam: lists the profiles of a role'], { 'InstanceProfiles[].Roles[].RoleLastUsed': {} }),
    ],
    {
      page: `${IAM}API_Role.html`,
      because: 'RoleLastUsed is left out here: nothing of the product reads when a role was used',
    },
  ),
  motoTakes(['iam: refuses a role with a trust policy that is no JSON'], 'MalformedPolicyDocumentException', {
    page: `${IAM}API_CreateRole.html`,
    because: 'a malformed trust policy is MalformedPolicyDocument; moto keeps any text',
  }),
  motoTakes(['iam: refuses an inline policy longer than a role may have'], 'LimitExceededException', {
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
    because: 'inline policies of a role may have 10,240 characters together; moto counts none',
  }),
  motoLacks(
    [
      at(['iam: lists the roles below a path'], {
        'Roles[].AssumeRolePolicyDocument.<JSON, URL-encoded>': {
          Statement: [
            {
              Action: 'sts:AssumeRole',
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::<management>:root' },
            },
          ],
          Version: '2012-10-17',
        },
      }),
      at(['iam: reads an instance profile with its role'], {
        'InstanceProfile.Roles[].AssumeRolePolicyDocument.<JSON, URL-encoded>': {
          Statement: [
            { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } },
          ],
          Version: '2012-10-17',
        },
      }),
      at(['iam: lists the profiles of a role'], {
        'InstanceProfiles[].Roles[].AssumeRolePolicyDocument.<JSON, URL-encoded>': {
          Statement: [
            { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } },
          ],
          Version: '2012-10-17',
        },
      }),
    ],
    { page: `${IAM}API_Role.html`, because: 'the trust policy is URL-encoded wherever a role is given' },
  ),
  differ(
    [
      at(['iam: lists the roles below a path'], {
        'Roles[].AssumeRolePolicyDocument.<JSON>': {
          moto: {
            Statement: [
              {
                Action: 'sts:AssumeRole',
                Effect: 'Allow',
                Principal: { AWS: 'arn:aws:iam::<management>:root' },
              },
            ],
            Version: '2012-10-17',
          },
        },
      }),
      at(['iam: reads an instance profile with its role'], {
        'InstanceProfile.Roles[].AssumeRolePolicyDocument.<JSON>': {
          moto: {
            Statement: [
              { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } },
            ],
            Version: '2012-10-17',
          },
        },
      }),
      at(['iam: lists the profiles of a role'], {
        'InstanceProfiles[].Roles[].AssumeRolePolicyDocument.<JSON>': {
          moto: {
            Statement: [
              { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } },
            ],
            Version: '2012-10-17',
          },
        },
      }),
    ],
    {
      right: 'local-aws',
      page: `${IAM}API_Role.html`,
      because: 'moto gives the trust policy unencoded in lists and in profiles',
    },
  ),
  motoLacks([at(['iam: lists the profiles of a role'], { IsTruncated: false })], {
    page: `${IAM}API_ListInstanceProfilesForRole.html`,
    because: 'the list says whether there is more',
  }),
];

const sts: readonly Divergence[] = [
  differ([at(['sts: takes a role of another account'], { PackedPolicySize: { moto: '<opaque>' } })], {
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
  localLacks(
    [
      at(['organizations: describes the organization'], {
        'Organization.AvailablePolicyTypes': [{ Status: 'ENABLED', Type: 'SERVICE_CONTROL_POLICY' }],
      }),
    ],
    {
      page: `${ORGANIZATIONS}API_Organization.html`,
      because: 'the page calls AvailablePolicyTypes deprecated, and sends readers to ListRoots',
    },
  ),
  motoLacks(
    [
      at(['organizations: lists the accounts of a unit', 'organizations: lists all accounts'], {
        'Accounts[].Paths': ['<organization>/<root>/<unit>/<member>/'],
      }),
      at(['organizations: lists all accounts'], {
        'Accounts[].Paths': ['<organization>/<root>/<management>/'],
      }),
      at(['organizations: describes an account'], {
        'Account.Paths': ['<organization>/<root>/<unit>/<member>/'],
      }),
    ],
    { page: `${ORGANIZATIONS}API_Account.html`, because: 'an account has its paths in the organization' },
  ),
  differ(
    [
      at(['organizations: lists all accounts'], {
        'Accounts[].JoinedMethod': { local: 'INVITED', moto: 'CREATED' },
      }),
    ],
    {
      right: 'local-aws',
      page: `${ORGANIZATIONS}API_Account.html`,
      because: 'the account that makes an organization was there before it, so that it was not created in it',
    },
  ),
];

const ssm: readonly Divergence[] = [
  motoLacks([at(['ssm: reads a document'], { CreatedDate: '<time>' })], {
    page: `${SSM}API_GetDocument.html`,
    because: 'the answer has the date of the document',
  }),
  differ(
    [
      at(['ssm: describes a document'], {
        'Document.PlatformTypes[]': { local: 'Linux', moto: 'Not Implemented (moto)' },
      }),
      at(['ssm: describes a document'], { 'Document.PlatformTypes[]': { local: 'MacOS' } }),
    ],
    {
      right: 'local-aws',
      page: `${SSM}API_DocumentDescription.html`,
      because: 'moto says in place of the platforms that it does not know them',
    },
  ),
  differ(
    [
      at(['ssm: refuses a version that is not there'], {
        'refused.code': { local: 'InvalidDocumentVersion', moto: 'InvalidDocument' },
      }),
    ],
    {
      right: 'local-aws',
      page: `${SSM}API_GetDocument.html`,
      because: 'a version that is not there has an error of its own',
    },
  ),
];

/** IAM, STS, Organizations and Systems Manager. */
export const identityDivergences: readonly Divergence[] = [...iam, ...sts, ...organizations, ...ssm];
