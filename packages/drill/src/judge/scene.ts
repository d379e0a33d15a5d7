import { FINDINGS_QUEUE_NAME, SET_ASIDE_QUEUE_NAME } from '@cordon/incident';
import type { Suspect } from '../run-record.ts';
import { executionsLeft, messagesLeft, type ExecutionLeft, type MessageLeft } from './leftovers.ts';
import { ourCalls, type OurCall } from './our-calls.ts';
import { phaseEvents, type PhaseEvent } from './phase-events.ts';
import type { Remains } from './remains.ts';

/** An incident as its own event announced it. */
export interface Opened {
  readonly incidentId: string;
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  readonly findingId: string;
  readonly openedAt: number;
  /** When the finding that opened it reached its Region's bus. */
  readonly arrivedAt: number;
  /** What the builder knows of the instance; absent for an instance that it did not make. */
  readonly suspect: Suspect | undefined;
}

/** Everything that verdicts are drawn from, read once. */
export interface Scene {
  readonly remains: Remains;
  readonly calls: readonly OurCall[];
  readonly events: readonly PhaseEvent[];
  readonly incidents: readonly Opened[];
  readonly executions: readonly ExecutionLeft[];
  readonly setAside: readonly MessageLeft[];
  readonly waiting: readonly MessageLeft[];
}

/** When the finding that opened an incident first arrived, counted from after it was last observed or ignored instead. */
const arrivalOf = ({ deliveries }: Remains, events: readonly PhaseEvent[], opening: PhaseEvent): number => {
  const passedOver = events.filter(
    ({ kind, findingId, at }) =>
      findingId === opening.findingId && at < opening.at && /^finding-(observed|ignored)$/.test(kind),
  );
  const since = Math.max(0, ...passedOver.map(({ at }) => at));
  const arrived = deliveries.filter(
    ({ findingId, arrivedAt }) =>
      findingId === opening.findingId && arrivedAt >= since && arrivedAt <= opening.at,
  );
  return Math.min(opening.at, ...arrived.map(({ arrivedAt }) => arrivedAt));
};

const opened = (remains: Remains, events: readonly PhaseEvent[]): readonly Opened[] => {
  const seen = new Map<string, Opened>();
  for (const event of events) {
    const { incidentId, account, region, instanceId, findingId } = event;
    if (event.kind !== 'incident-opened' || incidentId === undefined || seen.has(incidentId)) continue;
    if (
      account === undefined ||
      region === undefined ||
      instanceId === undefined ||
      findingId === undefined
    ) {
      throw new Error(
        `incident-opened of ${incidentId} names no instance or finding: ${JSON.stringify(event)}`,
      );
    }
    const suspect = remains.suspects.find(
      (one) => one.account === account && one.region === region && one.instanceId === instanceId,
    );
    seen.set(incidentId, {
      incidentId,
      account,
      region,
      instanceId,
      findingId,
      openedAt: event.at,
      arrivedAt: arrivalOf(remains, events, event),
      suspect,
    });
  }
  return [...seen.values()];
};

/** Reads a run's remains once for all that judge it. */
export const readScene = (remains: Remains): Scene => {
  const events = phaseEvents(remains);
  return {
    remains,
    calls: ourCalls(remains),
    events,
    incidents: opened(remains, events),
    executions: executionsLeft(remains),
    setAside: messagesLeft(remains, SET_ASIDE_QUEUE_NAME),
    waiting: messagesLeft(remains, FINDINGS_QUEUE_NAME),
  };
};

/** The events of one incident. */
export const eventsOf = ({ events }: Scene, incidentId: string): readonly PhaseEvent[] =>
  events.filter((event) => event.incidentId === incidentId);

/** Incidents that were said to be contained. */
export const contained = (scene: Scene): readonly Opened[] =>
  scene.incidents.filter(({ incidentId }) =>
    eventsOf(scene, incidentId).some(({ kind }) => kind === 'contained'),
  );
