import * as z from 'zod';
import type { HashingState } from './hashing.ts';

/** Blocks of 512 KiB. https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-elements.html */
export const BLOCKS_PER_GIB = 2_048;

/** The largest volume that EBS has, in GiB: 64 TiB. https://docs.aws.amazon.com/ebs/latest/userguide/volume_constraints.html */
const LARGEST_GIB = 65_536;

/**
 * Blocks of one snapshot that one function reads of a second: 50 MiB, which is the network of a function taken low. What more it gives is not
 * counted on.
 */
const BLOCKS_PER_SECOND = 100;

/** No hashing is given up before this long, however small the disk: throttling and waits take no less of a small one. */
const AT_LEAST_SECONDS = 4 * 3_600;

interface Pace {
  readonly partsAtOnce: number;
  readonly hoursAtMost: number;
}

/** What holds where the deployment says nothing of it. */
export const USUAL_PACE: Pace = { partsAtOnce: 2, hoursAtMost: 4 };

/** Of how large volumes the deployment lets blocks be hashed, how fast, and for how long the seal waits for it. */
export const hashingRight = z.strictObject({
  upToGiB: z.int().min(1).max(LARGEST_GIB),
  /** Makes the duty `read-source` in members. */
  fromMember: z.boolean().default(false),
  /**
   * Parts of one disk that are hashed side by side. EBS gives 1,000 reads of a second of one snapshot, and 1,000 of an account in most Regions: two
   * take about 400 of both snapshots, six some 1,200, which is for the five Regions that give 5,000, or where AWS raised it.
   * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html
   */
  partsAtOnce: z.int().min(1).max(6).default(USUAL_PACE.partsAtOnce),
  /** For so long the seal waits for hashing at most. A disk that would take longer, written full, is not hashed, and the plan says how long it would take. */
  hoursAtMost: z.int().min(1).max(168).default(USUAL_PACE.hoursAtMost),
});
/** Of how large volumes the deployment lets blocks be hashed, and how. */
export type HashingRight = z.infer<typeof hashingRight>;

/** How long one reading of a disk of this size takes that is written full. Of one that holds little it is far less, for only what was written is read. */
export const secondsToRead = (sizeGiB: number, { partsAtOnce }: Pick<Pace, 'partsAtOnce'>): number =>
  Math.ceil((sizeGiB * BLOCKS_PER_GIB) / (partsAtOnce * BLOCKS_PER_SECOND));

/** Disks of an incident whose blocks are hashed at once, each with as many parts as the deployment says; where they meet AWS's quota, the SDK waits. */
export const DISKS_AT_ONCE = 3;

/**
 * How many children one round of the distributed Map has at most. A volume of 64 TiB has 4,096 parts: named one by one, and each answered for,
 * they would not fit into the 256 KiB that a state may hand on.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const CHILDREN_IN_ROUND = 64;

/**
 * Which of these disks are read before the seal no longer waits, as if all were written full: they take their turns in this order, and one that would not
 * end in time takes none. Pure.
 */
export const readInTime = (sizesGiB: readonly number[], pace: Pace): readonly boolean[] => {
  const turns = Array.from({ length: DISKS_AT_ONCE }, () => 0);
  return sizesGiB.map((sizeGiB) => {
    const soonest = turns.indexOf(Math.min(...turns));
    const ends = (turns[soonest] ?? 0) + secondsToRead(sizeGiB, pace);
    if (ends > pace.hoursAtMost * 3_600) return false;
    turns[soonest] = ends;
    return true;
  });
};

/**
 * After this long, from its turn on, hashing of a disk of this size is given up; share and intermediates go then. Twice what one reading takes,
 * for roots that differ are read again; four hours at least; and never longer than the deployment lets the seal wait.
 */
export const hashingDeadlineSeconds = (sizeGiB: number, pace: Pace): number =>
  Math.min(pace.hoursAtMost * 3_600, Math.max(AT_LEAST_SECONDS, 2 * secondsToRead(sizeGiB, pace)));

/** Whether hashing of a disk of this size has lasted too long: by itself, or with all that it had to wait for. */
export const isOverdue = (
  { startedAt, begunAt = startedAt }: Pick<HashingState, 'startedAt' | 'begunAt'>,
  of: { readonly sizeGiB: number; readonly pace: Pace | undefined },
  now: string,
): boolean => {
  const pace = of.pace ?? USUAL_PACE;
  const isPast = (since: string | undefined, seconds: number): boolean =>
    since !== undefined && Date.parse(now) - Date.parse(since) > seconds * 1_000;
  return (
    isPast(startedAt, pace.hoursAtMost * 3_600) || isPast(begunAt, hashingDeadlineSeconds(of.sizeGiB, pace))
  );
};
