import type {
  CancelCommandCommandInput,
  GetCommandInvocationCommandInput,
  GetCommandInvocationCommandOutput,
  ListCommandInvocationsCommandInput,
  ListCommandInvocationsCommandOutput,
  ListCommandsCommandInput,
  ListCommandsCommandOutput,
} from '@aws-sdk/client-ssm';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { SSM_DURATIONS } from './durations.ts';
import { cancel } from './run-command.ts';
import { ssmState, type Command, type Invocation, type StepResult } from './state.ts';

/** "the first 24,000 characters", "the first 8,000 characters". API_GetCommandInvocation.html */
const MOST_OUTPUT = 24_000;
const MOST_ERRORS = 8_000;

/** These actions have no resource level. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const onAll = (action: string): readonly Check[] => [{ action: `ssm:${action}`, resource: '*' }];

const commandsOf = (call: Call): ReadonlyMap<string, Command> =>
  call.world.of(ssmState, call.caller.account, call.region).commands;

const findCommand = (call: Call, id = ''): Command => {
  const found = commandsOf(call).get(id);
  if (found !== undefined) return found;
  throw new ServiceFault('InvalidCommandId', `The command ${id} does not exist.`);
};

/** The step that is asked for: where there are several, it must be named. API_GetCommandInvocation.html (PluginName) */
const findStep = ({ steps }: Invocation, name: string | undefined): StepResult => {
  const found =
    name === undefined && steps.length === 1 ? steps[0] : steps.find((step) => step.name === name);
  if (found !== undefined) return found;
  throw new ServiceFault(
    'InvalidPluginName',
    name === undefined ? 'The document has several steps: name one.' : `The document has no step ${name}.`,
  );
};

const moment = (time: number | undefined): string => (time === undefined ? '' : new Date(time).toISOString());

const elapsed = ({ startedAt, endedAt }: StepResult): string =>
  startedAt === undefined || endedAt === undefined ? '' : `PT${(endedAt - startedAt) / 1000}S`;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
const getCommandInvocation = operation<
  GetCommandInvocationCommandInput,
  Omit<GetCommandInvocationCommandOutput, '$metadata'>
