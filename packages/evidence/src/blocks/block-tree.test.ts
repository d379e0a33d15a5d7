import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BlockRow } from './block-row.ts';
import { blockTree, leafOf, nodeOf, rootOf } from './block-tree.ts';
import { rootOfRows, rowAt, SHAPE, someRows } from './blocks.fixture.ts';

/** RFC 9162 section 2.1.1 as it is written there: split at the greatest power of two below the count. */
const asTheRfcSays = (rows: readonly BlockRow[]): Buffer => {
  const [first] = rows;
  if (first === undefined) return createHash('sha256').digest();
  if (rows.length === 1) return leafOf(first);
  let half = 1;
  while (half * 2 < rows.length) half *= 2;
  return nodeOf(asTheRfcSays(rows.slice(0, half)), asTheRfcSays(rows.slice(half)));
};

describe('blockTree', () => {
  it('gives the tree that the RFC defines, for any number of blocks', () => {
    fc.assert(
      fc.property(someRows({ minLength: 0, maxLength: 70 }), (rows) => {
        expect(rootOfRows(rows)).toBe(rootOf({ ...SHAPE, blocks: rows.length }, asTheRfcSays(rows)));
      }),
    );
  });

  it('gives another root when one bit of one digest is flipped', () => {
    fc.assert(
      fc.property(someRows(), fc.nat(), fc.nat(255), (rows, which, bit) => {
        const at = which % rows.length;
        const flipped = rows.map((row, place) => {
          if (place !== at) return row;
          const sha256 = Buffer.from(row.sha256);
          sha256[bit >> 3] = (sha256[bit >> 3] ?? 0) ^ (1 << (bit & 7));
          return { ...row, sha256 };
        });
        expect(rootOfRows(flipped)).not.toBe(rootOfRows(rows));
      }),
    );
  });

  it('gives another root when two blocks are swapped, one is dropped, added, moved or cut short', () => {
    fc.assert(
      fc.property(
        someRows({ minLength: 2 }),
        fc.nat(),
        fc.integer({ min: 0, max: 40_959 }),
        (rows, which, free) => {
          const at = which % (rows.length - 1);
          const [one, next] = [rows[at], rows[at + 1]];
          if (one === undefined || next === undefined) throw new Error('there are two at least');
          const others = rows.filter((row) => row !== one);
          const inOrder = (some: readonly BlockRow[]): readonly BlockRow[] =>
            some.toSorted((a, b) => a.index - b.index);
          const isFree = rows.every(({ index }) => index !== free);
          const changed: readonly (readonly BlockRow[])[] = [
            rows.map((row) =>
              row === one
                ? { ...row, sha256: next.sha256 }
                : row === next
                  ? { ...row, sha256: one.sha256 }
                  : row,
            ),
            others,
            [...others, { ...one, lengthBytes: one.lengthBytes - 1 }],
            ...(isFree
              ? [
                  [...rows, rowAt(free, 'added')],
                  [...others, { ...one, index: free }],
                ]
              : []),
          ];
          const root = rootOfRows(rows);
          for (const some of changed) expect(rootOfRows(inOrder(some))).not.toBe(root);
        },
      ),
    );
  });

  it('binds the size of the volume and of its blocks', () => {
    const rows = [rowAt(0, 'a')];
    const roots = [
      rootOfRows(rows),
      rootOfRows(rows, { ...SHAPE, volumeSizeGiB: 21 }),
      rootOfRows(rows, { ...SHAPE, blockSizeBytes: 2 * SHAPE.blockSizeBytes }),
      rootOfRows([]),
    ];
    expect(new Set(roots).size).toBe(4);
  });

  it.each([
    ['out of order', [rowAt(5, 'a'), rowAt(4, 'b')], /block 4 comes after block 5/],
    ['twice', [rowAt(5, 'a'), rowAt(5, 'a')], /each once/],
    ['beyond the volume', [rowAt(40_960, 'a')], /outside of a volume of 20 GiB/],
    ['with more bytes than a block', [{ ...rowAt(1, 'a'), lengthBytes: 524_289 }], /wanted 1 to 524288/],
    ['with a digest that is none', [{ ...rowAt(1, 'a'), sha256: Buffer.alloc(31) }], /digest of 31 bytes/],
  ])('refuses a block %s', (_, rows, message) => {
    const tree = blockTree(SHAPE);
    expect(() => {
      for (const row of rows) tree.add(row);
    }).toThrow(message);
  });
});
