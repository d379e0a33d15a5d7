import type { ExecutionHost } from './execution-host.ts';
import type { Environment } from './expression.ts';
import type { EventDetails, HistoryRecorder, HistoryThread } from './history-recorder.ts';
import type { Json, JsonObject } from './json-value.ts';
import type { Flow, State } from './state-machine.ts';
import type { VariableScope } from './variable-scope.ts';

/** One run of a machine. */
export type Execution = {
  readonly host: ExecutionHost;
  readonly recorder: HistoryRecorder;
  readonly functions: Readonly<Record<string, unknown>>;
  /** The parts of the context object that no state changes: `Execution` and `StateMachine`. */
  readonly context: JsonObject;
  /** Fires at the end of the execution. */
  readonly ended: AbortSignal;
  /** Runs a nested flow: handed in, since flows run states and states run flows. */
  readonly runFlow: (execution: Execution, branch: Branch, job: FlowJob) => Promise<Json>;
};

/** A flow and what it starts with. */
export type FlowJob = { readonly flow: Flow; readonly input: Json };

/** One line of control: the machine itself, a Parallel branch or a Map iteration. */
export type Branch = HistoryThread & {
  readonly scope: VariableScope;
  /** `Map.Item` of the innermost Map around. */
  readonly mapItem?: { readonly Index: number; readonly Value: Json };
};

/** One attempt at a state. */
export type Visit<S extends State = State> = {
  readonly execution: Execution;
  readonly branch: Branch;
  readonly state: S;
  readonly input: Json;
  /** Epoch milliseconds of the first attempt. */
  readonly enteredAt: number;
  readonly retryCount: number;
  readonly token?: string;
};

/**
 * What the expressions of a state see now; `more` adds `result` or `errorOutput`.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function environmentOf(visit: Visit, more: Environment['states'] = {}): Environment {
  const { execution, branch, state, token } = visit;
  const context = {
    ...execution.context,
    State: {
      Name: state.name,
      EnteredTime: new Date(visit.enteredAt).toISOString(),
      RetryCount: visit.retryCount,
    },
    ...(token === undefined ? {} : { Task: { Token: token } }),
    ...(branch.mapItem === undefined ? {} : { Map: { Item: branch.mapItem } }),
  };
  return {
    states: { input: visit.input, context, ...more },
    variables: branch.scope,
    functions: execution.functions,
  };
}

/** Writes an event of this visit's state into the history. */
export async function recordEvent(visit: Visit, details: Omit<EventDetails, 'stateName'>): Promise<void> {
  await visit.execution.recorder.record(visit.branch, { ...details, stateName: visit.state.name });
}
