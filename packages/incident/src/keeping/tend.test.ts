import { describe, expect, it } from 'vitest';
import { HOLD_DAYS, lockToMake, toArchive, type SeenLock } from './tend.ts';

const DAY = 86_400_000;
const now = Date.parse('2027-01-01T00:00:00Z');
const inDays = (days: number): string => new Date(now + days * DAY).toISOString();
const keeping = { lockMode: 'governance', lockDays: 90, lockDaysAtMost: 1_000 } as const;
const locked = (days: number, more: Partial<SeenLock> = {}): SeenLock => ({
  state: 'governance',
  expiresAt: now + days * DAY,
  mode: 'governance',
  ...more,
});
const of = (
  standing: { held?: boolean; keptUntil?: string },
  lock: SeenLock | undefined,
  by: typeof keeping | (Omit<typeof keeping, 'lockDays'> & { lockDays: number }) = keeping,
) => lockToMake({ held: false, ...standing }, lock, { keeping: by, now });

describe('a lock is made longer', () => {
  it('to the end of a class that is kept for longer, in the mode that it has', () => {
    expect(of({ keptUntil: inDays(400) }, locked(90))).toEqual({
      mode: 'governance',
      days: 400,
      because: 'retention',
    });
    expect(
      of({ keptUntil: inDays(400) }, locked(90, { state: 'compliance', mode: 'compliance' })),
    ).toMatchObject({ mode: 'compliance' });
    expect(of({ keptUntil: inDays(400) }, locked(399.5))).toBeUndefined();
  });

  it('under a hold when less than half of it is left, for as long as the hold stands', () => {
    expect(of({ held: true }, locked(46))).toBeUndefined();
    expect(of({ held: true }, locked(44))).toEqual({ mode: 'governance', days: 90, because: 'hold' });
    expect(of({ held: true }, locked(1), { ...keeping, lockDays: 1 })).toMatchObject({ days: HOLD_DAYS });
  });

  it('when it has ended, or never was', () => {
    expect(of({ held: true }, locked(-1, { state: 'expired' }))).toMatchObject({ days: 90 });
    expect(of({ held: true }, undefined)).toMatchObject({ mode: 'governance', days: 90 });
  });

  it('never shorter than it is, nor than the default, nor longer than the bound', () => {
    for (const left of [0, 10, 89, 91, 399, 500, 2_000])
      for (const until of [1, 50, 95, 400, 5_000]) {
        const made = of({ held: true, keptUntil: inDays(until) }, locked(left));
        if (made === undefined) continue;
        expect(made.days).toBeGreaterThan(left);
        expect(made.days).toBeGreaterThanOrEqual(90);
        expect(made.days).toBeLessThanOrEqual(1_000);
      }
  });

  it('not while it cools off: that would bind it at once', () => {
    const cooling = locked(1, { state: 'compliance-cooloff', mode: 'compliance' });
    expect(of({ held: true, keptUntil: inDays(400) }, cooling)).toBeUndefined();
  });

  it('not without a hold or a class', () => {
    expect(of({}, locked(1))).toBeUndefined();
    expect(of({ keptUntil: inDays(-1) }, locked(-1, { state: 'expired' }))).toBeUndefined();
  });
});

describe('copies go into the archive', () => {
  const copies = [
    { region: 'eu-west-1', snapshotId: 'snap-1' },
    { region: 'eu-west-1', snapshotId: 'snap-2' },
  ];
  const standing = { sealedAt: inDays(-30), snapshots: copies, archived: ['snap-2'] };

  it('once, so many days after the seal', () => {
    expect(toArchive(standing, 30, now)).toEqual([copies[0]]);
    expect(toArchive(standing, 31, now)).toEqual([]);
  });

  it('never where the deployment says nothing, or a ledger is open', () => {
    expect(toArchive(standing, undefined, now)).toEqual([]);
    expect(toArchive({ snapshots: copies, archived: [] }, 1, now)).toEqual([]);
  });
});
