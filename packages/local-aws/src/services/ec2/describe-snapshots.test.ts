import type { DescribeSnapshotsCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, OTHER_ACCOUNT, rootOf } from '../testing.ts';
import { ebsBench } from './ebs-bench.ts';

const setUp = () => {
  const ebs = ebsBench();
  const own = ebs.snapshot({ tags: new Map([['incident', '42']]) });
  const given = ebs.snapshot({
    ownerId: OTHER_ACCOUNT,
    sharedWith: new Set([ACCOUNT]),
    tags: new Map([['incident', '42']]),
    volumeId: 'vol-0fedcba9876543210',
  });
  const open = ebs.snapshot({ ownerId: OTHER_ACCOUNT, isPublic: true, state: 'pending' });
  const hidden = ebs.snapshot({ ownerId: OTHER_ACCOUNT });
  const ask = async (input: object, account = ACCOUNT) => {
    const { Snapshots } = await ebs.perform<DescribeSnapshotsCommandOutput>('DescribeSnapshots', input, {
      caller: rootOf(account),
    });
    return Snapshots?.map(({ SnapshotId }) => SnapshotId);
  };
  return { ebs, own, given, open, hidden, ask };
};

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
describe('DescribeSnapshots', () => {
  it.each([
    ['nothing', {}, ['own', 'given', 'open']],
    ['OwnerIds self', { OwnerIds: ['self'] }, ['own']],
    ['OwnerIds of another account', { OwnerIds: [OTHER_ACCOUNT] }, ['given', 'open']],
    ['RestorableByUserIds self', { RestorableByUserIds: ['self'] }, ['own', 'given']],
    ['RestorableByUserIds all', { RestorableByUserIds: ['all'] }, ['open']],
    ['status completed', { Filters: [{ Name: 'status', Values: ['completed'] }] }, ['own', 'given']],
    ['volume-id', { Filters: [{ Name: 'volume-id', Values: ['vol-0fedcba9876543210'] }] }, ['given']],
    [
      'a tag, which is seen by the owner only',
      { Filters: [{ Name: 'tag:incident', Values: ['42'] }] },
      ['own'],
    ],
  ] as const)('asked for %s, gives what the caller may use', async (_name, input, expected) => {
    const world = setUp();
    expect(await world.ask(input)).toEqual(expected.map((name) => world[name].snapshotId));
  });

  it('leaves out the id of a snapshot without access, and refuses an unknown id', async () => {
    const { own, given, hidden, ask } = setUp();
    expect(await ask({ SnapshotIds: [own.snapshotId, hidden.snapshotId, given.snapshotId] })).toEqual([
      own.snapshotId,
      given.snapshotId,
    ]);
    await expect(ask({ SnapshotIds: ['snap-0123456789abcdef0'] })).rejects.toMatchObject({
      code: 'InvalidSnapshot.NotFound',
    });
    await expect(ask({ SnapshotIds: ['disk'] })).rejects.toMatchObject({
      code: 'InvalidSnapshotID.Malformed',
    });
  });

  it('does not show the tags of a shared snapshot to the other account', async () => {
    const { ebs, given } = setUp();
    const seen = async (account: string) =>
      (
        await ebs.perform<DescribeSnapshotsCommandOutput>(
          'DescribeSnapshots',
          { SnapshotIds: [given.snapshotId] },
          { caller: rootOf(account) },
        )
      ).Snapshots?.[0];
    expect((await seen(ACCOUNT))?.Tags).toBeUndefined();
    expect((await seen(OTHER_ACCOUNT))?.Tags).toEqual([{ Key: 'incident', Value: '42' }]);
  });

  it('is regional', async () => {
    const { ebs } = setUp();
    const far = await ebs.perform<DescribeSnapshotsCommandOutput>(
      'DescribeSnapshots',
      {},
      { region: 'us-east-1' },
    );
    expect(far.Snapshots).toEqual([]);
  });

  it('gives pages that together are the list', async () => {
    const ebs = ebsBench();
    const all = Array.from({ length: 7 }, () => ebs.snapshot().snapshotId);
    const first = await ebs.perform<DescribeSnapshotsCommandOutput>('DescribeSnapshots', { MaxResults: 5 });
    const second = await ebs.perform<DescribeSnapshotsCommandOutput>('DescribeSnapshots', {
      MaxResults: 5,
      NextToken: first.NextToken,
    });
    expect(
      [...(first.Snapshots ?? []), ...(second.Snapshots ?? [])].map(({ SnapshotId }) => SnapshotId),
    ).toEqual(all);
    expect(second.NextToken).toBeUndefined();
  });

  it('refuses a filter that is not implemented', async () => {
    const { ask } = setUp();
    await expect(ask({ Filters: [{ Name: 'mood', Values: ['x'] }] })).rejects.toMatchObject({ status: 501 });
  });
});
