import * as z from 'zod';
import { subjectOf, type DiskState } from './disk.ts';

/**
 * Copies into the evidence account wait in one queue for each Region, and those within a member in one for each account and Region, for EC2
 * runs 20 at once there and refuses more
 * (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html). Each disk asks for itself, again and again:
 *
 *     rows of the Region (who waits, who holds a slot) + copies that EC2 says are running -> granted, or a position
 *
 * A slot is held by a lease until its copy is seen running, then for as long as it runs: a holder that died frees it by time, one
 * that copies frees it when EC2 says that it is done, whoever looks. A grant is written on condition that nobody was granted meanwhile.
 */
export const copyTicket = z.object({
  /** Which copy: incident and volume. */
  id: z.string(),
  account: z.string(),
  /** `urgent`: its key was unusable and may be again; then root disks; then the others. */
  class: z.enum(['urgent', 'root', 'data']),
  /** Epoch ms at which it first asked. */
  since: z.number(),
  /** Epoch ms at which it last asked. */
  seenAt: z.number(),
  /** Epoch ms at which it will ask again. */
  nextAt: z.number(),
});
/** One copy that waits for a slot. */
export type CopyTicket = z.infer<typeof copyTicket>;

/** The slots of one Region that were granted. */
export const copySlots = z.array(z.object({ id: z.string(), account: z.string(), grantedAt: z.number() }));
/** The slots of one Region that were granted. */
export type CopySlots = z.infer<typeof copySlots>;

/** One copy that EC2 says is running. */
export interface RunningCopy {
  /** The ticket that it was made for; absent for somebody else's. */
  readonly id?: string | undefined;
  readonly startedAt: number;
  /** 0 to 100, as EC2 says. */
  readonly percent: number;
}

/** What one disk sees when it asks. */
export interface QueueLook {
  readonly now: number;
  /** Copies that EC2 runs at once. */
  readonly limit: number;
  readonly own: CopyTicket;
  /** Everybody who waits; whether `own` is among them does not matter. */
  readonly waiting: readonly CopyTicket[];
  readonly slots: CopySlots;
  readonly running: readonly RunningCopy[];
}

/** Granted, with what the slots are then; or a position (1 is next) and when to ask again. */
export type QueueDecision =
  | { readonly granted: true; readonly slots: CopySlots }
  | {
      readonly granted: false;
      readonly position: number;
      readonly of: number;
      readonly recheckAfterSeconds: number;
    };

/**
 * A holder has this long from its grant until EC2 shows its copy. The function that copies is ended after 80 s; what is over is for EC2, whose
 * reads lag behind (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html).
 */
export const SLOT_LEASE_MS = 120_000;
const SHORTEST_WAIT_SECONDS = 10;
const LONGEST_WAIT_SECONDS = 1_800;
/** Who has not asked for this long is dead: twice the longest wait. */
export const TICKET_DEAD_MS = 3_600_000;

const CLASSES = ['urgent', 'root', 'data'] as const satisfies readonly CopyTicket['class'][];

/** Where a disk keeps its place: in the queue of the evidence account, or in that of its member. */
export type QueueField = 'queue' | 'memberQueue';

/** A copy's name in the queue: one for each volume of an incident, and one for the memory on it. */
export const ticketId = (incidentId: string, disk: Pick<DiskState, 'volumeId' | 'holds'>): string =>
  `${incidentId}/${subjectOf(disk)}`;

/** The ticket of a disk, as it asks now. */
export const ticketOf = (
  of: { readonly incidentId: string; readonly account: string; readonly queue?: QueueField },
  disk: DiskState,
  now: number,
): CopyTicket => ({
  id: ticketId(of.incidentId, disk),
  // In a member's own queue every copy is of one account: there incidents take turns.
  account: of.queue === 'memberQueue' ? of.incidentId : of.account,
  class: disk.urgent === true ? 'urgent' : disk.isRoot === true ? 'root' : 'data',
  since: Date.parse(disk[of.queue ?? 'queue']?.since ?? new Date(now).toISOString()),
  seenAt: now,
  nextAt: now,
});

