import { describe, expect, it } from 'vitest';
import { enterDisk, inCustody, isHeld } from './disk.ts';
import {
  afterComparison,
  afterParts,
  HASHING_WANTED,
  isStuck,
  missingParts,
  nextRound,
  type PartHashed,
} from './hashing.ts';
import { CHILDREN_IN_ROUND } from './hashing-pace.ts';

const AT = '2026-11-21T03:00:00.000Z';
const hashed = (of: 'source' | 'copy'): PartHashed => ({ of, status: 'hashed' });
const refused = (of: 'source' | 'copy'): PartHashed => ({
  of,
  status: 'refused',
  because: 'AccessDeniedException',
});

describe('missingParts', () => {
  const none = new Set<number>();

  it('gives every part of 16 GiB, of both snapshots, where nothing was written yet', () => {
    expect(missingParts(40, { source: none, copy: none })).toEqual([
      { part: 0, of: ['source', 'copy'] },
      { part: 1, of: ['source', 'copy'] },
      { part: 2, of: ['source', 'copy'] },
    ]);
  });

  it('leaves out what was written, on each side by itself, whatever is missing before it', () => {
    expect(missingParts(40, { source: new Set([0, 2]), copy: new Set([1, 2]) })).toEqual([
      { part: 0, of: ['copy'] },
      { part: 1, of: ['source'] },
    ]);
    const all = new Set([0, 1, 2]);
    expect(missingParts(40, { source: all, copy: all })).toEqual([]);
  });

  it('leaves a source alone that may not be read', () => {
    expect(missingParts(8, { copy: none })).toEqual([{ part: 0, of: ['copy'] }]);
  });
});

describe('nextRound', () => {
  const both = ['source' as const, 'copy' as const];
  const all = (parts: number) => Array.from({ length: parts }, (_, part) => ({ part, of: both }));

  it('has a child for each part of a volume of up to 1 TiB', () => {
    expect(nextRound(all(3))).toEqual([0, 1, 2].map((part) => ({ part, parts: 1, of: both })));
    expect(nextRound(all(CHILDREN_IN_ROUND)).every(({ parts }) => parts === 1)).toBe(true);
  });

  it('has every part of the largest volume in as few children, within what a state may hand on', () => {
    const round = nextRound(missingParts(65_536, { source: new Set(), copy: new Set() }));
    expect(round).toHaveLength(CHILDREN_IN_ROUND);
    expect(round.every(({ part, parts }, at) => parts === 64 && part === 64 * at)).toBe(true);
    const answers = round.flatMap(() => [{ of: 'copy', status: 'failed', because: 'x'.repeat(500) }]);
    expect(JSON.stringify([round, answers, answers]).length).toBeLessThan(100_000);
  });

  it('gives a child only parts that follow each other, and lack the same', () => {
    const odd = [
      { part: 0, of: both },
      { part: 1, of: ['copy' as const] },
      { part: 2, of: ['copy' as const] },
      { part: 4, of: ['copy' as const] },
    ];
    const many = [...odd, ...all(200).slice(100)];
    expect(nextRound(many).slice(0, 3)).toEqual([
      { part: 0, parts: 1, of: both },
      { part: 1, parts: 2, of: ['copy'] },
      { part: 4, parts: 1, of: ['copy'] },
    ]);
  });

  it('names no more children than a round has, whatever is missing', () => {
    const scattered = Array.from({ length: 2_048 }, (_, at) => ({ part: 2 * at, of: both }));
    expect(nextRound(scattered)).toHaveLength(CHILDREN_IN_ROUND);
    expect(nextRound([])).toEqual([]);
  });
});

