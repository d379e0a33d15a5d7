import type {
  Command as ShownCommand,
  SendCommandCommandInput,
  SendCommandCommandOutput,
} from '@aws-sdk/client-ssm';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { ec2State } from '../ec2/state.ts';
import { guestOf, pingStatus } from './agents.ts';
import { platformsOf } from './document-content.ts';
import { documentCheck, findDocument, findVersion, hashOf, tagKeys } from './documents.ts';
import { resolveSteps, valuesFor } from './resolve-steps.ts';
import { start } from './run-command.ts';
import { ssmState, type Command, type DocumentVersion, type Invocation } from './state.ts';

const SECOND = 1000;
/** "Valid Range: Minimum value of 30. Maximum value of 2592000." The default is the console's and the command line's. API_SendCommand.html */
const TIMEOUT = { low: 30, high: 2_592_000, standard: 3600 };
const MOST_INSTANCES = 50;
const LONGEST_COMMENT = 100;

const invalid = (message: string): ServiceFault => new ServiceFault('ValidationException', message);

/** An instance of EC2 is named as EC2 names it. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
const instanceCheck = (call: Call, instanceId: string): Check => {
  const { account } = call.caller;
  const tags = call.world.of(ec2State, account, call.region).instances.get(instanceId)?.tags;
  return {
    action: 'ssm:SendCommand',
    resource: `arn:${call.world.facts.partition}:ec2:${call.region}:${account}:instance/${instanceId}`,
    context: tagKeys(tags),
  };
};

/** A hash that was given must be that of the version: it pins what runs. API_SendCommand.html (DocumentHash) */
const checkHash = (input: SendCommandCommandInput, version: DocumentVersion): void => {
  const { DocumentHash: hash, DocumentHashType: type = 'Sha256' } = input;
  if (type !== 'Sha256') throw unimplemented(`DocumentHashType ${type}`, 'SendCommand');
  // That a hash which does not match is an InvalidDocument is UNCONFIRMED.
  if (hash !== undefined && hash.toLowerCase() !== hashOf(version))
    throw new ServiceFault(
      'InvalidDocument',
      'The document hash does not match the content of the document.',
    );
};

/**
 * Each must be a managed node of the caller in a valid state, and its agent online. API_SendCommand.html (InvalidInstanceId,
 * UnsupportedPlatformType)
 */
const checkInstances = (call: Call, ids: readonly string[], version: DocumentVersion): void => {
  const { account } = call.caller;
  const { agents } = call.world.of(ssmState, account, call.region);
  const { instances } = call.world.of(ec2State, account, call.region);
  const bad = ids.filter((id) => {
    const agent = agents.get(id);
    const state = instances.get(id)?.state ?? 'terminated';
    const gone = state === 'terminated' || state === 'shutting-down';
    return agent === undefined || gone || pingStatus(agent, call.now) !== 'Online';
  });
  if (bad.length > 0)
    throw new ServiceFault(
      'InvalidInstanceId',
      `Instances [[${bad.join(', ')}]] not in a valid state for account ${account}`,
    );
  const platforms: readonly string[] = platformsOf(version.content);
  const strange = ids.find((instanceId) => {
    const guest = guestOf(call.world, { account, region: call.region, instanceId });
    return guest !== undefined && !platforms.includes(guest.platform);
  });
  if (strange !== undefined)
    throw new ServiceFault(
      'UnsupportedPlatformType',
      `The document does not support the platform of ${strange}.`,
    );
};

/** A command as the answer shows it, when nothing has become of it yet. */
const shown = (command: Command): ShownCommand => ({
  CommandId: command.commandId,
  DocumentName: command.documentName,
  DocumentVersion: command.documentVersion,
  Comment: command.comment,
  ExpiresAfter: new Date(command.expiresAt),
  Parameters: Object.fromEntries(
    Object.entries(command.parameters).map(([name, values]) => [name, [...values]]),
  ),
  InstanceIds: [...command.invocations.keys()],
  Targets: [],
  RequestedDateTime: new Date(command.requestedAt),
  Status: 'Pending',
  StatusDetails: 'Pending',
  MaxConcurrency: '50',
  MaxErrors: '0',
  TargetCount: command.invocations.size,
  CompletedCount: 0,
  ErrorCount: 0,
  DeliveryTimedOutCount: 0,
  TimeoutSeconds: command.timeoutSeconds,
});

