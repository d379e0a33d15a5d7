import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, OTHER_ACCOUNT, REGION, START, bench, rootOf, type Bench } from '../testing.ts';
import { enqueue, onMessage, removeMessage, takeVisible } from './messages.ts';
import { sqsService } from './service.ts';
import { queueByArn } from './state.ts';

const arn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
const url = (name: string): string => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;
const queues = (): Bench => {
  const on = bench(sqsService);
  on.create('AWS::SQS::Queue', { QueueName: 'dead' });
  on.create('AWS::SQS::Queue', {
    QueueName: 'work',
    VisibilityTimeout: 60,
    RedrivePolicy: { deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 },
  });
  return on;
};
interface Received {
  readonly Messages?: readonly {
    readonly Body: string;
    readonly ReceiptHandle: string;
    readonly Attributes?: object;
  }[];
}
const receive = (on: Bench, name: string, more: object = {}) =>
  on.perform<Received>('ReceiveMessage', {
    QueueUrl: url(name),
    MessageSystemAttributeNames: ['All'],
    ...more,
  });
const send = (on: Bench, more: object = {}) =>
  on.perform('SendMessage', { QueueUrl: url('work'), MessageBody: 'hello', ...more });

describe('messages', () => {
  it('are hidden once received, come back, and go to the dead-letter queue when received too often', async () => {
    const on = queues();
    expect(await send(on)).toMatchObject({
      MD5OfMessageBody: createHash('md5').update('hello').digest('hex'),
    });
    expect(await receive(on, 'work')).toMatchObject({
      Messages: [
        { Body: 'hello', Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(START) } },
      ],
    });
    expect(await receive(on, 'work', { WaitTimeSeconds: 20 })).toEqual({});
    await on.pass(60_000);
    expect(await receive(on, 'work')).toMatchObject({
      Messages: [{ Attributes: { ApproximateReceiveCount: '2' } }],
    });
    await on.pass(60_000);
    expect(await receive(on, 'work')).toEqual({});
    expect(await receive(on, 'dead')).toMatchObject({ Messages: [{ Body: 'hello' }] });
  });

  it('are deleted by the handle of their last receive alone', async () => {
    const on = queues();
    await send(on);
    const first = (await receive(on, 'work')).Messages?.[0]?.ReceiptHandle;
    await on.perform('ChangeMessageVisibility', {
      QueueUrl: url('work'),
      ReceiptHandle: first,
      VisibilityTimeout: 0,
    });
    const second = (await receive(on, 'work')).Messages?.[0]?.ReceiptHandle;
    await on.perform('DeleteMessage', { QueueUrl: url('work'), ReceiptHandle: first });
    const count = async () =>
      on.perform('GetQueueAttributes', {
        QueueUrl: url('work'),
        AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
      });
    expect(await count()).toEqual({ Attributes: { ApproximateNumberOfMessagesNotVisible: '1' } });
    await on.perform('DeleteMessage', { QueueUrl: url('work'), ReceiptHandle: second });
    expect(await count()).toEqual({ Attributes: { ApproximateNumberOfMessagesNotVisible: '0' } });
  });

  it('wait for their delay, and are dropped after the retention period', async () => {
    const on = queues();
    await send(on, { DelaySeconds: 30 });
    expect(await receive(on, 'work')).toEqual({});
    await on.pass(30_000);
    expect(await receive(on, 'work', { VisibilityTimeout: 0 })).toHaveProperty('Messages');
    await on.pass(4 * 86_400_000);
    expect(await receive(on, 'work')).toEqual({});
  });

  it('carry attributes, with the digest that SQS gives them', async () => {
    const on = queues();
    const sent = await send(on, { MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } });
    const parts = ['kind', 'String'].flatMap((text) => [
      Buffer.from([0, 0, 0, text.length]),
      Buffer.from(text),
    ]);
    const digest = createHash('md5')
      .update(Buffer.concat([...parts, Buffer.from([1, 0, 0, 0, 1]), Buffer.from('x')]))
      .digest('hex');
    expect(sent).toMatchObject({ MD5OfMessageAttributes: digest });
    expect(await receive(on, 'work', { MessageAttributeNames: ['All'] })).toMatchObject({
      Messages: [{ MessageAttributes: { kind: { StringValue: 'x' } }, MD5OfMessageAttributes: digest }],
    });
  });

  it.each([
    ['SendMessage', { QueueUrl: url('none'), MessageBody: 'x' }, 'QueueDoesNotExist'],
    ['SendMessage', { QueueUrl: url('work'), MessageBody: '\u0000' }, 'InvalidMessageContents'],
    ['SendMessage', { QueueUrl: url('work'), MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    ['SendMessage', { QueueUrl: url('work'), MessageBody: 'x', DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['SendMessage', { QueueUrl: url('work'), MessageBody: 'x', MessageGroupId: 'g' }, 'UnsupportedOperation'],
    ['ReceiveMessage', { QueueUrl: url('work'), MaxNumberOfMessages: 11 }, 'InvalidParameterValue'],
    ['DeleteMessage', { QueueUrl: url('work'), ReceiptHandle: 'x' }, 'ReceiptHandleIsInvalid'],
    ['GetQueueUrl', { QueueName: 'none' }, 'QueueDoesNotExist'],
  ])('%s refuses case %#', async (name, input, code) => {
    await expect(queues().perform(name, input)).rejects.toMatchObject({ code });
  });

  it('are checked on the queue of the URL, in its account', () => {
    expect(
      queues().checksOf(
        'SendMessage',
        { QueueUrl: url('work'), MessageBody: 'x' },
        { caller: rootOf(OTHER_ACCOUNT) },
      ),
    ).toEqual([{ action: 'sqs:SendMessage', resource: arn('work'), account: ACCOUNT, context: {} }]);
  });
});

describe('other services of the organization', () => {
  it('put, are woken, take and remove without the API', () => {
    const { world, ids } = queues();
    const queue = queueByArn(world, arn('work'));
    if (queue === undefined) throw new Error('the queue was not created');
    const woken: number[] = [];
    const end = onMessage(queue, (visibleAt) => woken.push(visibleAt));
    expect(enqueue(world, arn('work'), { body: 'x', now: START, ids })?.body).toBe('x');
    const [message] = takeVisible(world, queue, { max: 10, now: START });
    expect(woken).toEqual([START, START + 60_000]);
    removeMessage(queue, message?.receiptHandle ?? '');
    end();
    expect(queue.messages).toEqual([]);
    expect(enqueue(world, arn('none'), { body: 'x', now: START, ids })).toBeUndefined();
  });
});

describe('queues', () => {
  it('carry their policy', () => {
    const on = queues();
    on.create('AWS::SQS::QueuePolicy', {
      Queues: [url('work')],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arn('work'),
          },
        ],
      },
    });
    expect(on.resourcePolicy(arn('work'))).toMatchObject({ mode: 'alone-suffices' });
    expect(on.resourcePolicy(arn('dead'))).toBeUndefined();
  });

  it.each([
    [{ FifoQueue: true }, 'FifoQueue'],
    [{ VisibilityTimeout: 43_201 }, '0 to 43200'],
    [{ RedrivePolicy: { deadLetterTargetArn: arn('none'), maxReceiveCount: 3 } }, 'a queue of'],
    [{ QueueName: 'dead' }, 'exists'],
  ])('refuse %j', (properties, message) => {
    expect(() => queues().create('AWS::SQS::Queue', properties)).toThrow(message);
  });
});
