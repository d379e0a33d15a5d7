import type {
  StackInstance as StackInstanceView,
  StackSet as StackSetView,
  StackSetDriftDetectionDetails,
  StackSetOperation as OperationView,
} from '@aws-sdk/client-cloudformation';
import { takePage, type Page } from '../page.ts';
import { validationError } from './faults.ts';
import type { Parameters, StackInstance, StackSet, StackSetOperation } from './state.ts';

const PAGE_LIMIT = 100;

/** One page of a list. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html (MaxResults) */
export const pageOf = <Item>(
  items: readonly Item[],
  {
    NextToken: token,
    MaxResults: size = PAGE_LIMIT,
  }: { NextToken?: string | undefined; MaxResults?: number | undefined },
): Page<Item> => {
  if (size < 1 || size > PAGE_LIMIT)
    throw validationError(`Value '${size}' at 'maxResults' is not within 1 and ${PAGE_LIMIT}`);
  return takePage(items, { token, size }, () => validationError('NextToken is not valid'));
};

/** Values of parameters as the API lists them. */
export const parameterList = (parameters: Parameters) =>
  Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

/** An instance as the API shows it. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstance.html */
export const instanceView = (set: StackSet, instance: StackInstance): StackInstanceView => ({
  StackSetId: set.id,
  Region: instance.region,
  Account: instance.account,
  OrganizationalUnitId: instance.unitId,
  ParameterOverrides: parameterList(instance.overrides),
  Status: instance.status,
  StackInstanceStatus: { DetailedStatus: instance.detailed },
  DriftStatus: instance.drift?.status ?? 'NOT_CHECKED',
  ...(instance.stack === undefined ? {} : { StackId: instance.stack.stackId }),
  ...(instance.reason === undefined ? {} : { StatusReason: instance.reason }),
  ...(instance.drift === undefined ? {} : { LastDriftCheckTimestamp: new Date(instance.drift.at) }),
  ...(instance.lastOperationId === undefined ? {} : { LastOperationId: instance.lastOperationId }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetDriftDetectionDetails.html */
const driftView = (set: StackSet): StackSetDriftDetectionDetails => {
  const check = set.lastDriftCheck;
  if (check === undefined) return { DriftStatus: 'NOT_CHECKED' };
  const instances = [...set.instances.values()];
  const having = (status: string): number => instances.filter(({ drift }) => drift?.status === status).length;
  const results = [...(set.operations.get(check.operationId)?.results.values() ?? [])];
  const failed = results.filter(({ status }) => status === 'FAILED').length;
  return {
    DriftStatus: having('DRIFTED') > 0 ? 'DRIFTED' : 'IN_SYNC',
    DriftDetectionStatus: failed > 0 ? 'PARTIAL_SUCCESS' : 'COMPLETED',
    LastDriftCheckTimestamp: new Date(check.at),
    TotalStackInstancesCount: instances.length,
    DriftedStackInstancesCount: having('DRIFTED'),
    InSyncStackInstancesCount: having('IN_SYNC'),
    InProgressStackInstancesCount: 0,
    FailedStackInstancesCount: failed,
  };
};

/** A StackSet as the API shows it. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSet.html */
export const setView = (set: StackSet): StackSetView => ({
  StackSetName: set.name,
  StackSetId: set.id,
  StackSetARN: set.arn,
  Status: 'ACTIVE',
  TemplateBody: set.templateBody,
  Parameters: parameterList(set.parameters),
  Capabilities: [...set.capabilities],
  Tags: [...set.tags].map(([Key, Value]) => ({ Key, Value })),
  AutoDeployment: set.autoDeployment,
  PermissionModel: 'SERVICE_MANAGED',
  ManagedExecution: { Active: set.managed },
  OrganizationalUnitIds: [...set.targets.keys()],
  Regions: [...new Set([...set.instances.values()].map(({ region }) => region))],
  StackSetDriftDetectionDetails: driftView(set),
  ...(set.description === undefined ? {} : { Description: set.description }),
});

/** An operation as the API shows it. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperation.html */
export const operationView = (set: StackSet, operation: StackSetOperation): OperationView => {
  const failed = [...operation.results.values()].filter(({ status }) => status === 'FAILED').length;
  return {
    OperationId: operation.id,
    StackSetId: set.id,
    Action: operation.action,
    Status: operation.status,
    OperationPreferences: operation.preferences.asked,
    CreationTimestamp: new Date(operation.createdAt),
    StatusDetails: { FailedStackInstancesCount: failed },
    ...(operation.action === 'DELETE' ? { RetainStacks: operation.retainStacks } : {}),
    ...(operation.unitIds.length === 0
      ? {}
      : { DeploymentTargets: { OrganizationalUnitIds: [...operation.unitIds] } }),
    ...(operation.endedAt === undefined ? {} : { EndTimestamp: new Date(operation.endedAt) }),
    ...(operation.action === 'DETECT_DRIFT' ? { StackSetDriftDetectionDetails: driftView(set) } : {}),
  };
};
