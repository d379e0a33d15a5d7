import type {
  DescribeExecutionCommandInput,
  DescribeExecutionCommandOutput,
  DescribeStateMachineCommandInput,
  DescribeStateMachineCommandOutput,
  ListExecutionsCommandInput,
  ListExecutionsCommandOutput,
  StartExecutionCommandInput,
  StartExecutionCommandOutput,
  StopExecutionCommandInput,
  StopExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { findExecution, findMachine, placeOfArn, type Execution, type Machine } from './state.ts';
import { statesPage } from './states-page.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const INPUT_BYTES = 262_144;
/** 1 to 80 characters, none of those that AWS excludes. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (name) */
const NAME = /^[^\s\p{Cc}?*<>{}[\]:;,\\|^~$#%&`"/\ufffe\uffff]{1,80}$/u;

/** The check of an operation on what it names, or on everything where it names nothing. */
export const checkOn = (action: string, arn: string | undefined): Check => ({
  action: `states:${action}`,
  resource: arn?.startsWith('arn:') === true ? arn : '*',
  ...(arn?.startsWith('arn:') === true ? { account: placeOfArn(arn).account } : {}),
});

const machineOf = (call: Call, arn: string | undefined): Machine => {
  const machine = findMachine(call.world, arn ?? '');
  if (machine !== undefined && placeOfArn(machine.arn).region === call.region) return machine;
  throw new ServiceFault('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(arn)}'`);
};

/** The execution that an operation names. @throws ServiceFault ExecutionDoesNotExist */
export const executionOf = (call: Call, arn: string | undefined): Execution => {
  const found = findExecution(call.world, arn ?? '');
  if (found !== undefined && placeOfArn(found.execution.arn).region === call.region) return found.execution;
  throw new ServiceFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${String(arn)}'`);
};

const readInput = (text: string): string => {
  if (Buffer.byteLength(text) > INPUT_BYTES)
    throw new ServiceFault('InvalidExecutionInput', `Input exceeds ${INPUT_BYTES} bytes`);
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new ServiceFault(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${String(error)}'`,
    );
  }
};

const start = operation<StartExecutionCommandInput, Omit<StartExecutionCommandOutput, '$metadata'>>({
  checks: (input) => [checkOn('StartExecution', input.stateMachineArn)],
  run: (input, call) => {
    acceptMembers(input, 'StartExecution', ['stateMachineArn', 'name', 'input']);
    const machine = machineOf(call, input.stateMachineArn);
    const name = input.name ?? call.ids.uuid('execution');
    if (!NAME.test(name)) throw new ServiceFault('InvalidName', `Invalid Name: '${name}'`);
    const executionArn = call.host.startExecution(machine.arn, name, readInput(input.input ?? '{}'));
    return { executionArn, startDate: new Date(executionOf(call, executionArn).startedAt) };
  },
});

const describe = operation<DescribeExecutionCommandInput, Omit<DescribeExecutionCommandOutput, '$metadata'>>({
  checks: (input) => [checkOn('DescribeExecution', input.executionArn)],
  run: (input, call) => {
    acceptMembers(input, 'DescribeExecution', ['executionArn', 'includedData']);
    const execution = executionOf(call, input.executionArn);
    return {
      executionArn: execution.arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: execution.status,
      startDate: new Date(execution.startedAt),
      input: execution.input,
      inputDetails: { included: true },
      ...(execution.stoppedAt === undefined ? {} : { stopDate: new Date(execution.stoppedAt) }),
      ...(execution.output === undefined
        ? {}
        : { output: execution.output, outputDetails: { included: true } }),
      ...(execution.error === undefined ? {} : { error: execution.error }),
      ...(execution.cause === undefined ? {} : { cause: execution.cause }),
      ...(execution.mapRunArn === undefined ? {} : { mapRunArn: execution.mapRunArn }),
      redriveCount: 0,
    };
  },
});

const stop = operation<StopExecutionCommandInput, Omit<StopExecutionCommandOutput, '$metadata'>>({
  checks: (input) => [checkOn('StopExecution', input.executionArn)],
  run: (input, call) => {
    acceptMembers(input, 'StopExecution', ['executionArn', 'error', 'cause']);
    const execution = executionOf(call, input.executionArn);
    // One that has ended stays as it ended.
    execution.stop.abort({ error: input.error, cause: input.cause });
    return { stopDate: new Date(execution.stoppedAt ?? call.now) };
  },
});

const list = operation<ListExecutionsCommandInput, Omit<ListExecutionsCommandOutput, '$metadata'>>({
  checks: (input) => [checkOn('ListExecutions', input.stateMachineArn)],
  run: (input, call) => {
    acceptMembers(input, 'ListExecutions', ['stateMachineArn', 'statusFilter', 'maxResults', 'nextToken']);
    const machine = machineOf(call, input.stateMachineArn);
    // Newest first.
    const all = [...machine.executions.values()]
      .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
      .toReversed();
    const { items, next } = statesPage(all, input);
    return {
      executions: items.map((execution) => ({
        executionArn: execution.arn,
        stateMachineArn: machine.arn,
        name: execution.name,
        status: execution.status,
        startDate: new Date(execution.startedAt),
        ...(execution.stoppedAt === undefined ? {} : { stopDate: new Date(execution.stoppedAt) }),
      })),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },
});

const describeMachine = operation<
  DescribeStateMachineCommandInput,
  Omit<DescribeStateMachineCommandOutput, '$metadata'>
>({
  checks: (input) => [checkOn('DescribeStateMachine', input.stateMachineArn)],
  run: (input, call) => {
    acceptMembers(input, 'DescribeStateMachine', ['stateMachineArn']);
    const { arn, name, roleArn, definition, createdAt } = machineOf(call, input.stateMachineArn);
    return {
      stateMachineArn: arn,
      name,
      roleArn,
      definition,
      type: 'STANDARD',
      status: 'ACTIVE',
      creationDate: new Date(createdAt),
    };
  },
});

/** Executions, from start to end. https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html */
export const executionOperations: Readonly<Record<string, Operation>> = {
  StartExecution: start,
  DescribeExecution: describe,
  StopExecution: stop,
  ListExecutions: list,
  DescribeStateMachine: describeMachine,
};
