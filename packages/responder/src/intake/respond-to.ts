import type { AwsCall } from '@cordon/evidence';
import {
  caseIdFor,
  decidePolicy,
  incidentIdFor,
  parseIncidentId,
  policyFacts,
  postureOf,
  type AccountPlace,
  type Finding,
  type IncidentRef,
  type Posture,
  type Subject,
  type Verdict,
} from '@cordon/incident';
import { instant, type Services } from '../services.ts';
import { knownOf, openIncident, readIncident } from '../store/incident-table.ts';
import { about, tell } from '../store/notify.ts';
import { attach } from './attach.ts';
import { locate } from './find-region.ts';
import { limitNames, tellTripped, underLimits, type Ahead } from './under-limits.ts';
import { setAside } from './set-aside.ts';
import { startWorkflow } from './start-workflow.ts';

/** One instance that triage wants responded to. */
export interface Response {
  readonly subject: Subject;
  readonly finding: Finding;
  /** The call by which GuardDuty told it. */
  readonly readBy: AwsCall | undefined;
  readonly verdict: Verdict;
  /** The event as it came. */
  readonly event: string;
  readonly arrivedAt: string;
  /** True when an earlier try to take the event in broke off. */
  readonly again: boolean;
  /** What is known of the subject's account. */
  readonly place: AccountPlace | undefined;
  /** The rows of limits that were read while the finding was verified, if any were. */
  readonly ahead: Ahead | undefined;
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
  const found = { ...response, subject: located.subject };
  const incident = incidentOf(found, services);
  const { opened, counted, limited } = await open(incident, found, services);
  const { incidentId } = opened;
  if (opened.status === 'opened') {
    const { posture } = limited;
    // The events go beside the start, not before it: telling must not delay containing.
    await Promise.all([
      startWorkflow(counted, { event, posture }, services),
      tellOpened(counted, [...response.verdict.reasons, ...posture.because], services),
      tellTripped(limited.tripped, services),
    ]);
    return;
  }
  const held = await readIncident(services, incidentId);
  // Our own incident may have been opened by a try that died before the start: starting again is harmless.
  if (incidentId === incident.incidentId) {
    const own = { ...incident, ...(held.record?.caseId === undefined ? {} : { caseId: held.record.caseId }) };
    await Promise.all([
      startWorkflow(own, { event, posture: held.record?.posture }, services),
      ...(response.again
        ? [tellOpened(own, [...response.verdict.reasons, ...(held.record?.posture?.because ?? [])], services)]
        : []),
    ]);
  }
  await attach(
    found,
    {
      incident: { ...incident, incidentId: parseIncidentId(incidentId) },
      held,
      allowed: allowedBy(found, services),
    },
    services,
  );
};

const incidentOf = ({ subject, finding, readBy, arrivedAt }: Response, services: Services): IncidentRef => {
  const { account, region, instanceId, tags } = subject;
  return {
    incidentId: incidentIdFor({ account, region, instanceId, findingId: finding.id }),
    account,
    region,
    instanceId,
    findingId: finding.id,
    findingType: finding.type,
    severity: finding.severity ?? 0,
    arrivedAt,
    openedAt: instant(services),
    caseId: caseIdFor(finding),
    ...(tags?.scalingGroup === undefined ? {} : { scalingGroup: tags.scalingGroup }),
    ...(readBy === undefined ? {} : { openedOn: readBy }),
    revision: 0,
  };
};

/** What the policy allows before any limit. Throws where it allows nothing: then triage would have wanted no incident. */
const allowedBy = ({ finding, subject, place }: Response, services: Services): Posture => {
  const facts = policyFacts(finding, subject, place);
  const posture = facts && postureOf(decidePolicy(services.config.policy, facts));
  if (posture === undefined)
    throw new Error(`triage responds to ${finding.id} where the policy only observes: a bug of ours`);
  return posture;
};

/** Opens the incident under the limits, anew whenever another one was counted in between. */
const open = async (incident: IncidentRef, response: Response, services: Services) => {
  const allowed = allowedBy(response, services);
  const { place, ahead } = response;
  const names = limitNames(incident, place, services);
  return underLimits(
    { incident, place, posture: allowed, names, ahead },
    services,
    async ({ limited, beside }) => {
      const known = knownOf(response.finding, 'respond');
      const counted = { ...incident, caseId: limited.caseId };
      const opened = await openIncident(services, counted, {
        finding: known,
        posture: limited.posture,
        beside,
      });
      return opened.status === 'beaten' ? 'beaten' : { opened, counted, limited };
    },
  );
};

const tellOpened = (incident: IncidentRef, reasons: readonly string[], services: Services): Promise<void> =>
  tell(services, { kind: 'incident-opened', ...about(incident), reasons: [...reasons] });
