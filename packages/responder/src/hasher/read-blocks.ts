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

/**
 * Pages of one call: AWS may give empty ones, and a list without an end must end somewhere. A volume of 64 TiB that holds little may well be thousands
 * of empty pages, though AWS does not say how much one looks through.
 */
const MOST_PAGES = 10_000;

/**
 * A further part is begun only while fewer blocks than these were read, 1 GiB of them: so what a call reads is a part written full and a little at
 * most, which is what the function has time for; of a volume that holds little one call reads many parts.
 */
const BLOCKS_BEFORE_LAST_PART = 2_048;

/** A snapshot, and the parts of it that are read: `parts` of them from `firstPart` on. */
export interface PartsOfSnapshot {
  readonly snapshotId: string;
  readonly sizeGiB: number;
  readonly firstPart: number;
  readonly parts: number;
}

const refuseOther = (
  { BlockSize, VolumeSize }: ListSnapshotBlocksCommandOutput,
  { snapshotId, sizeGiB }: PartsOfSnapshot,
): void => {
  if (BlockSize !== BLOCK_SIZE_BYTES || VolumeSize !== sizeGiB)
    throw new Error(
      `${snapshotId} is listed as ${VolumeSize} GiB in blocks of ${BlockSize} bytes, wanted ${sizeGiB} GiB in blocks of ${BLOCK_SIZE_BYTES}`,
    );
};

/** The written blocks of a snapshot with their tokens, page by page, from a place on. A page may be empty and not the last one. */
async function* listFrom(ebs: EBSClient, part: PartsOfSnapshot): AsyncGenerator<readonly Block[]> {
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const listed: ListSnapshotBlocksCommandOutput = await ebs.send(
      new ListSnapshotBlocksCommand({
        SnapshotId: part.snapshotId,
        MaxResults: BLOCKS_IN_PAGE,
        ...(NextToken === undefined
          ? { StartingBlockIndex: part.firstPart * BLOCKS_IN_PART }
          : { NextToken }),
      }),
    );
    refuseOther(listed, part);
    yield listed.Blocks ?? [];
    NextToken = listed.NextToken;
    if (NextToken === undefined) return;
  }
  throw new Error(`the list of blocks of ${part.snapshotId} has not ended after ${MOST_PAGES} pages`);
}

/**
 * The written blocks of one part after the other, those without any included. A block beyond a part says that nothing more of it comes: so parts in
 * which nothing is written cost no call of their own.
 */
async function* listParts(ebs: EBSClient, wanted: PartsOfSnapshot): AsyncGenerator<readonly Block[]> {
  const pages = listFrom(ebs, wanted);
  let ahead: Block[] = [];
  let isOver = false;
  for (let part = wanted.firstPart; part < wanted.firstPart + wanted.parts; part += 1) {
    const end = (part + 1) * BLOCKS_IN_PART;
    const isBefore = ({ BlockIndex = -1 }: Block): boolean => BlockIndex < end;
    while (!isOver && ahead.every(isBefore)) {
      const { done, value } = await pages.next();
      if (done === true) isOver = true;
      else ahead = [...ahead, ...value];
    }
    yield ahead.filter(isBefore);
    ahead = ahead.filter((block) => !isBefore(block));
  }
}

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

/** Reads these blocks and gives their digests, in order. No more than a few are held at a time. */
const readBlocks = async (
  ebs: EBSClient,
  snapshotId: string,
  listed: readonly Block[],
): Promise<readonly BlockRow[]> => {
  const rows: BlockRow[] = [];
  let next = 0;
  const take = async (): Promise<void> => {
    for (;;) {
      const block = listed[next];
      next += 1;
      if (block === undefined) return;
      rows.push(await readBlock(ebs, snapshotId, block));
    }
  };
  await Promise.all(Array.from({ length: Math.min(BLOCKS_AT_ONCE, listed.length) }, take));
  return rows.toSorted((a, b) => a.index - b.index);
};

/** One part that was read: its number, and the digests of its written blocks, in order. */
export interface PartRead {
  readonly part: number;
  readonly rows: readonly BlockRow[];
}

/**
 * Reads the written blocks of one part of a snapshot after the other. The first is always read; then as many as there is time for.
 *
 * @throws the SDK's error where AWS refuses; Error where what it gives does not fit what it states
 */
export async function* readParts(ebs: EBSClient, wanted: PartsOfSnapshot): AsyncGenerator<PartRead> {
  let part = wanted.firstPart;
  let read = 0;
  for await (const listed of listParts(ebs, wanted)) {
    const rows = await readBlocks(ebs, wanted.snapshotId, listed);
    yield { part, rows };
    part += 1;
    read += rows.length;
    if (read >= BLOCKS_BEFORE_LAST_PART) return;
  }
}
