import type {
  SendTaskFailureCommandInput,
  SendTaskHeartbeatCommandInput,
  SendTaskSuccessCommandInput,
} from '@aws-sdk/client-sfn';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import type { Json } from '../../states-language/index.ts';
import { statesState, type WaitingTask } from './state.ts';

/** These operations have no resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
const checkFor = (action: string): readonly Check[] => [{ action: `states:${action}`, resource: '*' }];

/** A token counts in the account and Region of its execution alone. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
const taskOf = (call: Call, token: string | undefined): WaitingTask => {
  const { waiting, spent } = call.world.of(statesState, call.caller.account, call.region);
  const task = waiting.get(token ?? '');
  if (task !== undefined) return task;
  if (spent.has(token ?? ''))
    throw new ServiceFault('TaskTimedOut', `Task Timed Out: 'Provided task does not exist anymore'`);
  throw new ServiceFault('InvalidToken', `Invalid Token: 'Invalid token'`);
};

const readOutput = (text: string | undefined): Json => {
  try {
    return JSON.parse(text ?? '') as Json;
  } catch (error) {
    throw new ServiceFault('InvalidOutput', `Invalid Output: '${String(error)}'`);
  }
};

/** What people and workers tell a waiting task. */
export const taskTokenOperations: Readonly<Record<string, Operation>> = {
  SendTaskSuccess: operation<SendTaskSuccessCommandInput, object>({
    checks: () => checkFor('SendTaskSuccess'),
    run: (input, call) => {
      acceptMembers(input, 'SendTaskSuccess', ['taskToken', 'output']);
      taskOf(call, input.taskToken).succeed(readOutput(input.output));
      return {};
    },
  }),
  SendTaskFailure: operation<SendTaskFailureCommandInput, object>({
    checks: () => checkFor('SendTaskFailure'),
    run: (input, call) => {
      acceptMembers(input, 'SendTaskFailure', ['taskToken', 'error', 'cause']);
      taskOf(call, input.taskToken).fail(input.error ?? '', input.cause ?? '');
      return {};
    },
  }),
  SendTaskHeartbeat: operation<SendTaskHeartbeatCommandInput, object>({
    checks: () => checkFor('SendTaskHeartbeat'),
    run: (input, call) => {
      acceptMembers(input, 'SendTaskHeartbeat', ['taskToken']);
      taskOf(call, input.taskToken).heartbeat();
      return {};
    },
  }),
};
