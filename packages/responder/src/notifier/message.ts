import { noticeQueueName, type NoticeWay } from '@cordon/incident';
import { NOTICE_WAYS } from '@cordon/incident/notifications';
import * as z from 'zod';

/** What SQS hands to the notifier, as far as it reads it. */
export const noticesInput = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      eventSourceARN: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.string() }),
    }),
  ),
});
/** A batch of messages to people. */
export type NoticesInput = z.infer<typeof noticesInput>;

/** Messages that SQS is to deliver again; all others are done with. */
export const noticesOutput = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })),
});

/** A message as SNS hands it to a queue. https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html */
const envelope = z.object({
  Type: z.literal('Notification'),
  MessageId: z.string().max(100),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
});

/** A message to people, and the way that it is to be sent by. */
export interface Message {
  readonly way: NoticeWay;
  /** SNS's own: the same when it is delivered twice. */
  readonly id: string;
  readonly text: string;
  /** When it was published, ISO in UTC. */
  readonly at: string;
  readonly deliveries: number;
}

/**
 * What a record of one of the notifier's queues holds; the queue says by which way it is to be sent.
 *
 * @throws Error for a record of another queue, or another body than SNS's
 */
export const messageOf = ({ body, eventSourceARN, attributes }: NoticesInput['Records'][number]): Message => {
  const queue = eventSourceARN.split(':').at(-1);
  const way = NOTICE_WAYS.find((one) => noticeQueueName(one) === queue);
  if (way === undefined)
    throw new Error(`a message of ${eventSourceARN}: want one of the queues cordon-notices-*`);
  const { MessageId: id, Message: text, Timestamp } = envelope.parse(JSON.parse(body));
  return {
    way,
    id,
    text,
    at: new Date(Timestamp).toISOString(),
    deliveries: Number(attributes.ApproximateReceiveCount),
  };
};
