import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  assessLater,
  incidentIdFor,
  ledgerOf,
  parseFindingId,
  parseIncidentId,
  parseInstant,
  STATE_MACHINE_NAME,
  type ExecutionInput,
  type Finding,
  type IncidentRef,
  type Subject,
  type Verdict,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { instant, type Services } from '../services.ts';
import { attachFinding, knownOf, nextRevision, openIncident, readIncident } from '../store/incident-table.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { locate } from './find-region.ts';
import { setAside } from './set-aside.ts';

/** One instance that triage wants responded to. */
export interface Response {
  readonly subject: Subject;
  readonly finding: Finding;
  readonly verdict: Verdict;
  /** The event as it came. */
  readonly event: string;
  readonly arrivedAt: string;
  /** True when an earlier try to take the event in broke off. */
  readonly again: boolean;
}

/** Opens an incident for the instance and starts its workflow, or attaches the finding to the incident that is open. */
export const respondTo = async (response: Response, services: Services): Promise<void> => {
  const { finding, event } = response;
  const guess = incidentIdFor({ ...response.subject, findingId: finding.id });
  const located = await locate(response.subject, guess, finding.credential?.roleName, services);
  if (located.status === 'not-located') {
    const hint =
      'find the instance by hand: it may be gone, or the session may have been given its name by somebody else';
    return setAside(
      event,
      { code: 'instance-not-located', message: located.because, hint, findingId: finding.id },
      services,
    );
  }
  const { account, region, instanceId } = located.subject;
  const incident: IncidentRef = {
    incidentId: incidentIdFor({ account, region, instanceId, findingId: finding.id }),
    account,
    region,
    instanceId,
    findingId: finding.id,
    findingType: finding.type,
    severity: finding.severity ?? 0,
    arrivedAt: response.arrivedAt,
    openedAt: instant(services),
    revision: 0,
  };
  const { opened, incidentId } = await openIncident(services, incident, knownOf(finding, 'respond'));
  // Our own incident may have been opened by a try that died before the start: starting again is harmless.
  if (opened || incidentId === incident.incidentId) {
    // The event goes beside the start, not after it: telling must not delay containing.
    await Promise.all([
      start(incident, event, services),
      ...(opened || response.again ? [tellOpened(incident, response, services)] : []),
    ]);
  }
  if (opened) return;
  await attach({ ...response, subject: located.subject }, incident, incidentId, services);
};

const tellOpened = (incident: IncidentRef, { verdict }: Response, services: Services): Promise<void> =>
  tell(services, { kind: 'incident-opened', ...about(incident), reasons: [...verdict.reasons] });

/** Starts the workflow once: its name is the ledger's id, which is the incident's own for the first plan. */
const start = async (incident: IncidentRef, event: string, services: Services): Promise<void> => {
  const { homeRegion, accounts } = services.config;
  const fits = Buffer.byteLength(event) <= EVENT_IN_STATE_BYTES;
  if (!fits)
    await record(services, {
      kind: 'deposit',
      ...ledgerOf(incident),
      label: 'finding.json',
      contentType: 'application/json',
      bodyBase64: Buffer.from(event).toString('base64'),
    });
  const input: ExecutionInput = { incident, event: fits ? event : '' };
  try {
    await clientFor(SFNClient, { ...services.own, region: homeRegion }).send(
      new StartExecutionCommand({
        stateMachineArn: `arn:${services.partition}:states:${homeRegion}:${accounts.security}:stateMachine:${STATE_MACHINE_NAME}`,
        name: ledgerOf(incident).ledgerId,
        input: JSON.stringify(input),
      }),
    );
  } catch (error) {
    if (faultCode(error) !== 'ExecutionAlreadyExists') throw error;
  }
};

/** A state holds 256 KiB (aws-facts 7.1), and plan and context need some of it: a larger event goes into the vault first. */
const EVENT_IN_STATE_BYTES = 100_000;

const attach = async (
  response: Response,
  incident: IncidentRef,
  incidentId: string,
  services: Services,
): Promise<void> => {
  const { finding, verdict, event } = response;
  const { record: held, findings } = await readIncident(services, incidentId);
  if (held === undefined)
    throw new Error(
      `incident ${incidentId} holds ${incident.instanceId} but has no record; look at the table`,
    );
  const assessment = assessLater(
    {
      account: response.subject.account,
      region: response.subject.region,
      instanceId: response.subject.instanceId,
      decision: 'respond',
      severity: held.severity,
      knownFindings: findings.map((known) => ({
        id: parseFindingId(known.id),
        ...(known.updatedAt === '' ? {} : { updatedAt: parseInstant(known.updatedAt) }),
      })),
      knownRemoteAddresses: findings.flatMap((known) => known.remoteAddresses),
      knownTypes: findings.map((known) => known.type),
      ...(held.containedAt === undefined ? {} : { containedAt: parseInstant(held.containedAt) }),
    },
    finding,
    verdict,
  );
  const of = { ...incident, incidentId: parseIncidentId(incidentId), openedAt: held.openedAt };
  if (assessment.effect === 'duplicate') {
    // An earlier try may have died between counting the plan and starting it; its name starts it once.
    if (response.again && held.revision > 0) await start({ ...of, revision: held.revision }, event, services);
    return;
  }
  // Counted before the finding is kept: a try that dies in between finds the finding new again, and nothing is lost.
  const revision =
    assessment.effect === 're-plan' ? await nextRevision(services, incidentId, held.revision) : undefined;
  // Written only when this state of the finding is new: of two deliveries at once, one tells.
  if (await attachFinding(services, incidentId, knownOf(finding, verdict.decision), event)) {
    await tell(services, {
      kind: 'finding-attached',
      schemaVersion: 1,
      findingId: finding.id,
      incidentId,
      effect: assessment.effect,
    });
    if (assessment.containmentAlarm)
      await tell(services, { kind: 'containment-alarm', ...about(of), reasons: [...assessment.reasons] });
  }
  if (revision !== undefined) await start({ ...of, revision }, event, services);
};
