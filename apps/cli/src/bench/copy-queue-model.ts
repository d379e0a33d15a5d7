import { decideCopy, ticketOf, type CopySlots, type CopyTicket, type RunningCopy } from '@cordon/incident';

/** One volume that is to be copied. Times are virtual milliseconds. */
export interface ModelVolume {
  readonly volumeId: string;
  readonly account: string;
  readonly isRoot: boolean;
  /** When its disk first asks for a slot. */
  readonly arrivesAt: number;
  readonly copyMs: number;
  /** Its disk is ended right after it was granted a slot, and never copies. */
  readonly diesGranted?: true;
}

/** What a run of the model shows. */
export interface ModelRun {
  /** Copies that ran at once at most. */
  readonly most: number;
  /** Of the time in which copies waited: the part of the slots that ran one. */
  readonly used: number;
  /** Volumes in the order in which they were granted a slot. */
  readonly order: readonly ModelVolume[];
  /** Times that disks asked, by volume. */
  readonly asked: ReadonlyMap<string, number>;
}

interface Running {
  readonly id: string;
  readonly from: number;
  readonly until: number;
}

const START = Date.parse('2026-11-21T03:00:00.000Z');

/** From the grant to CopySnapshot, and what a look and its state of the workflow take. */
const COPY_AFTER_MS = 300;
const LOOK_MS = 700;

const runningAt = (copies: readonly Running[], now: number): readonly Running[] =>
  copies.filter(({ from, until }) => from <= now && now < until);

const seen = (copies: readonly Running[], now: number): readonly RunningCopy[] =>
  runningAt(copies, now).map(({ id, from, until }) => ({
    id,
    startedAt: START + from,
    percent: Math.floor((100 * (now - from)) / (until - from)),
  }));

/** The part of the slots that was used while anybody waited, and the most at once. */
const measure = (
  copies: readonly Running[],
  waits: readonly { readonly from: number; readonly until: number }[],
  limit: number,
): { readonly used: number; readonly most: number } => {
  const moments = [...new Set([...copies, ...waits].flatMap(({ from, until }) => [from, until]))].toSorted(
    (a, b) => a - b,
  );
  let [most, full, ran] = [0, 0, 0];
  for (const [index, moment] of moments.entries()) {
    const running = runningAt(copies, moment).length;
    most = Math.max(most, running);
    const length = (moments[index + 1] ?? moment) - moment;
    if (!waits.some(({ from, until }) => from <= moment && moment < until)) continue;
    full += length * limit;
    ran += length * running;
  }
  return { used: full === 0 ? 1 : ran / full, most };
};

/** Plays disks that ask as the workflow has them ask, one after the other in time, against one Region's slots. */
export const playCopyQueue = (volumes: readonly ModelVolume[], limit: number): ModelRun => {
  let slots: CopySlots = [];
  const waiting = new Map<string, CopyTicket>();
  const copies: Running[] = [];
  const waits: { from: number; until: number }[] = [];
  const order: ModelVolume[] = [];
  const asked = new Map<string, number>();
  const due = volumes.map((volume) => ({ at: volume.arrivesAt, volume }));
  for (;;) {
    due.sort((a, b) => a.at - b.at);
    const next = due.shift();
    if (next === undefined) break;
    const { at: now, volume } = next;
    asked.set(volume.volumeId, (asked.get(volume.volumeId) ?? 0) + 1);
    const own: CopyTicket = {
      ...ticketOf({ incidentId: 'inc', account: volume.account }, diskOf(volume), START + now),
      since: START + volume.arrivesAt,
    };
    const decision = decideCopy({
      now: START + now,
      limit,
      own,
      waiting: [...waiting.values()],
      slots,
      running: seen(copies, now),
    });
    if (!decision.granted) {
      const waitMs = decision.recheckAfterSeconds * 1_000;
      waiting.set(own.id, { ...own, nextAt: START + now + waitMs });
      due.push({ at: now + LOOK_MS + waitMs, volume });
      continue;
    }
    slots = decision.slots;
    waiting.delete(own.id);
    order.push(volume);
    if (now > volume.arrivesAt) waits.push({ from: volume.arrivesAt, until: now });
    if (volume.diesGranted === true) continue;
    const from = now + COPY_AFTER_MS;
    copies.push({ id: own.id, from, until: from + volume.copyMs });
  }
  return { ...measure(copies, waits, limit), order, asked };
};

const diskOf = ({ volumeId, isRoot }: ModelVolume) => ({
  volumeId,
  ...(isRoot ? { isRoot: true as const } : {}),
  sizeGiB: 8,
  encrypted: false,
  route: 'direct' as const,
  phase: 'take-custody' as const,
  locked: false,
  startedAt: new Date(START).toISOString(),
  recheckAfterSeconds: 0,
});
