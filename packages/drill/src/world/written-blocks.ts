import type { WrittenExtent } from '@cordon/local-aws';

const BLOCKS_PER_GIB = 2_048;

/**
 * A few written blocks of a disk: where it begins, in its middle, zeros among them, and its very last block; so that a manifest has parts
 * with many blocks, with one and with none.
 */
const writtenOf = (content: string, sizeGiB: number): readonly WrittenExtent[] => [
  { firstBlock: 0, blocks: 5, content },
  { firstBlock: (sizeGiB / 2) * BLOCKS_PER_GIB, blocks: 9, content: `${content}: files` },
  { firstBlock: (sizeGiB / 2) * BLOCKS_PER_GIB + 3, blocks: 2, content: '' },
  { firstBlock: sizeGiB * BLOCKS_PER_GIB - 1, blocks: 1, content: `${content}: end` },
];

/** The volume with its written blocks. */
export const withBlocks = <Volume extends { readonly content: string; readonly sizeGiB: number }>(
  volume: Volume,
): Volume & { readonly written: readonly WrittenExtent[] } => ({
  ...volume,
  written: writtenOf(volume.content, volume.sizeGiB),
});
