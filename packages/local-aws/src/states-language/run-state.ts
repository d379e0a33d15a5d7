import { checkPayloadSize } from './data-limit.ts';
import { decideRecovery } from './error-rules.ts';
import type { Recovery } from './error-rules.ts';
import { evaluateExpression } from './expression.ts';
import type { Environment } from './expression.ts';
import type { Json, JsonObject } from './json-value.ts';
import { runDistributedMap } from './run-distributed-map.ts';
import { runMap } from './run-map.ts';
import { runParallel } from './run-parallel.ts';
import { runTask } from './run-task.ts';
import { BranchAborted, StateFailure, queryEvaluationError } from './state-failure.ts';
import type { ChoiceState, FailState, Next, Outcome, WaitState } from './state-machine.ts';
import { evaluateInteger, evaluateTemplate } from './template.ts';
import { parseTimestamp } from './timestamp.ts';
import { untilAborted } from './until-aborted.ts';
import { environmentOf, recordEvent } from './visit.ts';
import type { Visit } from './visit.ts';

/** Where a state leads, and with what. */
export type Step = { readonly output: Json; readonly next: Next };

type Left = Step & { readonly assigned: JsonObject };

/**
 * Enters a state, tries it as often as its retriers say, and leaves it by its own way or a catcher's. Throws StateFailure when nothing takes
 * the error, BranchAborted when the branch is stopped.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export async function runState(entered: Visit): Promise<Step> {
  const { state, input } = entered;
  await recordEvent(entered, { type: `${state.type}StateEntered`, input });
  try {
    const { output, next, assigned } = await tryUntilLeft(entered);
    if (state.type !== 'Fail') {
      const variables = Object.keys(assigned).length > 0 ? { assignedVariables: assigned } : {};
      await recordEvent(entered, { type: `${state.type}StateExited`, output, ...variables });
    }
    return { output, next };
  } catch (error) {
    await recordAbort(entered, error);
    throw error;
  }
}

async function tryUntilLeft(entered: Visit): Promise<Left> {
  const { state, branch } = entered;
  const { host } = entered.execution;
  const recovery: Recovery = {
    retry: 'retry' in state ? state.retry : [],
    catch: 'catch' in state ? state.catch : [],
    used: new Map(),
    random: () => host.random(),
  };
  for (let retryCount = 0; ; retryCount++) {
    const token = state.type === 'Task' && state.waitsForToken ? { token: host.uuid() } : {};
    const visit: Visit = { ...entered, retryCount, ...token };
    try {
      return await attempt(visit);
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      const { handling, catcher } = decideRecovery(recovery, error);
      const { error: name, causeText: cause, event } = error;
      const resource =
        state.type === 'Task' && event !== 'EvaluationFailed' ? { resource: state.resource } : {};
      if (event) await recordEvent(visit, { type: event, error: name, cause, handling, ...resource });
      if (catcher) return leaveByCatcher(visit, error, { outcome: catcher.outcome, next: catcher.next });
      if (handling.kind !== 'retried') throw error;
      await untilAborted(host.sleep(handling.delaySeconds * 1000, branch.signal), branch.signal);
    }
  }
}

/** One attempt at any state, up to its output and variables. */
async function attempt(visit: Visit): Promise<Left> {
  const { state } = visit;
  switch (state.type) {
    case 'Task':
      return leaveWithResult(visit, state, await runTask({ ...visit, state }));
    case 'Parallel':
      return leaveWithResult(visit, state, await runParallel({ ...visit, state }));
    case 'Map':
      return leaveWithResult(
        visit,
        state,
        state.distributed === undefined
          ? await runMap({ ...visit, state })
          : await runDistributedMap({ ...visit, state }, state.distributed),
      );
    case 'Choice':
      return choose({ ...visit, state });
    case 'Wait':
      await wait({ ...visit, state });
      return leave(visit, state, environmentOf(visit));
    case 'Pass':
      return leave(visit, state, environmentOf(visit));
    case 'Succeed':
      return leave(visit, { outcome: state.outcome, next: undefined }, environmentOf(visit));
    case 'Fail':
      throw await failureOf({ ...visit, state });
  }
}

type Way = { readonly outcome: Outcome; readonly next: Next };

async function leaveWithResult(visit: Visit, way: Way, result: Json): Promise<Left> {
  return leave(visit, way, environmentOf(visit, { result }));
}

