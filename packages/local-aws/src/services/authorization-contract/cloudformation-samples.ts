import { REGION } from '../testing.ts';
import type { Samples } from './sample.ts';

const ofSet = { StackSetName: 'roles:5f0c9b2e-0000-4000-a000-000000000000' };
const Regions = [REGION];
const DeploymentTargets = { OrganizationalUnitIds: ['ou-test-work'] };

const ofStack = { StackName: 'roles' };
const asked = {
  ...ofStack,
  TemplateURL: `https://s3.${REGION}.amazonaws.com/code/roles.json`,
  RoleARN: 'arn:aws:iam::111122223333:role/deployer',
  Tags: [{ Key: 'team', Value: 'shop' }],
};

/** Requests to CloudFormation about StackSets and stacks. */
export const cloudformationSamples: Samples = () => [
  { operation: 'ActivateOrganizationsAccess', input: {} },
  { operation: 'DescribeOrganizationsAccess', input: {} },
  {
    operation: 'CreateStackSet',
    input: { StackSetName: 'roles', Tags: [{ Key: 'team', Value: 'shop' }] },
  },
  { operation: 'DescribeStackSet', input: ofSet },
  { operation: 'UpdateStackSet', input: { ...ofSet, UsePreviousTemplate: true } },
  { operation: 'DeleteStackSet', input: ofSet },
  { operation: 'CreateStackInstances', input: { ...ofSet, Regions, DeploymentTargets } },
  { operation: 'DeleteStackInstances', input: { ...ofSet, Regions, DeploymentTargets, RetainStacks: true } },
  {
    operation: 'DescribeStackInstance',
    input: { ...ofSet, StackInstanceAccount: '222222222222', StackInstanceRegion: REGION },
  },
  { operation: 'ListStackInstances', input: ofSet },
  { operation: 'DescribeStackSetOperation', input: { ...ofSet, OperationId: 'one' } },
  { operation: 'DetectStackSetDrift', input: ofSet },
  { operation: 'ListStackSetOperationResults', input: { ...ofSet, OperationId: 'one' } },
  { operation: 'ListStackSetOperations', input: ofSet },
  { operation: 'CreateStack', input: asked },
  { operation: 'UpdateStack', input: asked },
  { operation: 'CreateChangeSet', input: { ...asked, ChangeSetName: 'next' } },
  { operation: 'DescribeChangeSet', input: { ...ofStack, ChangeSetName: 'next' } },
  { operation: 'ExecuteChangeSet', input: { ...ofStack, ChangeSetName: 'next' } },
  { operation: 'DeleteChangeSet', input: { ...ofStack, ChangeSetName: 'next' } },
  { operation: 'DescribeStacks', input: ofStack },
  { operation: 'DescribeStackEvents', input: ofStack },
  { operation: 'GetTemplate', input: ofStack },
  { operation: 'DeleteStack', input: { ...ofStack, RoleARN: asked.RoleARN } },
  { operation: 'UpdateTerminationProtection', input: { ...ofStack, EnableTerminationProtection: true } },
];
