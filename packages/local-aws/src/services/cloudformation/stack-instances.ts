import type {
  CreateStackInstancesCommandInput,
  CreateStackInstancesCommandOutput,
  DeleteStackInstancesCommandInput,
  DeleteStackInstancesCommandOutput,
  DescribeStackInstanceCommandInput,
  DescribeStackInstanceCommandOutput,
  ListStackInstancesCommandInput,
  ListStackInstancesCommandOutput,
  StackInstanceFilter,
} from '@aws-sdk/client-cloudformation';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { setCheck, setNamed } from './access.ts';
import { validationError } from './faults.ts';
import { readParameters } from './set-template.ts';
import { startOperation, type NewOperation } from './start-operation.ts';
import type { StackSetStage } from './run-operation.ts';
import { placeOf, type StackInstance, type StackSet } from './state.ts';
import { targetAccounts } from './targets.ts';
import { instanceView, pageOf } from './views.ts';

const checkedRegions = (world: World, asked: readonly string[] | undefined): readonly string[] => {
  const regions = [...new Set(asked ?? [])];
  if (regions.length === 0) throw validationError('Regions must name at least one Region');
  const strange = regions.find((region) => !world.facts.regions.includes(region));
  if (strange !== undefined) throw validationError(`Region ${strange} is not supported`);
  return regions;
};

/** Remembers which units and Regions an automatic deployment is for. It ignores filters of accounts, as AWS's does (aws-facts 6.3). */
const remember = (set: StackSet, unitIds: readonly string[], regions: readonly string[]): void => {
  for (const unitId of unitIds)
    set.targets.set(unitId, new Set([...(set.targets.get(unitId) ?? []), ...regions]));
};

const forget = (set: StackSet, unitIds: readonly string[], regions: readonly string[]): void => {
  for (const unitId of unitIds) {
    const left = [...(set.targets.get(unitId) ?? [])].filter((region) => !regions.includes(region));
    if (left.length === 0) set.targets.delete(unitId);
    else set.targets.set(unitId, new Set(left));
  }
};

/** Where a creation differs from an operation's common part. */
type Asked = Pick<
  CreateStackInstancesCommandInput,
  'DeploymentTargets' | 'OperationId' | 'OperationPreferences' | 'ParameterOverrides' | 'Regions'
>;

/**
 * Deploys a StackSet to the accounts in and below units. Instances that are there are deployed once more, which changes nothing where
 * nothing differs and tries again what failed.
 */
export const createInstances = (
  stage: StackSetStage,
  set: StackSet,
  input: Asked,
  ended?: NewOperation['ended'],
): string => {
  const { world } = stage;
  const regions = checkedRegions(world, input.Regions);
  const { unitIds, accounts } = targetAccounts(world, input.DeploymentTargets, 'CreateStackInstances');
  const overrides = readParameters(input.ParameterOverrides, {
    json: Object(JSON.parse(set.templateBody)),
    previous: {},
    partial: true,
  });
  const places = regions.flatMap((region) => accounts.map((target) => ({ ...target, region })));
  const id = startOperation(stage, set, {
    action: 'CREATE',
    places,
    regions,
    unitIds,
    asked: input.OperationPreferences,
    id: input.OperationId,
    ...(ended === undefined ? {} : { ended }),
  });
  if (input.ParameterOverrides !== undefined)
    for (const place of places) {
      const instance = set.instances.get(placeOf(place));
      if (instance !== undefined) instance.overrides = overrides;
    }
  remember(set, unitIds, regions);
  return id;
};

/**
 * Accounts of their own are for permissions that are self-managed; where the service manages them, targets are units.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html (Accounts)
 */
