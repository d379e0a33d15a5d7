import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { Organization } from '../../organization.ts';
import {
  lambdaFunction,
  MEMBER,
  organizationWith,
  REGION,
  role,
  SECURITY,
} from '../../organization-testing.ts';

const stateMachineArn = `arn:aws:states:${REGION}:${SECURITY}:stateMachine:approve`;

/** A state that a catcher may lead to. */
const done = (state: object) => ('Catch' in state ? { Done: { Type: 'Succeed' } } : {});

const machine = (state: object) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    StateMachineName: 'approve',
    RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
    DefinitionString: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Ask',
      States: { Ask: { ...state, End: true }, ...done(state) },
    }),
  },
});

const ask = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
  TimeoutSeconds: 3_600,
};

const needs = {
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: `arn:aws:lambda:${REGION}:${SECURITY}:function:ask`,
};

const template = (state: object, ...statements: readonly object[]) => ({
  Resources: {
    AskRole: role('lambda.amazonaws.com', 'ask'),
    Ask: lambdaFunction('ask', 'AskRole'),
    MachineRole: role('states.amazonaws.com', 'machine', ...statements),
    Machine: machine(state),
  },
});

const setUp = async (state: object = ask, statements: readonly object[] = [needs]) => {
  const tokens: string[] = [];
  const organization = await organizationWith({
    ask: async (event) => {
      tokens.push((event as { readonly token: string }).token);
    },
  });
  organization.deploy(template(state, ...statements), { account: SECURITY, region: REGION, stackName: 's' });
  return { organization, tokens };
};

const clientOf = (organization: Organization, account = SECURITY) =>
  new SFNClient({
    region: REGION,
    credentials: organization.credentialsFor(account, 'administrator'),
    requestHandler: organization.requestHandler,
  });

const start = (organization: Organization, name: string, input: object) =>
  organization.during(() =>
    clientOf(organization).send(
      new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
    ),
  );

