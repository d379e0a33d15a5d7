import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockPartLabel, partsOf, rowsOfPart, treeOfParts } from './block-manifest.ts';
import { BLOCKS_IN_PART, decodeBlockPart, encodeBlockPart } from './block-part.ts';
import { partsWith, rootOfRows, rowAt, SHAPE, someRows } from './blocks.fixture.ts';

describe('a part of a block manifest', () => {
  it('is read as it was written, and the tree over the parts is that over the rows', () => {
    fc.assert(
      fc.property(someRows(), (rows) => {
        const parts = partsWith(rows);
        expect(parts.flatMap((bytes, number) => rowsOfPart(bytes, SHAPE, number))).toEqual(rows);
        expect(treeOfParts(SHAPE, parts)).toMatchObject({ root: rootOfRows(rows), blocks: rows.length });
      }),
      { numRuns: 30 },
    );
  });

  it('changes the root, or is refused, when any byte of it is flipped', () => {
    const rows = [rowAt(0, 'a'), rowAt(7, 'b'), rowAt(32_768, 'c')];
    const parts = partsWith(rows);
    const root = rootOfRows(rows);
    const [first] = parts;
    if (first === undefined) throw new Error('there are two parts');
    for (let at = 0; at < first.length; at += 1) {
      const changed = Buffer.from(first);
      changed[at] = (changed[at] ?? 0) ^ 1;
      let got: string;
      try {
        got = treeOfParts(SHAPE, [changed, ...parts.slice(1)]).root;
      } catch (error) {
        got = String(error);
      }
      expect(got, `byte ${at}`).not.toBe(root);
    }
  });

  it('cannot be left out, exchanged or taken from another volume', () => {
    const parts = partsWith([rowAt(0, 'a'), rowAt(40_000, 'b')]);
    const other = partsWith([], { ...SHAPE, volumeSizeGiB: 40 });
    expect(() => treeOfParts(SHAPE, parts.slice(0, 1))).toThrow(/has 2 parts, got 1/);
    expect(() => treeOfParts(SHAPE, parts.toReversed())).toThrow(/covers 32768 places from 32768 on/);
    expect(() => treeOfParts(SHAPE, other)).toThrow(/of a volume of 40 GiB/);
  });

  it.each([
    ['nothing', Buffer.alloc(0), /does not begin with CRDNBLK1/],
    ['text', Buffer.from('a'.repeat(100)), /does not begin with CRDNBLK1/],
    [
      'a part that was cut',
      (partsWith([rowAt(0, 'a')])[0] ?? Buffer.alloc(0)).subarray(0, -1),
      /1 rows take 68/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeBlockPart(bytes)).toThrow(message);
  });

  it('is not written with a block of another part', () => {
    expect(() =>
      encodeBlockPart({ ...SHAPE, firstIndex: 0, places: BLOCKS_IN_PART, rows: [rowAt(32_768, 'a')] }),
    ).toThrow(/outside of its part/);
  });

  it('has a label that names volume, snapshot, reading and number', () => {
    const reading = { volumeId: 'vol-0123456789abcdef0', snapshotId: 'snap-0123456789abcdef0', reading: 1 };
    expect(blockPartLabel(reading, 12)).toBe('blocks/vol-0123456789abcdef0/snap-0123456789abcdef0/1-00012');
    expect(partsOf({ ...SHAPE, volumeSizeGiB: 16 })).toBe(1);
  });
});
