import { at, differ, motoLacks, motoTakes, outcomes, type Divergence } from '../divergence.ts';

const SETS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/';

const sets: readonly Divergence[] = [
  differ(
    [
      at(['cloudformation: describes a StackSet', 'cloudformation: describes a StackSet that was updated'], {
        'StackSet.AdministrationRoleARN': {
          moto: 'arn:aws:iam::<management>:role/AWSCloudFormationStackSetAdministrationRole',
        },
        'StackSet.ExecutionRoleName': { moto: 'AWSCloudFormationStackSetExecutionRole' },
      }),
      at(
        [
          'cloudformation: describes an operation that succeeded',
          'cloudformation: describes an update that succeeded',
          'cloudformation: describes a removal that succeeded',
        ],
        {
          'StackSetOperation.AdministrationRoleARN': {
            moto: 'arn:aws:iam::<management>:role/AWSCloudFormationStackSetAdministrationRole',
          },
          'StackSetOperation.ExecutionRoleName': { moto: 'AWSCloudFormationStackSetExecutionRole' },
        },
      ),
    ],
    {
      right: 'local-aws',
      page: `${SETS}API_CreateStackSet.html`,
      because: 'both roles are for permissions that are self-managed; here the service manages them',
    },
  ),
  motoLacks(
    [
      at(['cloudformation: describes a StackSet', 'cloudformation: describes a StackSet that was updated'], {
        'StackSet.AutoDeployment': { Enabled: false },
        'StackSet.Capabilities': ['CAPABILITY_NAMED_IAM'],
        'StackSet.StackSetDriftDetectionDetails': { DriftStatus: 'NOT_CHECKED' },
      }),
      at(['cloudformation: describes a StackSet that was updated'], {
        'StackSet.OrganizationalUnitIds': ['<unit>'],
        'StackSet.Regions': ['eu-west-1'],
      }),
    ],
    {
      page: `${SETS}API_StackSet.html`,
      because:
        'a StackSet says what it may make, where it is deployed, and whether it was looked at for drift',
    },
  ),
  motoTakes(['cloudformation: refuses a StackSet whose name is taken'], 'NameAlreadyExistsException', {
    page: `${SETS}API_CreateStackSet.html`,
    because: 'the name must be unique in the Region',
  }),
];

const operations: readonly Divergence[] = [
  motoLacks(
    [
      at(
        [
          'cloudformation: describes an operation that succeeded',
          'cloudformation: describes a removal that succeeded',
        ],
        { 'StackSetOperation.DeploymentTargets': { OrganizationalUnitIds: ['<unit>'] } },
      ),
      at(
        [
          'cloudformation: describes an operation that succeeded',
          'cloudformation: describes an update that succeeded',
          'cloudformation: describes a removal that succeeded',
        ],
        {
          'StackSetOperation.OperationPreferences': {},
          'StackSetOperation.StatusDetails': { FailedStackInstancesCount: 0 },
        },
      ),
      at(['cloudformation: describes a removal that succeeded'], { 'StackSetOperation.RetainStacks': false }),
    ],
    {
      page: `${SETS}API_StackSetOperation.html`,
      because: 'an operation says for which units and how it is, and how many instances failed',
    },
  ),
  motoLacks(
    [
      at(['cloudformation: lists the operations of a StackSet'], {
        'Summaries[].StatusDetails': { FailedStackInstancesCount: 0 },
      }),
    ],
    { page: `${SETS}API_StackSetOperationSummary.html`, because: 'a summary says how many instances failed' },
  ),
  motoLacks(
    [
      at(['cloudformation: lists the results of an operation'], {
        Summaries: [
          { Account: '<member>', OrganizationalUnitId: '<unit>', Region: 'eu-west-1', Status: 'SUCCEEDED' },
        ],
      }),
    ],
    {
      page: `${SETS}API_ListStackSetOperationResults.html`,
      because: 'the results are by account and Region; moto has none where units were named',
    },
  ),
  differ(
    [
      at(['cloudformation: refuses an operation that is not there'], {
        'refused.code': { local: 'OperationNotFoundException', moto: 'ValidationError' },
        status: { local: 404, moto: 400 },
      }),
    ],
    {
      right: 'local-aws',
      page: `${SETS}API_DescribeStackSetOperation.html`,
      because: 'an operation that is not there has an error of its own (404)',
    },
  ),
];

const instances: readonly Divergence[] = [
  motoLacks(
    [
      at(['cloudformation: lists the instances of a StackSet'], {
        'Summaries[].DriftStatus': 'NOT_CHECKED',
        'Summaries[].LastOperationId': '<deployment>',
        'Summaries[].OrganizationalUnitId': '<unit>',
      }),
      at(['cloudformation: describes an instance of a StackSet'], {
        'StackInstance.DriftStatus': 'NOT_CHECKED',
        'StackInstance.LastOperationId': '<deployment>',
        'StackInstance.OrganizationalUnitId': '<unit>',
      }),
    ],
    {
      page: `${SETS}API_StackInstance.html`,
      because:
        'an instance names its unit and the last operation on it, and says whether it was looked at for drift',
    },
  ),
  differ(
    [
      at(['cloudformation: lists the instances of a StackSet'], {
        'Summaries[].StackId': {
          local: 'arn:aws:cloudformation:eu-west-1:<member>:stack/StackSet-conformance-<uuid>/<uuid>',
          moto: 'arn:aws:cloudformation:eu-west-1:<member>:stack/StackSet-<stack set>/<uuid>',
        },
      }),
      at(['cloudformation: describes an instance of a StackSet'], {
        'StackInstance.StackId': {
          local: 'arn:aws:cloudformation:eu-west-1:<member>:stack/StackSet-conformance-<uuid>/<uuid>',
          moto: 'arn:aws:cloudformation:eu-west-1:<member>:stack/StackSet-<stack set>/<uuid>',
        },
      }),
    ],
    {
      right: 'local-aws',
      page: `${SETS}API_CreateStack.html`,
      because:
        'the name of a stack has letters, digits and hyphens; moto puts the id of the StackSet with its colon there',
    },
  ),
  differ(
    [
      at(['cloudformation: refuses an instance that is not there'], {
        'refused.code': { local: 'StackInstanceNotFoundException', moto: 'Error' },
        status: { local: 404, moto: 500 },
      }),
    ],
    {
      right: 'local-aws',
      page: `${SETS}API_DescribeStackInstance.html`,
      because:
        'an instance that is not there has an error of its own (404); moto ends in an error of its own (500)',
    },
  ),
  differ(
    [
      at(['cloudformation: lists the instances that are left'], {
        Summaries: {
          moto: [
            {
              Account: '<member>',
              Region: 'eu-west-1',
              StackId: 'arn:aws:cloudformation:eu-west-1:<member>:stack/StackSet-<stack set>/<uuid>',
              StackInstanceStatus: { DetailedStatus: 'SUCCEEDED' },
              StackSetId: '<stack set>',
              Status: 'CURRENT',
            },
          ],
        },
      }),
    ],
    {
      right: 'local-aws',
      page: `${SETS}API_DeleteStackInstances.html`,
      because:
        'DeploymentTargets name from where instances are taken; moto reads Accounts alone, and takes none',
    },
  ),
  outcomes(
    ['cloudformation: deletes a StackSet'],
    { local: 'answered', moto: 'refused StackSetNotEmptyException' },
    {
      right: 'local-aws',
      page: `${SETS}API_DeleteStackSet.html`,
      because: 'what follows: moto still has the instances',
    },
  ),
];

/** StackSets of CloudFormation. */
export const stackSetDivergences: readonly Divergence[] = [...sets, ...operations, ...instances];
