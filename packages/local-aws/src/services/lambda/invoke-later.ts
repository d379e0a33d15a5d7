import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import { queueRequest } from '../events/queue-request.ts';
import { LAMBDA_DURATIONS } from './durations.ts';
import type { Invoked } from './function-pool.ts';
import type { LambdaFunction } from './state.ts';

/** How the last attempt ended that there was. */
interface Ended {
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';
  readonly attempts: number;
  readonly last?: Invoked;
}

/** The longest message of an attribute of a dead letter, in characters. */
const ERROR_MESSAGE_MOST = 1_024;

/** An invocation, or undefined when there was no room up to `until` (virtual epoch ms). */
const untilThereIsRoom = async (
  call: Call,
  { fn, payload, until }: { readonly fn: LambdaFunction; readonly payload: string; readonly until: number },
): Promise<Invoked | undefined> => {
  let wait: number = LAMBDA_DURATIONS.throttledRetryMs.first;
  while (call.timeline.now() <= until) {
    try {
      return await call.host.invokeFunction(fn.arn, payload);
    } catch (error) {
      if (!(error instanceof ServiceFault) || error.code !== 'TooManyRequestsException') throw error;
      await call.timeline.sleep(wait);
      wait = Math.min(wait * 2, LAMBDA_DURATIONS.throttledRetryMs.most);
    }
  }
  return undefined;
};

const attempt = async (call: Call, fn: LambdaFunction, payload: string): Promise<Ended | undefined> => {
  if (fn.reservedConcurrency === 0) return { condition: 'ZeroReservedConcurrency', attempts: 0 };
  const retries = fn.asynchronous?.maximumRetryAttempts ?? LAMBDA_DURATIONS.asyncRetryMs.length;
  const age = fn.asynchronous?.maximumEventAgeSeconds ?? LAMBDA_DURATIONS.asyncAgeMs / 1000;
  const until = call.timeline.now() + age * 1000;
  let last: Invoked | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const ended = await untilThereIsRoom(call, { fn, payload, until });
    const tried = last === undefined ? {} : { last };
    if (ended === undefined) return { condition: 'EventAgeExceeded', attempts: attempts - 1, ...tried };
    if (ended.error === undefined) return undefined;
    last = ended;
    const wait = LAMBDA_DURATIONS.asyncRetryMs[attempts - 1];
    if (attempts > retries || wait === undefined) return { condition: 'RetriesExhausted', attempts, last };
    await call.timeline.sleep(wait);
    if (call.timeline.now() > until) return { condition: 'EventAgeExceeded', attempts, last };
  }
};

const errorText = (ended: Ended): string => {
  if (ended.last === undefined) return ended.condition;
  const { errorMessage } = JSON.parse(ended.last.payload) as { readonly errorMessage?: unknown };
  return typeof errorMessage === 'string' ? errorMessage : ended.condition;
};

/** The event itself, with why it is here as attributes. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
const deadLetter = (call: Call, ended: Ended): Readonly<Record<string, object>> => ({
  RequestID: { DataType: 'String', StringValue: call.requestId },
  ErrorCode: { DataType: 'Number', StringValue: ended.last === undefined ? '429' : '200' },
  ErrorMessage: { DataType: 'String', StringValue: errorText(ended).slice(0, ERROR_MESSAGE_MOST) || ' ' },
});

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations */
const invocationRecord = (call: Call, fn: LambdaFunction, on: Ended & { readonly payload: string }): string =>
  JSON.stringify({
    version: '1.0',
    timestamp: new Date(call.timeline.now()).toISOString(),
    requestContext: {
      requestId: call.requestId,
      functionArn: `${fn.arn}:$LATEST`,
      condition: on.condition,
      approximateInvokeCount: on.attempts,
    },
    requestPayload: JSON.parse(on.payload) as unknown,
    ...(on.last === undefined
      ? {}
      : {
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: on.last.error },
          responsePayload: JSON.parse(on.last.payload) as unknown,
        }),
  });

/** Sends as the function's role. What the queue does not take is lost, as in AWS, which counts it in a metric alone. */
const send = async (
  call: Call,
  fn: LambdaFunction,
  message: { readonly queueArn: string; readonly body: string; readonly attributes?: object },
): Promise<void> => {
  const request = queueRequest(message.queueArn, message.body);
  const { attributes: MessageAttributes } = message;
  try {
    await call.host.perform({
      ...request,
      input: { ...request.input, ...(MessageAttributes === undefined ? {} : { MessageAttributes }) },
      caller: call.host.callerForRole(fn.roleArn, fn.name),
    });
  } catch (error) {
    if (!(error instanceof ServiceFault) || error.status === 501) throw error;
  }
};

/**
 * Runs a function in the background, again after a failure, as Lambda does for what nobody waits for. What fails for good goes to the
 * dead-letter queue and to the destination for failures, where the function has them; else it is dropped.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 *
 * @param payload JSON text
 */
export const invokeLater = async (call: Call, fn: LambdaFunction, payload: string): Promise<void> => {
  const ended = await attempt(call, fn, payload);
  if (ended === undefined) return;
  const { deadLetterArn } = fn;
  const failureArn = fn.asynchronous?.failureArn;
  if (deadLetterArn !== undefined)
    await send(call, fn, { queueArn: deadLetterArn, body: payload, attributes: deadLetter(call, ended) });
  if (failureArn !== undefined)
    await send(call, fn, { queueArn: failureArn, body: invocationRecord(call, fn, { ...ended, payload }) });
};
