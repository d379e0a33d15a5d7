import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { lambdaFunction, organizationWith, REGION, role, SECURITY } from '../../organization-testing.ts';
import { queueByArn } from '../sqs/state.ts';

const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${SECURITY}:${name}`;
const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };

interface Made {
  readonly fn?: object;
  readonly config?: object;
  readonly statements?: readonly object[];
  /** How many of the first attempts fail. */
  readonly failures?: number;
}

const setUp = async ({ fn = {}, config, statements = [send], failures = 9 }: Made) => {
  let runs = 0;
  const organization = await organizationWith({
    work: () => {
      runs += 1;
      return runs <= failures ? Promise.reject(new Error('broken')) : Promise.resolve('done');
    },
  });
  const made = lambdaFunction('work', 'Role');
  const Resources = {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Failed: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failed' } },
    Role: role('lambda.amazonaws.com', 'work', ...statements),
    Work: { ...made, Properties: { ...made.Properties, ...fn } },
    ...(config === undefined
      ? {}
      : {
          Config: {
            Type: 'AWS::Lambda::EventInvokeConfig',
            Properties: { FunctionName: { Ref: 'Work' }, Qualifier: '$LATEST', ...config },
          },
        }),
  };
  organization.deploy({ Resources }, { account: SECURITY, region: REGION, stackName: 's' });
  const client = new LambdaClient({
    region: REGION,
    credentials: organization.credentialsFor(SECURITY, 'administrator'),
    requestHandler: organization.requestHandler,
  });
  const invoke = new InvokeCommand({ FunctionName: 'work', InvocationType: 'Event', Payload: '{"a":1}' });
  const { StatusCode } = await organization.during(() => client.send(invoke));
  await organization.run();
  const messages = (name: string) => queueByArn(organization.world, queueArn(name))?.messages ?? [];
  return { organization, StatusCode, runs: () => runs, messages };
};

const DEAD = { DeadLetterConfig: { TargetArn: queueArn('dead') } };
const FAILED = { DestinationConfig: { OnFailure: { Destination: queueArn('failed') } } };

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
describe('an invocation that nobody waits for', () => {
  it('goes to the dead-letter queue as it came once three attempts have failed', async () => {
    const { StatusCode, runs, messages } = await setUp({ fn: DEAD });
    expect([StatusCode, runs()]).toEqual([202, 3]);
    expect(messages('dead')).toMatchObject([{ body: '{"a":1}' }]);
  });

  it('leaves a record of its failure at the destination', async () => {
    const { messages } = await setUp({ config: FAILED });
    expect(messages('dead')).toEqual([]);
    const [record] = messages('failed').map(({ body }) => JSON.parse(body) as unknown);
    expect(record).toMatchObject({
      version: '1.0',
      requestContext: {
        functionArn: `arn:aws:lambda:${REGION}:${SECURITY}:function:work:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'broken' },
    });
  });

  it('leaves nothing when an attempt succeeds', async () => {
    const { runs, messages } = await setUp({ fn: DEAD, config: FAILED, failures: 2 });
    expect([runs(), messages('dead'), messages('failed')]).toEqual([3, [], []]);
  });

  it.each([0, 1, 2])('is tried %i times again when that is configured', async (MaximumRetryAttempts) => {
    const { runs } = await setUp({ config: { MaximumRetryAttempts } });
    expect(runs()).toBe(MaximumRetryAttempts + 1);
  });

  it('ends when it has become too old', async () => {
    const { runs, messages } = await setUp({ config: { MaximumEventAgeInSeconds: 90, ...FAILED } });
    expect(runs()).toBe(2);
    expect(JSON.parse(messages('failed')[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
    });
  });

  it('of a function without any concurrency fails at once', async () => {
    const { organization, runs, messages } = await setUp({
      fn: { ...DEAD, ReservedConcurrentExecutions: 0 },
    });
    expect([runs(), messages('dead').length]).toEqual([0, 1]);
    expect(organization.timeline.now() - Date.parse('2026-01-01T00:00:00Z')).toBeLessThan(60_000);
  });

  it.each([
    ['dead-letter queue', { fn: DEAD }],
    ['destination', { config: FAILED }],
  ])('needs a %s that the role may send to', async (_what, made) => {
    await expect(setUp({ ...made, statements: [] })).rejects.toThrow('may not SendMessage');
  });
});
