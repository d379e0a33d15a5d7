import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { BLOCKS_IN_PART, encodeBlockPart } from './block-part.ts';
import { partsOf } from './block-manifest.ts';
import { BLOCK_SIZE_BYTES, type BlockRow, type VolumeShape } from './block-row.ts';
import { blockTree } from './block-tree.ts';

/** A volume of 20 GiB: two parts. */
export const SHAPE: VolumeShape = { blockSizeBytes: BLOCK_SIZE_BYTES, volumeSizeGiB: 20 };

/** The row of a block that holds these bytes, or what stands for them. */
export const rowAt = (index: number, content: string | Uint8Array): BlockRow => ({
  index,
  lengthBytes: BLOCK_SIZE_BYTES,
  sha256: createHash('sha256').update(content).digest(),
});

export const rootOfRows = (rows: Iterable<BlockRow>, shape = SHAPE): string => {
  const tree = blockTree(shape);
  for (const row of rows) tree.add(row);
  return tree.end().root;
};

/** The parts of a manifest with these rows, as they would lie in the vault. */
export const partsWith = (rows: readonly BlockRow[], shape = SHAPE): readonly Buffer[] =>
  Array.from({ length: partsOf(shape) }, (_, number) => {
    const firstIndex = number * BLOCKS_IN_PART;
    const within = rows.filter(({ index }) => index >= firstIndex && index < firstIndex + BLOCKS_IN_PART);
    return encodeBlockPart({ ...shape, firstIndex, places: BLOCKS_IN_PART, rows: within });
  });

/** Written blocks of a volume, in order, no two of them alike. */
export const someRows = ({ minLength = 1, maxLength = 40 } = {}): fc.Arbitrary<readonly BlockRow[]> =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 40_959 }), { minLength, maxLength })
    .map((places) => places.toSorted((a, b) => a - b).map((index) => rowAt(index, `block ${index}`)));
