import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sha256 } from '../sha256.ts';
import { BLOCK_SIZE_BYTES } from './block-row.ts';
import {
  encodeStretch,
  partsInStretch,
  partsListed,
  readStretch,
  stretchesOf,
  stretchLabel,
  type BlockStretch,
} from './block-stretch.ts';
import { blockTree, BlockTreeState } from './block-tree.ts';
import { rootOfRows, rowAt, SHAPE, someRows } from './blocks.fixture.ts';
import { compareBlocks } from './compare-blocks.ts';

const TERABYTE = { blockSizeBytes: BLOCK_SIZE_BYTES, volumeSizeGiB: 1_000 };

describe('a tree of blocks that is gone on with', () => {
  it('is the tree that one run builds, wherever it was broken off', () => {
    fc.assert(
      fc.property(someRows({ minLength: 0, maxLength: 70 }), fc.nat(), (rows, where) => {
        const at = where % (rows.length + 1);
        const first = blockTree(SHAPE);
        for (const row of rows.slice(0, at)) first.add(row);
        const state = BlockTreeState.parse(JSON.parse(JSON.stringify(first.state())));
        const second = blockTree(SHAPE, undefined, state);
        for (const row of rows.slice(at)) second.add(row);
        expect(second.end()).toMatchObject({ root: rootOfRows(rows), blocks: rows.length });
      }),
    );
  });

  it('takes no row that stood before, and no state that is none', () => {
    const tree = blockTree(SHAPE);
    for (const row of [rowAt(3, 'a'), rowAt(7, 'b'), rowAt(9, 'c')]) tree.add(row);
    const state = tree.state();
    expect(() => blockTree(SHAPE, undefined, state).add(rowAt(9, 'c'))).toThrow(/comes after block 9/);
    for (const wrong of [
      { ...state, blocks: 4 },
      { ...state, subtrees: state.subtrees.toReversed() },
      { ...state, subtrees: state.subtrees.slice(1) },
      { ...state, last: -1 },
    ])
      expect(() => blockTree(SHAPE, undefined, wrong)).toThrow(/cannot go on with a tree/);
  });
});

describe('a stretch of block manifests', () => {
  const part = (sha256: string) => ({
    versionId: 'v-1',
    sha256: Sha256.parse(sha256.repeat(64)),
    sizeBytes: 28,
    lock: { mode: 'COMPLIANCE' as const, until: '2027-02-19T03:00:00Z' },
  });
  const side = (snapshotId: string) => ({
    snapshotId,
    parts: Array.from({ length: 31 }, () => part('a')),
    tree: blockTree(TERABYTE).state(),
  });
  // 63 parts: a stretch of 32, and one of 31.
  const stretch: BlockStretch = {
    schemaVersion: 1,
    kind: 'block-stretch',
    volumeId: 'vol-0123456789abcdef0',
    reading: 1,
    ...TERABYTE,
    stretch: 1,
    copy: side('snap-0bbbbbbbbbbbbbbbb'),
    source: side('snap-0aaaaaaaaaaaaaaaa'),
    comparison: compareBlocks().end(),
  };

  it('is read as it was written, and names its parts by their place', () => {
    const read = readStretch(encodeStretch(stretch));
    expect(read).toEqual(stretch);
    const labels = partsListed(read).map(({ label }) => label);
    expect(labels).toHaveLength(62);
    expect(labels[0]).toBe('blocks/vol-0123456789abcdef0/snap-0bbbbbbbbbbbbbbbb/1-00032');
    expect(labels.at(-1)).toBe('blocks/vol-0123456789abcdef0/snap-0aaaaaaaaaaaaaaaa/1-00062');
  });

  it('covers each part of a volume once', () => {
    const numbers = Array.from({ length: stretchesOf(TERABYTE) }, (_, at) => partsInStretch(TERABYTE, at));
    expect(numbers.flat()).toEqual(Array.from({ length: 63 }, (_, at) => at));
    expect(stretchesOf({ ...TERABYTE, volumeSizeGiB: 65_536 })).toBe(128);
    expect(partsInStretch(TERABYTE, 2)).toEqual([]);
  });

  it.each([
    ['with a part too few', { ...stretch, copy: { ...stretch.copy, parts: stretch.copy.parts.slice(1) } }],
    ['of another place', { ...stretch, stretch: 0 }],
    ['beyond the volume', { ...stretch, stretch: 9 }],
  ])('is refused %s', (_, wrong) => {
    expect(() => readStretch(encodeStretch(wrong))).toThrow(/lists 31 parts|lists 30 parts/);
  });

  it('is refused where it is written in another way than its own', () => {
    const bytes = Buffer.from(JSON.stringify(JSON.parse(encodeStretch(stretch).toString()), null, 1));
    expect(() => readStretch(bytes)).toThrow(/not canonical/);
    expect(() => readStretch(Buffer.from('{}'))).toThrow(/schemaVersion/);
  });

  it('has a label that names volume, copy, reading, and whether the source is in it', () => {
    const of = { volumeId: 'vol-0123456789abcdef0', snapshotId: 'snap-0bbbbbbbbbbbbbbbb', reading: 2 };
    expect(stretchLabel({ ...of, sides: 'copy' }, 7)).toBe(
      'block-stretches/vol-0123456789abcdef0/snap-0bbbbbbbbbbbbbbbb/2-copy-00007',
    );
  });
});

describe('a comparison that is gone on with', () => {
  it('counts what one run counts', () => {
    fc.assert(
      fc.property(someRows({ minLength: 2 }), fc.nat(), (rows, which) => {
        const at = which % rows.length;
        const copy = rows.map((row, place) => (place === at ? rowAt(row.index, 'tampered') : row));
        const whole = compareBlocks();
        whole.add(rows, copy);
        const first = compareBlocks();
        first.add(rows.slice(0, 1), copy.slice(0, 1));
        const second = compareBlocks(first.end());
        second.add(rows.slice(1), copy.slice(1));
        expect(second.end()).toEqual(whole.end());
      }),
    );
  });
});
