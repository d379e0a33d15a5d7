import type {
  DescribeStackSetOperationCommandInput,
  DescribeStackSetOperationCommandOutput,
  DetectStackSetDriftCommandInput,
  DetectStackSetDriftCommandOutput,
  ListStackSetOperationResultsCommandInput,
  ListStackSetOperationResultsCommandOutput,
  ListStackSetOperationsCommandInput,
  ListStackSetOperationsCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { setCheck, setNamed } from './access.ts';
import { startOperation } from './start-operation.ts';
import type { StackSet, StackSetOperation } from './state.ts';
import { operationView, pageOf } from './views.ts';

const operationOf = (set: StackSet, id: string | undefined): StackSetOperation => {
  const found = set.operations.get(id ?? '');
  if (found !== undefined) return found;
  throw new ServiceFault('OperationNotFoundException', `Operation ${id} not found`, { status: 404 });
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSetOperation.html */
const describeStackSetOperation = operation<
  DescribeStackSetOperationCommandInput,
  Omit<DescribeStackSetOperationCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('DescribeStackSetOperation', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DescribeStackSetOperation', ['CallAs', 'OperationId', 'StackSetName']);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    return { StackSetOperation: operationView(set, operationOf(set, input.OperationId)) };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSetOperations.html */
const listStackSetOperations = operation<
  ListStackSetOperationsCommandInput,
  Omit<ListStackSetOperationsCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('ListStackSetOperations', call, input),
  run: (input, call) => {
    acceptMembers(input, 'ListStackSetOperations', ['CallAs', 'MaxResults', 'NextToken', 'StackSetName']);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    const page = pageOf([...set.operations.values()].toReversed(), input);
    return {
      Summaries: page.items.map((one) => {
        const { OperationId, Action, Status, CreationTimestamp, EndTimestamp, StatusDetails } = operationView(
          set,
          one,
        );
        return { OperationId, Action, Status, CreationTimestamp, EndTimestamp, StatusDetails };
      }),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSetOperationResults.html */
const listStackSetOperationResults = operation<
  ListStackSetOperationResultsCommandInput,
  Omit<ListStackSetOperationResultsCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('ListStackSetOperationResults', call, input),
  run: (input, call) => {
    acceptMembers(input, 'ListStackSetOperationResults', [
      'CallAs',
      'Filters',
      'MaxResults',
      'NextToken',
      'OperationId',
      'StackSetName',
    ]);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    const filters = input.Filters ?? [];
    for (const { Name: name } of filters)
      if (name !== 'OPERATION_RESULT_STATUS')
        throw unimplemented(`Filters ${name}`, 'ListStackSetOperationResults');
    const results = [...operationOf(set, input.OperationId).results.values()].filter(({ status }) =>
      filters.every(({ Values: value }) => value === status),
    );
    const page = pageOf(results, input);
    return {
      Summaries: page.items.map(({ account, region, unitId, status, reason }) => ({
        Account: account,
        Region: region,
        OrganizationalUnitId: unitId,
        Status: status,
        ...(reason === undefined ? {} : { StatusReason: reason }),
      })),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackSetDrift.html */
const detectStackSetDrift = operation<
  DetectStackSetDriftCommandInput,
  Omit<DetectStackSetDriftCommandOutput, '$metadata'>
>({
  checks: (input, call) => setCheck('DetectStackSetDrift', call, input),
  run: (input, call) => {
    acceptMembers(input, 'DetectStackSetDrift', [
      'CallAs',
      'OperationId',
      'OperationPreferences',
      'StackSetName',
    ]);
    const set = setNamed(call, input.StackSetName, input.CallAs);
    const places = [...set.instances.values()].filter(({ stack }) => stack !== undefined);
    const { timeline } = call;
    const OperationId = startOperation(call, set, {
      action: 'DETECT_DRIFT',
      places,
      regions: [...new Set(places.map(({ region }) => region))],
      asked: input.OperationPreferences,
      id: input.OperationId,
      ended: () => {
        set.lastDriftCheck = { operationId: OperationId, at: timeline.now() };
      },
    });
    return { OperationId };
  },
});

/** Operations of StackSets, and drift. */
export const setOperationOperations: Readonly<Record<string, Operation>> = {
  DescribeStackSetOperation: describeStackSetOperation,
  DetectStackSetDrift: detectStackSetDrift,
  ListStackSetOperationResults: listStackSetOperationResults,
  ListStackSetOperations: listStackSetOperations,
};