/** A failure here has no catcher any more: it is told, and goes on. */
async function leaveByCatcher(visit: Visit, failure: StateFailure, way: Way): Promise<Left> {
  const errorOutput = { Error: failure.error, Cause: failure.causeText };
  try {
    return await leave(visit, way, environmentOf(visit, { errorOutput }));
  } catch (error) {
    if (error instanceof StateFailure && error.event) {
      const { error: name, causeText: cause, event } = error;
      await recordEvent(visit, { type: event, error: name, cause, handling: { kind: 'uncaught' } });
    }
    throw error;
  }
}

/**
 * Evaluates Output and Assign, both with the variables as they were at entry, then sets the variables. Without Output, the output is the
 * error output in a catcher, the result where there is one, else the input.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
async function leave(visit: Visit, { outcome, next }: Way, environment: Environment): Promise<Left> {
  const { input = null, result, errorOutput } = environment.states;
  const preset = errorOutput ?? (result === undefined ? input : result);
  const output = outcome.output ? await evaluateTemplate(outcome.output, environment) : preset;
  const assigned: Record<string, Json> = {};
  for (const [name, template] of outcome.assign)
    assigned[name] = await evaluateTemplate(template, environment);
  checkPayloadSize(output, `the output of state '${visit.state.name}'`);
  visit.branch.scope.assign(assigned);
  return { output, next, assigned };
}

/**
 * The first rule whose condition is true, with the rule's own Output and Assign; else the default, with the state's.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
async function choose(visit: Visit<ChoiceState>): Promise<Left> {
  const { state } = visit;
  const environment = environmentOf(visit);
  for (const [index, rule] of state.choices.entries()) {
    const { condition } = rule;
    const holds =
      typeof condition === 'boolean' ? condition : await evaluateExpression(condition, environment);
    if (typeof holds !== 'boolean') {
      const got = JSON.stringify(holds);
      throw queryEvaluationError(
        `Choices[${index}].Condition of state '${state.name}' is ${got}, a boolean is needed`,
      );
    }
    if (holds) return leave(visit, rule, environment);
  }
  if (state.default === undefined) {
    throw new StateFailure(
      'States.NoChoiceMatched',
      `no choice of state '${state.name}' matched, and it has no Default`,
    );
  }
  return leave(visit, { outcome: state.outcome, next: state.default }, environment);
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
async function wait(visit: Visit<WaitState>): Promise<void> {
  const { execution, branch } = visit;
  const ms = await waitMs(visit);
  if (ms > 0) await untilAborted(execution.host.sleep(ms, branch.signal), branch.signal);
}

async function waitMs(visit: Visit<WaitState>): Promise<number> {
  const { until, name } = visit.state;
  const environment = environmentOf(visit);
  if (until.kind === 'seconds') return (await evaluateInteger(until.seconds, environment)) * 1000;
  const value = await evaluateTemplate(until.timestamp, environment);
  const time = parseTimestamp(value);
  if (time === undefined) {
    throw queryEvaluationError(
      `Timestamp of state '${name}' is ${JSON.stringify(value)}, a time like 2026-03-14T01:59:00Z is needed`,
    );
  }
  return time - visit.execution.host.now();
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html */
async function failureOf(visit: Visit<FailState>): Promise<StateFailure> {
  const environment = environmentOf(visit);
  const text = async (field: 'error' | 'cause'): Promise<string> => {
    const template = visit.state[field];
    const value = template ? await evaluateTemplate(template, environment) : '';
    if (typeof value === 'string') return value;
    throw queryEvaluationError(
      `${field} of state '${visit.state.name}' is ${JSON.stringify(value)}, a string is needed`,
    );
  };
  return new StateFailure(await text('error'), await text('cause'));
}

/** Tells of a state that was stopped half way, by a sibling's failure; the end of the execution itself says enough. */
async function recordAbort(visit: Visit, error: unknown): Promise<void> {
  const { state, execution, branch } = visit;
  if (!(error instanceof BranchAborted) || execution.ended.aborted) return;
  const { type, name: stateName } = state;
  if (type === 'Task' || type === 'Wait' || type === 'Map' || type === 'Parallel') {
    await execution.recorder.recordAbort(branch, { type: `${type}StateAborted`, stateName });
  }
}
