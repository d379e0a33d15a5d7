import { describe, expect, it } from 'vitest';
import { sqsService } from '../sqs/service.ts';
import { queueByArn } from '../sqs/state.ts';
import { ACCOUNT, REGION, START, bench, testWorld } from '../testing.ts';
import { snsService } from './service.ts';
import { snsState, textFor } from './state.ts';

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:pages`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:pages`;

const topic = (verdict: 'allow' | 'deny' = 'allow') => {
  const world = testWorld();
  bench(sqsService, {}, world).create('AWS::SQS::Queue', { QueueName: 'pages' });
  const decideFor = () => ({ verdict, layer: 'resource', decisive: [], why: 'the test says so' }) as const;
  const on = bench(snsService, { host: { decideFor } }, world);
  on.create('AWS::SNS::Topic', { TopicName: 'pages', DisplayName: 'Pages', KmsMasterKeyId: 'alias/aws/sns' });
  return { on, world, queued: () => queueByArn(world, QUEUE)?.messages ?? [] };
};
const publish = (on: ReturnType<typeof topic>['on'], more: object = {}) =>
  on.perform('Publish', { TopicArn: TOPIC, Message: 'contained', ...more });

describe('Publish', () => {
  it('keeps the message, and hands it to a queue whose policy allows it', async () => {
    const { on, world, queued } = topic();
    on.create('AWS::SNS::Subscription', { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE });
    on.create('AWS::SNS::Subscription', { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'duty@example.org' });
    await publish(on, { Subject: 'host contained' });
    expect(world.of(snsState, ACCOUNT, REGION).topics.get(TOPIC)?.published).toMatchObject([
      { message: 'contained', subject: 'host contained', at: START },
    ]);
    expect(queued().map(({ body }) => JSON.parse(body))).toMatchObject([
      { Type: 'Notification', TopicArn: TOPIC, Subject: 'host contained', Message: 'contained' },
    ]);
  });

  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  it('gives each protocol its own text, and the default to the rest', async () => {
    const { on, world, queued } = topic();
    on.create('AWS::SNS::Subscription', { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE });
    const Message = JSON.stringify({ default: '{"kind":"contained"}', email: 'It is contained.' });
    await publish(on, { MessageStructure: 'json', Message });
    const [published] = world.of(snsState, ACCOUNT, REGION).topics.get(TOPIC)?.published ?? [];
    expect(published && textFor(published, 'email')).toBe('It is contained.');
    expect(queued().map(({ body }) => JSON.parse(body).Message)).toEqual(['{"kind":"contained"}']);
  });

  it('delivers raw where the subscription says so, and nothing where the queue refuses', async () => {
    const raw = { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, RawMessageDelivery: true };
    const allowed = topic();
    allowed.on.create('AWS::SNS::Subscription', raw);
    await publish(allowed.on);
    expect(allowed.queued().map(({ body }) => body)).toEqual(['contained']);
    const refused = topic('deny');
    refused.on.create('AWS::SNS::Subscription', raw);
    await publish(refused.on);
    expect(refused.queued()).toEqual([]);
  });

  it.each([
    [{ TopicArn: `${TOPIC}-none` }, 'NotFound'],
    [{ Subject: 'two\nlines' }, 'InvalidParameter'],
    [{ Subject: 'x'.repeat(100) }, 'InvalidParameter'],
    [{ Subject: 'größer' }, 'InvalidParameter'],
    [{ Message: 'x'.repeat(256 * 1024 + 1) }, 'InvalidParameter'],
    [{ Message: '' }, 'InvalidParameter'],
    [{ MessageStructure: 'json' }, 'InvalidParameter'],
    [{ MessageStructure: 'json', Message: '{"email":"x"}' }, 'InvalidParameter'],
    [{ MessageStructure: 'json', Message: '{"default":{}}' }, 'InvalidParameter'],
    [{ MessageStructure: 'xml' }, 'InvalidParameter'],
    [{ PhoneNumber: '+1' }, 'UnsupportedOperation'],
  ])('refuses case %#', async (more, code) => {
    await expect(publish(topic().on, more)).rejects.toMatchObject({ code });
  });

  it('takes a subject of 99 characters and a message of 256 KiB', async () => {
    await expect(
      publish(topic().on, { Subject: 'x'.repeat(99), Message: 'x'.repeat(256 * 1024) }),
    ).resolves.toHaveProperty('MessageId');
  });

  it('is checked on the topic', () => {
    expect(topic().on.checksOf('Publish', { TopicArn: TOPIC, Message: 'x' })).toEqual([
      { action: 'sns:Publish', resource: TOPIC, account: ACCOUNT, context: {} },
    ]);
  });
});

describe('topics', () => {
  it('carry their policy', () => {
    const { on } = topic();
    expect(on.resourcePolicy(TOPIC)).toBeUndefined();
    on.create('AWS::SNS::TopicPolicy', {
      Topics: [TOPIC],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'sns:Publish',
            Resource: TOPIC,
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
    expect(on.resourcePolicy(TOPIC)).toMatchObject({ mode: 'alone-suffices' });
  });

  it.each([
    ['AWS::SNS::Topic', { FifoTopic: true }, 'FifoTopic'],
    ['AWS::SNS::Subscription', { TopicArn: TOPIC, Protocol: 'sms', Endpoint: '+1' }, 'one of email'],
    [
      'AWS::SNS::Subscription',
      { TopicArn: `${TOPIC}-none`, Protocol: 'email', Endpoint: 'a@example.org' },
      'topics of',
    ],
  ])('%s refuses %j', (type, properties, message) => {
    expect(() => topic().on.create(type, properties)).toThrow(message);
  });
});
