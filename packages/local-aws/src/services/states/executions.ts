import { ServiceFault } from '../../core/fault.ts';
import { execute, type ExecutionHost, type Json, type StateMachine } from '../../states-language/index.ts';
import { startMapRun } from './map-runs.ts';
import { findMachine, placeOfArn, type Execution, type Machine } from './state.ts';
import type { StatesStage } from './states-stage.ts';
import { runTask } from './tasks.ts';

/** Reads ISO 8601 as Step Functions writes it in its events. */
const iso = (time: number): string => new Date(time).toISOString();

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const announce = (stage: StatesStage, execution: Execution): void => {
  // Whether AWS tells of children of Map Runs is not documented: nobody here is to rest on it.
  if (execution.mapRunArn !== undefined) return;
  const { account, region } = placeOfArn(execution.arn);
  const { partition } = stage.world.facts;
  stage.host.deliverEvent(`arn:${partition}:events:${region}:${account}:event-bus/default`, {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    account,
    region,
    time: `${iso(stage.timeline.now()).slice(0, 19)}Z`,
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt,
      stopDate: execution.stoppedAt ?? null,
      input: execution.input,
      output: execution.output ?? null,
      error: execution.error ?? null,
      cause: execution.cause ?? null,
      inputDetails: { included: true },
      outputDetails: execution.output === undefined ? null : { included: true },
    },
  });
};

/** How an execution ended. */
type ExecutionEnd =
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; readonly error?: string; readonly cause?: string };

/** Ends a running execution and says so on the default bus; one that has ended stays as it is. */
const endExecution = (stage: StatesStage, execution: Execution, end: ExecutionEnd): void => {
  if (execution.status !== 'RUNNING') return;
  execution.status = end.status;
  execution.stoppedAt = stage.timeline.now();
  if (end.status === 'SUCCEEDED') {
    execution.output = end.output;
  } else {
    if (end.error !== undefined) execution.error = end.error;
    if (end.cause !== undefined) execution.cause = end.cause;
  }
  announce(stage, execution);
};

const hostFor = (stage: StatesStage, machine: Machine, execution: Execution): ExecutionHost => {
  const { timeline, ids } = stage;
  return {
    now: () => timeline.now(),
    sleep: (ms, signal) => timeline.sleep(ms, signal),
    random: () => ids.fraction(`execution ${execution.arn}`),
    uuid: () => ids.uuid(`execution ${execution.arn}`),
    task: (call) => runTask(stage, { machine, execution }, call),
    mapRun: (call) =>
      startMapRun(
        stage,
        { machine, execution, run: (child, compiled) => run(stage, machine, { execution: child, compiled }) },
        call,
      ),
    transition: async (event) => {
      execution.history.push(event);
      if (event.type.endsWith('StateEntered')) await timeline.sleep(stage.transitionMs);
    },
  };
};

const run = async (
  stage: StatesStage,
  machine: Machine,
  { execution, compiled }: { readonly execution: Execution; readonly compiled: StateMachine },
): Promise<void> => {
  const { signal } = execution.stop;
  const result = await execute(compiled, {
    input: JSON.parse(execution.input) as Json,
    host: hostFor(stage, machine, execution),
    stop: signal,
    context: {
      execution: {
        id: execution.arn,
        name: execution.name,
        roleArn: machine.roleArn,
        startTime: iso(execution.startedAt),
      },
      stateMachine: { id: execution.machineArn, name: execution.machineArn.split(':').slice(6).join(':') },
    },
  });
  switch (result.status) {
    case 'SUCCEEDED':
      return endExecution(stage, execution, { status: 'SUCCEEDED', output: JSON.stringify(result.output) });
    case 'FAILED':
    case 'TIMED_OUT':
      return endExecution(stage, execution, result);
    case 'ABORTED': {
      // StopExecution aborts with what its caller gave as a reason.
      const { error, cause } = Object(signal.reason) as { readonly error?: string; readonly cause?: string };
      return endExecution(stage, execution, {
        status: 'ABORTED',
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      });
    }
  }
};

/**
 * Starts an execution, or gives the one that runs already under this name with this input.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 *
 * @param input JSON text
 * @throws ServiceFault StateMachineDoesNotExist, ExecutionAlreadyExists
 */
export const startExecution = (
  stage: StatesStage,
  machineArn: string,
  asked: { readonly name: string; readonly input: string },
): Execution => {
  const machine = findMachine(stage.world, machineArn);
  if (machine === undefined)
    throw new ServiceFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machineArn}'`);
  const known = machine.executions.get(asked.name);
  if (known !== undefined) {
    if (known.status === 'RUNNING' && known.input === asked.input) return known;
    throw new ServiceFault('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
  }
  const execution: Execution = {
    arn: `${machine.arn.replace(':stateMachine:', ':execution:')}:${asked.name}`,
    name: asked.name,
    machineArn: machine.arn,
    input: asked.input,
    startedAt: stage.timeline.now(),
    history: [],
    stop: new AbortController(),
    status: 'RUNNING',
  };
  machine.executions.set(asked.name, execution);
  announce(stage, execution);
  run(stage, machine, { execution, compiled: machine.compiled }).catch((error: unknown) =>
    stage.timeline.fail(error),
  );
  return execution;
};
