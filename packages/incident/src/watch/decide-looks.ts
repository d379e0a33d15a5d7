import type { ChangeHint } from './hint.ts';

/** A look at an instance covers all changes until it began; until this long after it, no change causes another. */
export const LOOK_AGAIN_AFTER_MS = 10_000;
/** How far the clocks of the queue and of the function may be apart. */
const SKEW_MS = 2_000;

/** A change that waits in the queue. */
export interface WaitingChange {
  readonly messageId: string;
  /** Epoch milliseconds at which the queue took it: the queue's word. */
  readonly sentAt: number;
  readonly hint: ChangeHint | undefined;
}

/** An instance that an incident holds. */
export interface Watched {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  /** Other accounts, in which containment changed networks of the instance. */
  readonly owners: readonly string[];
  /** When the last look that a change caused began, in epoch milliseconds. */
  readonly lookedAt?: number;
}

/** What a batch of changes leads to. */
export interface Looks<One extends Watched> {
  readonly now: readonly {
    readonly watched: One;
    readonly targetGroupArns: readonly string[];
    readonly classic: readonly string[];
    /** The newest of its changes: comes back where another look is under way. */
    readonly messageId: string;
  }[];
  /** Changes that come back once a look may follow the last one. */
  readonly later: readonly string[];
}

const concerns = (hint: ChangeHint, { account, region, instanceId, owners }: Watched): boolean => {
  if (hint.region !== undefined && hint.region !== region) return false;
  // In an account that owns its network, no id of the instance need be named.
  if (owners.includes(hint.account)) return true;
  if (hint.account !== account) return false;
  return hint.instanceIds.length === 0 || hint.instanceIds.includes(instanceId);
};

/**
 * Decides where a batch of changes leads: one look for each instance that they may concern, however many they are; none for what nobody
 * holds, or for what a look since has covered; later where the last look was a moment ago, and then for one of them. Pure; `now` is
 * epoch milliseconds.
 */
export const decideLooks = <One extends Watched>(
  changes: readonly WaitingChange[],
  held: readonly One[],
  now: number,
): Looks<One> => {
  const wanted = held.flatMap((watched) => {
    const mine = changes
      .filter(({ hint, sentAt }) => {
        const covered = watched.lookedAt !== undefined && sentAt < watched.lookedAt - SKEW_MS;
        return hint !== undefined && !covered && concerns(hint, watched);
      })
      .toSorted((one, other) => other.sentAt - one.sentAt);
    const [newest] = mine;
    return newest === undefined ? [] : [{ watched, mine, newest }];
  });
  const waits = ({ watched }: (typeof wanted)[number]): boolean =>
    watched.lookedAt !== undefined && now < watched.lookedAt + LOOK_AGAIN_AFTER_MS;
  return {
    now: wanted
      .filter((one) => !waits(one))
      .map(({ watched, mine, newest }) => ({
        watched,
        targetGroupArns: [...new Set(mine.flatMap(({ hint }) => hint?.targetGroupArns ?? []))],
        classic: [...new Set(mine.flatMap(({ hint }) => hint?.classic ?? []))],
        messageId: newest.messageId,
      })),
    later: [...new Set(wanted.filter(waits).map(({ newest }) => newest.messageId))],
  };
};
