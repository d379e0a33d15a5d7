import { checkPayloadSize } from './data-limit.ts';
import type { ExecutionHost } from './execution-host.ts';
import type { HistoryEvent } from './history-event.ts';
import { HistoryRecorder } from './history-recorder.ts';
import type { HistoryThread } from './history-recorder.ts';
import { jsonataFunctions } from './jsonata-functions.ts';
import { toJson } from './json-value.ts';
import type { Json } from './json-value.ts';
import { runState } from './run-state.ts';
import { BranchAborted, StateFailure } from './state-failure.ts';
import type { StateMachine } from './state-machine.ts';
import { untilAborted } from './until-aborted.ts';
import { VariableScope } from './variable-scope.ts';
import type { Branch, Execution, FlowJob } from './visit.ts';

/** What an execution is started with. */
export type ExecutionOptions = {
  /** Plain JSON data, at most 262,144 bytes as UTF-8. */
  readonly input: unknown;
  readonly host: ExecutionHost;
  /** For `$states.context`. `startTime`: an ISO 8601 time. */
  readonly context: {
    readonly execution: {
      readonly id: string;
      readonly name: string;
      readonly roleArn: string;
      readonly startTime: string;
    };
    readonly stateMachine: { readonly id: string; readonly name: string };
  };
  /** Fires when somebody stops the execution (StopExecution): it ends as ABORTED. */
  readonly stop?: AbortSignal;
};

type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string }
  | { readonly status: 'TIMED_OUT' }
  | { readonly status: 'ABORTED' };

/** How an execution ended, and its whole history. */
export type ExecutionResult = Ending & { readonly history: readonly HistoryEvent[] };

/**
 * Runs a machine to its end. Whatever the machine's states do wrong is a FAILED result; the promise is rejected only when the host breaks its
 * contract (an error that is no TaskFailure, an answer that is not JSON) or the input is not JSON.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export async function execute(machine: StateMachine, options: ExecutionOptions): Promise<ExecutionResult> {
  const { host } = options;
  const input = toJson(options.input, 'the execution input');
  const end = new AbortController();
  const recorder = new HistoryRecorder(host);
  const execution: Execution = {
    host,
    recorder,
    functions: jsonataFunctions(host),
    context: contextOf(options, input),
    ended: end.signal,
    runFlow,
  };
  const branch: Branch = { scope: new VariableScope(), signal: end.signal, lastEventId: 0 };
  const finish = new AbortController();
  const work = run(execution, branch, { flow: machine.flow, input });
  const racers: Promise<Ending>[] = [work];
  if (options.stop) racers.push(stopped(options.stop, finish.signal));
  if (machine.timeoutSeconds !== undefined) racers.push(timeOut(host, machine.timeoutSeconds, finish.signal));
  try {
    const ending = await Promise.race(racers);
    end.abort();
    await work;
    await recordEnding(recorder, branch, ending);
    return { ...ending, history: recorder.events };
  } finally {
    end.abort();
    finish.abort();
  }
}

async function run(execution: Execution, branch: Branch, job: FlowJob): Promise<Ending> {
  try {
    await execution.recorder.record(branch, { type: 'ExecutionStarted', input: job.input });
    checkPayloadSize(job.input, 'the execution input');
    return { status: 'SUCCEEDED', output: await runFlow(execution, branch, job) };
  } catch (error) {
    if (error instanceof StateFailure)
      return { status: 'FAILED', error: error.error, cause: error.causeText };
    // Something else has ended the execution, and says how: this answer comes too late to count.
    if (error instanceof BranchAborted) return { status: 'ABORTED' };
    throw error;
  }
}

/** State after state, from the flow's start to its end. */
async function runFlow(execution: Execution, branch: Branch, { flow, input }: FlowJob): Promise<Json> {
  let name: string | undefined = flow.startAt;
  let current = input;
  while (name !== undefined) {
    const state = flow.states.get(name);
    if (!state)
      throw new RangeError(`there is no state '${name}': the machine was not made by compileStateMachine`);
    const enteredAt = execution.host.now();
    const step = await runState({ execution, branch, state, input: current, enteredAt, retryCount: 0 });
    current = step.output;
    name = step.next;
  }
  return current;
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html (TimeoutSeconds) */
async function timeOut(host: ExecutionHost, seconds: number, signal: AbortSignal): Promise<Ending> {
  await untilAborted(host.sleep(seconds * 1000, signal), signal);
  return { status: 'TIMED_OUT' };
}

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
async function stopped(stop: AbortSignal, finished: AbortSignal): Promise<Ending> {
  let end = (): void => {};
  const fired = new Promise<Ending>((resolve) => {
    end = () => resolve({ status: 'ABORTED' });
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
  try {
    return await untilAborted(fired, finished);
  } finally {
    stop.removeEventListener('abort', end);
  }
}

async function recordEnding(recorder: HistoryRecorder, thread: HistoryThread, ending: Ending): Promise<void> {
  switch (ending.status) {
    case 'SUCCEEDED':
      return recorder.recordEnd(thread, { type: 'ExecutionSucceeded', output: ending.output });
    case 'FAILED':
      return recorder.recordEnd(thread, {
        type: 'ExecutionFailed',
        error: ending.error,
        cause: ending.cause,
      });
    case 'TIMED_OUT':
      return recorder.recordEnd(thread, { type: 'ExecutionTimedOut', error: 'States.Timeout' });
    case 'ABORTED':
      return recorder.recordEnd(thread, { type: 'ExecutionAborted' });
  }
}

function contextOf(
  { context: { execution, stateMachine } }: ExecutionOptions,
  input: Json,
): Execution['context'] {
  return {
    Execution: {
      Id: execution.id,
      Name: execution.name,
      Input: input,
      RoleArn: execution.roleArn,
      StartTime: execution.startTime,
    },
    StateMachine: { Id: stateMachine.id, Name: stateMachine.name },
  };
}
