import type {
  DescribeMapRunCommandInput,
  DescribeMapRunCommandOutput,
  ListMapRunsCommandInput,
  ListMapRunsCommandOutput,
  MapRunItemCounts,
} from '@aws-sdk/client-sfn';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { checkOn, executionOf } from './operations.ts';
import { findExecution, findMapRun, placeOfArn, type ExecutionStatus, type MapRun } from './state.ts';
import { statesPage } from './states-page.ts';

/** Without ItemBatcher each child has one item, so that items and executions count alike. */
const countsOf = ({ children, call }: MapRun, total: number): MapRunItemCounts => {
  const having = (status: ExecutionStatus): number =>
    [...children.values()].filter((child) => child.status === status).length;
  return {
    pending: total - children.size,
    running: having('RUNNING'),
    succeeded: having('SUCCEEDED'),
    failed: having('FAILED'),
    timedOut: having('TIMED_OUT'),
    aborted: having('ABORTED'),
    total: Math.min(total, call.items),
    // There is no ResultWriter here.
    resultsWritten: 0,
  };
};

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
const describeMapRun = operation<DescribeMapRunCommandInput, Omit<DescribeMapRunCommandOutput, '$metadata'>>({
  checks: ({ mapRunArn }) => [checkOn('DescribeMapRun', mapRunArn)],
  run: (input, call) => {
    acceptMembers(input, 'DescribeMapRun', ['mapRunArn']);
    const mapRun = findMapRun(call.world, input.mapRunArn ?? '');
    if (mapRun === undefined || placeOfArn(mapRun.arn).region !== call.region)
      throw new ServiceFault('ResourceNotFound', `Resource not found: '${String(input.mapRunArn)}'`);
    const { arn, executionArn, status, startedAt, stoppedAt, children, call: asked } = mapRun;
    return {
      mapRunArn: arn,
      executionArn,
      status,
      startDate: new Date(startedAt),
      ...(stoppedAt === undefined ? {} : { stopDate: new Date(stoppedAt) }),
      maxConcurrency: asked.maxConcurrency,
      toleratedFailureCount: asked.toleratedFailureCount,
      toleratedFailurePercentage: asked.toleratedFailurePercentage,
      itemCounts: countsOf(mapRun, asked.items),
      executionCounts: countsOf(mapRun, children.size),
      redriveCount: 0,
    };
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html */
const listMapRuns = operation<ListMapRunsCommandInput, Omit<ListMapRunsCommandOutput, '$metadata'>>({
  checks: ({ executionArn }) => [checkOn('ListMapRuns', executionArn)],
  run: (input, call) => {
    acceptMembers(input, 'ListMapRuns', ['executionArn', 'maxResults', 'nextToken']);
    const { arn } = executionOf(call, input.executionArn);
    const all = [...(findExecution(call.world, arn)?.machine.mapRuns.values() ?? [])]
      .filter(({ executionArn }) => executionArn === arn)
      .toReversed();
    const { items, next } = statesPage(all, input);
    return {
      mapRuns: items.map((mapRun) => ({
        executionArn: arn,
        mapRunArn: mapRun.arn,
        stateMachineArn: arn.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, ''),
        startDate: new Date(mapRun.startedAt),
        ...(mapRun.stoppedAt === undefined ? {} : { stopDate: new Date(mapRun.stoppedAt) }),
      })),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },
});

/** Map Runs, which distributed Maps start. */
export const mapRunOperations: Readonly<Record<string, Operation>> = {
  DescribeMapRun: describeMapRun,
  ListMapRuns: listMapRuns,
};
