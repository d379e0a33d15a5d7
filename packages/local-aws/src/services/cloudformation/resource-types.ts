import type { DeploymentTargets, StackSetOperationPreferences } from '@aws-sdk/client-cloudformation';
import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { refuseStrangers } from './access.ts';
import { PREFERENCE_MEMBERS } from './preferences.ts';
import { addStackSet } from './stack-sets.ts';
import { createInstances } from './stack-instances.ts';

/** Numbers in templates may be written as text. */
export const preferencesOf = (read: ResourceProperties): StackSetOperationPreferences | undefined => {
  const within = read.within('OperationPreferences', PREFERENCE_MEMBERS);
  if (within === undefined) return undefined;
  const numbers = PREFERENCE_MEMBERS.filter((name) => /Count$|Percentage$/.test(name)).map(
    (name) => [name, within.number(name)] as const,
  );
  const mode = within.oneOf('ConcurrencyMode', ['STRICT_FAILURE_TOLERANCE', 'SOFT_FAILURE_TOLERANCE']);
  const type = within.oneOf('RegionConcurrencyType', ['SEQUENTIAL', 'PARALLEL']);
  const order = within.texts('RegionOrder');
  return {
    ...Object.fromEntries(numbers.filter(([, value]) => value !== undefined)),
    ...(mode === undefined ? {} : { ConcurrencyMode: mode }),
    ...(type === undefined ? {} : { RegionConcurrencyType: type }),
    ...(order.length === 0 ? {} : { RegionOrder: [...order] }),
  };
};

const targetsOf = (group: ResourceProperties): DeploymentTargets => {
  const targets = group.within('DeploymentTargets', [
    'OrganizationalUnitIds',
    'AccountFilterType',
    'Accounts',
  ]);
  const filter = targets?.oneOf('AccountFilterType', ['NONE', 'INTERSECTION', 'DIFFERENCE']);
  return {
    OrganizationalUnitIds: [...(targets?.texts('OrganizationalUnitIds') ?? [])],
    ...(filter === undefined
      ? {}
      : { AccountFilterType: filter, Accounts: [...(targets?.texts('Accounts') ?? [])] }),
  };
};

/** Parameters of a StackSet in a template. */
export const parametersOf = (read: ResourceProperties) =>
  read.eachWithin('Parameters', ['ParameterKey', 'ParameterValue']).map((one) => ({
    ParameterKey: one.requiredText('ParameterKey'),
    ParameterValue: one.requiredText('ParameterValue'),
  }));

const autoDeploymentOf = (read: ResourceProperties) => {
  const auto = read.within('AutoDeployment', ['Enabled', 'RetainStacksOnAccountRemoval']);
  const enabled = auto?.flag('Enabled');
  const retain = auto?.flag('RetainStacksOnAccountRemoval');
  return {
    ...(enabled === undefined ? {} : { Enabled: enabled }),
    ...(retain === undefined ? {} : { RetainStacksOnAccountRemoval: retain }),
  };
};

/**
 * A StackSet as a resource: made, and its groups of instances deployed in one operation each. CloudFormation waits for these; here the
 * deployment of the template ends before them, and they go on as time passes.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
 */
const createStackSet = (resource: ResolvedResource, deployment: Deployment): Created => {
  const read = new ResourceProperties(resource, [
    'AutoDeployment',
    'CallAs',
    'Capabilities',
    'Description',
    'ManagedExecution',
    'OperationPreferences',
    'Parameters',
    'PermissionModel',
    'StackInstancesGroup',
    'StackSetName',
    'Tags',
    'TemplateBody',
  ]);
  const { world, account, region } = deployment;
  const model = read.oneOf('PermissionModel', ['SERVICE_MANAGED']);
  if (model === undefined) throw read.refuse('PermissionModel', 'SERVICE_MANAGED');
  const root = { kind: 'root', account } as const;
  const caller = {
    account,
    principal: root,
    accessKeyId: '',
    context: {},
    sessionPolicies: [],
    transitiveTags: {},
  };
  refuseStrangers({ world, caller }, read.oneOf('CallAs', ['SELF', 'DELEGATED_ADMIN']));
  const description = read.text('Description');
  const stage = { ...deployment, region };
  const set = addStackSet(stage, {
    StackSetName: read.requiredText('StackSetName'),
    TemplateBody: read.requiredText('TemplateBody'),
    Capabilities: read.texts('Capabilities').map((one) => {
      if (one === 'CAPABILITY_IAM' || one === 'CAPABILITY_NAMED_IAM') return one;
      throw read.refuse('Capabilities', 'CAPABILITY_IAM or CAPABILITY_NAMED_IAM');
    }),
    Parameters: parametersOf(read),
    Tags: [...read.tags()].map(([Key, Value]) => ({ Key, Value })),
    AutoDeployment: autoDeploymentOf(read),
    ManagedExecution: { Active: read.within('ManagedExecution', ['Active'])?.flag('Active') ?? false },
    ...(description === undefined ? {} : { Description: description }),
  });
  for (const group of read.eachWithin('StackInstancesGroup', ['DeploymentTargets', 'Regions']))
    createInstances(stage, set, {
      DeploymentTargets: targetsOf(group),
      Regions: [...group.texts('Regions')],
      OperationPreferences: preferencesOf(read),
    });
  return { ref: set.id, attributes: { StackSetId: set.id } };
};

/** CloudFormation's own resource types. */
export const stackSetResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::CloudFormation::StackSet': createStackSet,
};