describe('afterParts', () => {
  it('goes on with the copy alone where the source is refused', () => {
    const state = afterParts(HASHING_WANTED, [refused('source'), hashed('copy')], false);
    expect(state).toMatchObject({ sourceRefused: 'AccessDeniedException' });
    expect(state.verdict).toBeUndefined();
  });

  it('reads the source in the member where its share may not be read and the deployment lets it, once', () => {
    const there = afterParts(HASHING_WANTED, [hashed('source'), refused('source')], true);
    expect(there).toMatchObject({ through: 'member' });
    expect(there.sourceRefused).toBeUndefined();
    expect(afterParts(there, [refused('source')], true).sourceRefused).toBe('AccessDeniedException');
  });

  it('ends where the copy is refused: nothing can be shown then', () => {
    expect(afterParts(HASHING_WANTED, [refused('copy')], true)).toMatchObject({
      verdict: 'not-shown',
      because: 'the copy could not be read: AccessDeniedException',
    });
  });

  it('changes nothing where parts failed, or nothing is known of them: the vault says what is missing', () => {
    const failed: PartHashed = { of: 'copy', status: 'failed', because: 'it died' };
    expect(afterParts(HASHING_WANTED, [failed], true)).toEqual(HASHING_WANTED);
    expect(afterParts(HASHING_WANTED, [], true)).toEqual(HASHING_WANTED);
  });
});

describe('isStuck', () => {
  const looked = { ...HASHING_WANTED, left: 4 };

  it('is what gained no part since the look before', () => {
    expect(isStuck(looked, looked)).toBe(true);
    expect(isStuck(looked, { ...looked, left: 3 })).toBe(false);
  });

  it.each([
    ['the first look', HASHING_WANTED, looked],
    ['a second reading', looked, { ...looked, reading: 2 }],
    ['another way to the source', looked, { ...looked, through: 'member' as const }],
    ['a source that is left alone from now on', looked, { ...looked, sourceRefused: 'not shared' }],
  ])('is not %s', (_, before, after) => {
    expect(isStuck(before, after)).toBe(false);
  });
});

describe('afterComparison', () => {
  it('counts what is missing yet', () => {
    const missing = [
      { part: 0, of: ['source' as const, 'copy' as const] },
      { part: 3, of: ['copy' as const] },
    ];
    expect(afterComparison(HASHING_WANTED, { verdict: 'unfinished', missing })).toEqual({
      ...HASHING_WANTED,
      left: 3,
    });
  });

  it('counts what is built, and is not stuck while it grows', () => {
    const one = afterComparison(HASHING_WANTED, { verdict: 'building', built: 1, of: 3 });
    expect(one).toEqual({ ...HASHING_WANTED, left: 0, built: 1 });
    expect(isStuck(one, afterComparison(one, { verdict: 'building', built: 2, of: 3 }))).toBe(false);
    expect(isStuck(one, afterComparison(one, { verdict: 'building', built: 1, of: 3 }))).toBe(true);
  });

  it('reads both once more where the roots are unequal, from the first part on', () => {
    const done = { ...HASHING_WANTED, startedAt: AT, left: 2, built: 3 };
    expect(afterComparison(done, { verdict: 'read-again' })).toEqual({
      ...HASHING_WANTED,
      startedAt: AT,
      reading: 2,
    });
  });

  it('ends with what the recorder said and wrote', () => {
    expect(afterComparison(HASHING_WANTED, { verdict: 'equal' })).toMatchObject({
      verdict: 'equal',
      recorded: true,
    });
    expect(afterComparison(HASHING_WANTED, { verdict: 'tampered', because: 'one differs' })).toMatchObject({
      verdict: 'tampered',
      because: 'one differs',
    });
  });
});

describe('a disk whose copy is in custody', () => {
  const volume = { volumeId: 'vol-0123456789abcdef0', sizeGiB: 8, encrypted: false };

  it('is hashed before it is cleaned up where that is wanted, and counts as held meanwhile', () => {
    const disk = inCustody(enterDisk({ ...volume, hashBlocks: true }, 'snap-1', AT), AT);
    expect(disk).toMatchObject({ phase: 'hash-blocks', blocks: { startedAt: AT, reading: 1 } });
    expect(isHeld(disk)).toBe(true);
  });

  it('is cleaned up at once where it is not', () => {
    const disk = inCustody(enterDisk(volume, 'snap-1', AT), AT);
    expect(disk.phase).toBe('clean-up');
    expect(disk.blocks).toBeUndefined();
  });
});
