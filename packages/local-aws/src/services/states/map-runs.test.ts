import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { lambdaFunction, organizationWith, REGION, role, SECURITY } from '../../organization-testing.ts';
import { statesState } from './state.ts';

const place = `${REGION}:${SECURITY}`;
const stateMachineArn = `arn:aws:states:${place}:stateMachine:fan`;

const allow = (Action: string | readonly string[], Resource: string) => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const CALL = allow('lambda:InvokeFunction', `arn:aws:lambda:${place}:function:work`);
const START = allow('states:StartExecution', stateMachineArn);
const FOLLOW = allow(
  ['states:DescribeExecution', 'states:StopExecution'],
  `arn:aws:states:${place}:execution:fan:*`,
);

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Fan',
  States: {
    Fan: {
      Type: 'Map',
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Work',
        States: {
          Work: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: {
              FunctionName: 'work',
              Payload: { item: '{% $states.input %}', context: '{% $states.context %}' },
            },
            Output: '{% $states.result.Payload %}',
            End: true,
          },
        },
      },
      End: true,
    },
  },
};

/** A machine that fans its input out to a function; `work` is given what each child hands over. */
const setUp = async (
  statements: readonly object[] = [CALL, START, FOLLOW],
  work: (event: unknown) => Promise<unknown> = async (event) => event,
) => {
  const organization = await organizationWith({ work });
  organization.deploy(
    {
      Resources: {
        WorkRole: role('lambda.amazonaws.com', 'work'),
        Work: lambdaFunction('work', 'WorkRole'),
        MachineRole: role('states.amazonaws.com', 'machine', ...statements),
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            StateMachineName: 'fan',
            RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
            DefinitionString: JSON.stringify(definition),
          },
        },
      },
    },
    { account: SECURITY, region: REGION, stackName: 's' },
  );
  const client = new SFNClient({
    region: REGION,
    credentials: organization.credentialsFor(SECURITY, 'administrator'),
    requestHandler: organization.requestHandler,
  });
  const send: SFNClient['send'] = (command: never) => organization.during(() => client.send(command));
  const { executionArn } = await send(
    new StartExecutionCommand({ stateMachineArn, name: 'one', input: '["a","b","c"]' }),
  );
  const runs = () => [
    ...(organization.world.of(statesState, SECURITY, REGION).machines.get('fan')?.mapRuns.values() ?? []),
  ];
  return { organization, send, executionArn, runs };
};

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
describe('a Map Run', () => {
  it('has children of their own name, input, context and history, which no list of executions shows', async () => {
    const { organization, send, executionArn, runs } = await setUp();
    await organization.run();
    const [mapRun] = runs();
    const { events } = await send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.find(({ type }) => type === 'MapRunStarted')?.mapRunStartedEventDetails).toEqual({
      mapRunArn: mapRun?.arn,
    });
    expect(mapRun?.arn).toMatch(
      new RegExp(`^arn:aws:states:${place}:mapRun:fan/[0-9a-f-]{36}:[0-9a-f-]{36}$`),
    );
    const children = [...(mapRun?.children.values() ?? [])];
    expect(children.map(({ input }) => input)).toEqual(['"a"', '"b"', '"c"']);
    const described = await send(new DescribeExecutionCommand({ executionArn: children[1]?.arn }));
    expect(described).toMatchObject({
      status: 'SUCCEEDED',
      mapRunArn: mapRun?.arn,
      stateMachineArn: `${stateMachineArn}/${mapRun?.label}`,
    });
    expect(JSON.parse(described.output ?? '')).toMatchObject({
      item: 'b',
      context: { Execution: { Id: children[1]?.arn, Input: 'b' } },
    });
    const history = await send(new GetExecutionHistoryCommand({ executionArn: children[1]?.arn }));
    expect(history.events?.map(({ type }) => type)).toContain('TaskSucceeded');
    expect(events?.map(({ type }) => type)).not.toContain('TaskSucceeded');
    const listed = await send(new ListExecutionsCommand({ stateMachineArn }));
    expect(listed.executions?.map((one) => one.executionArn)).toEqual([executionArn]);
  });

  it('is described and listed, with how many of its children are how far', async () => {
    const { organization, send, executionArn, runs } = await setUp();
    await organization.run();
    const { mapRuns } = await send(new ListMapRunsCommand({ executionArn }));
    expect(mapRuns).toMatchObject([{ mapRunArn: runs()[0]?.arn, stateMachineArn }]);
    const described = await send(new DescribeMapRunCommand({ mapRunArn: runs()[0]?.arn }));
    expect(described).toMatchObject({
      executionArn,
      status: 'SUCCEEDED',
      maxConcurrency: 2,
      toleratedFailureCount: 0,
      itemCounts: { total: 3, succeeded: 3, pending: 0, failed: 0 },
    });
    await expect(send(new DescribeMapRunCommand({ mapRunArn: `${runs()[0]?.arn}0` }))).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });

  it('fails with its first child that fails', async () => {
    const { organization, runs } = await setUp(undefined, async () => {
      throw new Error('no');
    });
    await organization.run();
    expect(organization.executions()).toMatchObject([
      { status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' },
    ]);
    expect(runs()).toMatchObject([{ status: 'FAILED' }]);
  });

  it('fails when somebody stops a child of it, and is stopped with its execution', async () => {
    const never = (): Promise<unknown> => new Promise(() => {});
    const one = await setUp(undefined, never);
    const isRunning = (runs: typeof one.runs) => () => runs()[0]?.children.size === 2;
    await one.organization.run(isRunning(one.runs));
    const [child] = one.runs()[0]?.children.values() ?? [];
    await one.send(new StopExecutionCommand({ executionArn: child?.arn }));
    await one.organization.run(() => one.organization.executions()[0]?.status !== 'RUNNING');
    expect(one.organization.executions()[0]).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
    });
    const other = await setUp(undefined, never);
    await other.organization.run(isRunning(other.runs));
    await other.send(new StopExecutionCommand({ executionArn: other.executionArn }));
    await other.organization.run(() => other.runs()[0]?.status !== 'RUNNING');
    expect(other.runs()).toMatchObject([{ status: 'ABORTED' }]);
    expect([...(other.runs()[0]?.children.values() ?? [])].map(({ status }) => status)).toEqual([
      'ABORTED',
      'ABORTED',
    ]);
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
describe('the role of a machine with a distributed Map', () => {
  it.each([
    ['states:StartExecution', [CALL, FOLLOW]],
    ['states:DescribeExecution', [CALL, START]],
    [
      'states:StopExecution',
      [CALL, START, allow('states:DescribeExecution', `arn:aws:states:${place}:execution:fan:*`)],
    ],
    [
      'states:StartExecution',
      [CALL, FOLLOW, allow('states:StartExecution', `arn:aws:states:${place}:stateMachine:other`)],
    ],
  ])('must be allowed %s on the machine itself', async (action, statements) => {
    const { organization, runs } = await setUp(statements);
    await organization.run();
    expect(organization.executions()).toMatchObject([
      { status: 'FAILED', error: 'States.Permissions', cause: expect.stringContaining(action) },
    ]);
    expect(runs()).toEqual([]);
  });
});
