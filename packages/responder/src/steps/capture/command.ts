import { createHash } from 'node:crypto';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetDocumentCommand,
  ListCommandsCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { canonicalJson } from '@cordon/evidence';
import { MEMORY_DOCUMENT_NAMES, memoryDocuments, type MemoryDocumentName } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { NotDone } from '../attempt.ts';
import type { Work } from './work.ts';

/** What Systems Manager says of the instance's agent; undefined while it does not answer. */
export const agentOf = async ({ ssm, incident }: Work): Promise<'Linux' | 'Windows' | undefined> => {
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
  document: MemoryDocumentName,
): Promise<{ name: string; version: string; hash: string }> => {
  const name = MEMORY_DOCUMENT_NAMES[document];
  const read = await ssm
    .send(new GetDocumentCommand({ Name: name, DocumentFormat: 'JSON' }))
    .catch((error: unknown) => {
      throw new NotDone(
        `the document ${name} could not be read (${faultCode(error)}): deploy the stack set of memory capture to this Region`,
      );
    });
  const { Content = '', DocumentVersion = '' } = read;
  if (!isSame(Content, memoryDocuments(services.config.evidence.memory)[document]))
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

/** What a command is known by when it is looked for again: the document, and what it writes to. */
export interface Sent {
  readonly document: MemoryDocumentName;
  /** The volume, or the plan whose parts go to the landing bucket. */
  readonly to: string;
}

/** What is sent beside the document. */
export interface Order extends Sent {
  readonly parameters: Readonly<Record<string, string>>;
  /** How long the script may run. */
  readonly seconds: number;
}

const commentOf = ({ incident }: Work, { to }: Sent): string => `${incident.incidentId} ${to}`;

/**
 * The commands of this kind that were sent to the instance, whether or not their replies arrived, the newest first. Systems Manager gives no token to
 * send by, so the comment is one. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html
 */
export const commandsSent = async (work: Work, sent: Sent): Promise<readonly string[]> => {
  const { Commands = [] } = await work.ssm.send(
    new ListCommandsCommand({ InstanceId: work.incident.instanceId, MaxResults: 50 }),
  );
  return Commands.flatMap(({ CommandId, Comment, DocumentName }) =>
    CommandId !== undefined &&
    Comment === commentOf(work, sent) &&
    DocumentName === MEMORY_DOCUMENT_NAMES[sent.document]
      ? [CommandId]
      : [],
  );
};

/** Whether the command may have been taken though no answer says so. */
const isOpen = (error: unknown): boolean => {
  const status =
    error instanceof Error && '$metadata' in error
      ? (error.$metadata as { readonly httpStatusCode?: number } | undefined)?.httpStatusCode
      : undefined;
  return status === undefined || status >= 500;
};

/**
 * Has the agent run the document; gives Run Command's id, or undefined where the reply was lost: then whoever comes back looks for it
 * (`commandsSent`) before it is sent again.
 */
export const sendCommand = async (work: Work, order: Order): Promise<string | undefined> => {
  const { ssmOnce, incident } = work;
  const { name, version, hash } = await pinnedDocument(work, order.document);
  try {
    const { Command } = await ssmOnce.send(
      new SendCommandCommand({
        InstanceIds: [incident.instanceId],
        DocumentName: name,
        DocumentVersion: version,
        DocumentHash: hash,
        DocumentHashType: 'Sha256',
        // Delivery: what is not taken up by then is not run later, on a host that was contained meanwhile.
        TimeoutSeconds: Math.max(30, order.seconds),
        Comment: commentOf(work, order),
        Parameters: Object.fromEntries(
          Object.entries({ ...order.parameters, Seconds: String(order.seconds) }).map(([key, value]) => [
            key,
            [value],
          ]),
        ),
      }),
    );
    return Command?.CommandId;
  } catch (error) {
    faultCode(error);
    if (isOpen(error)) return undefined;
    throw error;
  }
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
