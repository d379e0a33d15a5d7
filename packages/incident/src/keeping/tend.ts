import type { Keeping } from '../policy/retention.ts';
import { longestDays } from '../policy/retention.ts';
import type { Standing } from './tending-io.ts';

const DAY_MS = 86_400_000;

/** A hold makes locks last so long at least, each time; they are made longer again when half of it is left. */
export const HOLD_DAYS = 30;

/** A lock as EC2 describes it. */
export interface SeenLock {
  readonly state: 'governance' | 'compliance' | 'compliance-cooloff' | 'expired';
  /** Epoch milliseconds; absent while the copy is pending. */
  readonly expiresAt: number | undefined;
  /** That the owner set it in; of an expired lock the deployment's. */
  readonly mode: 'governance' | 'compliance';
}

/** A lock that is to be made, and what for. */
export interface LockToMake {
  readonly mode: 'governance' | 'compliance';
  readonly days: number;
  readonly because: 'hold' | 'retention';
}

/**
 * Whether a copy's lock must be made longer: a case that is kept for longer than the default is locked to its end, and under a hold a lock
 * never has less than half of `HOLD_DAYS` left (or of the default, where that is longer), however long the hold stands. Pure.
 *
 * Never shorter than `lockDays`, the least that the archivist may, nor longer than the deployment's bound. A compliance lock that cools
 * off is left alone: a new one would end its cooling-off.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
 */
export const lockToMake = (
  { held, keptUntil }: Pick<Standing, 'held' | 'keptUntil'>,
  lock: SeenLock | undefined,
  { keeping, now }: { readonly keeping: Keeping; readonly now: number },
): LockToMake | undefined => {
  if (lock?.state === 'compliance-cooloff') return undefined;
  const ends = lock === undefined ? now : lock.state === 'expired' ? now : (lock.expiresAt ?? Infinity);
  const mode = lock?.mode ?? keeping.lockMode;
  const least = Math.max(HOLD_DAYS, keeping.lockDays);
  const wanted = keptUntil === undefined ? 0 : Math.ceil((Date.parse(keptUntil) - now) / DAY_MS);
  // Days are whole, and a lock is made for at least the default: what is left when less than a day is wanting is enough.
  if (wanted > 0 && ends + DAY_MS < now + wanted * DAY_MS) {
    const days = Math.min(Math.max(wanted, keeping.lockDays), longestDays(keeping));
    if (now + days * DAY_MS > ends) return { mode, days, because: 'retention' };
  }
  if (held && ends < now + (least / 2) * DAY_MS)
    return { mode, days: Math.min(least, Math.max(longestDays(keeping), keeping.lockDays)), because: 'hold' };
  return undefined;
};

/** The copies of a case that are to go into the archive tier: those of a sealed one, once it has lain for as long as the deployment says. Pure. */
export const toArchive = (
  { sealedAt, snapshots, archived }: Pick<Standing, 'sealedAt' | 'snapshots' | 'archived'>,
  archiveAfterDays: number | undefined,
  now: number,
): Standing['snapshots'] =>
  archiveAfterDays === undefined ||
  sealedAt === undefined ||
  now < Date.parse(sealedAt) + archiveAfterDays * DAY_MS
    ? []
    : snapshots.filter(({ snapshotId }) => !archived.includes(snapshotId));
