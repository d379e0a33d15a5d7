import { createHash } from 'node:crypto';
import type { Message as ReceivedMessage } from '@aws-sdk/client-sqs';
import { ServiceFault } from '../../core/fault.ts';
import type { Host, InternalRequest } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { Queue } from '../sqs/state.ts';
import { LAMBDA_DURATIONS } from './durations.ts';
import type { LambdaFunction } from './state.ts';

/** What is polled, and how. */
export interface PollerSettings {
  readonly fn: LambdaFunction;
  readonly queue: Queue;
  readonly batchSize: number;
  /** How long a batch is left to fill. */
  readonly windowSeconds: number;
  /** Batches at a time. */
  readonly concurrency: number;
  /** ReportBatchItemFailures. */
  readonly reportsFailures: boolean;
}

/**
 * Takes messages from a queue as a function's role, gives them to the function, and deletes those that it has dealt with.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class QueuePoller {
  readonly #on: { readonly timeline: Timeline; readonly host: Host };
  readonly #settings: PollerSettings;
  /** Polls to come, by virtual epoch ms, with what cancels them. */
  readonly #planned = new Map<number, () => void>();
  #inFlight = 0;
  #stopped = false;

  constructor(on: { readonly timeline: Timeline; readonly host: Host }, settings: PollerSettings) {
    this.#on = on;
    this.#settings = settings;
  }

  /** A message is, or will be, visible at this virtual epoch ms. */
  expect(visibleAt: number): void {
    const { timeline } = this.#on;
    const time =
      Math.max(visibleAt, timeline.now()) + LAMBDA_DURATIONS.pollMs + this.#settings.windowSeconds * 1000;
    if (this.#stopped || this.#planned.has(time)) return;
    const cancel = timeline.at(time, () => {
      this.#planned.delete(time);
      this.#poll().catch((error: unknown) => timeline.fail(error));
    });
    this.#planned.set(time, cancel);
  }

  /** Polls no more; a batch that is being worked on is ended. */
  stop(): void {
    this.#stopped = true;
    this.#forgetPlans();
  }

  async #poll(): Promise<void> {
    if (this.#inFlight >= this.#settings.concurrency) return;
    this.#inFlight += 1;
    const messages = await this.#receive();
    if (messages.length > 0) {
      this.expect(this.#on.timeline.now());
      await this.#process(messages);
    }
    this.#inFlight -= 1;
    if (messages.length === 0 || this.#stopped) return;
    if (this.#settings.queue.messages.length === 0) this.#forgetPlans();
    else this.expect(this.#on.timeline.now());
  }

  /** An empty queue has nothing to wait for: a planned poll would only make time move. */
  #forgetPlans(): void {
    for (const cancel of this.#planned.values()) cancel();
    this.#planned.clear();
  }

  async #receive(): Promise<readonly ReceivedMessage[]> {
    const { queue, batchSize } = this.#settings;
    const output: { readonly Messages?: readonly ReceivedMessage[] } = await this.#asRole('ReceiveMessage', {
      QueueUrl: queue.url,
      MaxNumberOfMessages: batchSize,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return output.Messages ?? [];
  }

  async #process(messages: readonly ReceivedMessage[]): Promise<void> {
    const { fn, queue } = this.#settings;
    const payload = JSON.stringify({ Records: messages.map((message) => recordOf(message, queue)) });
    const { payload: answer, error } = await this.#invoke(fn.arn, payload);
    // A failed batch stays in the queue until its visibility timeout is over.
    if (error !== undefined) return;
    const failed = this.#settings.reportsFailures ? failedIds(answer, messages) : new Set<string>();
    for (const { MessageId, ReceiptHandle } of messages) {
      if (!failed.has(MessageId ?? '') && !this.#stopped)
        await this.#asRole('DeleteMessage', { QueueUrl: queue.url, ReceiptHandle });
    }
  }

  /** Throttled invocations are tried again while the messages are still hidden. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
  async #invoke(
    arn: string,
    payload: string,
  ): Promise<{ readonly payload: string; readonly error?: string }> {
    const { timeline, host } = this.#on;
    const until = timeline.now() + this.#settings.queue.visibilityTimeoutSeconds * 1000;
    for (;;) {
      try {
        return await host.invokeFunction(arn, payload);
      } catch (error) {
        if (!(error instanceof ServiceFault) || error.code !== 'TooManyRequestsException') throw error;
        if (timeline.now() + LAMBDA_DURATIONS.pollAgainMs >= until) return { payload: '', error: error.code };
        await timeline.sleep(LAMBDA_DURATIONS.pollAgainMs);
      }
    }
  }

  #asRole(operation: string, input: object): Promise<object> {
    const { fn, queue } = this.#settings;
    const { host } = this.#on;
    const request: InternalRequest = {
      caller: host.callerForRole(fn.roleArn, fn.name),
      region: queue.region,
      service: 'sqs',
      operation,
      input,
    };
    return host.perform(request);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
const recordOf = (message: ReceivedMessage, queue: Queue): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue, BinaryValue, DataType }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  ),
  md5OfBody:
    message.MD5OfBody ??
    createHash('md5')
      .update(message.Body ?? '')
      .digest('hex'),
  eventSource: 'aws:sqs',
  eventSourceARN: queue.arn,
  awsRegion: queue.region,
});

/**
 * The messages that the function says it could not deal with: none for an empty or null list, all for an answer that is malformed or
 * names an unknown message. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
const failedIds = (answer: string, messages: readonly ReceivedMessage[]): ReadonlySet<string> => {
  const known = new Set(messages.map(({ MessageId }) => MessageId ?? ''));
  const parsed: unknown = JSON.parse(answer);
  if (parsed === null || parsed === '') return new Set();
  const { batchItemFailures: list } = Object(parsed) as { readonly batchItemFailures?: unknown };
  if (list === undefined || list === null) return new Set();
  if (!Array.isArray(list)) return known;
  const named = list.map(
    (item: unknown) => (Object(item) as { readonly itemIdentifier?: unknown }).itemIdentifier,
  );
  return named.every((id) => typeof id === 'string' && known.has(id)) ? new Set(named.map(String)) : known;
};
