import { describe, expect, it } from 'vitest';
import { enterDisk, inCustody, isHeld } from './disk.ts';
import {
  afterComparison,
  afterParts,
  HASHING_DEADLINE_SECONDS,
  HASHING_WANTED,
  isOverdue,
  partsToHash,
  type PartHashed,
} from './hashing.ts';

const AT = '2026-11-21T03:00:00.000Z';
const hashed = (of: 'source' | 'copy', part: number): PartHashed => ({ of, part, status: 'hashed' });
const failed = (of: 'source' | 'copy', part: number): PartHashed => ({
  of,
  part,
  status: 'failed',
  because: 'it died',
});
const refused = (of: 'source' | 'copy', part: number): PartHashed => ({
  of,
  part,
  status: 'refused',
  because: 'AccessDeniedException',
});

describe('partsToHash', () => {
  it('gives two parts of each snapshot at a time, of 16 GiB each, until there are no more', () => {
    expect(partsToHash(HASHING_WANTED, 40)).toEqual([
      { of: 'source', part: 0 },
      { of: 'source', part: 1 },
      { of: 'copy', part: 0 },
      { of: 'copy', part: 1 },
    ]);
    const last = { ...HASHING_WANTED, next: { source: 2, copy: 3 } };
    expect(partsToHash(last, 40)).toEqual([{ of: 'source', part: 2 }]);
    expect(partsToHash({ ...HASHING_WANTED, next: { source: 3, copy: 3 } }, 40)).toEqual([]);
  });

  it('leaves a source alone that may not be read', () => {
    const state = { ...HASHING_WANTED, sourceRefused: 'not shared' };
    expect(partsToHash(state, 8)).toEqual([{ of: 'copy', part: 0 }]);
  });
});

describe('afterParts', () => {
  it('goes on from the first part that was not hashed, on each side by itself', () => {
    const { next } = afterParts(
      HASHING_WANTED,
      [hashed('source', 0), failed('source', 1), hashed('copy', 0), hashed('copy', 1)],
      false,
    );
    expect(next).toEqual({ source: 1, copy: 2 });
  });

  it('counts no part beyond one that failed', () => {
    expect(afterParts(HASHING_WANTED, [failed('copy', 0), hashed('copy', 1)], false).next.copy).toBe(0);
  });

  it('goes on with the copy alone where the source is refused', () => {
    const state = afterParts(HASHING_WANTED, [refused('source', 0), hashed('copy', 0)], false);
    expect(state).toMatchObject({ sourceRefused: 'AccessDeniedException', next: { source: 0, copy: 1 } });
    expect(state.verdict).toBeUndefined();
  });

  it('reads the source in the member where its share may not be read and the deployment lets it, once', () => {
    const there = afterParts(HASHING_WANTED, [hashed('source', 0), refused('source', 1)], true);
    expect(there).toMatchObject({ through: 'member', next: { source: 1 } });
    expect(there.sourceRefused).toBeUndefined();
    expect(afterParts(there, [refused('source', 1)], true).sourceRefused).toBe('AccessDeniedException');
  });

  it('ends where the copy is refused: nothing can be shown then', () => {
    expect(afterParts(HASHING_WANTED, [refused('copy', 0)], true)).toMatchObject({
      verdict: 'not-shown',
      because: 'the copy could not be read: AccessDeniedException',
    });
  });
});

describe('afterComparison', () => {
  it('reads both once more where the roots are unequal, from the first part on', () => {
    const done = { ...HASHING_WANTED, startedAt: AT, next: { source: 3, copy: 3 } };
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

describe('isOverdue', () => {
  it('gives hashing four hours from its beginning', () => {
    const after = (seconds: number): string => new Date(Date.parse(AT) + seconds * 1_000).toISOString();
    const state = { ...HASHING_WANTED, startedAt: AT };
    expect(isOverdue(state, after(HASHING_DEADLINE_SECONDS))).toBe(false);
    expect(isOverdue(state, after(HASHING_DEADLINE_SECONDS + 1))).toBe(true);
    expect(isOverdue(HASHING_WANTED, after(10 ** 6))).toBe(false);
  });
});
