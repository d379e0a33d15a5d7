import { DIGEST_BYTES, whyNoRow, type BlockRow, type VolumeShape } from './block-row.ts';

/** What a part begins with: the form and its version. */
const MAGIC = Buffer.from('CRDNBLK1', 'ascii');
const HEADER_BYTES = MAGIC.length + 5 * 4;
const ROW_BYTES = 4 + 4 + DIGEST_BYTES;

/**
 * How many places of a volume one part covers: 16 GiB of it. A part holds 1.3 MB at most, is written once, and is the same
 * whoever reads the snapshot again, for where it begins follows from its number.
 */
export const BLOCKS_IN_PART = 32_768;

/** One part of a block manifest: all written blocks among the places `[firstIndex, firstIndex + places)` of a volume. */
export interface BlockPart extends VolumeShape {
  readonly firstIndex: number;
  readonly places: number;
  readonly rows: readonly BlockRow[];
}

const refusal = (problem: string): Error =>
  new Error(`this is no part of a block manifest: ${problem}; fetch it again from the vault`);

const whyNoPart = (part: BlockPart): string | undefined => {
  let last = part.firstIndex - 1;
  for (const row of part.rows) {
    const wrong = whyNoRow(part, row, last);
    if (wrong !== undefined) return wrong;
    if (row.index >= part.firstIndex + part.places)
      return `block ${row.index} lies outside of its part, which begins at ${part.firstIndex}`;
    last = row.index;
  }
  return undefined;
};

/**
 * Writes a part in its one form, so that its digest can be computed again:
 *
 *     CRDNBLK1 | block size | volume size in GiB | first place | places | rows | rows of (index | length | SHA-256)
 *
 * Whole numbers are of four bytes, the greatest first.
 *
 * @throws Error when the rows are not in order, or lie outside of part or volume
 */
export const encodeBlockPart = (part: BlockPart): Buffer => {
  const wrong = whyNoPart(part);
  if (wrong !== undefined) throw new Error(`cannot write a part of a block manifest: ${wrong}`);
  const bytes = Buffer.alloc(HEADER_BYTES + part.rows.length * ROW_BYTES);
  MAGIC.copy(bytes);
  const numbers = [
    part.blockSizeBytes,
    part.volumeSizeGiB,
    part.firstIndex,
    part.places,
    part.rows.length,
  ] as const;
  for (const [place, number] of numbers.entries()) bytes.writeUInt32BE(number, MAGIC.length + 4 * place);
  for (const [place, { index, lengthBytes, sha256 }] of part.rows.entries()) {
    const at = HEADER_BYTES + place * ROW_BYTES;
    bytes.writeUInt32BE(index, at);
    bytes.writeUInt32BE(lengthBytes, at + 4);
    bytes.set(sha256, at + 8);
  }
  return bytes;
};

/**
 * Reads a part. What it reads may be hostile: every length is held against what is there.
 *
 * @throws Error for bytes that `encodeBlockPart` would not have written
 */
export const decodeBlockPart = (from: Uint8Array): BlockPart => {
  const bytes = Buffer.from(from.buffer, from.byteOffset, from.byteLength);
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw refusal(`it does not begin with ${MAGIC.toString('ascii')}`);
  const number = (place: number): number => bytes.readUInt32BE(MAGIC.length + 4 * place);
  const count = number(4);
  if (bytes.length !== HEADER_BYTES + count * ROW_BYTES)
    throw refusal(
      `it has ${bytes.length} bytes where ${count} rows take ${HEADER_BYTES + count * ROW_BYTES}`,
    );
  const part: BlockPart = {
    blockSizeBytes: number(0),
    volumeSizeGiB: number(1),
    firstIndex: number(2),
    places: number(3),
    rows: Array.from({ length: count }, (_, place) => {
      const at = HEADER_BYTES + place * ROW_BYTES;
      return {
        index: bytes.readUInt32BE(at),
        lengthBytes: bytes.readUInt32BE(at + 4),
        sha256: bytes.subarray(at + 8, at + ROW_BYTES),
      };
    }),
  };
  const wrong = part.blockSizeBytes === 0 ? 'its blocks have no size' : whyNoPart(part);
  if (wrong !== undefined) throw refusal(wrong);
  return part;
};
