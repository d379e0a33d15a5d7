import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { REGION } from '../clients.ts';
import { FURNITURE, PATTERNS, queueOfPattern } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

/** By path on the endpoint, for a queue's own URL names a host that is not there. */
const urlOf = (at: At, name: string): string => `${at.known.of('endpoint')}/${at.known.of('member')}/${name}`;

const receive = (at: At, name: string = FURNITURE.queue) =>
  at.member.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: urlOf(at, name),
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      MessageAttributeNames: ['All'],
    }),
  );

const isThere = ({ Messages }: { readonly Messages?: readonly Message[] | undefined }): boolean =>
  (Messages ?? []).length > 0;

const queues: readonly Step[] = [
  step('sqs: refuses the URL of a queue that is not there', (at) =>
    at.member.sqs.send(new GetQueueUrlCommand({ QueueName: 'absent' })),
  ),
  step('sqs: sends a message with an attribute', (at) =>
    at.member.sqs.send(
      new SendMessageCommand({
        QueueUrl: urlOf(at, FURNITURE.queue),
        MessageBody: 'a finding',
        MessageAttributes: { reason: { DataType: 'String', StringValue: 'unreadable' } },
      }),
    ),
  ),
  step('sqs: receives a message', (at) => receive(at), {
    until: isThere,
    keep: ({ Messages }) => ({ receipt: Messages?.[0]?.ReceiptHandle }),
  }),
  step('sqs: a received message is not received again at once', (at) => receive(at)),
  step('sqs: gives a message back', (at) =>
    at.member.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: urlOf(at, FURNITURE.queue),
        ReceiptHandle: at.known.of('receipt'),
        VisibilityTimeout: 0,
      }),
    ),
  ),
  step('sqs: receives it a second time, and says so', (at) => receive(at), {
    until: isThere,
    keep: ({ Messages }) => ({ receipt: Messages?.[0]?.ReceiptHandle }),
  }),
  step('sqs: refuses a visibility longer than half a day', (at) =>
    at.member.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: urlOf(at, FURNITURE.queue),
        ReceiptHandle: at.known.of('receipt'),
        VisibilityTimeout: 50_000,
      }),
    ),
  ),
  step('sqs: counts the messages of a queue', (at) =>
    at.member.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: urlOf(at, FURNITURE.queue),
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'VisibilityTimeout',
          'QueueArn',
        ],
      }),
    ),
  ),
  step('sqs: deletes a message', (at) =>
    at.member.sqs.send(
      new DeleteMessageCommand({
        QueueUrl: urlOf(at, FURNITURE.queue),
        ReceiptHandle: at.known.of('receipt'),
      }),
    ),
  ),
  step('sqs: refuses a message for a queue that is not there', (at) =>
    at.member.sqs.send(new SendMessageCommand({ QueueUrl: urlOf(at, 'absent'), MessageBody: 'x' })),
  ),
  step('sqs: refuses a message without a body', (at) =>
    at.member.sqs.send(new SendMessageCommand({ QueueUrl: urlOf(at, FURNITURE.queue), MessageBody: '' })),
  ),
  step('sqs: empties a queue', (at) =>
    at.member.sqs.send(new PurgeQueueCommand({ QueueUrl: urlOf(at, FURNITURE.queue) })),
  ),
];

const topicArn = (at: At, name: string): string => `arn:aws:sns:${REGION}:${at.known.of('member')}:${name}`;

const notification = async (at: At) => {
  const { Messages, ...rest } = await receive(at);
  return { ...rest, Messages: Messages?.map(({ Body }) => ({ Body })) };
};

const topics: readonly Step[] = [
  step('sns: publishes', (at) =>
    at.member.sns.send(
      new PublishCommand({ TopicArn: topicArn(at, FURNITURE.topic), Subject: 'contained', Message: 'inc-1' }),
    ),
  ),
  step('sns: what is published arrives in a subscribed queue', notification, { until: isThere }),
  step('sns: refuses a topic that is not there', (at) =>
    at.member.sns.send(new PublishCommand({ TopicArn: topicArn(at, 'absent'), Message: 'x' })),
  ),
  step('sns: refuses a subject longer than a hundred characters', (at) =>
    at.member.sns.send(
      new PublishCommand({
        TopicArn: topicArn(at, FURNITURE.topic),
        Subject: 'x'.repeat(101),
        Message: 'x',
      }),
    ),
  ),
];

const EVENTS: readonly { readonly source: string; readonly type: string; readonly detail: object }[] = [
  {
    source: 'cordon',
    type: 'incident opened',
    detail: { severity: 'high', score: 4, resource: { kind: 'instance' } },
  },
  { source: 'cordon', type: 'incident sealed', detail: { severity: 'low', score: 9, verdict: null } },
  {
    source: 'corsair',
    type: 'incident opened',
    detail: {
      severity: 'critical',
      score: 8.9,
      verdict: 'respond',
      resource: { kind: ['volume', 'instance'] },
    },
  },
  { source: 'other', type: 'incident opened', detail: { severity: ['high', 'low'], score: '5' } },
];

const matched = (name: string): Step =>
  step(`events: delivers what matches the pattern ${name}`, async (at) => {
    const bodies: (string | undefined)[] = [];
    // A queue gives what it likes of what it has: it is asked until it gives nothing any more.
    for (let looks = 0, empty = 0; looks < 20 && empty < 2; looks += 1) {
      const { Messages = [] } = await receive(at, queueOfPattern(name));
      if (Messages.length === 0) empty += 1;
      bodies.push(...Messages.map(({ Body }) => Body));
    }
    return { bodies };
  });

const events: readonly Step[] = [
  step('events: puts events on a bus', (at) =>
    at.member.events.send(
      new PutEventsCommand({
        Entries: EVENTS.map(({ source, type, detail }) => ({
          EventBusName: FURNITURE.bus,
          Source: source,
          DetailType: type,
          Detail: JSON.stringify(detail),
          Resources: ['arn:aws:ec2:eu-west-1:111122223333:instance/i-1'],
        })),
      }),
    ),
  ),
  ...Object.keys(PATTERNS).map(matched),
  step(
    'events: says of each event whether it was taken',
    (at) =>
      at.member.events.send(
        new PutEventsCommand({
          Entries: [
            { EventBusName: FURNITURE.bus, Source: 'nobody', DetailType: 'x', Detail: 'no JSON' },
            { EventBusName: FURNITURE.bus, DetailType: 'x', Detail: '{}' },
            { EventBusName: FURNITURE.bus, Source: 'nobody', DetailType: 'x', Detail: '{}' },
          ],
        }),
      ),
    { ordered: true },
  ),
];

/** Queues, topics and buses. */
export const messageSteps: readonly Step[] = [...queues, ...topics, ...events];
