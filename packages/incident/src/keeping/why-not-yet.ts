/** What is looked at before evidence may be destroyed. Moments are ISO 8601 in UTC. */
export interface Disposable {
  readonly held: boolean;
  readonly ledgers: readonly {
    readonly ledgerId: string;
    readonly sealed: boolean;
    /** Until when the case is kept, where that is longer than the default. */
    readonly keptUntil?: string | undefined;
  }[];
  readonly objects: readonly {
    readonly key: string;
    readonly versions: number;
    readonly retainUntil: string;
  }[];
  readonly snapshots: readonly {
    readonly snapshotId: string;
    /** When its lock ends; `never` where EC2 does not say. Absent without a lock, or after its end. */
    readonly lockedUntil?: string | undefined;
  }[];
}

/**
 * Why the evidence of an incident may not be destroyed, or undefined when it may: every ledger is sealed, no hold stands, and every lock and
 * retention has ended by itself. None is ever cut short for it. Pure.
 */
export const whyNotYet = (of: Disposable, now: string): string | undefined => {
  const isAhead = (moment: string | undefined): boolean =>
    moment !== undefined && !(Date.parse(moment) <= Date.parse(now));
  if (of.held) return 'it is under legal hold: two people release it first';
  const open = of.ledgers.find(({ sealed }) => !sealed);
  if (of.ledgers.length === 0) return 'the vault holds no ledger of it';
  if (open !== undefined) return `ledger ${open.ledgerId} is not sealed yet`;
  const kept = of.ledgers.find(({ keptUntil }) => isAhead(keptUntil));
  if (kept !== undefined) return `the case is kept until ${kept.keptUntil}, as ledger ${kept.ledgerId} says`;
  const locked = of.snapshots.find(({ lockedUntil }) => isAhead(lockedUntil));
  if (locked !== undefined) return `copy ${locked.snapshotId} is locked until ${locked.lockedUntil}`;
  const retained = of.objects.find(({ retainUntil }) => isAhead(retainUntil));
  if (retained !== undefined) return `object ${retained.key} is retained until ${retained.retainUntil}`;
  const strange = of.objects.find(({ versions }) => versions !== 1);
  return strange === undefined
    ? undefined
    : `object ${strange.key} has ${strange.versions} versions where the vault takes one: look at it by hand, with CloudTrail`;
};
