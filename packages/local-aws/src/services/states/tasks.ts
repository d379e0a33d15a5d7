import { ServiceFault } from '../../core/fault.ts';
import type { Caller } from '../../core/operation.ts';
import {
  isRecord,
  TaskFailure,
  type Flow,
  type Json,
  type StateMachine,
  type TaskCall,
} from '../../states-language/index.ts';
import { assumeTaskRole, roleRefusal } from './machine-role.ts';
import { placeOfArn, statesState, type Execution, type Machine } from './state.ts';
import type { StatesStage } from './states-stage.ts';

const WAIT = '.waitForTaskToken';

type Task = (
  stage: StatesStage,
  task: {
    readonly caller: Caller;
    readonly region: string;
    readonly given: Readonly<Record<string, unknown>>;
  },
) => Promise<unknown>;

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
const invokeFunction: Task = async ({ host }, { caller, region, given }) => {
  const { FunctionName, Payload, ...others } = given;
  refuseOthers('lambda:invoke', others);
  const request = {
    caller,
    region,
    service: 'lambda',
    operation: 'Invoke',
    input: { FunctionName, Payload: Buffer.from(JSON.stringify(Payload ?? {})) },
  };
  const output: { readonly Payload?: Uint8Array; readonly FunctionError?: string } = await host
    .perform(request)
    .catch((error: unknown) => {
      throw serviceFailure('Lambda', 'Lambda.AWSLambdaException', error);
    });
  const text = Buffer.from(output.Payload ?? []).toString('utf8');
  if (output.FunctionError !== undefined) {
    const { errorType } = JSON.parse(text) as { readonly errorType?: string };
    throw new TaskFailure(errorType ?? 'Lambda.Unknown', text);
  }
  return { ExecutedVersion: '$LATEST', Payload: JSON.parse(text) as Json, StatusCode: 200 };
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html : the detail may be an object. */
const putEvents: Task = async ({ host }, { caller, region, given }) => {
  const { Entries, ...others } = given;
  refuseOthers('events:putEvents', others);
  const entries = (Array.isArray(Entries) ? Entries : []).map((entry: unknown) => {
    const { Detail, ...rest } = isRecord(entry) ? entry : {};
    return { ...rest, Detail: typeof Detail === 'string' ? Detail : JSON.stringify(Detail) };
  });
  const request = { caller, region, service: 'events', operation: 'PutEvents', input: { Entries: entries } };
  const output: { readonly FailedEntryCount?: number; readonly Entries?: readonly object[] } = await host
    .perform(request)
    .catch((error: unknown) => {
      throw serviceFailure('EventBridge', 'EventBridge.EventBridgeException', error);
    });
  if ((output.FailedEntryCount ?? 0) > 0)
    throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(output.Entries));
  return { FailedEntryCount: 0, Entries: output.Entries };
};

const TASKS: Readonly<Record<string, Task>> = {
  'arn:aws:states:::lambda:invoke': invokeFunction,
  'arn:aws:states:::events:putEvents': putEvents,
};

const refuseOthers = (task: string, others: object): void => {
  const [name] = Object.keys(others);
  if (name !== undefined)
    throw new Error(
      `local organization: argument ${name} of ${task} is not implemented; remove it from the state's Arguments`,
    );
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html ; what is denied has the service's own general name. */
const serviceFailure = (prefix: string, denied: string, error: unknown): unknown => {
  if (!(error instanceof ServiceFault) || error.status === 501) return error;
  return new TaskFailure(
    error.code.startsWith('AccessDenied') ? denied : `${prefix}.${error.code}`,
    error.message,
  );
};

/** The resources of all task states, inner ones too. */
const resourcesOf = (flow: Flow): readonly string[] =>
  [...flow.states.values()].flatMap((state) => {
    switch (state.type) {
      case 'Task':
        return [state.resource];
      case 'Parallel':
        return state.branches.flatMap(resourcesOf);
      case 'Map':
        return resourcesOf(state.processor);
      case 'Choice':
      case 'Fail':
      case 'Pass':
      case 'Succeed':
      case 'Wait':
        return [];
    }
  });

/** The resources of a machine's tasks that cannot be called here. */
export const unknownResources = (machine: StateMachine): readonly string[] =>
  resourcesOf(machine.flow).filter((resource) => TASKS[resource.replace(WAIT, '')] === undefined);

/** Names of the tasks that can. */
export const knownResources = (): readonly string[] => Object.keys(TASKS);

/** Makes the call of a task state as the machine's role, and waits for the token where the state says so. */
export const runTask = async (
  stage: StatesStage,
  on: { readonly machine: Machine; readonly execution: Execution },
  call: TaskCall,
): Promise<unknown> => {
  const { machine, execution } = on;
  const task = TASKS[call.resource.replace(WAIT, '')];
  if (task === undefined)
    throw new Error(
      `state ${call.stateName} of ${machine.arn}: resource ${call.resource} should have been refused at deployment`,
    );
  const waiting =
    call.token === undefined ? undefined : waitForToken(stage, execution, { token: call.token, call });
  // Nobody hears of the token when the call itself fails.
  waiting?.catch(() => {});
  const place = placeOfArn(machine.arn);
  const result = await task(stage, {
    caller: callerFor(stage, on, call),
    region: place.region,
    given: isRecord(call.arguments) ? call.arguments : {},
  });
  return waiting === undefined ? result : waiting;
};

/** Who makes the calls of an execution: the machine's role, or the one of a task's own credentials. @throws TaskFailure States.Permissions */
export const callerFor = (
  stage: StatesStage,
  { machine, execution }: { readonly machine: Machine; readonly execution: Execution },
  call: Pick<TaskCall, 'roleArn'>,
): Caller => {
  const refusal = roleRefusal(stage, machine.arn, machine.roleArn);
  if (refusal !== undefined)
    throw new TaskFailure(
      'States.Permissions',
      `Step Functions may not assume ${machine.roleArn}: ${refusal}`,
    );
  const sessionName = execution.name
    .replaceAll(/[^\w+=,.@-]/g, '')
    .slice(0, 64)
    .padEnd(2, '-');
  const caller = stage.host.callerForRole(machine.roleArn, sessionName);
  if (call.roleArn === undefined) return caller;
  const assumed = assumeTaskRole(
    stage.host,
    { caller, arn: machine.arn },
    { roleArn: call.roleArn, sessionName },
  );
  if ('refusal' in assumed)
    throw new TaskFailure(
      'States.Permissions',
      `${machine.roleArn} may not assume ${call.roleArn}: ${assumed.refusal}`,
    );
  return assumed.caller;
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token */
const waitForToken = (
  stage: StatesStage,
  execution: Execution,
  on: { readonly token: string; readonly call: TaskCall },
): Promise<Json> => {
  const { account, region } = placeOfArn(execution.arn);
  const { waiting, spent } = stage.world.of(statesState, account, region);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      waiting.delete(on.token);
      spent.add(on.token);
    };
    waiting.set(on.token, {
      executionArn: execution.arn,
      succeed: (output) => {
        end();
        resolve(output);
      },
      fail: (error, cause) => {
        end();
        reject(new TaskFailure(error, cause));
      },
      heartbeat: on.call.heartbeat,
    });
    on.call.signal.addEventListener('abort', end, { once: true });
  });
};
