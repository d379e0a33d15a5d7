/** Blocks of EBS direct APIs are of this size. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-accessing-snapshot.html */
export const BLOCK_SIZE_BYTES = 524_288;

/** Bytes of a SHA-256 digest. */
export const DIGEST_BYTES = 32;

const BYTES_PER_GIB = 2 ** 30;

/** What a manifest of blocks is about: a volume is as many GiB long, in blocks of a size. */
export interface VolumeShape {
  readonly blockSizeBytes: number;
  readonly volumeSizeGiB: number;
}

/** One written block of a snapshot: its place, how many bytes it holds, and their SHA-256 (32 bytes). */
export interface BlockRow {
  readonly index: number;
  readonly lengthBytes: number;
  readonly sha256: Uint8Array;
}

/** How many blocks a volume of this shape could hold. */
export const mostBlocks = ({ blockSizeBytes, volumeSizeGiB }: VolumeShape): number =>
  Math.ceil((volumeSizeGiB * BYTES_PER_GIB) / blockSizeBytes);

/**
 * Why a row cannot follow another in a manifest of this shape; undefined when it can. Rows stand in ascending order of
 * index, each index once, so that the same blocks have one manifest and one root.
 *
 * @param after the index of the row before; -1 for the first
 */
export const whyNoRow = (
  shape: VolumeShape,
  { index, lengthBytes, sha256 }: BlockRow,
  after: number,
): string | undefined => {
  if (!Number.isInteger(index) || index < 0 || index >= mostBlocks(shape))
    return `block ${index} lies outside of a volume of ${shape.volumeSizeGiB} GiB`;
  if (index <= after) return `block ${index} comes after block ${after}, wanted ascending order, each once`;
  if (!Number.isInteger(lengthBytes) || lengthBytes < 1 || lengthBytes > shape.blockSizeBytes)
    return `block ${index} has ${lengthBytes} bytes, wanted 1 to ${shape.blockSizeBytes}`;
  if (sha256.length !== DIGEST_BYTES)
    return `block ${index} has a digest of ${sha256.length} bytes, wanted ${DIGEST_BYTES}`;
  return undefined;
};
