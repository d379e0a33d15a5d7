import { createHash } from 'node:crypto';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetDocumentCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { canonicalJson } from '@cordon/evidence';
import { MEMORY_DOCUMENT_NAMES, memoryDocuments, type MemoryPlatform } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { NotDone } from '../attempt.ts';
import type { Work } from './work.ts';

/** What Systems Manager says of the instance's agent; undefined while it does not answer. */
export const agentOf = async ({ ssm, incident }: Work): Promise<MemoryPlatform | undefined> => {
  const { InstanceInformationList = [] } = await ssm.send(
    new DescribeInstanceInformationCommand({
      Filters: [{ Key: 'InstanceIds', Values: [incident.instanceId] }],
    }),
  );
  const [agent] = InstanceInformationList;
  if (agent?.PingStatus !== 'Online') return undefined;
  return agent.PlatformType === 'Windows' ? 'Windows' : 'Linux';
};

/**
 * The document as it lies in the member, pinned. It is compared with ours first: who administers the account can write another under its name.
 * What runs is then what was compared, for the hash is of the very text that was read. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
const pinnedDocument = async (
  { ssm, services }: Work,
  platform: MemoryPlatform,
): Promise<{ name: string; version: string; hash: string }> => {
  const name = MEMORY_DOCUMENT_NAMES[platform];
  const read = await ssm
    .send(new GetDocumentCommand({ Name: name, DocumentFormat: 'JSON' }))
    .catch((error: unknown) => {
      throw new NotDone(
        `the document ${name} could not be read (${faultCode(error)}): deploy the stack set of memory capture to this Region`,
      );
    });
  const { Content = '', DocumentVersion = '' } = read;
  if (!isSame(Content, memoryDocuments(services.config.evidence.memory)[platform]))
    throw new NotDone(
      `the document ${name} is not the one that was deployed, so it was not run: somebody has changed it`,
    );
  return { name, version: DocumentVersion, hash: createHash('sha256').update(Content).digest('hex') };
};

const isSame = (content: string, wanted: unknown): boolean => {
  try {
    return canonicalJson(JSON.parse(content)) === canonicalJson(wanted);
  } catch {
    return false;
  }
};

/** What is sent beside the document. */
export interface Order {
  readonly platform: MemoryPlatform;
  /** Volume that takes the image. */
  readonly volumeId: string;
  /** Link to the tool. */
  readonly link: string;
  /** How long the script may run. */
  readonly seconds: number;
}

/** Has the agent run the document; gives Run Command's id. It takes no token: a second command finds the volume in use, and says so. */
export const sendCommand = async (work: Work, order: Order): Promise<string> => {
  const { ssm, incident } = work;
  const { name, version, hash } = await pinnedDocument(work, order.platform);
  const { Command } = await ssm.send(
    new SendCommandCommand({
      InstanceIds: [incident.instanceId],
      DocumentName: name,
      DocumentVersion: version,
      DocumentHash: hash,
      DocumentHashType: 'Sha256',
      // Delivery: what is not taken up by then is not run later, on a host that was contained meanwhile.
      TimeoutSeconds: Math.max(30, order.seconds),
      Comment: incident.incidentId,
      Parameters: {
        Volume: [order.volumeId.replace('-', '')],
        ToolUrl: [order.link],
        Seconds: [String(order.seconds)],
      },
    }),
  );
  if (Command?.CommandId === undefined) throw new Error('SendCommand gave no id');
  return Command.CommandId;
};

/** How a command stands. */
export type CommandLook =
  | { readonly state: 'under-way' }
  | { readonly state: 'ended'; readonly status: string; readonly output: string };

const UNDER_WAY = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/** Looks at the command. One that Systems Manager does not show yet is under way. */
export const lookAtCommand = async ({ ssm, incident }: Work, commandId: string): Promise<CommandLook> => {
  try {
    const seen = await ssm.send(
      new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: incident.instanceId }),
    );
    if (seen.Status === undefined || UNDER_WAY.has(seen.Status)) return { state: 'under-way' };
    return {
      state: 'ended',
      status: seen.StatusDetails ?? seen.Status,
      output: seen.StandardOutputContent ?? '',
    };
  } catch (error) {
    if (faultCode(error) === 'InvocationDoesNotExist') return { state: 'under-way' };
    throw error;
  }
};
