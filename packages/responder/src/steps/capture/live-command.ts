import { createHash } from 'node:crypto';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetDocumentCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { canonicalJson } from '@cordon/evidence';
import {
  LIVE_CHECKS,
  LIVE_DOCUMENT_NAMES,
  liveDocuments,
  readCheck,
  type CheckSaid,
  type IncidentRef,
  type LivePlatform,
} from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { LIVE_READS, liveDocumentArns } from '../../needs/capture.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident, type Services } from '../../services.ts';
import { NotDone } from '../attempt.ts';

/** What the host is asked by: one session of the duty, which reaches this incident's instance and our documents alone. */
export interface LiveWork {
  readonly incident: IncidentRef;
  readonly services: Services;
  readonly ssm: SSMClient;
}

/** A session that may have the incident's instance run our documents, and nothing else. */
export const liveWork = async (incident: IncidentRef, services: Services): Promise<LiveWork> => {
  const { partition } = services;
  const instance = `arn:${partition}:ec2:${incident.region}:${incident.account}:instance/${incident.instanceId}`;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'capture',
    policy: sessionPolicy({
      reads: LIVE_READS,
      on: [
        {
          actions: ['ssm:GetDocument', 'ssm:SendCommand'],
          resources: liveDocumentArns(partition, incident.region, incident.account),
        },
        { actions: ['ssm:SendCommand'], resources: [instance] },
      ],
    }),
  });
  return { incident, services, ssm: clientFor(SSMClient, connection) };
};

/** What Systems Manager says of the instance's agent; undefined while it does not answer. */
export const platformOf = async ({ ssm, incident }: LiveWork): Promise<LivePlatform | undefined> => {
  const { InstanceInformationList: [node] = [] } = await ssm.send(
    new DescribeInstanceInformationCommand({
      Filters: [{ Key: 'InstanceIds', Values: [incident.instanceId] }],
    }),
  );
  if (node?.PingStatus !== 'Online') return undefined;
  return node.PlatformType === 'Windows' ? 'Windows' : 'Linux';
};

/**
 * Has the agent run the document of its platform, which lies in the member: it is compared with what was deployed, and its hash pinned, for who
 * administers the account can write another under its name. Sent twice, it reads twice.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
export const sendLive = async (
  { ssm, incident, services }: LiveWork,
  platform: LivePlatform,
  seconds: number,
): Promise<{ readonly commandId: string; readonly documentSha256: string }> => {
  const name = LIVE_DOCUMENT_NAMES[platform];
  const { Content = '', DocumentVersion = '' } = await ssm
    .send(new GetDocumentCommand({ Name: name, DocumentFormat: 'JSON' }))
    .catch((error: unknown) => {
      throw new NotDone(
        `the document ${name} could not be read (${faultCode(error)}): deploy the stack set of memory capture to this Region`,
      );
    });
  if (!isDeployed(Content, liveDocuments(services.config.evidence.memory)[platform]))
    throw new NotDone(
      `the document ${name} is not the one that was deployed, so it was not run: somebody has changed it`,
    );
  const documentSha256 = createHash('sha256').update(Content).digest('hex');
  const { Command } = await ssm.send(
    new SendCommandCommand({
      InstanceIds: [incident.instanceId],
      DocumentName: name,
      DocumentVersion,
      DocumentHash: documentSha256,
      DocumentHashType: 'Sha256',
      // Delivery: what is not taken up by then is not run later.
      TimeoutSeconds: Math.max(30, seconds),
      Comment: incident.incidentId,
    }),
  );
  if (Command?.CommandId === undefined) throw new Error('SendCommand gave no id');
  return { commandId: Command.CommandId, documentSha256 };
};

const isDeployed = (content: string, wanted: unknown): boolean => {
  if (wanted === undefined) return false;
  try {
    return canonicalJson(JSON.parse(content)) === canonicalJson(wanted);
  } catch {
    return false;
  }
};

const UNDER_WAY = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/** What each check said; undefined while one is under way, or not shown yet. */
export const lookAtChecks = async (
  { ssm, incident }: LiveWork,
  commandId: string,
): Promise<readonly CheckSaid[] | undefined> => {
  const said: CheckSaid[] = [];
  for (const check of LIVE_CHECKS) {
    try {
      const seen = await ssm.send(
        new GetCommandInvocationCommand({
          CommandId: commandId,
          InstanceId: incident.instanceId,
          PluginName: check,
        }),
      );
      if (seen.Status === undefined || UNDER_WAY.has(seen.Status)) return undefined;
      said.push(readCheck(check, seen.StatusDetails ?? seen.Status, seen.StandardOutputContent ?? ''));
    } catch (error) {
      if (faultCode(error) === 'InvocationDoesNotExist') return undefined;
      throw error;
    }
  }
  return said;
};
