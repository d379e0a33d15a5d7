import type {
  GetSnapshotBlockCommandInput,
  GetSnapshotBlockCommandOutput,
  ListSnapshotBlocksCommandInput,
  ListSnapshotBlocksCommandOutput,
} from '@aws-sdk/client-ebs';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { DISK_BLOCK_BYTES, diskBlock, writtenPlaces } from '../ec2/disk-blocks.ts';
import { invalid, readCheck, requireReadable } from './readable-snapshot.ts';
import { spendGet, spendList } from './throttle.ts';
import { BLOCK_TOKEN_MS, isGood, PAGE_TOKEN_MS, readToken, writeToken } from './tokens.ts';

/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListSnapshotBlocks.html (MaxResults) */
const LEAST_RESULTS = 100;
const MOST_RESULTS = 10_000;

/**
 * How many places of a volume one page looks through: of a volume that holds little, most pages have no block and a token all the
 * same, as AWS says of its own. https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-faq.html
 */
const PLACES_IN_PAGE = 20_000;

const BLOCKS_PER_GIB = 2 ** 30 / DISK_BLOCK_BYTES;

const sizeOfPage = (given: number | undefined): number => {
  if (given !== undefined && !(given >= LEAST_RESULTS && given <= MOST_RESULTS))
    throw invalid('INVALID_PARAMETER_VALUE', `maxResults must be from ${LEAST_RESULTS} to ${MOST_RESULTS}`);
  return given ?? MOST_RESULTS;
};

const startOf = (input: ListSnapshotBlocksCommandInput, now: number): number => {
  if (input.NextToken === undefined) return input.StartingBlockIndex ?? 0;
  const token = readToken(input.NextToken);
  const page = { kind: 'page', snapshotId: input.SnapshotId ?? '', index: token?.index ?? 0 } as const;
  if (!isGood(input.NextToken, page, now))
    throw invalid('INVALID_PAGE_TOKEN', 'The page token is not valid, or has expired');
  return page.index;
};

/** The written blocks of a snapshot, in order, with a token for each. https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListSnapshotBlocks.html */
const listSnapshotBlocks = operation<
  ListSnapshotBlocksCommandInput,
  Omit<ListSnapshotBlocksCommandOutput, '$metadata'>
>({
  checks: (input, call) => [readCheck('ListSnapshotBlocks', call, input.SnapshotId ?? '')],
  run: (input, call) => {
    acceptMembers(input, 'ListSnapshotBlocks', [
      'SnapshotId',
      'NextToken',
      'MaxResults',
      'StartingBlockIndex',
    ]);
    spendList(call);
    const { snapshotId, sizeGiB, written = [] } = requireReadable(call, input.SnapshotId ?? '');
    const size = sizeOfPage(input.MaxResults);
    const start = startOf(input, call.now);
    const end = sizeGiB * BLOCKS_PER_GIB;
    const places = writtenPlaces(written, start, Math.min(end, start + PLACES_IN_PAGE));
    const listed = places.slice(0, size);
    const next = listed.length < places.length ? (places[size] ?? end) : start + PLACES_IN_PAGE;
    const expiresAt = call.now + BLOCK_TOKEN_MS;
    return {
      Blocks: listed.map((index) => ({
        BlockIndex: index,
        BlockToken: writeToken({ kind: 'block', snapshotId, index, expiresAt }),
      })),
      ExpiryTime: new Date(expiresAt),
      VolumeSize: sizeGiB,
      BlockSize: DISK_BLOCK_BYTES,
      ...(next < end
        ? {
            NextToken: writeToken({
              kind: 'page',
              snapshotId,
              index: next,
              expiresAt: call.now + PAGE_TOKEN_MS,
            }),
          }
        : {}),
    };
  },
});

/** As the wire takes it: the client makes a stream of the bytes. */
type BlockAnswer = Omit<GetSnapshotBlockCommandOutput, '$metadata' | 'BlockData'> & {
  readonly BlockData: Uint8Array;
};

/** One block with its checksum. https://docs.aws.amazon.com/ebs/latest/APIReference/API_GetSnapshotBlock.html */
const getSnapshotBlock = operation<GetSnapshotBlockCommandInput, BlockAnswer>({
  checks: (input, call) => [readCheck('GetSnapshotBlock', call, input.SnapshotId ?? '')],
  run: (input, call) => {
    acceptMembers(input, 'GetSnapshotBlock', ['SnapshotId', 'BlockIndex', 'BlockToken']);
    const { SnapshotId: id = '', BlockIndex: index = -1, BlockToken: token = '' } = input;
    spendGet(call, id);
    const { snapshotId, written = [] } = requireReadable(call, id);
    if (!isGood(token, { kind: 'block', snapshotId, index }, call.now))
      throw invalid('INVALID_BLOCK_TOKEN', 'The block token is not valid for this block, or has expired');
    const block = diskBlock(written, index);
    if (block === undefined)
      throw invalid('INVALID_BLOCK', `Block ${index} of ${snapshotId} was not written`);
    return {
      DataLength: block.data.length,
      BlockData: block.data,
      Checksum: block.checksum,
      ChecksumAlgorithm: 'SHA256',
    };
  },
});

/** The reading operations of the EBS direct APIs, by name; those that write are not here. */
export const blockOperations: Readonly<Record<string, Operation>> = {
  ListSnapshotBlocks: listSnapshotBlocks,
  GetSnapshotBlock: getSnapshotBlock,
};
