import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sha256 } from '../sha256.ts';
import { BLOCK_SIZE_BYTES } from './block-row.ts';
import { rowAt, someRows } from './blocks.fixture.ts';
import { compareBlocks, judgeUnequal, type BlockComparison } from './compare-blocks.ts';

const compared = (
  ...parts: readonly Parameters<ReturnType<typeof compareBlocks>['add']>[]
): BlockComparison => {
  const comparer = compareBlocks();
  for (const part of parts) comparer.add(...part);
  return comparer.end();
};
const zeros = (index: number) => rowAt(index, Buffer.alloc(BLOCK_SIZE_BYTES));
const root = (digit: string) => Sha256.parse(digit.repeat(64));
const [A, B, C] = [root('a'), root('b'), root('c')];
const SOME: BlockComparison = { same: 5, differing: 1, onlyOne: 0, onlyZeros: 0, first: [7] };

describe('compareBlocks', () => {
  it('finds the one block that differs, wherever it is', () => {
    fc.assert(
      fc.property(someRows(), fc.nat(), (rows, which) => {
        const at = which % rows.length;
        const copy = rows.map((row, place) => (place === at ? rowAt(row.index, 'tampered') : row));
        expect(compared([rows, copy])).toEqual({
          same: rows.length - 1,
          differing: 1,
          onlyOne: 0,
          onlyZeros: 0,
          first: [rows[at]?.index],
        });
      }),
    );
  });

  it('tells blocks of one side alone, and blocks of zeros for themselves', () => {
    const source = [rowAt(1, 'a'), zeros(2), rowAt(3, 'c')];
    const copy = [rowAt(1, 'a'), rowAt(9, 'z'), zeros(10)];
    expect(compared([source, copy], [[], []])).toEqual({
      same: 1,
      differing: 0,
      onlyOne: 2,
      onlyZeros: 2,
      first: [3, 9],
    });
  });
});

describe('judgeUnequal', () => {
  const first = { source: A, copy: B };
  it.each([
    [
      'not-shown',
      { source: A, copy: A, comparison: SOME },
      /the copy gave another root when it was read again/,
    ],
    ['not-shown', { source: C, copy: B, comparison: SOME }, /the source gave another root/],
    ['not-shown', { source: A, copy: B, comparison: { ...SOME, same: 0 } }, /no block agrees/],
    [
      'not-shown',
      { source: A, copy: B, comparison: { ...SOME, differing: 0, onlyZeros: 3 } },
      /only in 3 block\(s\) of zeros/,
    ],
    ['tampered', { source: A, copy: B, comparison: SOME }, /1 block\(s\) differ .* 5 agree: first at 7/],
    [
      'tampered',
      { source: A, copy: B, comparison: { ...SOME, differing: 0, onlyOne: 1 } },
      /1 are in one alone/,
    ],
  ])('says %s', (verdict, second, because) => {
    const judged = judgeUnequal(first, second);
    expect(judged.verdict).toBe(verdict);
    expect(judged.because).toMatch(because);
  });
});