const refuseAccounts = ({
  Accounts: accounts = [],
}: {
  readonly Accounts?: readonly string[] | undefined;
}) => {
  if (accounts.length > 0)
    throw validationError(
      'Accounts is for self-managed permissions: give DeploymentTargets where the service manages them',
    );
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html */
const createStackInstances = operation<
  CreateStackInstancesCommandInput,
  Omit<CreateStackInstancesCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('CreateStackInstances', call, input),
  run: (input, call) => {
    acceptMembers(input, 'CreateStackInstances', [
      'Accounts',
      'CallAs',
      'DeploymentTargets',
      'OperationId',
      'OperationPreferences',
      'ParameterOverrides',
      'Regions',
      'StackSetName',
    ]);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    refuseAccounts(input);
    return { OperationId: createInstances(call, set, input) };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStackInstances.html */
const deleteStackInstances = operation<
  DeleteStackInstancesCommandInput,
  Omit<DeleteStackInstancesCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('DeleteStackInstances', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DeleteStackInstances', [
      'Accounts',
      'CallAs',
      'DeploymentTargets',
      'OperationId',
      'OperationPreferences',
      'Regions',
      'RetainStacks',
      'StackSetName',
    ]);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    refuseAccounts(input);
    if (input.RetainStacks === undefined) throw validationError('RetainStacks must be specified');
    const regions = checkedRegions(call.world, input.Regions);
    const { unitIds, accounts } = targetAccounts(call.world, input.DeploymentTargets, 'DeleteStackInstances');
    const wanted = new Set(accounts.map(({ account }) => account));
    const places = [...set.instances.values()].filter(
      ({ account, region }) => wanted.has(account) && regions.includes(region),
    );
    const OperationId = startOperation(call, set, {
      action: 'DELETE',
      places,
      regions,
      unitIds,
      asked: input.OperationPreferences,
      retainStacks: input.RetainStacks,
      id: input.OperationId,
    });
    const { AccountFilterType: filter = 'NONE' } = input.DeploymentTargets ?? {};
    if (filter === 'NONE') forget(set, unitIds, regions);
    return { OperationId };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceFilter.html */
const passes = (filters: readonly StackInstanceFilter[]) => (instance: StackInstance) =>
  filters.every(({ Name: name, Values: value }) => {
    switch (name) {
      case 'DETAILED_STATUS':
        return instance.detailed === value;
      case 'DRIFT_STATUS':
        return (instance.drift?.status ?? 'NOT_CHECKED') === value;
      case 'LAST_OPERATION_ID':
        return instance.lastOperationId === value;
      case undefined:
        throw unimplemented(`Filters ${name ?? ''}`, 'ListStackInstances');
    }
  });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html */
const listStackInstances = operation<
  ListStackInstancesCommandInput,
  Omit<ListStackInstancesCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('ListStackInstances', call, input),
  run: (input, call) => {
    acceptMembers(input, 'ListStackInstances', [
      'CallAs',
      'Filters',
      'MaxResults',
      'NextToken',
      'StackInstanceAccount',
      'StackInstanceRegion',
      'StackSetName',
    ]);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    const { StackInstanceAccount: account, StackInstanceRegion: region } = input;
    const found = [...set.instances.values()]
      .filter((one) => account === undefined || one.account === account)
      .filter((one) => region === undefined || one.region === region)
      .filter(passes(input.Filters ?? []));
    const page = pageOf(found, input);
    return {
      Summaries: page.items.map((one) => {
        const { ParameterOverrides: _inSummariesThereAreNone, ...summary } = instanceView(set, one);
        return summary;
      }),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackInstance.html */
const describeStackInstance = operation<
  DescribeStackInstanceCommandInput,
  Omit<DescribeStackInstanceCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('DescribeStackInstance', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DescribeStackInstance', [
      'CallAs',
      'StackInstanceAccount',
      'StackInstanceRegion',
      'StackSetName',
    ]);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    const place = placeOf({
      account: input.StackInstanceAccount ?? '',
      region: input.StackInstanceRegion ?? '',
    });
    const instance = set.instances.get(place);
    if (instance === undefined)
      throw new ServiceFault(
        'StackInstanceNotFoundException',
        `StackSet ${set.name} has no stack instance in ${place}`,
        { status: 404 },
      );
    return { StackInstance: instanceView(set, instance) };
  },
});

/** Instances of StackSets. */
export const stackInstanceOperations: Readonly<Record<string, Operation>> = {
  CreateStackInstances: createStackInstances,
  DeleteStackInstances: deleteStackInstances,
  DescribeStackInstance: describeStackInstance,
  ListStackInstances: listStackInstances,
};