const earlier = (a: CopyTicket, b: CopyTicket): number =>
  CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class) || a.since - b.since || (a.id < b.id ? -1 : 1);

/**
 * Everybody who waits in the order in which they are served: class before class; within one, accounts by turns, where what an account
 * runs already counts as turns that it had; within an account who came first.
 */
export const inTurn = (waiting: readonly CopyTicket[], held: CopySlots): readonly CopyTicket[] => {
  const turns = new Map<string, number>();
  for (const { account } of held) turns.set(account, (turns.get(account) ?? 0) + 1);
  const withTurn = waiting.toSorted(earlier).map((ticket) => {
    const turn = turns.get(ticket.account) ?? 0;
    turns.set(ticket.account, turn + 1);
    return { ticket, turn };
  });
  return withTurn
    .toSorted(
      (a, b) =>
        CLASSES.indexOf(a.ticket.class) - CLASSES.indexOf(b.ticket.class) ||
        a.turn - b.turn ||
        earlier(a.ticket, b.ticket),
    )
    .map(({ ticket }) => ticket);
};

/** Slots that still hold: their copy runs, or their holder may still begin it. */
const heldSlots = ({ now, slots, running }: QueueLook): CopySlots => {
  const runs = new Set(running.map(({ id }) => id));
  return slots.filter(({ id, grantedAt }) => runs.has(id) || now - grantedAt < SLOT_LEASE_MS);
};

/** Seconds that a copy is expected to run on: by its percent; where EC2 tells none yet, as long again as it has run. */
const remainingSeconds = ({ startedAt, percent }: RunningCopy, now: number): number => {
  const age = Math.max(0, now - startedAt) / 1_000;
  // EC2 tells whole percents: what is between them is taken to be half of one.
  return percent > 0 && percent < 100 ? (age * (99.5 - percent)) / (percent + 0.5) : Math.max(60, age);
};

/**
 * When to ask again: half of the time in which as many copies are expected to end as stand before this one. So who is next asks often,
 * however long copies run, and who is far asks seldom: a disk asks a dozen times in all.
 */
const waitSeconds = (look: QueueLook, before: number): number => {
  const ends = look.running.map((copy) => remainingSeconds(copy, look.now)).toSorted((a, b) => a - b);
  const round = Math.max(60, ends.at(-1) ?? 0);
  const over = before - ends.length;
  const expected = over < 0 ? (ends[before] ?? 0) : round * (1 + Math.ceil((over + 1) / look.limit));
  return Math.round(Math.min(LONGEST_WAIT_SECONDS, Math.max(SHORTEST_WAIT_SECONDS, expected / 2)));
};

/** Whether a disk may copy now. Pure: the same look gives the same answer. */
export const decideCopy = (look: QueueLook): QueueDecision => {
  const { own, now, limit } = look;
  const held = heldSlots(look);
  // A grant whose holder broke off before it copied: it is granted still.
  if (held.some(({ id }) => id === own.id)) return { granted: true, slots: held };
  const ids = new Set(held.map(({ id }) => id));
  const others = look.running.filter(({ id }) => id === undefined || !ids.has(id)).length;
  const free = limit - held.length - others;
  const alive = look.waiting.filter(
    ({ id, seenAt }) => id !== own.id && !ids.has(id) && now - seenAt < TICKET_DEAD_MS,
  );
  const order = inTurn([...alive, own], held);
  const at = order.findIndex(({ id }) => id === own.id);
  // Whoever stands before this one and will not ask soon keeps its place, but not the slot empty.
  const awake = order.slice(0, at).filter(({ nextAt }) => nextAt <= now + SHORTEST_WAIT_SECONDS * 1_000);
  if (awake.length < free)
    return { granted: true, slots: [...held, { id: own.id, account: own.account, grantedAt: now }] };
  return {
    granted: false,
    position: at + 1,
    of: order.length,
    recheckAfterSeconds: waitSeconds(look, Math.max(0, at - Math.max(0, free))),
  };
};
