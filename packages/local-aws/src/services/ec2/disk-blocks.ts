import { createHash, hash } from 'node:crypto';
import type { Snapshot, WrittenExtent } from './state.ts';

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-elements.html : blocks are of 512 KiB */
export const DISK_BLOCK_BYTES = 524_288;

/** The bytes of one written block, and their SHA-256 in base64. */
export interface DiskBlock {
  readonly data: Uint8Array;
  readonly checksum: string;
}

/** Checksums by what the bytes follow from: a block that is read again, or in a copy, is not hashed again. */
const checksums = new Map<string, string>();
const MOST_CHECKSUMS = 100_000;

/** Fills a block with a pattern of 32 bytes that follows from its content and its place. */
const bytesOf = ({ content, flippedByte }: WrittenExtent, index: number): Uint8Array => {
  const data =
    content === ''
      ? Buffer.alloc(DISK_BLOCK_BYTES)
      : Buffer.alloc(DISK_BLOCK_BYTES, createHash('sha256').update(`${index} ${content}`).digest());
  if (flippedByte !== undefined) data[flippedByte] = (data[flippedByte] ?? 0) ^ 1;
  return data;
};

const keyOf = ({ content, flippedByte }: WrittenExtent, index: number): string =>
  content === '' && flippedByte === undefined ? 'zeros' : `${index} ${flippedByte ?? ''} ${content}`;

const extentAt = (written: readonly WrittenExtent[], index: number): WrittenExtent | undefined =>
  written.findLast(({ firstBlock, blocks }) => index >= firstBlock && index < firstBlock + blocks);

/** One block of a disk; undefined where nothing was written. */
export const diskBlock = (written: readonly WrittenExtent[], index: number): DiskBlock | undefined => {
  const extent = extentAt(written, index);
  if (extent === undefined) return undefined;
  const key = keyOf(extent, index);
  const data = bytesOf(extent, index);
  const checksum = checksums.get(key) ?? hash('sha256', data, 'base64');
  if (checksums.size >= MOST_CHECKSUMS) checksums.clear();
  checksums.set(key, checksum);
  return { data, checksum };
};

/** The places in `[from, to)` that were written, ascending, each once. */
export const writtenPlaces = (
  written: readonly WrittenExtent[],
  from: number,
  to: number,
): readonly number[] => {
  const places = new Set<number>();
  for (const { firstBlock, blocks } of written)
    for (let index = Math.max(from, firstBlock); index < Math.min(to, firstBlock + blocks); index += 1)
      places.add(index);
  return [...places].toSorted((a, b) => a - b);
};

/**
 * Flips one bit of a snapshot, as somebody could who gets behind AWS: no call does it, and no call tells of it.
 *
 * @throws Error where the block was never written
 */
export const flipByte = (snapshot: Snapshot, block: number, flippedByte: number): void => {
  const extent = extentAt(snapshot.written ?? [], block);
  if (extent === undefined)
    throw new Error(`block ${block} of ${snapshot.snapshotId} was never written: there is no byte to flip`);
  const { content } = extent;
  snapshot.written = [...(snapshot.written ?? []), { firstBlock: block, blocks: 1, content, flippedByte }];
};
