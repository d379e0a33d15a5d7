import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import {
  lambdaFunction,
  MEMBER,
  organizationWith,
  REGION,
  role,
  rule,
  SECURITY,
} from '../../organization-testing.ts';
import type { Call } from '../../core/operation.ts';
import type { InProcessHandler } from './in-process-runtime.ts';
import { lambdaService } from './service.ts';

const arn = `arn:aws:lambda:${REGION}:${SECURITY}:function:echo`;

const permission = (properties: object) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Echo' }, ...properties },
});

const setUp = async (more: object = {}, handler: InProcessHandler = (event) => Promise.resolve(event)) => {
  const organization = await organizationWith({ echo: handler });
  const Resources = {
    Role: role('lambda.amazonaws.com', 'echo'),
    Echo: lambdaFunction('echo', 'Role'),
    ...more,
  };
  organization.deploy({ Resources }, { account: SECURITY, region: REGION, stackName: 's' });
  const invoke = async (account: string, input: Partial<InvokeCommand['input']>) => {
    const credentials = organization.credentialsFor(account, 'administrator');
    const client = new LambdaClient({
      region: REGION,
      credentials,
      requestHandler: organization.requestHandler,
      maxAttempts: 1,
    });
    const output = await organization.during(() =>
      client.send(new InvokeCommand({ FunctionName: arn, Payload: '{"a":1}', ...input })),
    );
    return { ...output, text: output.Payload?.transformToString() };
  };
  return { organization, invoke };
};

describe('Invoke', () => {
  it('refuses a payload of more than six megabytes', async () => {
    const { organization } = await setUp();
    const caller = organization.host.callerForRole(`arn:aws:iam::${SECURITY}:role/echo`, 'test');
    const input = { FunctionName: arn, Payload: Buffer.alloc(6_291_457) };
    const call: Call = {
      ...organization,
      caller,
      region: REGION,
      requestId: 'test',
      now: organization.timeline.now(),
      decide: (check) => organization.host.decideFor(caller, REGION, check),
    };
    await expect(lambdaService.operations['Invoke']?.run(input as never, call)).rejects.toMatchObject({
      code: 'RequestTooLargeException',
    });
  });

  it.each([['echo'], [arn], [`${arn}:$LATEST`], [`${SECURITY}:function:echo`]])(
    'finds the function as %s',
    async (FunctionName) => {
      const { invoke } = await setUp();
      expect(await invoke(SECURITY, { FunctionName })).toMatchObject({
        StatusCode: 200,
        text: '{"a":1}',
        ExecutedVersion: '$LATEST',
      });
    },
  );

  it('says that the function failed, and how', async () => {
    const { invoke } = await setUp({}, () => Promise.reject(new RangeError('too far')));
    const { FunctionError, text } = await invoke(SECURITY, {});
    expect(FunctionError).toBe('Unhandled');
    expect(JSON.parse(text ?? '')).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
  });

  it('refuses another account unless the policy of the function allows it', async () => {
    const { invoke } = await setUp();
    await expect(invoke(MEMBER, {})).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const open = await setUp({ Permission: permission({ Principal: MEMBER }) });
    expect(await open.invoke(MEMBER, {})).toMatchObject({ StatusCode: 200 });
  });

  it.each([
    ['another function', { FunctionName: 'none' }, 'ResourceNotFoundException'],
    ['a version', { Qualifier: '1' }, 'ResourceNotFoundException'],
    ['text that is not JSON', { Payload: '{' }, 'InvalidRequestContentException'],
    [
      'more than six megabytes',
      { Payload: JSON.stringify('x'.repeat(6_291_456)) },
      'RequestTooLargeException',
    ],
  ])('refuses %s', async (_name, input, code) => {
    const { invoke } = await setUp();
    await expect(invoke(SECURITY, input)).rejects.toMatchObject({ name: code });
  });

  it('tries an asynchronous invocation that fails twice more, after one minute and after two', async () => {
    const times: number[] = [];
    const { organization, invoke } = await setUp({}, (_event, { now }) => {
      times.push(now());
      return Promise.reject(new Error('again'));
    });
    expect(await invoke(SECURITY, { InvocationType: 'Event' })).toMatchObject({ StatusCode: 202 });
    await organization.run();
    expect(times.slice(1).map((time, index) => Math.floor((time - (times[index] ?? 0)) / 60_000))).toEqual([
      1, 2,
    ]);
  });

  it('is throttled beyond the reserved concurrency', async () => {
    const fn = lambdaFunction('echo', 'Role');
    const { invoke } = await setUp({
      Echo: { ...fn, Properties: { ...fn.Properties, ReservedConcurrentExecutions: 0 } },
    });
    await expect(invoke(SECURITY, {})).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  });
});

describe('a rule with a function as target', () => {
  it.each([
    ['delivers when the function lets this rule invoke it', 'findings', 'delivered', 1],
    ['loses the event when only another rule may', 'other', 'lost', 0],
  ])('%s', async (_name, allowed, outcome, runs) => {
    const seen: unknown[] = [];
    const { organization } = await setUp(
      {
        Rule: rule([{ Id: 'echo', Arn: arn }]),
        Permission: permission({
          Principal: 'events.amazonaws.com',
          SourceArn: `arn:aws:events:${REGION}:${SECURITY}:rule/${allowed}`,
        }),
      },
      (event) => Promise.resolve(seen.push(event)),
    );
    organization.host.deliverEvent(`arn:aws:events:${REGION}:${SECURITY}:event-bus/default`, {
      source: 'my.detector',
      'detail-type': 'Finding',
      detail: {},
    });
    await organization.run();
    expect(organization.journal.deliveries.map((delivery) => delivery.outcome)).toEqual([outcome]);
    expect(seen).toHaveLength(runs);
  });
});
