import {
  EBSClient,
  GetSnapshotBlockCommand,
  ListSnapshotBlocksCommand,
  type Block,
  type ListSnapshotBlocksCommandOutput,
} from '@aws-sdk/client-ebs';
import { createHash } from 'node:crypto';
import { BLOCK_SIZE_BYTES, BLOCKS_IN_PART, type BlockRow } from '@cordon/evidence';

/**
 * Blocks of one part that are on their way at once. It is what holds the rate down: at 50 ms each they make 320 a second, where AWS gives
 * 1,000 of one snapshot. Where several parts together meet the account's quota, the SDK waits and tries again (aws-facts 3.9).
 */
const BLOCKS_AT_ONCE = 16;

/** The most that a page may list. https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListSnapshotBlocks.html */
const BLOCKS_IN_PAGE = 10_000;

/** Pages of one part: AWS may give empty ones, and a list without an end must end somewhere. */
const MOST_PAGES = 1_000;

/** A snapshot, and the places of it that are read: from `firstIndex` on, one part. */
export interface PartOfSnapshot {
  readonly snapshotId: string;
  readonly sizeGiB: number;
  readonly firstIndex: number;
}

const refuseOther = (
  { BlockSize, VolumeSize }: ListSnapshotBlocksCommandOutput,
  { snapshotId, sizeGiB }: PartOfSnapshot,
): void => {
  if (BlockSize !== BLOCK_SIZE_BYTES || VolumeSize !== sizeGiB)
    throw new Error(
      `${snapshotId} is listed as ${VolumeSize} GiB in blocks of ${BlockSize} bytes, wanted ${sizeGiB} GiB in blocks of ${BLOCK_SIZE_BYTES}`,
    );
};

/** The written blocks of the part with their tokens. A page may be empty and not the last one. */
const listPart = async (ebs: EBSClient, part: PartOfSnapshot): Promise<readonly Block[]> => {
  const end = part.firstIndex + BLOCKS_IN_PART;
  const found: Block[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const listed: ListSnapshotBlocksCommandOutput = await ebs.send(
      new ListSnapshotBlocksCommand({
        SnapshotId: part.snapshotId,
        MaxResults: BLOCKS_IN_PAGE,
        ...(NextToken === undefined ? { StartingBlockIndex: part.firstIndex } : { NextToken }),
      }),
    );
    refuseOther(listed, part);
    const blocks = listed.Blocks ?? [];
    found.push(...blocks.filter(({ BlockIndex = end }) => BlockIndex >= part.firstIndex && BlockIndex < end));
    NextToken = listed.NextToken;
    if (NextToken === undefined || (blocks.at(-1)?.BlockIndex ?? 0) >= end) return found;
  }
  throw new Error(`the list of blocks of ${part.snapshotId} has not ended after ${MOST_PAGES} pages`);
};

/** Reads one block and hashes it. What AWS states of it must be so. */
const readBlock = async (ebs: EBSClient, snapshotId: string, block: Block): Promise<BlockRow> => {
  const { BlockIndex: index = -1, BlockToken } = block;
  const answer = await ebs.send(
    new GetSnapshotBlockCommand({ SnapshotId: snapshotId, BlockIndex: index, BlockToken }),
  );
  const data = await answer.BlockData?.transformToByteArray();
  if (data === undefined) throw new Error(`block ${index} of ${snapshotId} came without data`);
  const sha256 = createHash('sha256').update(data).digest();
  const stated = answer.Checksum;
  if (stated !== sha256.toString('base64') || answer.DataLength !== data.length)
    throw new Error(
      `block ${index} of ${snapshotId} came with ${data.length} bytes of checksum ${sha256.toString('base64')}, stated were ${answer.DataLength} with ${stated}`,
    );
  return { index, lengthBytes: data.length, sha256 };
};

/**
 * Reads every written block of one part of a snapshot and gives their digests, in order. No more than a few blocks are held at a time.
 *
 * @throws the SDK's error where AWS refuses; Error where what it gives does not fit what it states
 */
export const readPart = async (ebs: EBSClient, part: PartOfSnapshot): Promise<readonly BlockRow[]> => {
  const listed = await listPart(ebs, part);
  const rows: BlockRow[] = [];
  let next = 0;
  const take = async (): Promise<void> => {
    for (;;) {
      const block = listed[next];
      next += 1;
      if (block === undefined) return;
      rows.push(await readBlock(ebs, part.snapshotId, block));
    }
  };
  await Promise.all(Array.from({ length: Math.min(BLOCKS_AT_ONCE, listed.length) }, take));
  return rows.toSorted((a, b) => a.index - b.index);
};
