import { describe, expect, it } from 'vitest';
import {
  afterLanding,
  beginLanding,
  hasLanded,
  landedLabel,
  LANDING_DEADLINE_SECONDS,
  landingIsOver,
  landingKey,
  partsToLand,
} from './landing.ts';

const AT = '2026-11-21T03:00:00.000Z';
const sha = (index: number): string => String(index).padStart(64, '0');
const image = { bytes: 9, sha256: sha(0), parts: Array.from({ length: 6 }, (_, index) => sha(index + 1)) };

describe('an image on its way into the vault', () => {
  it('is carried some parts at a time, each once, until all are there', () => {
    let state = beginLanding(image, AT);
    const carried: number[] = [];
    while (!hasLanded(state)) {
      const parts = partsToLand(state);
      carried.push(...parts.map(({ number }) => number));
      state = afterLanding(
        state,
        parts.map((part) => ({ ...part, lies: part.sha256 })),
      );
    }
    expect(carried).toEqual([1, 2, 3, 4, 5, 6]);
    expect(state.wrong).toEqual([]);
    expect(partsToLand(state)).toEqual([]);
  });

  it('says which part is another than the host said, and which could not be had', () => {
    const state = afterLanding(beginLanding(image, AT), [
      { number: 1, sha256: sha(1), lies: sha(9) },
      { number: 2, sha256: sha(2), because: 'it is not there' },
      { number: 3, sha256: sha(3), lies: sha(3) },
    ]);
    expect(state.done).toBe(3);
    expect(state.wrong).toEqual([
      `part 1 lies in the vault with SHA-256 ${sha(9)}, and the host said ${sha(1)}`,
      'part 2 could not be had: it is not there',
    ]);
  });

  it('is given up after its time', () => {
    const state = beginLanding(image, AT);
    const end = Date.parse(AT) + LANDING_DEADLINE_SECONDS * 1_000;
    expect(landingIsOver(state, end)).toBe(false);
    expect(landingIsOver(state, end + 1)).toBe(true);
  });

  it('has names that sort as its parts do', () => {
    expect(landingKey('inc-1', 7)).toBe('inc-1/part-0007');
    expect([landedLabel(10), landedLabel(9)].toSorted()).toEqual(['memory-image.0009', 'memory-image.0010']);
  });
});
