import { describe, expect, it } from 'vitest';
import { enterDisk, inCustody, isHeld } from './disk.ts';
import {
  afterComparison,
  afterParts,
  HASHING_DEADLINE_SECONDS,
  HASHING_WANTED,
  isOverdue,
  isStuck,
  missingParts,
  type PartHashed,
} from './hashing.ts';

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

  it('reads both once more where the roots are unequal, from the first part on', () => {
    const done = { ...HASHING_WANTED, startedAt: AT, left: 2 };
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
