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
  FORENSIC_IMAGE_PARAMETER,
  ledgerOf,
  nextLookSeconds,
  quoted,
  readStatement,
  TRIAGE_DOCUMENT,
  TRIAGE_DOCUMENT_NAME,
  TRIAGE_SCRIPTS_FOLDER,
  TRIAGE_SECONDS,
  triageParameters,
  type Examination,
  type IncidentRef,
  type ToExamine,
  type TriageState,
} from '@cordon/incident';
import { classify, faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { TRIAGE_READS, triageDocumentArn } from '../needs/examiner.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { instant, type Services } from '../services.ts';
import { record } from '../store/record.ts';
import { reachMachine, ready } from './machine-work.ts';

/** A machine that has booted registers within a minute or two; after this nobody waits for its agent. */
const AGENT_SECONDS = 600;
const AGENT_LOOK_SECONDS = 30;
/** A command that is not taken up by then is not run later. */
const DELIVERY_SECONDS = 600;
/** Beyond its own time and delivery: an examination that has not ended by then is given up. */
const SLACK_SECONDS = 300;

interface Work {
  readonly ssm: SSMClient;
  readonly machineId: string;
  readonly examine: ToExamine;
  readonly of: Examination['of'];
  readonly incident: IncidentRef;
  readonly services: Services;
}

/**
 * Has the forensic machine examine what is attached to it, disks or an image of memory, by the document `cordon-triage`, and takes its statement into
 * custody; it has the seal of the results, which the machine puts onto a volume of their own (`carryResults`). Whatever becomes of it, the examination
 * goes on, for the machine is there: no agent, other scripts, a time-out are each a stated reason. One small piece a call; the workflow comes back.
 */
export const examineDisks = async (
  examination: Examination,
  incident: IncidentRef,
  services: Services,
): Promise<Examination> => {
  const { machineId } = examination;
  const state = examination.triage ?? { status: 'waiting' as const, startedAt: instant(services) };
  const volumeIds = examination.volumes.flatMap(({ attached, volumeId }) =>
    attached && volumeId !== undefined ? [volumeId] : [],
  );
  if (machineId === undefined || volumeIds.length === 0) return ready(examination);
  const { of } = examination;
  const next = await advance(
    { machineId, examine: toExamine(examination, volumeIds), of, incident, services },
    state,
  );
  if (next.status === 'waiting' || next.status === 'running') {
    const since = secondsSince(next.sentAt ?? next.startedAt, services);
    const recheckAfterSeconds = next.status === 'waiting' ? AGENT_LOOK_SECONDS : nextLookSeconds(since);
    return { ...examination, triage: next, recheckAfterSeconds };
  }
  await tellLedger({ incident, services, of }, next);
  return { ...afterTriage(examination, next), triage: next, recheckAfterSeconds: 0 };
};

/** What the command is given: the disks, or the one image with what the host told of it; and the volume for results, where there is one. */
const toExamine = ({ of, volumes, results }: Examination, volumeIds: readonly string[]): ToExamine => ({
  volumeIds: of === 'memory' ? [] : volumeIds,
  ...(results?.attached === true && results.volumeId !== undefined
    ? { resultsVolumeId: results.volumeId }
    : {}),
  ...(of === 'memory' && volumeIds[0] !== undefined
    ? { memory: { volumeId: volumeIds[0], sha256: volumes[0]?.toldSha256 } }
    : {}),
});

/** Results that lie on their volume are carried out; why others do not is said. */
const afterTriage = (examination: Examination, { carried, notCarried }: TriageState): Examination => {
  const { results } = examination;
  if (carried !== undefined && results?.attached === true)
    return { ...examination, phase: 'results', results };
  const because = results?.because ?? notCarried ?? 'the examination put nothing onto the volume for results';
  return { ...examination, phase: 'ready', results: { attached: false, ...results, because } };
};

const secondsSince = (time: string, services: Services): number =>
  (Date.parse(instant(services)) - Date.parse(time)) / 1000;

const ended = (state: TriageState, status: 'failed' | 'not-run', because: string): TriageState => ({
  ...state,
  status,
  because,
});

const advance = async (on: Omit<Work, 'ssm'>, state: TriageState): Promise<TriageState> => {
  try {
    const work: Work = { ...on, ssm: await connect(on) };
    return state.commandId === undefined
      ? await begin(work, state)
      : await look(work, state, state.commandId);
  } catch (error) {
    const fault = classify(error);
    const isLate = secondsSince(state.startedAt, on.services) > TRIAGE_SECONDS + AGENT_SECONDS;
    if (fault.retryable && !isLate) return state;
    return ended(state, 'failed', `${fault.code}: ${quoted(fault.message)}`);
  }
};

const connect = async ({ machineId, incident, services }: Omit<Work, 'ssm'>): Promise<SSMClient> => {
  const account = services.config.accounts.forensics;
  const document = triageDocumentArn(services.partition, incident.region, account);
  const connection = await reachMachine(
    incident,
    services,
    sessionPolicy({
      reads: TRIAGE_READS,
      on: [
        { actions: ['ssm:GetDocument'], resources: [document] },
        {
          actions: ['ssm:SendCommand'],
          resources: [
            document,
            `arn:${services.partition}:ec2:${incident.region}:${account}:instance/${machineId}`,
          ],
        },
      ],
    }),
  );
  return clientFor(SSMClient, connection);
};

/** Sends the command once the agent answers. It takes no token: the scripts see to it that a second one examines nothing twice. */
const begin = async (work: Work, state: TriageState): Promise<TriageState> => {
  const { ssm, machineId, examine, incident, services } = work;
  const { InstanceInformationList = [] } = await ssm.send(
    new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [machineId] }] }),
  );
  if (InstanceInformationList[0]?.PingStatus !== 'Online')
    return secondsSince(state.startedAt, services) < AGENT_SECONDS
      ? state
      : ended(
          state,
          'not-run',
          `no agent of Systems Manager answered on ${machineId} within ${AGENT_SECONDS / 60} minutes`,
        );
  const pinned = await pinnedDocument(ssm);
  if (pinned === undefined)
    return ended(
      state,
      'not-run',
      `the document ${TRIAGE_DOCUMENT_NAME} is not the one that was deployed, so it was not run: somebody has changed it`,
    );
  const { Command } = await ssm.send(
    new SendCommandCommand({
      InstanceIds: [machineId],
      DocumentName: TRIAGE_DOCUMENT_NAME,
      ...pinned,
      DocumentHashType: 'Sha256',
      TimeoutSeconds: DELIVERY_SECONDS,
      Comment: incident.incidentId,
      Parameters: triageParameters(ledgerOf(incident).ledgerId, examine),
    }),
  );
  return Command?.CommandId === undefined
    ? ended(state, 'failed', 'SendCommand gave no id')
    : { ...state, status: 'running', commandId: Command.CommandId, sentAt: instant(services) };
};

