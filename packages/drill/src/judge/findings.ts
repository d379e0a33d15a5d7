import type { DrillResult } from '../result.ts';
import type { Delivery } from '../run-record.ts';
import { inner } from './fields.ts';
import type { MessageLeft } from './leftovers.ts';
import type { PhaseEvent } from './phase-events.ts';
import type { Scene } from './scene.ts';

/** What became of one delivered finding. */
export type FindingRow = DrillResult['findings'][number];

/** Deliveries of one state of one finding: the same bytes, however often they came. */
interface Same {
  readonly deliveries: Delivery[];
  /** What was told of it. */
  readonly events: PhaseEvent[];
}

const contentOf = ({ event }: Delivery): string => JSON.stringify(inner(event, 'detail') ?? event);

const TOLD = /^(incident-opened|finding-(attached|observed|ignored|set-aside))$/;

const statesOf = (deliveries: readonly Delivery[]): readonly Same[] => {
  const states = new Map<string, Same>();
  for (const delivery of deliveries.toSorted((a, b) => a.arrivedAt - b.arrivedAt)) {
    const content = contentOf(delivery);
    const state = states.get(content) ?? { deliveries: [], events: [] };
    state.deliveries.push(delivery);
    states.set(content, state);
  }
  return [...states.values()];
};

/**
 * Gives each state of a finding the events told of it. Events do not say which state they are about: they are taken in
 * order, and a later state's begin where an instance (or the finding as a whole) is told of again after it arrived.
 */
const assign = (states: readonly Same[], events: readonly PhaseEvent[]): void => {
  let at = 0;
  for (const event of events) {
    const next = states[at + 1];
    const again =
      states[at]?.events.some(
        (told) => (told.incidentId ?? '') === (event.incidentId ?? '') || told.kind !== event.kind,
      ) === true;
    if (again && next !== undefined && (next.deliveries[0]?.arrivedAt ?? Infinity) <= event.at) at += 1;
    states[at]?.events.push(event);
  }
};

/** The message in the set-aside queue that holds what was delivered, if any. */
const messageOf = (delivery: Delivery, messages: readonly MessageLeft[]): MessageLeft | undefined => {
  const wanted = contentOf(delivery);
  return messages.find(({ body }) => {
    try {
      const read: unknown = JSON.parse(body);
      return JSON.stringify(inner(read, 'detail') ?? read) === wanted;
    } catch {
      return body === wanted;
    }
  });
};

const SET_ASIDE_BY_QUEUE =
  'intake could not take it, and the queue gave it up after its last delivery; look at the log of cordon-intake';

const reasonsOfMessage = ({ attributes }: MessageLeft): readonly string[] => {
  const given = ['code', 'message', 'hint'].flatMap((name) => attributes[name] ?? []);
  return given.length === 0 ? [SET_ASIDE_BY_QUEUE] : given;
};

const rowOf = (first: boolean, delivery: Delivery, state: Same, scene: Scene): FindingRow => {
  const id = delivery.findingId ?? 'unknown';
  const told = (kind: string): PhaseEvent | undefined => state.events.find((event) => event.kind === kind);
  const opened = told('incident-opened');
  const attached = told('finding-attached');
  const message = messageOf(delivery, scene.setAside);
  const passed = told('finding-observed') ?? told('finding-ignored');
  if (!first && (state.events.length > 0 || message !== undefined)) {
    return {
      id,
      disposition: 'duplicate',
      reasons: ['this state of the finding had been taken before, and nothing was done again'],
    };
  }
  if (opened?.incidentId !== undefined)
    return { id, disposition: 'responded', reasons: opened.reasons, incidentId: opened.incidentId };
  if (attached?.incidentId !== undefined) {
    return {
      id,
      disposition: 'attached',
      reasons: [`effect on the open incident: ${attached.effect ?? 'not said'}`],
      incidentId: attached.incidentId,
    };
  }
  if (message !== undefined) return { id, disposition: 'set-aside', reasons: [...reasonsOfMessage(message)] };
  if (passed !== undefined)
    return {
      id,
      disposition: passed.kind === 'finding-observed' ? 'observed' : 'ignored',
      reasons: passed.reasons,
    };
  const { source, 'detail-type': type } = delivery.event;
  if (source !== 'aws.guardduty' || type !== 'GuardDuty Finding') {
    return {
      id,
      disposition: 'ignored',
      reasons: ['the event does not say that it is a GuardDuty finding, so no rule takes it from its bus'],
    };
  }
  return {
    id,
    disposition: 'not-taken',
    reasons: ['no event, incident or queue knows anything of it: a finding was lost'],
  };
};

/** Every state of a finding after one that was told of, and itself told of by nobody, changed nothing: a duplicate. */
const rowsOfFinding = (deliveries: readonly Delivery[], scene: Scene): ReadonlyMap<Delivery, FindingRow> => {
  const states = statesOf(deliveries);
  const id = deliveries[0]?.findingId;
  assign(
    states,
    scene.events.filter((event) => id !== undefined && event.findingId === id && TOLD.test(event.kind)),
  );
  const rows = new Map<Delivery, FindingRow>();
  let known: FindingRow | undefined;
  for (const state of states) {
    for (const [index, delivery] of state.deliveries.entries()) {
      const row = rowOf(index === 0, delivery, state, scene);
      const unchanged = row.disposition === 'not-taken' && known !== undefined;
      rows.set(
        delivery,
        unchanged
          ? { id: row.id, disposition: 'duplicate', reasons: ['nothing in it was new to the open incident'] }
          : row,
      );
      if (row.disposition !== 'not-taken') known = row;
    }
  }
  return rows;
};

/** What became of each delivered finding, in the order of delivery; told from events and queues, not from logs. */
export const findingRows = (scene: Scene): readonly FindingRow[] => {
  const { deliveries } = scene.remains;
  const byFinding = Map.groupBy(deliveries, ({ findingId }) => findingId ?? '');
  const rows = new Map([...byFinding.values()].flatMap((of) => [...rowsOfFinding(of, scene)]));
  return deliveries.map((delivery) => {
    const row = rows.get(delivery);
    if (row === undefined)
      throw new Error(`delivery of ${delivery.findingId} at ${delivery.arrivedAt} was not judged`);
    return row;
  });
};

const STRENGTH = ['respond', 'observe', 'ignore'] as const;

const DECISION: Readonly<Record<FindingRow['disposition'], (typeof STRENGTH)[number]>> = {
  responded: 'respond',
  attached: 'respond',
  duplicate: 'ignore',
  observed: 'observe',
  ignored: 'ignore',
  'set-aside': 'ignore',
  'not-taken': 'ignore',
};

/** The strongest of what was decided, with its reasons; what was set aside was decided by nobody and counts as ignored. */
export const strongestVerdict = (rows: readonly FindingRow[]): DrillResult['verdict'] => {
  const decision =
    STRENGTH.find((one) => rows.some(({ disposition }) => DECISION[disposition] === one)) ?? 'ignore';
  const reasons = rows
    .filter(({ disposition }) => DECISION[disposition] === decision && disposition !== 'duplicate')
    .flatMap((row) => row.reasons);
  return { decision, reasons: [...new Set(reasons)] };
};
