import { checkPayloadSize } from './data-limit.ts';
import { isRecord } from './json-value.ts';
import type { Json } from './json-value.ts';
import { runSideBySide } from './run-side-by-side.ts';
import { BranchAborted, StateFailure, queryEvaluationError } from './state-failure.ts';
import type { MapState } from './state-machine.ts';
import { evaluateInteger, evaluateTemplate } from './template.ts';
import { environmentOf, recordEvent } from './visit.ts';
import type { Branch, Visit } from './visit.ts';

/** An inline Map runs at most 40 iterations at a time, whatever MaxConcurrency says. */
const MOST_AT_A_TIME = 40;

/**
 * One attempt at an inline Map: the processor for every item, at most MaxConcurrency at a time (0: as many as AWS allows).
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
 */
export async function runMap(visit: Visit<MapState>): Promise<Json> {
  const { state } = visit;
  const environment = environmentOf(visit);
  const items = itemsOf(state, state.items ? await evaluateTemplate(state.items, environment) : visit.input);
  const wanted = await evaluateInteger(state.maxConcurrency, environment);
  await recordEvent(visit, { type: 'MapStateStarted', length: items.length });
  try {
    const outputs = await runSideBySide(visit, {
      count: items.length,
      concurrency: Math.min(wanted === 0 ? MOST_AT_A_TIME : wanted, MOST_AT_A_TIME),
      mapItem: (index) => ({ Index: index, Value: items[index] ?? null }),
      run: async (branch, index) => runIteration(visit, branch, index),
    });
    checkPayloadSize(outputs, `the result of state '${state.name}'`);
    await recordEvent(visit, { type: 'MapStateSucceeded' });
    return outputs;
  } catch (error) {
    if (error instanceof StateFailure) throw new StateFailure(error.error, error.causeText, 'MapStateFailed');
    throw error;
  }
}

/** The items of a Map, inline or distributed. @throws StateFailure where they are no list */
export function itemsOf(state: MapState, value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  if (isRecord(value)) {
    throw new TypeError(
      `state '${state.name}': field Items gave an object; iterating over objects is not implemented, give a list`,
    );
  }
  throw queryEvaluationError(`Items of state '${state.name}' is ${JSON.stringify(value)}, a list is needed`);
}

async function runIteration(visit: Visit<MapState>, branch: Branch, iteration: number): Promise<Json> {
  const { execution, state } = visit;
  // The iteration's own view: its Map.Item, the variables around it.
  const inside = { ...visit, branch };
  await recordEvent(inside, { type: 'MapIterationStarted', iteration });
  try {
    const input = state.itemSelector
      ? await evaluateTemplate(state.itemSelector, environmentOf(inside))
      : (branch.mapItem?.Value ?? null);
    checkPayloadSize(input, `item ${iteration} of state '${state.name}'`);
    const output = await execution.runFlow(execution, branch, { flow: state.processor, input });
    await recordEvent(inside, { type: 'MapIterationSucceeded', iteration });
    return output;
  } catch (error) {
    if (error instanceof StateFailure) await recordEvent(inside, { type: 'MapIterationFailed', iteration });
    if (error instanceof BranchAborted && !execution.ended.aborted) {
      await execution.recorder.recordAbort(branch, {
        type: 'MapIterationAborted',
        iteration,
        stateName: state.name,
      });
    }
    throw error;
  }
}
