import { describe, expect, it } from 'vitest';
import {
  afterLanding,
  beginLanding,
  digestsBytes,
  hasLanded,
  landedLabel,
  LANDING_DEADLINE_SECONDS,
  landingIsOver,
  landingKey,
  partsToLand,
  readDigests,
} from './landing.ts';

const AT = '2026-11-21T03:00:00.000Z';
const sha = (index: number): string => String(index).padStart(64, '0');
const DIGESTS = Array.from({ length: 6 }, (_, index) => sha(index + 1));
const image = { bytes: 9, sha256: sha(0), parts: 6, digests: sha(99) };

describe('an image on its way into the vault', () => {
  it('is carried some parts at a time, each once, until all are there', () => {
    let state = beginLanding(image, AT);
    const carried: number[] = [];
    while (!hasLanded(state)) {
      const parts = partsToLand(state, DIGESTS);
      carried.push(...parts.map(({ number }) => number));
      state = afterLanding(
        state,
        parts.map((part) => ({ ...part, lies: part.sha256 })),
      );
    }
    expect(carried).toEqual([1, 2, 3, 4, 5, 6]);
    expect(state.wrong).toEqual([]);
    expect(partsToLand(state, DIGESTS)).toEqual([]);
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

  it('keeps the first sentences of what is wrong, and counts the rest: the workflow carries so much and no more', () => {
    const parts = Array.from({ length: 1_000 }, (_, index) => ({
      number: index + 1,
      sha256: sha(index),
      because: 'x'.repeat(600),
    }));
    const state = afterLanding(beginLanding({ ...image, parts: 1_000 }, AT), parts);
    expect(state.moreWrong).toBe(980);
    expect(JSON.stringify(state).length).toBeLessThan(20_000);
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

describe('the list of digests', () => {
  const list = `${DIGESTS.join('\n')}\n`;

  it('is a line for each part, as long as it must be', () => {
    expect(readDigests(list, 6)).toEqual(DIGESTS);
    expect(list).toHaveLength(digestsBytes(6));
  });

  it.each([
    ['has a line too many', `${list}${sha(7)}\n`],
    ['has a line too few', list.slice(65)],
    ['is cut', list.slice(0, -1)],
    ['has a line that is none', list.replace(sha(3), '../../etc/shadow'.padEnd(64, 'x'))],
    ['is empty', ''],
  ])('is none where it %s', (_what, text) => {
    expect(readDigests(text, 6)).toBeUndefined();
  });
});
