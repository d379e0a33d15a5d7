import { describe, expect, it } from 'vitest';
import { decideOnDrift, type DriftMemory } from './decide-on-drift.ts';

const MINUTE = 60_000;
const profile = [{ id: 'profile' }];

describe('what is done about a drift', () => {
  it('is done at once when it is new, and at growing intervals when it does not yield', () => {
    const first = decideOnDrift(profile, undefined, 0);
    expect(first).toMatchObject({ act: true, tell: true });
    expect(decideOnDrift(profile, first.memory, 9 * MINUTE)).toMatchObject({ act: false, tell: false });
    const second = decideOnDrift(profile, first.memory, 10 * MINUTE);
    expect(second).toMatchObject({ act: true, tell: true });
    expect(decideOnDrift(profile, second.memory, 39 * MINUTE).act).toBe(false);
    expect(decideOnDrift(profile, second.memory, 40 * MINUTE).act).toBe(true);
  });

  it('is done at once when it came back, but told at growing intervals however often somebody undoes it', () => {
    let memory: DriftMemory | undefined;
    let acted = 0;
    let told = 0;
    for (let minute = 0; minute < 24 * 60; minute += 2) {
      const found = decideOnDrift(profile, memory, minute * MINUTE);
      acted += Number(found.act);
      told += Number(found.tell);
      memory = decideOnDrift([], found.memory, (minute + 1) * MINUTE).memory;
    }
    expect(acted).toBe(720);
    expect(told).toBe(5);
  });

  it('is done for each thing by itself: what is mended on the way to the rest starts nothing, what comes back does', () => {
    const first = decideOnDrift([...profile, { id: 'started' }], undefined, 0);
    const half = decideOnDrift(profile, first.memory, 10_000);
    expect(half).toMatchObject({ act: false, tell: false });
    expect(decideOnDrift([...profile, { id: 'started' }], half.memory, 20_000).act).toBe(true);
  });

  it('is only to tell, once, where no plan mends it', () => {
    const gone = [{ id: 'volume:vol-1', mends: false }];
    const first = decideOnDrift(gone, undefined, 0);
    expect(first).toMatchObject({ act: false, tell: true });
    expect(decideOnDrift(gone, first.memory, 48 * 60 * MINUTE)).toMatchObject({ act: false, tell: false });
  });

  it('is forgotten a day after it was last told, and is new then', () => {
    const first = decideOnDrift(profile, undefined, 0);
    const hour = decideOnDrift([], first.memory, 60 * MINUTE);
    expect(hour.memory?.met).toMatchObject([{ id: 'profile', mended: true }]);
    const later = decideOnDrift([], hour.memory, 25 * 60 * MINUTE);
    expect(later.memory).toEqual({ met: [] });
    expect(decideOnDrift(profile, later.memory, 26 * 60 * MINUTE)).toMatchObject({
      tell: true,
      memory: { met: [{ told: 1 }] },
    });
  });

  it('remembers no more than a row holds', () => {
    const many = Array.from({ length: 600 }, (_, index) => ({ id: `interface:eni-${index}` }));
    expect(decideOnDrift(many, undefined, 0).memory?.met).toHaveLength(500);
  });
});
