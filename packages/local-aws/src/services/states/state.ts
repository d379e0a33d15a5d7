import { defineState, type World } from '../../core/world.ts';
import type { HistoryEvent, Json, MapRunCall, StateMachine } from '../../states-language/index.ts';

/** Where an execution is. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution of a machine. Times are virtual epoch milliseconds. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** Of a child of a Map Run: with the label of its run. */
  readonly machineArn: string;
  /** The Map Run that started it. */
  readonly mapRunArn?: string;
  /** JSON text, as given. */
  readonly input: string;
  readonly startedAt: number;
  readonly history: HistoryEvent[];
  /** Aborted by StopExecution. */
  readonly stop: AbortController;
  status: ExecutionStatus;
  stoppedAt?: number;
  /** JSON text. */
  output?: string;
  error?: string;
  cause?: string;
}

/** What a distributed Map started. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html */
export interface MapRun {
  readonly arn: string;
  /** In the ARNs of its children. */
  readonly label: string;
  /** The execution that it belongs to. */
  readonly executionArn: string;
  readonly startedAt: number;
  /** What the state asked for: how many items, and its settings. */
  readonly call: MapRunCall;
  /** By name, in order of start. */
  readonly children: Map<string, Execution>;
  status: Exclude<ExecutionStatus, 'TIMED_OUT'>;
  stoppedAt?: number;
}

/** A Standard state machine. */
export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: string;
  readonly compiled: StateMachine;
  readonly createdAt: number;
  /** By name, in order of start; children of Map Runs are with their runs. */
  readonly executions: Map<string, Execution>;
  /** By label, in order of start. */
  readonly mapRuns: Map<string, MapRun>;
}

/** A task that waits for its token to come back. */
export interface WaitingTask {
  readonly executionArn: string;
  readonly succeed: (output: Json) => void;
  readonly fail: (error: string, cause: string) => void;
  readonly heartbeat: () => void;
}

/** Step Functions of one account and Region. */
export interface StatesState {
  /** By name. */
  readonly machines: Map<string, Machine>;
  /** By token; gone when the task has ended. */
  readonly waiting: Map<string, WaitingTask>;
  /** Tokens of tasks that have ended: AWS tells them from tokens that never were. */
  readonly spent: Set<string>;
}

/** Machines and the tasks that wait for somebody. */
export const statesState = defineState<StatesState>('states', 'regional', () => ({
  machines: new Map(),
  waiting: new Map(),
  spent: new Set(),
}));

const MACHINE_ARN = /^arn:[^:]+:states:([a-z0-9-]+):(\d{12}):stateMachine:([^:]+)$/;
/** With a label, that of a child: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html */
const EXECUTION_ARN = /^arn:[^:]+:states:([a-z0-9-]+):(\d{12}):execution:([^:/]+)(?:\/([^:]+))?:([^:]+)$/;

/** The machine with this ARN. */
export const findMachine = (world: World, arn: string): Machine | undefined => {
  const [, region, account, name] = MACHINE_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  return world.of(statesState, account, region).machines.get(name);
};

/** The machine of a Map Run. https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
const MAP_RUN_ARN = /^(arn:[^:]+:states:[a-z0-9-]+:\d{12}):mapRun:([^:/]+)\/([^:]+):[^:]+$/;

/** The Map Run with this ARN. */
export const findMapRun = (world: World, arn: string): MapRun | undefined => {
  const [, place, machineName, label = ''] = MAP_RUN_ARN.exec(arn) ?? [];
  const mapRun = findMachine(world, `${place}:stateMachine:${machineName}`)?.mapRuns.get(label);
  return mapRun?.arn === arn ? mapRun : undefined;
};

/** The execution with this ARN, and its machine. */
export const findExecution = (
  world: World,
  arn: string,
): { readonly machine: Machine; readonly execution: Execution } | undefined => {
  const [, region, account, machineName, label, name] = EXECUTION_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || machineName === undefined || name === undefined)
    return undefined;
  const machine = world.of(statesState, account, region).machines.get(machineName);
  const execution = (label === undefined ? machine?.executions : machine?.mapRuns.get(label)?.children)?.get(
    name,
  );
  return machine === undefined || execution === undefined ? undefined : { machine, execution };
};

/** Account and Region of any ARN. */
export const placeOfArn = (arn: string): { readonly account: string; readonly region: string } => {
  const [, , , region = '', account = ''] = arn.split(':');
  return { account, region };
};
