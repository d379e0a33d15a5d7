import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { kmsState, type Key } from './state.ts';

const DAY_MS = 86_400_000;

/** Where a key is, and the time that its waiting period goes by. */
export interface KeyPlace {
  readonly world: World;
  readonly timeline: Timeline;
  readonly account: string;
  readonly region: string;
}

/**
 * Puts a key into its waiting period, at whose end it goes with its aliases.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
 *
 * @returns virtual epoch ms at which it goes
 */
export const scheduleDeletion = (
  { world, timeline, account, region }: KeyPlace,
  key: Key,
  days: number,
): number => {
  const dueAt = timeline.now() + days * DAY_MS;
  key.state = 'PendingDeletion';
  key.deletionAt = dueAt;
  const state = world.of(kmsState, account, region);
  const remove = (): void => {
    if (key.deletionAt !== dueAt) return;
    state.keys.delete(key.keyId);
    for (const [alias, keyId] of state.aliases) if (keyId === key.keyId) state.aliases.delete(alias);
  };
  // Days away: it happens when its time comes, and nothing that runs waits for it.
  timeline.at(dueAt, remove, 'background');
  return dueAt;
};
