import { ec2State, flowsOf } from '@cordon/local-aws';
import type { ConnectionRow, IncidentRow } from '../result.ts';
import { statedMissing } from './custody.ts';
import { keyCaseRows } from './key-cases.ts';
import { evidenceRows, forensicMachine } from './evidence.ts';
import type { PhaseEvent } from './phase-events.ts';
import { eventsOf, type Opened, type Scene } from './scene.ts';
import { lastIsolatingCall } from './serial-calls.ts';
import { isHeldByStop } from './rungs.ts';

interface Standing {
  readonly status: IncidentRow['status'];
  readonly reasons: readonly string[];
}

/** What a terminated instance leaves is nothing that could be contained. */
const isGone = ({ remains }: Scene, { account, region, instanceId }: Opened): boolean => {
  const state = remains.organization.world.of(ec2State, account, region).instances.get(instanceId)?.state;
  return state === undefined || state === 'terminated' || state === 'shutting-down';
};

/** Words that say how an incident stands; each takes the place of the one before. */
const STANDING: ReadonlySet<string> = new Set([
  'contained',
  'containment-open',
  'containment-held-back',
  'containment-refused',
  'incident-sealed',
  'needs-a-person',
  'released',
]);

/** How an incident stands, from the last word that was said of it; silence is a case for a person. */
const standing = (scene: Scene, opened: Opened, events: readonly PhaseEvent[]): Standing => {
  const last = events.findLast(({ kind }) => STANDING.has(kind));
  if (last === undefined) {
    return isGone(scene, opened)
      ? { status: 'nothing-to-contain', reasons: ['the instance is terminated'] }
      : { status: 'needs-a-person', reasons: ['the run ended before anything was said of containment'] };
  }
  switch (last.kind) {
    case 'incident-sealed':
      return {
        status: events.some(({ kind }) => kind === 'contained') ? 'sealed' : 'nothing-to-contain',
        reasons: last.reasons,
      };
    case 'released':
      return { status: 'released', reasons: last.reasons };
    case 'containment-refused':
      return { status: 'refused', reasons: last.reasons };
    case 'contained':
      return {
        status: 'contained',
        reasons: [
          isHeldByStop(scene, opened)
            ? 'its groups do not hold: it was read back as stopped, and its credentials are cut'
            : 'every interface was read back in an empty group, and its credentials are cut',
        ],
      };
    default:
      return { status: 'needs-a-person', reasons: last.reasons };
  }
};

/** What is missing, from the ledgers and, before they are closed, from what was told. */
const missing = (
  scene: Scene,
  { incidentId }: Opened,
  events: readonly PhaseEvent[],
): IncidentRow['missing'] => {
  const told = events.flatMap(({ kind, subject, reasons }) =>
    kind === 'evidence-missing' && subject !== undefined ? [{ subject, because: reasons.join('; ') }] : [],
  );
  const stated = [...statedMissing(scene.remains, incidentId), ...told];
  return stated.filter(({ subject }, index) => stated.findIndex((one) => one.subject === subject) === index);
};

/** The connections that the instance had, of those that lived when the finding arrived. */
const connectionRows = ({ remains }: Scene, opened: Opened): ConnectionRow[] =>
  flowsOf(remains.organization.world, opened)
    .filter(({ state }) => state.kind === 'established' || state.at >= opened.arrivedAt)
    .map(({ direction, protocol, remoteAddress, path, ends, state }) => ({
      direction,
      protocol,
      remote: remoteAddress,
      path: path.kind,
      tracked: ends[0]?.tracked ?? false,
      ...(state.kind === 'established'
        ? { state: 'open' as const }
        : { state: 'cut' as const, cutAfterMs: state.at - opened.arrivedAt, by: state.obstacle }),
    }));

/** One incident as the run left it: times from the journal, things from the accounts that hold them. */
const incidentRow = (scene: Scene, opened: Opened): IncidentRow => {
  const events = eventsOf(scene, opened.incidentId);
  const since = opened.arrivedAt;
  const isolatedAt = lastIsolatingCall(scene, opened)?.call.repliedAt;
  const containedAt = events.find(({ kind }) => kind === 'contained')?.at;
  const forensics = forensicMachine(scene.remains, opened);
  const { status, reasons } = standing(scene, opened, events);
  const keyCases = keyCaseRows(scene, opened);
  return {
    incidentId: opened.incidentId,
    status,
    reasons: [...reasons],
    account: opened.account,
    region: opened.region,
    instanceId: opened.instanceId,
    ...(isolatedAt === undefined ? {} : { isolatedAfterMs: isolatedAt - since }),
    ...(containedAt === undefined ? {} : { containedAfterMs: containedAt - since }),
    leftOpen: events.find(({ kind }) => kind === 'contained')?.reasons ?? [],
    connections: connectionRows(scene, opened),
    states: (scene.executions.find(({ name }) => name === opened.incidentId)?.states ?? []).map(
      ({ name, enteredAt }) => ({ name, enteredAfterMs: enteredAt - since }),
    ),
    evidence: evidenceRows(scene.remains, opened),
    missing: missing(scene, opened, events),
    ...(keyCases.length === 0 ? {} : { keyCases }),
    ...(forensics === undefined ? {} : { forensics }),
  };
};

/** Every incident that was opened, in order. */
export const incidentRows = (scene: Scene): IncidentRow[] =>
  scene.incidents.map((opened) => incidentRow(scene, opened));
