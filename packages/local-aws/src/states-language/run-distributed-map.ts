import { checkPayloadSize } from './data-limit.ts';
import type { MapRun, MapRunCall } from './execution-host.ts';
import type { Environment } from './expression.ts';
import type { Json } from './json-value.ts';
import { itemsOf } from './run-map.ts';
import { runSideBySide } from './run-side-by-side.ts';
import { BranchAborted, StateFailure, TaskFailure } from './state-failure.ts';
import type { Distributed, MapState } from './state-machine.ts';
import { evaluateInteger, evaluateTemplate } from './template.ts';
import { environmentOf, recordEvent } from './visit.ts';
import type { Branch, Visit } from './visit.ts';

/** Children that run at a time, whatever MaxConcurrency says. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_AT_A_TIME = 10_000;

/** How many children may fail. */
type Tolerance = { readonly count: number | undefined; readonly percentage: number | undefined };

/**
 * One attempt at a distributed Map: each item is an execution of its own, with its own input, variables and history, at most MaxConcurrency at a
 * time. Its states see nothing of the variables around it. It fails, and the other children are stopped, when more of them failed than is tolerated.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html (distributed Maps and outer variables)
 */
export async function runDistributedMap(visit: Visit<MapState>, distributed: Distributed): Promise<Json> {
  const { state } = visit;
  const environment = environmentOf(visit);
  const items = itemsOf(state, state.items ? await evaluateTemplate(state.items, environment) : visit.input);
  const wanted = await evaluateInteger(state.maxConcurrency, environment);
  const tolerance = await toleranceOf(distributed, environment);
  await recordEvent(visit, { type: 'MapStateStarted', length: items.length });
  const run = startRun(visit, {
    items: items.length,
    maxConcurrency: wanted,
    toleratedFailureCount: tolerance.count ?? 0,
    toleratedFailurePercentage: tolerance.percentage ?? 0,
  });
  await recordEvent(visit, { type: 'MapRunStarted', mapRunArn: run.arn });
  let failed = 0;
  try {
    const outputs = await runSideBySide(visit, {
      count: items.length,
      concurrency: Math.min(wanted === 0 ? MOST_AT_A_TIME : wanted, MOST_AT_A_TIME),
      mapItem: (index) => ({ Index: index, Value: items[index] ?? null }),
      run: async (branch) => {
        const ending = await runChild(visit, branch, run);
        if (ending.status === 'SUCCEEDED') return ending.output;
        failed += 1;
        if (isTooMany({ failed, of: items.length }, tolerance)) throw tooMany();
        return null;
      },
    });
    checkPayloadSize(outputs, `the result of state '${state.name}'`);
    run.end('SUCCEEDED');
    await recordEvent(visit, { type: 'MapRunSucceeded' });
    await recordEvent(visit, { type: 'MapStateSucceeded' });
    return outputs;
  } catch (error) {
    throw await endBadly(visit, run, error);
  }
}

/** Tells how a run ended that did not succeed; gives the error that goes on. */
async function endBadly(visit: Visit<MapState>, run: MapRun, error: unknown): Promise<unknown> {
  const { execution, branch, state } = visit;
  if (error instanceof StateFailure) {
    const { error: name, causeText: cause } = error;
    run.end('FAILED');
    await recordEvent(visit, { type: 'MapRunFailed', error: name, cause });
    return new StateFailure(name, cause, 'MapStateFailed');
  }
  run.end('ABORTED');
  if (error instanceof BranchAborted && !execution.ended.aborted)
    await execution.recorder.recordAbort(branch, { type: 'MapRunAborted', stateName: state.name });
  return error;
}

async function toleranceOf(of: Distributed, environment: Environment): Promise<Tolerance> {
  return {
    count: of.toleratedFailureCount && (await evaluateInteger(of.toleratedFailureCount, environment)),
    percentage:
      of.toleratedFailurePercentage && (await evaluateInteger(of.toleratedFailurePercentage, environment)),
  };
}

/** Both thresholds count where both are given; without any none may fail. https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html */
function isTooMany(
  { failed, of }: { readonly failed: number; readonly of: number },
  { count, percentage }: Tolerance,
): boolean {
  if (count === undefined && percentage === undefined) return failed > 0;
  const isOver = count !== undefined && failed > count;
  return isOver || (percentage !== undefined && (failed / of) * 100 > percentage);
}

function tooMany(): StateFailure {
  return new StateFailure(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

/**
 * How AWS names the failure is not documented for a Map; it is what a Task without rights fails with.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (States.Permissions)
 */
function startRun({ execution, state }: Visit<MapState>, of: Omit<MapRunCall, 'stateName'>): MapRun {
  try {
    return execution.host.mapRun({ stateName: state.name, ...of });
  } catch (error) {
    if (error instanceof TaskFailure) throw new StateFailure(error.error, error.causeText, 'MapStateFailed');
    throw error;
  }
}

/** One child. That somebody stopped it by itself counts as a failure: AWS does not say, and this is the stricter reading. */
async function runChild(visit: Visit<MapState>, branch: Branch, run: MapRun) {
  const { state } = visit;
  const inside = environmentOf({ ...visit, branch });
  const input = state.itemSelector
    ? await evaluateTemplate(state.itemSelector, inside)
    : (branch.mapItem?.Value ?? null);
  checkPayloadSize(input, `item ${branch.mapItem?.Index ?? 0} of state '${state.name}'`);
  const machine = { comment: undefined, flow: state.processor, timeoutSeconds: undefined };
  const ending = await run.child({ machine, input, signal: branch.signal });
  if (branch.signal.aborted) throw new BranchAborted('stopped with its Map');
  return ending;
}
