import type { Call } from '../../core/operation.ts';
import { stateOf } from './lookup.ts';
import type { Snapshot } from './state.ts';

const DAY_MS = 86_400_000;

/** Percent done, as text. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html */
export const progressAt = (snapshot: Snapshot, now: number): string => {
  const { startedAt, completesAt } = snapshot;
  if (snapshot.state !== 'pending' || completesAt === undefined || completesAt <= startedAt)
    return `${snapshot.progress}%`;
  return `${Math.min(99, Math.floor((100 * (now - startedAt)) / (completesAt - startedAt)))}%`;
};

/** A snapshot that fails loses its lock. https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html */
export const failSnapshot = (snapshot: Snapshot, message?: string): void => {
  snapshot.state = 'error';
  if (message !== undefined) snapshot.stateMessage = message;
  delete snapshot.lock;
};

/** The duration of a lock that was put on a pending snapshot begins now. https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html */
const startLock = ({ lock }: Snapshot, now: number): void => {
  if (lock?.durationDays !== undefined) lock.expiresAt = now + lock.durationDays * DAY_MS;
};

/**
 * Completes a pending snapshot `ms` from now, unless it is gone or has failed by then.
 *
 * @param failure asked when it is due: true when it fails instead
 */
export const completeLater = (
  call: Call,
  snapshot: Snapshot,
  how: { readonly ms: number; readonly failure: () => { readonly message?: string } | undefined },
): void => {
  const { snapshots } = stateOf(call);
  const dueAt = call.now + how.ms;
  snapshot.completesAt = dueAt;
  call.timeline.at(dueAt, () => {
    if (snapshots.get(snapshot.snapshotId) !== snapshot || snapshot.state !== 'pending') return;
    const failed = how.failure();
    if (failed !== undefined) {
      failSnapshot(snapshot, failed.message);
      return;
    }
    snapshot.state = 'completed';
    snapshot.progress = 100;
    snapshot.completedAt = dueAt;
    startLock(snapshot, dueAt);
  });
};
