import { describe, expect, it } from 'vitest';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { COPIES, VOLUMES } from '../testing/places.ts';
import { writeLedger } from '../testing/write-ledger.ts';
import { brokenIn, evidence } from '../testing/tampering.ts';

/** The good run, its volumes standing for cases of keys: the first must be copied, of the second the reason must hold `says`. */
const withCases = (says?: string): GoodRun => {
  const run = goodRun();
  const [first, ...others] = run.remains.suspects;
  if (first === undefined) throw new Error('the good run has no suspect');
  const volumes = first.volumes.map((volume, index) => ({
    ...volume,
    keyCase: { name: `case-${index}`, ...(index === 1 && says !== undefined ? { says } : {}) },
  }));
  return { ...run, remains: { ...run.remains, suspects: [{ ...first, volumes }, ...others] } };
};
const detailIn = ({ remains }: GoodRun): string =>
  brokenIn(remains).find(({ id }) => id === 'reason-is-true')?.detail ?? '';

const VOLUME = VOLUMES[1].volumeId;

describe('reason-is-true', () => {
  it('holds when what can be copied is', () => {
    expect(detailIn(withCases())).toBe('');
  });

  it('is broken when a key allows a copy and a reason is stated in its place', () => {
    const run = withCases();
    evidence(run).snapshots.delete(COPIES[1]);
    writeLedger(run.world, run.vault, [
      { kind: 'evidence-missing', subject: VOLUME, because: 'its key is disabled' },
    ]);
    expect(detailIn(run)).toMatch(/case-1 .*allows a copy and there is none: its key is disabled/);
  });

  it('is broken when another reason is stated than the true one', () => {
    const run = withCases('is disabled');
    evidence(run).snapshots.delete(COPIES[1]);
    writeLedger(run.world, run.vault, [{ kind: 'evidence-missing', subject: VOLUME, because: 'throttled' }]);
    expect(detailIn(run)).toMatch(/"throttled" is said, and it is true that its key is disabled/);
  });

  it('is broken when there is a copy of what nobody can read', () => {
    expect(detailIn(withCases('is disabled'))).toContain('a copy of what nobody can read');
  });

  it('holds when the true reason is stated', () => {
    const run = withCases('is disabled');
    evidence(run).snapshots.delete(COPIES[1]);
    writeLedger(run.world, run.vault, [
      { kind: 'evidence-missing', subject: VOLUME, because: 'its key k is disabled' },
    ]);
    expect(detailIn(run)).toBe('');
  });
});