/**
 * The document as it lies there, compared with ours and pinned: what runs is the very text that was read.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html (DocumentHash)
 */
const pinnedDocument = async (
  ssm: SSMClient,
): Promise<{ readonly DocumentVersion: string; readonly DocumentHash: string } | undefined> => {
  const { Content = '', DocumentVersion = '' } = await ssm.send(
    new GetDocumentCommand({ Name: TRIAGE_DOCUMENT_NAME, DocumentFormat: 'JSON' }),
  );
  if (!isOurs(Content)) return undefined;
  return { DocumentVersion, DocumentHash: createHash('sha256').update(Content).digest('hex') };
};

const isOurs = (content: string): boolean => {
  try {
    return canonicalJson(JSON.parse(content)) === canonicalJson(TRIAGE_DOCUMENT);
  } catch {
    return false;
  }
};

const UNDER_WAY = new Set<string | undefined>(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

const look = async (work: Work, state: TriageState, commandId: string): Promise<TriageState> => {
  const { ssm, machineId, of, incident, services } = work;
  const seen = await ssm
    .send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: machineId }))
    .catch((error: unknown) => {
      // It is not shown at once. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
      if (faultCode(error) === 'InvocationDoesNotExist') return { Status: 'Pending' as const };
      throw error;
    });
  if (UNDER_WAY.has(seen.Status)) {
    const took = secondsSince(state.sentAt ?? state.startedAt, services);
    if (took <= TRIAGE_SECONDS + DELIVERY_SECONDS + SLACK_SECONDS) return state;
    // Nothing is left to cancel: delivery and document have their own time-outs, and both are over.
    return ended(state, 'failed', `it had not ended after ${Math.round(took / 60)} minutes`);
  }
  const output = 'StandardOutputContent' in seen ? (seen.StandardOutputContent ?? '') : '';
  if (seen.Status !== 'Success') {
    const said = 'StandardErrorContent' in seen ? (seen.StandardErrorContent ?? '') : '';
    const how = 'StatusDetails' in seen ? seen.StatusDetails : seen.Status;
    const because = `the command ended as ${how ?? 'unknown'}: ${quoted(said.trim())}`;
    // The agent's own image brings the scripts only where the deployment made one: then their absence is a fault, else a choice.
    return said.includes(`brings no ${TRIAGE_SCRIPTS_FOLDER}`) &&
      services.config.forensics.imageParameter !== FORENSIC_IMAGE_PARAMETER
      ? { ...ended(state, 'not-run', because), noImage: true }
      : ended(state, 'failed', because);
  }
  await record(services, {
    kind: 'deposit',
    ...ledgerOf(incident),
    label: of === 'memory' ? 'memory-statement.json' : 'triage-statement.json',
    contentType: 'application/json',
    bodyBase64: Buffer.from(output).toString('base64'),
  });
  return { ...state, ...readStatement(output) };
};

/** What became of it, as an entry of its own: the machine's word, so reported and not observed. */
const tellLedger = async (
  { incident, services, of }: Pick<Work, 'incident' | 'services' | 'of'>,
  { status, seal, because, commandId, memory, carried, notCarried, missing = [] }: TriageState,
): Promise<void> => {
  const known = {
    seal,
    commandId,
    image: memory?.verdict,
    imageSha256: memory?.sha256,
    toldSha256: memory?.toldSha256,
    carried: carried === undefined ? notCarried : `${carried.files} file(s), ${carried.left} left behind`,
    because,
    missing: missing.length === 0 ? undefined : missing.join('; '),
  };
  const detail = Object.entries(known).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  await record(services, {
    kind: 'steps',
    ...ledgerOf(incident),
    steps: [
      {
        step: of === 'memory' ? 'triage-memory' : 'triage',
        outcome: status === 'whole' || status === 'partly' ? 'done' : 'failed',
        detail: { status, ...Object.fromEntries(detail) },
      },
    ],
  });
};
