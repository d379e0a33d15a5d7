import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
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

const machine = (state: object) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    StateMachineName: 'approve',
    RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
    DefinitionString: JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Ask',
      States: { Ask: { ...state, End: true } },
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
