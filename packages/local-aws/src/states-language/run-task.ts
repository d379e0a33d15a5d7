import { abortedWith } from './aborted-with.ts';
import { checkPayloadSize } from './data-limit.ts';
import { toJson } from './json-value.ts';
import type { Json } from './json-value.ts';
import { BranchAborted, StateFailure, TaskFailure, queryEvaluationError } from './state-failure.ts';
import type { TaskState } from './state-machine.ts';
import { evaluateInteger, evaluateTemplate } from './template.ts';
import { untilAborted } from './until-aborted.ts';
import { environmentOf, recordEvent } from './visit.ts';
import type { Visit } from './visit.ts';

/** The evaluated fields of one call. */
type Request = {
  readonly arguments: Json;
  readonly roleArn: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
};

/**
 * One attempt at a Task: evaluates the arguments, calls the host, and waits for the answer, the timeout or a missed heartbeat. Each attempt
 * for a task token has its own token. Throws StateFailure.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html (wait for a callback with the task token)
 */
export async function runTask(visit: Visit<TaskState>): Promise<Json> {
  const { resource, name } = visit.state;
  const request = await evaluateRequest(visit);
  checkPayloadSize(request.arguments, `the arguments of state '${name}'`, 'TaskFailed');
  await recordEvent(visit, { type: 'TaskScheduled', resource, input: request.arguments });
  await recordEvent(visit, { type: 'TaskStarted', resource });
  const result = toJson(await callInTime(visit, request), `the answer that the host gave to state '${name}'`);
  checkPayloadSize(result, `the result of state '${name}'`, 'TaskFailed');
  await recordEvent(visit, { type: 'TaskSucceeded', resource, output: result });
  return result;
}

async function evaluateRequest(visit: Visit<TaskState>): Promise<Request> {
  const { state, input } = visit;
  const environment = environmentOf(visit);
  const roleArn = state.roleArn && (await evaluateTemplate(state.roleArn, environment));
  if (roleArn !== undefined && typeof roleArn !== 'string') {
    throw queryEvaluationError(
      `Credentials.RoleArn of state '${state.name}' is ${JSON.stringify(roleArn)}, a role ARN is needed`,
    );
  }
  return {
    arguments: state.arguments ? await evaluateTemplate(state.arguments, environment) : input,
    roleArn,
    timeoutSeconds: state.timeoutSeconds && (await evaluateInteger(state.timeoutSeconds, environment)),
    heartbeatSeconds: state.heartbeatSeconds && (await evaluateInteger(state.heartbeatSeconds, environment)),
  };
}

async function callInTime(visit: Visit<TaskState>, request: Request): Promise<unknown> {
  const { host } = visit.execution;
  const over = abortedWith(visit.branch.signal);
  const { signal } = over;
  let lastBeatAt = host.now();
  const call = {
    resource: visit.state.resource,
    arguments: toJson(request.arguments),
    stateName: visit.state.name,
    signal,
    heartbeat: () => {
      lastBeatAt = host.now();
    },
    ...(visit.token === undefined ? {} : { token: visit.token }),
    ...(request.roleArn === undefined ? {} : { roleArn: request.roleArn }),
  };
  const racers: Promise<unknown>[] = [answer(async () => host.task(call))];
  const { timeoutSeconds, heartbeatSeconds } = request;
  if (timeoutSeconds !== undefined) {
    const startedAt = host.now();
    const expired = new StateFailure(
      'States.Timeout',
      `no answer within ${timeoutSeconds} s`,
      'TaskTimedOut',
    );
    racers.push(
      failAt({ visit, signal, deadline: () => startedAt + timeoutSeconds * 1000, failure: expired }),
    );
  }
  if (heartbeatSeconds !== undefined) {
    const missed = new StateFailure(
      'States.HeartbeatTimeout',
      `no heartbeat within ${heartbeatSeconds} s`,
      'TaskTimedOut',
    );
    racers.push(
      failAt({ visit, signal, deadline: () => lastBeatAt + heartbeatSeconds * 1000, failure: missed }),
    );
  }
  try {
    return await untilAborted(Promise.race(racers), visit.branch.signal);
  } finally {
    over.abort();
  }
}

async function answer(task: () => Promise<unknown>): Promise<unknown> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof TaskFailure) throw new StateFailure(error.error, error.causeText, 'TaskFailed');
    throw error;
  }
}

type Alarm = {
  readonly visit: Visit;
  readonly signal: AbortSignal;
  /** Epoch milliseconds; may move on while the alarm waits. */
  readonly deadline: () => number;
  readonly failure: StateFailure;
};

/** Fails when the deadline has come. */
async function failAt({ visit, signal, deadline, failure }: Alarm): Promise<never> {
  const { host } = visit.execution;
  while (!signal.aborted) {
    const leftMs = deadline() - host.now();
    if (leftMs <= 0) throw failure;
    await host.sleep(leftMs, signal);
  }
  throw new BranchAborted('nobody waits for the task any more');
}
