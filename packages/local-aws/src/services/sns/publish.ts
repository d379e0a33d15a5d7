import type { PublishCommandInput, PublishCommandOutput } from '@aws-sdk/client-sns';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Caller, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { resourceTagContext } from '../request-tags.ts';
import { attributeBytes, readAttributes } from '../sqs/message-attributes.ts';
import { enqueue } from '../sqs/messages.ts';
import { snsState, textFor, type Published, type Subscription, type Topic } from './state.ts';

const TOPIC_ARN = /^arn:[^:]+:sns:([^:]+):(\d{12}):([^:]+)$/;

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (Message) */
const MAX_BYTES = 256 * 1024;
/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (Subject): fewer than 100 ASCII characters, no line breaks or control characters. */
const SUBJECT = /^[A-Za-z0-9!-/:-@[-`{-~][ -~]{0,98}$/;

const invalid = (message: string): ServiceFault =>
  new ServiceFault('InvalidParameter', `Invalid parameter: ${message}`);

const requireTopic = (call: Call, arn: string | undefined): Topic => {
  const [, region, account] = TOPIC_ARN.exec(arn ?? '') ?? [];
  if (region === undefined || account === undefined) throw invalid('TopicArn');
  if (region !== call.region)
    throw invalid(`TopicArn Reason: the topic is in ${region}, the request in ${call.region}`);
  const topic = call.world.of(snsState, account, region).topics.get(arn ?? '');
  if (topic === undefined) throw new ServiceFault('NotFound', 'Topic does not exist', { status: 404 });
  return topic;
};

/**
 * "Contain at least a top-level JSON key of default with a value that is a string", and of each protocol a string where it is named; names that
 * are none are ignored. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (MessageStructure)
 */
const perProtocol = (message: string): Readonly<Record<string, string>> => {
  const refuse = (why: string): ServiceFault => invalid(`Message Structure - ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    throw refuse('JSON message body failed to parse');
  }
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (!entries.some(([name]) => name === 'default')) throw refuse('No default entry in JSON message body');
  return Object.fromEntries(
    entries.map(([name, text]: readonly [string, unknown]) => {
      if (typeof text !== 'string') throw refuse(`the entry ${name} is no text`);
      return [name, text];
    }),
  );
};

const read = (input: PublishCommandInput, call: Call): Published => {
  const message = input.Message ?? '';
  if (input.MessageStructure !== undefined && input.MessageStructure !== 'json')
    throw invalid(`MessageStructure is ${input.MessageStructure}: want json`);
  const structured = input.MessageStructure === 'json' && message !== '' ? perProtocol(message) : undefined;
  const attributes = readAttributes(input.MessageAttributes);
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) + attributeBytes(attributes) > MAX_BYTES) throw invalid('Message too long');
  if (input.Subject !== undefined && !SUBJECT.test(input.Subject)) throw invalid('Subject');
  return {
    messageId: call.ids.uuid('sns-message'),
    message: structured?.['default'] ?? message,
    ...(structured === undefined ? {} : { perProtocol: structured }),
    attributes,
    at: call.now,
    ...(input.Subject === undefined ? {} : { subject: input.Subject }),
  };
};

/** SNS itself, acting for a topic: what queue policies name. https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html */
const snsFor = (topic: Topic): Caller => ({
  account: topic.account,
  principal: { kind: 'service', service: 'sns.amazonaws.com' },
  accessKeyId: '',
  context: { 'aws:SourceArn': topic.arn, 'aws:SourceAccount': topic.account },
  sessionPolicies: [],
  transitiveTags: {},
});

/** https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html */
const envelope = (topic: Topic, published: Published): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: published.messageId,
    TopicArn: topic.arn,
    ...(published.subject === undefined ? {} : { Subject: published.subject }),
    Message: textFor(published, 'sqs'),
    Timestamp: new Date(published.at).toISOString(),
    ...(Object.keys(published.attributes).length === 0
      ? {}
      : {
          MessageAttributes: Object.fromEntries(
            Object.entries(published.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
              name,
              { Type: DataType, Value: StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64') },
            ]),
          ),
        }),
  });

/** What the queue's policy refuses is lost, as AWS loses it when the subscription has no dead-letter queue. */
const deliver = (
  call: Call,
  topic: Topic,
  on: { readonly subscription: Subscription; readonly published: Published },
): void => {
  const { subscription, published } = on;
  const owner = subscription.endpoint.split(':')[4] ?? '';
  const check = { action: 'sqs:SendMessage', resource: subscription.endpoint, account: owner };
  if (call.host.decideFor(snsFor(topic), topic.region, check).verdict === 'deny') return;
  enqueue(call.world, subscription.endpoint, {
    body: subscription.raw ? textFor(published, 'sqs') : envelope(topic, published),
    ...(subscription.raw ? { attributes: published.attributes } : {}),
    senderId: 'sns.amazonaws.com',
    now: call.now,
    ids: call.ids,
  });
};

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const publish = operation<PublishCommandInput, Omit<PublishCommandOutput, '$metadata'>>({
  checks: (input, call) => {
    const [, region = '', account] = TOPIC_ARN.exec(input.TopicArn ?? '') ?? [];
    const topic = call.world.of(snsState, account ?? '', region).topics.get(input.TopicArn ?? '');
    return [
      {
        action: 'sns:Publish',
        resource: input.TopicArn ?? '*',
        ...(account === undefined ? {} : { account }),
        context: resourceTagContext(topic?.tags),
      },
    ];
  },
  run: (input, call) => {
    acceptMembers(input, 'Publish', [
      'TopicArn',
      'Message',
      'MessageStructure',
      'Subject',
      'MessageAttributes',
    ]);
    const topic = requireTopic(call, input.TopicArn);
    const published = read(input, call);
    topic.published.push(published);
    for (const subscription of topic.subscriptions)
      if (subscription.protocol === 'sqs') deliver(call, topic, { subscription, published });
    return { MessageId: published.messageId };
  },
});

/** Publishing. */
export const publishOperations: Readonly<Record<string, Operation>> = { Publish: publish };
