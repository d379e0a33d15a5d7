import {
  assessLater,
  parseFindingId,
  parseInstant,
  strengthen,
  type IncidentRef,
  type Posture,
} from '@cordon/incident';
import type { Services } from '../services.ts';
import { attachFinding, knownOf, nextRevision, readIncident } from '../store/incident-table.ts';
import { about, tell } from '../store/notify.ts';
import type { Response } from './respond-to.ts';
import { startWorkflow } from './start-workflow.ts';
import { limitNames, tellTripped, underLimits } from './under-limits.ts';

type Known = Awaited<ReturnType<typeof readIncident>>;
type Held = NonNullable<Known['record']>;

/** The incident that holds the instance, and what the policy allows by the later finding. */
interface Holding {
  /** With the later finding's type and severity, and the holder's id. */
  readonly incident: IncidentRef;
  readonly held: Known;
  readonly allowed: Posture;
}

/** Attaches a later finding to the incident that holds its instance; one that brings news starts another plan. */
export const attach = async (response: Response, holding: Holding, services: Services): Promise<void> => {
  const { finding, verdict, event } = response;
  const { incidentId } = holding.incident;
  const { record: held, findings } = holding.held;
  if (held === undefined)
    throw new Error(
      `incident ${incidentId} holds ${holding.incident.instanceId} but has no record; look at the table`,
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
      knownDomains: findings.flatMap((known) => known.domains),
      knownTypes: findings.map((known) => known.type),
      ...(held.containedAt === undefined ? {} : { containedAt: parseInstant(held.containedAt) }),
    },
    finding,
    verdict,
  );
  const of: IncidentRef = {
    ...holding.incident,
    openedAt: held.openedAt,
    ...(held.caseId === undefined ? {} : { caseId: held.caseId }),
  };
  if (assessment.effect === 'duplicate') {
    // An earlier try may have died between counting the plan and starting it; its name starts it once.
    if (response.again && held.revision > 0)
      await startWorkflow({ ...of, revision: held.revision }, { event, posture: held.posture }, services);
    return;
  }
  // Counted before the finding is kept: a try that dies in between finds the finding new again, and nothing is lost.
  const next =
    assessment.effect === 're-plan'
      ? await countPlan({ of, held, allowed: holding.allowed }, response, services)
      : undefined;
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
  if (next !== undefined)
    await startWorkflow({ ...of, revision: next.revision }, { event, posture: next.posture }, services);
};

interface NextPlan {
  readonly revision: number;
  readonly posture: Posture;
}

/**
 * Counts one more plan and keeps the posture that the incident has from then on: as strong as it was or stronger. What was not
 * contained without asking before is held against the limits once more. Undefined when another finding was faster,
 * and its plan is as strong.
 */
const countPlan = async (
  { of, held: first, allowed }: { readonly of: IncidentRef; readonly held: Held; readonly allowed: Posture },
  { place, finding }: Response,
  services: Services,
): Promise<NextPlan | undefined> => {
  let held = first;
  const severity = Math.max(first.severity, finding.severity ?? 0);
  const counted = { ...of, severity };
  const names =
    first.posture?.containment === 'contain'
      ? { breakers: [], resets: [], groups: [] }
      : limitNames(counted, place, services);
  const wanted = { incident: counted, place, posture: allowed, names };
  return underLimits<NextPlan | undefined>(wanted, services, async ({ limited, beside }) => {
    // An incident from before there were postures was to be contained at once.
    const before: Posture = held.posture ?? { ...allowed, containment: 'contain' };
    const contained = before.containment === 'contain';
    const posture = strengthen(before, contained ? allowed : limited.posture);
    if (held.revision !== first.revision && sameStrength(posture, before)) return undefined;
    const revision = await nextRevision(services, of.incidentId, {
      current: held.revision,
      posture,
      beside: contained ? [] : beside,
    });
    if (revision === 'beaten') {
      held = (await readIncident(services, of.incidentId)).record ?? held;
      return 'beaten';
    }
    if (!contained) await tellTripped(limited.tripped, services);
    return { revision, posture };
  });
};

const sameStrength = ({ because: _one, ...one }: Posture, { because: _other, ...other }: Posture): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
