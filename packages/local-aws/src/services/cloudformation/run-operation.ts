import { ServiceFault } from '../../core/fault.ts';
import type { Host } from '../../core/operation.ts';
import type { Ids } from '../../core/ids.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { reportChange } from '../events/report-change.ts';
import { STACK_SET_DURATIONS } from './durations.ts';
import { placeOf, type OperationResult, type StackSet, type StackSetOperation } from './state.ts';

/** What StackSets work with. */
export interface StackSetStage {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly host: Host;
  /** The Region of the StackSet. */
  readonly region: string;
}

/**
 * Refusals that are no failure: an account that is suspended is passed over. How an operation's result names it AWS does not say
 * (UNCONFIRMED): here it is cancelled with the reason, and does not count against the tolerance.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceComprehensiveStatus.html
 */
export class Skipped extends Error {}

const IS_OVER: ReadonlySet<StackSetOperation['status']> = new Set(['SUCCEEDED', 'FAILED', 'STOPPED']);

/** Whether an operation has ended. */
export const isOver = ({ status }: StackSetOperation): boolean => IS_OVER.has(status);

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stackset-operation-status-change.html
 */
const tell = (stage: StackSetStage, set: StackSet, { id, status }: StackSetOperation): void =>
  reportChange({ ...stage, account: stage.world.facts.managementAccount }, () => ({
    source: 'aws.cloudformation',
    'detail-type': 'CloudFormation StackSet Operation Status Change',
    resources: [set.arn],
    detail: { 'stack-set-arn': set.arn, 'stack-set-operation-id': id, 'status-details': { status } },
  }));

/** Two operations conflict when an account and Region is in both. */
const conflict = (one: StackSetOperation, other: StackSetOperation): boolean =>
  [...one.results.keys()].some((place) => other.results.has(place));

/**
 * Starts what can be started, in the order of the requests. With managed execution operations that share nothing run side by side; without,
 * one at a time: automatic deployments wait.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ManagedExecution.html
 */
export const startWaiting = (stage: StackSetStage, set: StackSet): void => {
  const earlier: StackSetOperation[] = [];
  for (const operation of set.operations.values()) {
    if (isOver(operation)) continue;
    const waits = earlier.some((other) => !set.managed || conflict(operation, other));
    earlier.push(operation);
    if (operation.status !== 'QUEUED' || waits) continue;
    operation.status = 'RUNNING';
    tell(stage, set, operation);
    stage.timeline.at(stage.timeline.now() + STACK_SET_DURATIONS.dispatch, () =>
      runRegions(stage, set, operation),
    );
  }
};

/**
 * What became of one account and Region, in the operation's results and in the instance. A look at drift leaves the instance's own status.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html (status codes)
 */
const mark = (
  set: StackSet,
  { id, action }: StackSetOperation,
  result: OperationResult,
  [status, reason]: readonly [OperationResult['status'], string?],
): void => {
  result.status = status;
  if (reason === undefined) delete result.reason;
  else result.reason = reason;
  const instance = set.instances.get(placeOf(result));
  if (instance === undefined || action === 'DETECT_DRIFT') return;
  instance.detailed = status;
  instance.lastOperationId = id;
  if (reason === undefined) delete instance.reason;
  else instance.reason = reason;
  if (status === 'SUCCEEDED') instance.status = 'CURRENT';
  // A deletion that failed leaves a stack that nobody knows the state of.
  if (status === 'FAILED') instance.status = action === 'DELETE' ? 'INOPERABLE' : 'OUTDATED';
  if (instance.status === 'INOPERABLE') instance.detailed = 'INOPERABLE';
};

const end = (stage: StackSetStage, set: StackSet, operation: StackSetOperation, failed: boolean): void => {
  for (const result of operation.results.values())
    if (result.status === 'PENDING')
      mark(set, operation, result, ['CANCELLED', 'Cancelled since failure tolerance has exceeded']);
  operation.status = failed ? 'FAILED' : 'SUCCEEDED';
  operation.endedAt = stage.timeline.now();
  operation.ended?.();
  tell(stage, set, operation);
  startWaiting(stage, set);
};

/** Region after Region, or all side by side; one whose tolerance was exceeded ends those after it. */
const runRegions = (stage: StackSetStage, set: StackSet, operation: StackSetOperation): void => {
  const byRegion = Map.groupBy(operation.results.values(), ({ region }) => region);
  const order = operation.preferences.regionOrder.filter((region) => byRegion.has(region));
  if (order.length === 0) return end(stage, set, operation, false);
  if (operation.preferences.parallelRegions) {
    let open = order.length;
    let anyFailed = false;
    for (const region of order)
      runRegion(stage, { set, operation }, byRegion.get(region) ?? [], (failed) => {
        anyFailed ||= failed;
        open -= 1;
        if (open === 0) end(stage, set, operation, anyFailed);
      });
    return;
  }
  const next = (index: number): void => {
    const region = order[index];
    if (region === undefined) return end(stage, set, operation, false);
    runRegion(stage, { set, operation }, byRegion.get(region) ?? [], (failed) =>
      failed ? end(stage, set, operation, true) : next(index + 1),
    );
  };
  next(0);
};

/**
 * The accounts of one Region in waves: as many as concurrency lets begin together, take the same time, and end together. With strict tolerance
 * each failure takes one from the next wave.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/concurrency-mode.html
 */
const runRegion = (
  { timeline }: StackSetStage,
  { set, operation }: { readonly set: StackSet; readonly operation: StackSetOperation },
  results: readonly OperationResult[],
  done: (failed: boolean) => void,
): void => {
  const { preferences, action } = operation;
  const tolerance = preferences.tolerance(results.length);
  const atOnce = preferences.atOnce(results.length);
  const takes = action === 'DETECT_DRIFT' ? STACK_SET_DURATIONS.drift : STACK_SET_DURATIONS.stack;
  let failures = 0;
  const wave = (from: number): void => {
    if (failures > tolerance) return done(true);
    const size = preferences.soft ? atOnce : Math.max(1, Math.min(atOnce, tolerance + 1 - failures));
    const begun = results.slice(from, from + size);
    if (begun.length === 0) return done(false);
    for (const result of begun) mark(set, operation, result, ['RUNNING']);
    timeline.at(timeline.now() + takes, () => {
      failures += begun.filter((result) => !succeeds(set, operation, result)).length;
      wave(from + size);
    });
  };
  wave(0);
};

/** Does one account and Region; what is neither refused nor passed over is a bug, and shows as one. */
const succeeds = (set: StackSet, operation: StackSetOperation, result: OperationResult): boolean => {
  try {
    operation.act(result);
    mark(set, operation, result, ['SUCCEEDED']);
    return true;
  } catch (error) {
    if (!(error instanceof ServiceFault || error instanceof Skipped)) throw error;
    const skipped = error instanceof Skipped;
    mark(set, operation, result, [skipped ? 'CANCELLED' : 'FAILED', error.message]);
    const instance = set.instances.get(placeOf(result));
    if (skipped && instance !== undefined && operation.action !== 'DETECT_DRIFT')
      instance.detailed = 'SKIPPED_SUSPENDED_ACCOUNT';
    return skipped;
  }
};
