import { describe, expect, it } from 'vitest';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { COPIES, REGION } from '../testing/places.ts';
import { brokenIn, calls, evidence, event, found } from '../testing/tampering.ts';

const detailIn = ({ remains }: GoodRun): string =>
  brokenIn(remains).find(({ id }) => id === 'copies-within-quota')?.detail ?? '';

/** As many more copies as that, each beside the first of the run. */
const more = (run: GoodRun, many: number): void => {
  const { snapshots } = evidence(run);
  const like = found(snapshots.get(COPIES[0]));
  for (let index = 0; index < many; index += 1)
    snapshots.set(`snap-more-${index}`, { ...like, snapshotId: `snap-more-${index}`, tags: new Map() });
};

describe('copies-within-quota', () => {
  it('holds with as many copies at once as EC2 runs', () => {
    const run = goodRun();
    more(run, 20 - COPIES.length);
    expect(detailIn(run)).toBe('');
  });

  it('is broken when more ran at once', () => {
    const run = goodRun();
    more(run, 21 - COPIES.length);
    expect(detailIn(run)).toMatch(/21 copies ran at once/);
  });

  it('is broken when a copy was asked for that EC2 had no room for', () => {
    const run = goodRun();
    const copied = found(
      calls(run).find(
        ({ operation, caller }) => operation === 'CopySnapshot' && caller.includes('custodian'),
      ),
    );
    calls(run).push({
      ...copied,
      index: 9_999,
      outcome: { code: 'ResourceLimitExceeded', message: 'too many' },
    });
    expect(detailIn(run)).toMatch(/was one copy too many/);
  });

  it('is broken when slots rested while a disk waited', () => {
    const run = goodRun();
    event(run, 0, { kind: 'evidence-queued', subject: 'vol-1', region: REGION });
    expect(detailIn(run)).toMatch(/while disks waited in .* % of the slots were used/);
  });

  it('does not take a wait within a member for one, but a copy too many there', () => {
    const run = goodRun();
    event(run, 0, { kind: 'evidence-queued', subject: 'vol-1 in its member', region: REGION });
    expect(detailIn(run)).toBe('');
    const asAcquire = found(calls(run).find(({ caller }) => caller.includes('/cordon-acquire/')));
    calls(run).push({
      ...asAcquire,
      operation: 'CopySnapshot',
      index: 9_999,
      outcome: { code: 'ResourceLimitExceeded', message: 'too many' },
    });
    expect(detailIn(run)).toMatch(/was one copy too many/);
  });
});
