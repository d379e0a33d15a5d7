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

/** Characters; bytes for the output. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html and API_SendTaskSuccess.html */
const MOST = { taskToken: 2_048, output: 262_144, error: 256, cause: 32_768 };

interface Told {
  readonly taskToken: string | undefined;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const checkLengths = (told: Told): void => {
  const tooLong = (['taskToken', 'output', 'error', 'cause'] as const).find(
    (name) => Buffer.byteLength(told[name] ?? '') > MOST[name],
  );
  if (tooLong !== undefined)
    throw new ServiceFault(
      'ValidationException',
      `1 validation error detected: Value at '${tooLong}' failed to satisfy constraint: Member must have length less than or equal to ${MOST[tooLong]}`,
    );
};

/**
 * The task that waits for a token, which counts in the account and Region of its execution alone. `TaskTimedOut` is for a token that
 * has expired or whose task is closed; `TaskDoesNotExist` is for activities, which are not here.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 */
const taskOf = (call: Call, told: Told): WaitingTask => {
  checkLengths(told);
  const { taskToken: token } = told;
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
      taskOf(call, input).succeed(readOutput(input.output));
      return {};
    },
  }),
  SendTaskFailure: operation<SendTaskFailureCommandInput, object>({
    checks: () => checkFor('SendTaskFailure'),
    run: (input, call) => {
      acceptMembers(input, 'SendTaskFailure', ['taskToken', 'error', 'cause']);
      taskOf(call, input).fail(input.error ?? '', input.cause ?? '');
      return {};
    },
  }),
  SendTaskHeartbeat: operation<SendTaskHeartbeatCommandInput, object>({
    checks: () => checkFor('SendTaskHeartbeat'),
    run: (input, call) => {
      acceptMembers(input, 'SendTaskHeartbeat', ['taskToken']);
      taskOf(call, input).heartbeat();
      return {};
    },
  }),
};