>({
  checks: () => onAll('GetCommandInvocation'),
  run: (input, call) => {
    acceptMembers(input, 'GetCommandInvocation', ['CommandId', 'InstanceId', 'PluginName']);
    const command = commandsOf(call).get(input.CommandId ?? '');
    const invocation = command?.invocations.get(input.InstanceId ?? '');
    // SDK waiters (CommandExecuted) try again on this, for an invocation is not there at once.
    if (
      command === undefined ||
      invocation === undefined ||
      call.now < command.requestedAt + SSM_DURATIONS.visible
    )
      throw new ServiceFault('InvocationDoesNotExist', 'The command and instance match no invocation.');
    const step = findStep(invocation, input.PluginName);
    return {
      CommandId: command.commandId,
      InstanceId: invocation.instanceId,
      Comment: command.comment,
      DocumentName: command.documentName,
      DocumentVersion: command.documentVersion,
      PluginName: step.action,
      ResponseCode: step.responseCode,
      ExecutionStartDateTime: moment(step.startedAt),
      ExecutionElapsedTime: elapsed(step),
      ExecutionEndDateTime: moment(step.endedAt),
      Status: step.status,
      StatusDetails: step.statusDetails,
      StandardOutputContent: step.stdout.slice(0, MOST_OUTPUT),
      StandardErrorContent: step.stderr.slice(0, MOST_ERRORS),
    };
  },
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html : the newest first (assumed); without details of steps. */
const listCommandInvocations = operation<
  ListCommandInvocationsCommandInput,
  Omit<ListCommandInvocationsCommandOutput, '$metadata'>
>({
  checks: () => onAll('ListCommandInvocations'),
  run: (input, call) => {
    acceptMembers(input, 'ListCommandInvocations', [
      'CommandId',
      'InstanceId',
      'Details',
      'MaxResults',
      'NextToken',
    ]);
    if (input.Details === true) throw unimplemented('Details', 'ListCommandInvocations');
    const commands =
      input.CommandId === undefined ? [...commandsOf(call).values()] : [findCommand(call, input.CommandId)];
    const found = commands
      .filter(({ requestedAt }) => call.now >= requestedAt + SSM_DURATIONS.visible)
      .toReversed()
      .flatMap((command) => [...command.invocations.values()].map((invocation) => ({ command, invocation })))
      .filter(
        ({ invocation }) => input.InstanceId === undefined || invocation.instanceId === input.InstanceId,
      );
    const page = takePage(found, { token: input.NextToken, size: input.MaxResults ?? 50 }, badToken);
    return {
      ...(page.next === undefined ? {} : { NextToken: page.next }),
      CommandInvocations: page.items.map(({ command, invocation }) => ({
        CommandId: command.commandId,
        InstanceId: invocation.instanceId,
        Comment: command.comment,
        DocumentName: command.documentName,
        DocumentVersion: command.documentVersion,
        RequestedDateTime: new Date(command.requestedAt),
        Status: invocation.status,
        StatusDetails: invocation.statusDetails,
      })),
    };
  },
});

/**
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html : the newest first (assumed); a command is shown when its
 * invocations are (assumed).
 */
const listCommands = operation<ListCommandsCommandInput, Omit<ListCommandsCommandOutput, '$metadata'>>({
  checks: () => onAll('ListCommands'),
  run: (input, call) => {
    acceptMembers(input, 'ListCommands', ['CommandId', 'InstanceId', 'MaxResults', 'NextToken']);
    const { InstanceId } = input;
    const commands =
      input.CommandId === undefined ? [...commandsOf(call).values()] : [findCommand(call, input.CommandId)];
    const found = commands
      .filter(
        ({ requestedAt, invocations }) =>
          call.now >= requestedAt + SSM_DURATIONS.visible &&
          (InstanceId === undefined || invocations.has(InstanceId)),
      )
      .toReversed();
    const page = takePage(found, { token: input.NextToken, size: input.MaxResults ?? 50 }, badToken);
    return {
      ...(page.next === undefined ? {} : { NextToken: page.next }),
      Commands: page.items.map((command) => ({
        CommandId: command.commandId,
        Comment: command.comment,
        DocumentName: command.documentName,
        DocumentVersion: command.documentVersion,
        InstanceIds: [...command.invocations.keys()],
        Parameters: Object.fromEntries(
          Object.entries(command.parameters).map(([name, values]) => [name, [...values]]),
        ),
        RequestedDateTime: new Date(command.requestedAt),
      })),
    };
  },
});

/** The fault for a token that no page gave. */
export const badToken = (): ServiceFault =>
  new ServiceFault('InvalidNextToken', 'The specified token is not valid.');

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html */
const cancelCommand = operation<CancelCommandCommandInput, object>({
  checks: () => onAll('CancelCommand'),
  run: (input, call) => {
    acceptMembers(input, 'CancelCommand', ['CommandId', 'InstanceIds']);
    const command = findCommand(call, input.CommandId);
    const ids = input.InstanceIds ?? [...command.invocations.keys()];
    const { world, timeline, host, region } = call;
    for (const instanceId of ids) {
      const invocation = command.invocations.get(instanceId);
      if (invocation === undefined)
        throw new ServiceFault('InvalidInstanceId', `The command was not sent to ${instanceId}.`);
      const place = { account: call.caller.account, region, instanceId };
      cancel({ stage: { world, timeline, host }, place, invocation });
    }
    return {};
  },
});

/** Operations on what was sent. */
export const invocationOperations: Readonly<Record<string, Operation>> = {
  CancelCommand: cancelCommand,
  GetCommandInvocation: getCommandInvocation,
  ListCommandInvocations: listCommandInvocations,
  ListCommands: listCommands,
};
