import { createHash } from 'node:crypto';
import type {
  ChangeMessageVisibilityCommandInput,
  ChangeMessageVisibilityCommandOutput,
  DeleteMessageCommandInput,
  DeleteMessageCommandOutput,
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  GetQueueUrlCommandInput,
  GetQueueUrlCommandOutput,
  PurgeQueueCommandInput,
  PurgeQueueCommandOutput,
  ReceiveMessageCommandInput,
  ReceiveMessageCommandOutput,
  SendMessageCommandInput,
  SendMessageCommandOutput,
} from '@aws-sdk/client-sqs';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Caller, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { attributeDigest } from './attribute-digest.ts';
import { attributeBytes, readAttributes } from './message-attributes.ts';
import { addMessage, messagesOf, removeMessage, showAgain, takeVisible } from './messages.ts';
import { queueCheck, requireQueue, within } from './queues.ts';
import { sqsState, type Message, type Queue } from './state.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const senderOf = ({ principal }: Caller): string => {
  switch (principal.kind) {
    case 'role-session':
      return `${principal.roleId}:${principal.sessionName}`;
    case 'user':
      return principal.userId;
    case 'root':
      return principal.account;
    case 'service':
      return principal.service;
  }
};

/** #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const ALLOWED = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

const checkBody = (queue: Queue, body: string, attributesBytes: number): void => {
  if (body === '')
    throw new ServiceFault(
      'MissingRequiredParameterException',
      'The request must contain the parameter MessageBody.',
    );
  if (!ALLOWED.test(body))
    throw new ServiceFault(
      'InvalidMessageContents',
      'The message contains characters outside the allowed set.',
    );
  if (Buffer.byteLength(body) + attributesBytes > queue.maximumMessageBytes) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumMessageBytes} bytes.`,
    );
  }
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const sendMessage = operation<SendMessageCommandInput, Omit<SendMessageCommandOutput, '$metadata'>>({
  checks: (input, call) => [queueCheck(call, input.QueueUrl, 'SendMessage')],
  run: (input, call) => {
    acceptMembers(input, 'SendMessage', ['QueueUrl', 'MessageBody', 'DelaySeconds', 'MessageAttributes']);
    const queue = requireQueue(call, input.QueueUrl);
    const attributes = readAttributes(input.MessageAttributes);
    const body = input.MessageBody ?? '';
    checkBody(queue, body, attributeBytes(attributes));
    const delaySeconds = within(input.DelaySeconds ?? queue.delaySeconds, 'DelaySeconds', {
      low: 0,
      high: 900,
    });
    const { messageId } = addMessage(
      queue,
      { body, attributes, delaySeconds, senderId: senderOf(call.caller) },
      call,
    );
    const digest = attributeDigest(attributes);
    return {
      MessageId: messageId,
      MD5OfMessageBody: md5(body),
      ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
    };
  },
});

const wanted = (names: readonly string[], name: string): boolean =>
  names.some(
    (one) =>
      one === 'All' ||
      one === '.*' ||
      one === name ||
      (one.endsWith('.*') && name.startsWith(one.slice(0, -1))),
  );

const shown = (
  message: Message,
  on: { readonly system: readonly string[]; readonly own: readonly string[] },
) => {
  const system = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  };
  const attributes = Object.fromEntries(Object.entries(system).filter(([name]) => wanted(on.system, name)));
  const own = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => wanted(on.own, name)));
  const digest = attributeDigest(own);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(attributes).length > 0 ? { Attributes: attributes } : {}),
    ...(digest === undefined ? {} : { MessageAttributes: own, MD5OfMessageAttributes: digest }),
  };
};

/**
 * Answers at once with what is visible, also with WaitTimeSeconds: a long poll may end early.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
const receiveMessage = operation<ReceiveMessageCommandInput, Omit<ReceiveMessageCommandOutput, '$metadata'>>({
  checks: (input, call) => [queueCheck(call, input.QueueUrl, 'ReceiveMessage')],
  run: (input, call) => {
    acceptMembers(input, 'ReceiveMessage', [
      'QueueUrl',
      'MaxNumberOfMessages',
      'VisibilityTimeout',
      'WaitTimeSeconds',
      'AttributeNames',
      'MessageSystemAttributeNames',
      'MessageAttributeNames',
    ]);
    const queue = requireQueue(call, input.QueueUrl);
    const max = within(input.MaxNumberOfMessages ?? 1, 'MaxNumberOfMessages', { low: 1, high: 10 });
    within(input.WaitTimeSeconds ?? 0, 'WaitTimeSeconds', { low: 0, high: 20 });
    const hidden = within(input.VisibilityTimeout ?? queue.visibilityTimeoutSeconds, 'VisibilityTimeout', {
      low: 0,
      high: 43_200,
    });
    const taken = takeVisible(call.world, queue, { max, now: call.now, visibilityTimeoutSeconds: hidden });
    const names = {
      system: [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])],
      own: input.MessageAttributeNames ?? [],
    };
    return taken.length === 0 ? {} : { Messages: taken.map((message) => shown(message, names)) };
  },
});

const checkHandle = (handle: string | undefined): string => {
  if (handle !== undefined && /^[0-9a-f-]{36}#\d+$/.test(Buffer.from(handle, 'base64').toString()))
    return handle;
  throw new ServiceFault(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle ?? ''}" is not a valid receipt handle.`,
  );
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
const deleteMessage = operation<DeleteMessageCommandInput, Omit<DeleteMessageCommandOutput, '$metadata'>>({
  checks: (input, call) => [queueCheck(call, input.QueueUrl, 'DeleteMessage')],
  run: (input, call) => {
    acceptMembers(input, 'DeleteMessage', ['QueueUrl', 'ReceiptHandle']);
    removeMessage(requireQueue(call, input.QueueUrl), checkHandle(input.ReceiptHandle));
    return {};
  },
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
const changeVisibility = operation<
  ChangeMessageVisibilityCommandInput,
  Omit<ChangeMessageVisibilityCommandOutput, '$metadata'>
>({
  checks: (input, call) => [queueCheck(call, input.QueueUrl, 'ChangeMessageVisibility')],
  run: (input, call) => {
    acceptMembers(input, 'ChangeMessageVisibility', ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout']);
    const queue = requireQueue(call, input.QueueUrl);
    const handle = checkHandle(input.ReceiptHandle);
    const seconds = within(input.VisibilityTimeout ?? -1, 'VisibilityTimeout', { low: 0, high: 43_200 });
    const message = messagesOf(queue, call.now).find((one) => one.receiptHandle === handle);
    if (message === undefined || message.visibleAt <= call.now)
      throw new ServiceFault('MessageNotInflight', 'The specified message is not in flight.');
    showAgain(queue, message, call.now + seconds * 1000);
    return {};
  },
});

const attributesOf = (queue: Queue, now: number): Readonly<Record<string, string | undefined>> => {
  const held = messagesOf(queue, now);
  const hidden = held.filter(({ visibleAt }) => visibleAt > now);
  return {
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    ApproximateNumberOfMessages: String(held.length - hidden.length),
    ApproximateNumberOfMessagesNotVisible: String(
      hidden.filter(({ receiveCount }) => receiveCount > 0).length,
    ),
    ApproximateNumberOfMessagesDelayed: String(
      hidden.filter(({ receiveCount }) => receiveCount === 0).length,
    ),
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: String(queue.delaySeconds),
    MaximumMessageSize: String(queue.maximumMessageBytes),
    Policy: queue.policy?.text,
    RedrivePolicy: queue.redrive === undefined ? undefined : JSON.stringify(queue.redrive),
    KmsMasterKeyId: queue.encryption.kmsMasterKeyId,
    SqsManagedSseEnabled: String(queue.encryption.sqsManaged),
  };
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
const getAttributes = operation<
  GetQueueAttributesCommandInput,
  Omit<GetQueueAttributesCommandOutput, '$metadata'>
>({
  checks: (input, call) => [queueCheck(call, input.QueueUrl, 'GetQueueAttributes')],
  run: (input, call) => {
    acceptMembers(input, 'GetQueueAttributes', ['QueueUrl', 'AttributeNames']);
    const held = attributesOf(requireQueue(call, input.QueueUrl), call.now);
    const names = input.AttributeNames ?? [];
    const strange = names.find((name) => name !== 'All' && !(name in held));
    if (strange !== undefined)
      throw new ServiceFault('InvalidAttributeName', `Unknown Attribute ${strange}.`);
    const shownAttributes: Record<string, string> = {};
    for (const [name, value] of Object.entries(held))
      if (value !== undefined && wanted(names, name)) shownAttributes[name] = value;
    return { Attributes: shownAttributes };
  },
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html */
const getUrl = operation<GetQueueUrlCommandInput, Omit<GetQueueUrlCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    queueCheck(
      call,
      `https://sqs/${input.QueueOwnerAWSAccountId ?? call.caller.account}/${input.QueueName ?? ''}`,
      'GetQueueUrl',
    ),
  ],
  run: (input, call) => {
    acceptMembers(input, 'GetQueueUrl', ['QueueName', 'QueueOwnerAWSAccountId']);
    const owner = input.QueueOwnerAWSAccountId ?? call.caller.account;
    const queue = call.world.of(sqsState, owner, call.region).queues.get(input.QueueName ?? '');
    if (queue === undefined)
      throw new ServiceFault('QueueDoesNotExist', 'The specified queue does not exist.');
    return { QueueUrl: queue.url };
  },
});

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
const purgeQueue = operation<PurgeQueueCommandInput, Omit<PurgeQueueCommandOutput, '$metadata'>>({
  checks: (input, call) => [queueCheck(call, input.QueueUrl, 'PurgeQueue')],
  run: (input, call) => {
    acceptMembers(input, 'PurgeQueue', ['QueueUrl']);
    requireQueue(call, input.QueueUrl).messages.splice(0);
    return {};
  },
});

/** Operations of standard queues. Batches, FIFO and queue management by API answer 501. */
export const sqsOperations: Readonly<Record<string, Operation>> = {
  SendMessage: sendMessage,
  ReceiveMessage: receiveMessage,
  DeleteMessage: deleteMessage,
  ChangeMessageVisibility: changeVisibility,
  GetQueueAttributes: getAttributes,
  GetQueueUrl: getUrl,
  PurgeQueue: purgeQueue,
};