const acceptInput = (input: SendCommandCommandInput): void => {
  acceptMembers(input, 'SendCommand', [
    'InstanceIds',
    'DocumentName',
    'DocumentVersion',
    'DocumentHash',
    'DocumentHashType',
    'Parameters',
    'TimeoutSeconds',
    'Comment',
  ]);
  const { InstanceIds: ids = [], TimeoutSeconds: timeout = TIMEOUT.standard, Comment: comment = '' } = input;
  if (ids.length === 0 || ids.length > MOST_INSTANCES)
    throw invalid(`InstanceIds holds ${ids.length}: want 1 to ${MOST_INSTANCES}`);
  if (new Set(ids).size < ids.length)
    throw new ServiceFault('DuplicateInstanceId', 'An instance id is given twice.');
  if (timeout < TIMEOUT.low || timeout > TIMEOUT.high)
    throw invalid(`TimeoutSeconds is ${timeout}: want ${TIMEOUT.low} to ${TIMEOUT.high}`);
  if (comment.length > LONGEST_COMMENT) throw invalid(`Comment has more than ${LONGEST_COMMENT} characters`);
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html : by instance ids alone, all at once. */
export const sendCommand = operation<SendCommandCommandInput, Omit<SendCommandCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    documentCheck('SendCommand', call, input.DocumentName),
    ...(input.InstanceIds ?? []).map((id) => instanceCheck(call, id)),
  ],
  run: (input, call) => {
    acceptInput(input);
    const { account } = call.caller;
    const { region, now, world } = call;
    const document = findDocument(call, input.DocumentName);
    const [documentVersion, version] = findVersion(document, input.DocumentVersion);
    checkHash(input, version);
    const ids = input.InstanceIds ?? [];
    checkInstances(call, ids, version);
    const values = valuesFor(version.content, input.Parameters);
    const resolved = resolveSteps(version.content, values);
    const steps = resolved.map((step, index) => ({
      ...step,
      platforms: version.content.steps[index]?.platforms ?? [],
    }));
    const timeoutSeconds = input.TimeoutSeconds ?? TIMEOUT.standard;
    const runSeconds = steps.reduce((sum, step) => sum + step.timeoutSeconds, 0);
    const invocationFor = (instanceId: string): Invocation => ({
      instanceId,
      status: 'Pending',
      statusDetails: 'Pending',
      steps: steps.map(({ name, action }) => ({
        name,
        action,
        status: 'Pending',
        statusDetails: 'Pending',
        responseCode: -1,
        stdout: '',
        stderr: '',
      })),
    });
    const command: Command = {
      commandId: call.ids.uuid('ssm-command'),
      documentName: input.DocumentName ?? '',
      documentVersion,
      comment: input.Comment ?? '',
      parameters: values,
      timeoutSeconds,
      requestedAt: now,
      deliverBy: now + timeoutSeconds * SECOND,
      // That the times of several steps add up is UNCONFIRMED. https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html#monitor-about-status-timeouts
      expiresAt: now + (timeoutSeconds + runSeconds) * SECOND,
      invocations: new Map(ids.map((id) => [id, invocationFor(id)])),
    };
    world.of(ssmState, account, region).commands.set(command.commandId, command);
    const stage = { world, timeline: call.timeline, host: call.host };
    for (const invocation of command.invocations.values()) {
      const place = { account, region, instanceId: invocation.instanceId };
      start({ stage, place, command, invocation, steps });
    }
    return { Command: shown(command) };
  },
});
