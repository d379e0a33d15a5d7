import * as z from 'zod';
import { Label, SnapshotId, VolumeId } from '../identifiers.ts';
import { BLOCKS_IN_PART, decodeBlockPart, type BlockPart } from './block-part.ts';
import { mostBlocks, type BlockRow, type VolumeShape } from './block-row.ts';
import { blockTree, type BlockTree } from './block-tree.ts';

/** One reading of one snapshot that was taken of a volume, or copied from one that was. */
export const BlockReading = z
  .strictObject({
    volumeId: VolumeId,
    snapshotId: SnapshotId,
    /** 1, or 2 where the first reading of both snapshots gave different roots. */
    reading: z.int().min(1).max(2),
  })
  .readonly();
export type BlockReading = z.infer<typeof BlockReading>;

/** Below this lie the parts of block manifests; the recorder deposits nothing there itself. */
export const BLOCKS_PREFIX = 'blocks/';

/** The label of one part of a reading: `blocks/vol-0abc/snap-0def/1-00000`. It names the very snapshot, so that none stands for another. */
export const blockPartLabel = ({ volumeId, snapshotId, reading }: BlockReading, part: number): string =>
  Label.parse(`${BLOCKS_PREFIX}${volumeId}/${snapshotId}/${reading}-${String(part).padStart(5, '0')}`);

/** How many parts a manifest of this shape has: those without a written block are there as well, so that none can be left out. */
export const partsOf = (shape: VolumeShape): number => Math.ceil(mostBlocks(shape) / BLOCKS_IN_PART);

const whyOther = (part: BlockPart, shape: VolumeShape, number: number): string | undefined => {
  if (part.blockSizeBytes !== shape.blockSizeBytes || part.volumeSizeGiB !== shape.volumeSizeGiB)
    return `it is of a volume of ${part.volumeSizeGiB} GiB in blocks of ${part.blockSizeBytes} bytes`;
  if (part.firstIndex !== number * BLOCKS_IN_PART || part.places !== BLOCKS_IN_PART)
    return `it covers ${part.places} places from ${part.firstIndex} on`;
  return undefined;
};

/**
 * The rows of a part as it lies in the vault.
 *
 * @param number its place among the parts, from 0
 * @throws Error for bytes that are no part, or another part than this one
 */
export const rowsOfPart = (bytes: Uint8Array, shape: VolumeShape, number: number): readonly BlockRow[] => {
  const part = decodeBlockPart(bytes);
  const wrong = whyOther(part, shape, number);
  if (wrong !== undefined)
    throw new Error(
      `part ${number} of a block manifest of ${shape.volumeSizeGiB} GiB is another one: ${wrong}; fetch it again from the vault`,
    );
  return part.rows;
};

/** The tree of a whole manifest from its parts, one after the other; memory holds one part. */
export const treeOfParts = (
  shape: VolumeShape,
  parts: Iterable<Uint8Array>,
  prove?: number,
): ReturnType<BlockTree['end']> => {
  const tree = blockTree(shape, prove);
  let number = 0;
  for (const bytes of parts) {
    for (const row of rowsOfPart(bytes, shape, number)) tree.add(row);
    number += 1;
  }
  if (number !== partsOf(shape))
    throw new Error(
      `a block manifest of ${shape.volumeSizeGiB} GiB has ${partsOf(shape)} parts, got ${number}`,
    );
  return tree.end();
};