describe('StartExecution', () => {
  it('gives the running execution again for the same name and input, and refuses other input', async () => {
    const { organization } = await setUp();
    const first = await start(organization, 'one', { a: 1 });
    const again = await start(organization, 'one', { a: 1 });
    expect(again).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    await expect(start(organization, 'one', { a: 2 })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    expect(organization.executions()).toHaveLength(1);
  });

  it('refuses a name that has ended, and one that AWS does not allow', async () => {
    const { organization } = await setUp({ Type: 'Pass' }, []);
    await start(organization, 'one', {});
    await organization.run();
    await expect(start(organization, 'one', {})).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await expect(start(organization, 'a b', {})).rejects.toMatchObject({ name: 'InvalidName' });
  });
});

describe('a task that waits for its token', () => {
  it('goes on with what SendTaskSuccess gives, once', async () => {
    const { organization, tokens } = await setUp();
    await start(organization, 'one', {});
    await organization.run(() => tokens.length > 0);
    const answer = new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{"approved":true}' });
    await organization.during(() => clientOf(organization).send(answer));
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({ status: 'SUCCEEDED', output: '{"approved":true}' });
    await expect(organization.during(() => clientOf(organization).send(answer))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });

  it('fails by the name that SendTaskFailure gives', async () => {
    const { organization, tokens } = await setUp();
    await start(organization, 'one', {});
    await organization.run(() => tokens.length > 0);
    const answer = new SendTaskFailureCommand({ taskToken: tokens[0], error: 'Refused', cause: 'by Ada' });
    await organization.during(() => clientOf(organization).send(answer));
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({
      status: 'FAILED',
      error: 'Refused',
      cause: 'by Ada',
    });
  });

  it('is not known in another account', async () => {
    const { organization, tokens } = await setUp();
    await start(organization, 'one', {});
    await organization.run(() => tokens.length > 0);
    const answer = new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{}' });
    await expect(
      organization.during(() => clientOf(organization, MEMBER).send(answer)),
    ).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('times out on the virtual clock', async () => {
    const { organization } = await setUp();
    await start(organization, 'one', {});
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });
});

/** Starts an execution that has asked somebody. */
const asked = async (state: object = ask) => {
  const made = await setUp(state);
  const { executionArn } = await start(made.organization, 'one', {});
  await made.organization.run(() => made.tokens.length > 0);
  const send: SFNClient['send'] = (command: never) =>
    made.organization.during(() => clientOf(made.organization).send(command));
  return { ...made, executionArn, send, taskToken: made.tokens[0] ?? '' };
};

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
describe('an answer to a waiting task', () => {
  it.each([
    ['is no JSON', 'InvalidOutput', { output: '{' }],
    ['is above 262,144 bytes', 'ValidationException', { output: JSON.stringify('x'.repeat(262_143)) }],
    ['is for a token that never was', 'InvalidToken', { taskToken: 'never' }],
    ['has a token of more than 2,048 characters', 'ValidationException', { taskToken: 'x'.repeat(2_049) }],
  ])('that %s is refused with %s, and the task waits on', async (_what, name, wrong) => {
    const { organization, send, taskToken } = await asked();
    const answer = new SendTaskSuccessCommand({ taskToken, output: '{}', ...wrong });
    await expect(send(answer)).rejects.toMatchObject({ name });
    expect(organization.executions()[0]?.status).toBe('RUNNING');
  });

  it('that gives a cause of more than 32,768 characters is refused', async () => {
    const { send, taskToken } = await asked();
    const answer = new SendTaskFailureCommand({ taskToken, cause: 'x'.repeat(32_769) });
    await expect(send(answer)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('comes too late once the time is over, and the timeout can be caught', async () => {
    const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'Done', Output: '{% $states.errorOutput %}' }];
    const { organization, send, taskToken } = await asked({ ...ask, Catch });
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({
      status: 'SUCCEEDED',
      output: expect.stringContaining('"Error":"States.Timeout"'),
    });
    for (const command of [
      new SendTaskSuccessCommand({ taskToken, output: '{}' }),
      new SendTaskFailureCommand({ taskToken }),
      new SendTaskHeartbeatCommand({ taskToken }),
    ])
      await expect(send(command as never)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('comes too late once the execution was stopped', async () => {
    const { organization, send, taskToken, executionArn } = await asked();
    await send(new StopExecutionCommand({ executionArn, error: 'Refused', cause: 'by Ada' }));
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({
      status: 'ABORTED',
      error: 'Refused',
      cause: 'by Ada',
    });
    const answer = new SendTaskSuccessCommand({ taskToken, output: '{}' });
    await expect(send(answer)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#wait-token-hearbeat
describe('a waiting task with heartbeats', () => {
  const beating = { ...ask, HeartbeatSeconds: 600 };
  const after = (organization: Organization, seconds: number) => {
    const until = organization.timeline.now() + seconds * 1000;
    organization.timeline.at(until, () => {});
    return organization.run(undefined, until);
  };

  it('fails when none comes in time', async () => {
    const { organization } = await asked(beating);
    await after(organization, 601);
    expect(organization.executions()[0]?.status).toBe('FAILED');
  });

  it('waits on for as long as they come, up to its timeout', async () => {
    const { organization, send, taskToken } = await asked(beating);
    for (let beat = 1; beat <= 5; beat += 1) {
      await after(organization, 590);
      await send(new SendTaskHeartbeatCommand({ taskToken }));
    }
    expect(organization.executions()[0]?.status).toBe('RUNNING');
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({ status: 'FAILED' });
  });
});

describe('ListExecutions', () => {
  it('gives those of a status, newest first', async () => {
    const { organization, send, executionArn } = await asked();
    const second = await start(organization, 'two', {});
    await send(new StopExecutionCommand({ executionArn }));
    await organization.run(() => organization.executions()[0]?.status === 'ABORTED');
    const arns = async (statusFilter?: 'RUNNING' | 'ABORTED' | 'FAILED') => {
      const { executions } = await send(new ListExecutionsCommand({ stateMachineArn, statusFilter }));
      return executions?.map((execution) => execution.executionArn);
    };
    expect(await arns()).toEqual([second.executionArn, executionArn]);
    expect(await arns('RUNNING')).toEqual([second.executionArn]);
    expect(await arns('ABORTED')).toEqual([executionArn]);
    expect(await arns('FAILED')).toEqual([]);
  });
});

describe('a task', () => {
  it('fails when the role of the machine may not invoke the function', async () => {
    const { organization } = await setUp(ask, []);
    await start(organization, 'one', {});
    await organization.run();
    expect(organization.executions()[0]).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.AWSLambdaException',
      cause: expect.stringContaining('lambda:InvokeFunction'),
    });
  });

  it('of a service that is not implemented is refused at deployment', async () => {
    const strange = { ...ask, Resource: 'arn:aws:states:::sqs:sendMessage' };
    await expect(setUp(strange)).rejects.toThrow('arn:aws:states:::sqs:sendMessage');
  });
});

describe('the history of an execution', () => {
  it('is given in order, with the details of each type', async () => {
    const { organization } = await setUp({ Type: 'Pass' }, []);
    const { executionArn } = await start(organization, 'one', { a: 1 });
    await organization.run();
    const { events } = await organization.during(() =>
      clientOf(organization).send(new GetExecutionHistoryCommand({ executionArn })),
    );
    expect(events?.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events?.[1]?.stateEnteredEventDetails).toMatchObject({ name: 'Ask', input: '{"a":1}' });
    const described = await organization.during(() =>
      clientOf(organization).send(new DescribeExecutionCommand({ executionArn })),
    );
    expect(described).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
    expect((described.stopDate?.getTime() ?? 0) - (described.startDate?.getTime() ?? 0)).toBe(50);
  });
});
