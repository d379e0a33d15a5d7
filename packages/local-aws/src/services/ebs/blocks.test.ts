import type { GetSnapshotBlockCommandOutput, ListSnapshotBlocksCommandOutput } from '@aws-sdk/client-ebs';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addKey } from '../kms/build.ts';
import { flipByte } from '../ec2/disk-blocks.ts';
import { ec2State, type Snapshot } from '../ec2/state.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START, type BenchOptions } from '../testing.ts';
import { ebsService } from './service.ts';

type Block = GetSnapshotBlockCommandOutput & { BlockData: Uint8Array };

const open = (more: Partial<Snapshot> = {}, options: BenchOptions = {}) => {
  const on = bench(ebsService, options);
  const snapshot: Snapshot = {
    snapshotId: 'snap-0123456789abcdef0',
    ownerId: ACCOUNT,
    volumeId: 'vol-0123456789abcdef0',
    sizeGiB: 100,
    encrypted: false,
    description: 'a snapshot',
    startedAt: START,
    tags: new Map([['team', 'web']]),
    content: 'the disk',
    written: [
      { firstBlock: 0, blocks: 3, content: 'boot' },
      { firstBlock: 150_000, blocks: 150, content: 'data' },
      { firstBlock: 1, blocks: 1, content: '' },
    ],
    state: 'completed',
    progress: 100,
    sharedWith: new Set(),
    isPublic: false,
    ...more,
  };
  on.world.of(ec2State, snapshot.ownerId, REGION).snapshots.set(snapshot.snapshotId, snapshot);
  const SnapshotId = snapshot.snapshotId;
  const list = (input: object = {}) =>
    on.perform<ListSnapshotBlocksCommandOutput>('ListSnapshotBlocks', { SnapshotId, ...input });
  const every = async () => {
    const pages: ListSnapshotBlocksCommandOutput[] = [];
    let NextToken: string | undefined;
    do {
      const page = await list({ MaxResults: 100, NextToken });
      pages.push(page);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return pages;
  };
  const get = (BlockIndex: number, BlockToken: string | undefined) =>
    on.perform<Block>('GetSnapshotBlock', { SnapshotId, BlockIndex, BlockToken });
  const read = async (index: number) => {
    const { Blocks: [block] = [] } = await list({ StartingBlockIndex: index });
    return get(index, block?.BlockToken);
  };
  const pass = (milliseconds: number) => {
    on.timeline.at(on.timeline.now() + milliseconds, () => {});
    return on.pass(milliseconds);
  };
  return { ...on, snapshot, list, every, get, read, pass };
};

describe('ListSnapshotBlocks', () => {
  it('lists what was written, in order, on pages of which some are empty', async () => {
    const pages = await open().every();
    expect(pages.flatMap(({ Blocks = [] }) => Blocks.map(({ BlockIndex }) => BlockIndex))).toEqual([
      0,
      1,
      2,
      ...Array.from({ length: 150 }, (_, place) => 150_000 + place),
    ]);
    expect(pages.some(({ Blocks, NextToken }) => Blocks?.length === 0 && NextToken !== undefined)).toBe(true);
    expect(pages[0]).toMatchObject({ VolumeSize: 100, BlockSize: 524_288 });
  });

  it('begins where it is asked to', async () => {
    const { Blocks } = await open().list({ StartingBlockIndex: 2 });
    expect(Blocks).toHaveLength(1);
  });

  it('takes a page token for an hour, of this snapshot alone', async () => {
    const on = open();
    const { NextToken } = await on.list();
    await expect(on.list({ NextToken: `x${NextToken}` })).rejects.toMatchObject({
      code: 'ValidationException',
      fields: { Reason: 'INVALID_PAGE_TOKEN' },
    });
    await on.pass(3_600_000);
    await expect(on.list({ NextToken })).rejects.toMatchObject({ fields: { Reason: 'INVALID_PAGE_TOKEN' } });
  });

  it('refuses pages that are too small or too large, and a member that it does not know', async () => {
    await expect(open().list({ MaxResults: 99 })).rejects.toMatchObject({
      fields: { Reason: 'INVALID_PARAMETER_VALUE' },
    });
    await expect(open().list({ Colour: 'red' })).rejects.toThrow(/member Colour .* is not implemented/);
  });

  it('is throttled after fifty calls of a second', async () => {
    const on = open();
    for (let call = 0; call < 50; call += 1) await on.list();
    await expect(on.list()).rejects.toMatchObject({
      code: 'RequestThrottledException',
      fields: { Reason: 'ACCOUNT_THROTTLED' },
    });
    await on.pass(1_000);
    await expect(on.list()).resolves.toBeDefined();
  });
});

describe('GetSnapshotBlock', () => {
  it('gives the bytes with their SHA-256; of one content and place always the same', async () => {
    const on = open();
    const block = await on.read(150_001);
    expect(block.BlockData).toHaveLength(524_288);
    expect(createHash('sha256').update(block.BlockData).digest('base64')).toBe(block.Checksum);
    expect(block).toMatchObject({ DataLength: 524_288, ChecksumAlgorithm: 'SHA256' });
    expect((await open().read(150_001)).Checksum).toBe(block.Checksum);
    expect((await on.read(150_002)).Checksum).not.toBe(block.Checksum);
  });

  it('gives zeros where zeros were written over something else', async () => {
    expect(Buffer.from((await open().read(1)).BlockData).equals(Buffer.alloc(524_288))).toBe(true);
  });

  it('gives another checksum when one byte was flipped, and that block alone', async () => {
    const on = open();
    const before = [await on.read(0), await on.read(2)];
    flipByte(on.snapshot, 2, 77);
    const after = [await on.read(0), await on.read(2)];
    expect(after[0]?.Checksum).toBe(before[0]?.Checksum);
    expect(after[1]?.Checksum).not.toBe(before[1]?.Checksum);
    expect(() => flipByte(on.snapshot, 9, 0)).toThrow(/was never written/);
  });

  it('takes a token for seven days, for its own block alone', async () => {
    const on = open();
    const { Blocks: [first, second] = [] } = await on.list();
    await expect(on.get(0, second?.BlockToken)).rejects.toMatchObject({
      fields: { Reason: 'INVALID_BLOCK_TOKEN' },
    });
    await on.pass(7 * 86_400_000);
    await expect(on.get(0, first?.BlockToken)).rejects.toMatchObject({
      fields: { Reason: 'INVALID_BLOCK_TOKEN' },
    });
  });

  it('is throttled after a thousand calls of a second about one snapshot', async () => {
    const on = open();
    const { Blocks: [block] = [] } = await on.list();
    for (let call = 0; call < 1_000; call += 1) await on.get(0, block?.BlockToken);
    await expect(on.get(0, block?.BlockToken)).rejects.toMatchObject({
      fields: { Reason: 'RESOURCE_LEVEL_THROTTLE' },
    });
  });
});

describe('who may read a snapshot block by block', () => {
  it.each([
    [
      'that is not there',
      { snapshotId: 'snap-0fffffffffffffff0' },
      'ResourceNotFoundException',
      'SNAPSHOT_NOT_FOUND',
    ],
    [
      'that is not shared with it',
      { ownerId: OTHER_ACCOUNT },
      'AccessDeniedException',
      'UNAUTHORIZED_ACCOUNT',
    ],
    [
      'that is public',
      { ownerId: OTHER_ACCOUNT, isPublic: true },
      'AccessDeniedException',
      'UNAUTHORIZED_ACCOUNT',
    ],
    ['that is pending', { state: 'pending' as const }, 'ValidationException', 'INVALID_SNAPSHOT_ID'],
  ])('nobody one %s', async (_, more, code, Reason) => {
    const on = open(more);
    await expect(on.list({ SnapshotId: 'snap-0123456789abcdef0' })).rejects.toMatchObject({
      code,
      fields: { Reason },
    });
  });

  it('an account one that is shared with it', async () => {
    const on = open({ ownerId: OTHER_ACCOUNT, sharedWith: new Set([ACCOUNT]) });
    await expect(on.list()).resolves.toMatchObject({ VolumeSize: 100 });
  });

  it('nobody one whose key does not admit the caller', async () => {
    const on = open({}, { decide: ({ action }) => (action === 'kms:Decrypt' ? 'deny' : 'allow') });
    const key = addKey(
      on.world,
      {
        account: ACCOUNT,
        region: REGION,
        description: 'data',
        policy: { Version: '2012-10-17', Statement: [] },
      },
      { ids: on.ids, now: START },
    );
    on.world
      .of(ec2State, ACCOUNT, REGION)
      .snapshots.set(on.snapshot.snapshotId, { ...on.snapshot, encrypted: true, kmsKeyArn: key.arn });
    await expect(on.list()).rejects.toMatchObject({
      code: 'AccessDeniedException',
      fields: { Reason: 'DEPENDENCY_ACCESS_DENIED' },
    });
    expect(on.checks.at(-1)).toMatchObject({ action: 'kms:Decrypt', resource: key.arn });
  });

  it('is decided on the snapshot, with its tags where it is the caller’s own', () => {
    const [check] = open().checksOf('GetSnapshotBlock', { SnapshotId: 'snap-0123456789abcdef0' });
    expect(check).toEqual({
      action: 'ebs:GetSnapshotBlock',
      resource: `arn:aws:ec2:${REGION}::snapshot/snap-0123456789abcdef0`,
      context: { 'aws:ResourceTag/team': 'web' },
    });
    const [other] = open({ ownerId: OTHER_ACCOUNT }).checksOf('GetSnapshotBlock', {
      SnapshotId: 'snap-0123456789abcdef0',
    });
    expect(other?.context).toEqual({});
  });
});
