import type { DescribeSnapshotsCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { OTHER_ACCOUNT, REGION, rootOf } from '../testing.ts';
import { ebsBench } from './ebs-bench.ts';
import { ebsDurations } from './ebs-durations.ts';

const DAY = 86_400_000;

const setUp = () => {
  const ebs = ebsBench();
  const snapshot = ebs.snapshot({ sharedWith: new Set([OTHER_ACCOUNT]) });
  const SnapshotId = snapshot.snapshotId;
  const archive = (input: object = {}) =>
    ebs.perform('ModifySnapshotTier', { SnapshotId, StorageTier: 'archive', ...input });
  const restore = (input: object) => ebs.perform('RestoreSnapshotTier', { SnapshotId, ...input });
  const tier = async () => {
    const { Snapshots } = await ebs.perform<DescribeSnapshotsCommandOutput>('DescribeSnapshots', {
      SnapshotIds: [SnapshotId],
    });
    return Snapshots?.[0]?.StorageTier;
  };
  const use = () => ebs.perform('CreateVolume', { SnapshotId, AvailabilityZone: `${REGION}a` });
  return { ebs, snapshot, SnapshotId, archive, restore, tier, use };
};

// https://docs.aws.amazon.com/ebs/latest/userguide/archive-snapshot.html
describe('ModifySnapshotTier', () => {
  it('archives after a while, until when the snapshot can be used; then it is shared with nobody and good for nothing', async () => {
    const { ebs, snapshot, archive, tier, use, SnapshotId } = setUp();
    await archive();
    expect(await tier()).toBe('standard');
    await expect(use()).resolves.toBeDefined();
    await expect(archive()).rejects.toMatchObject({ code: 'IncorrectState' });
    await ebs.pass(ebsDurations.archive);
    expect(await tier()).toBe('archive');
    expect(snapshot.sharedWith.size).toBe(0);
    await expect(use()).rejects.toMatchObject({ code: 'IncorrectState' });
    await expect(
      ebs.perform('CopySnapshot', { SourceRegion: REGION, SourceSnapshotId: SnapshotId }),
    ).rejects.toMatchObject({ code: 'IncorrectState' });
  });

  it('takes a locked snapshot, whose lock stays', async () => {
    const { ebs, SnapshotId, archive } = setUp();
    await ebs.perform('LockSnapshot', { SnapshotId, LockMode: 'governance', LockDuration: 10 });
    await archive();
    await ebs.pass(ebsDurations.archive);
    await expect(ebs.perform('DeleteSnapshot', { SnapshotId })).rejects.toMatchObject({
      code: 'OperationNotPermitted',
    });
  });

  it('refuses what is pending, another tier, and anyone but the owner', async () => {
    const { ebs, snapshot, archive } = setUp();
    await expect(archive({ StorageTier: 'standard' })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
    await expect(
      ebs.perform(
        'ModifySnapshotTier',
        { SnapshotId: snapshot.snapshotId, StorageTier: 'archive' },
        { caller: rootOf(OTHER_ACCOUNT) },
      ),
    ).rejects.toMatchObject({ code: 'AuthFailure' });
    snapshot.state = 'pending';
    await expect(archive()).rejects.toMatchObject({ code: 'IncorrectState' });
  });

  it('takes 25 at once', async () => {
    const { ebs, archive } = setUp();
    for (let index = 0; index < 25; index += 1) await archive({ SnapshotId: ebs.snapshot().snapshotId });
    await expect(archive()).rejects.toMatchObject({ code: 'ConcurrentSnapshotLimitExceeded' });
  });
});

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotTier.html
describe('RestoreSnapshotTier', () => {
  it('for some days gives a snapshot that can be used, and archives it again', async () => {
    const { ebs, archive, restore, tier, use } = setUp();
    await expect(restore({ TemporaryRestoreDays: 2 })).rejects.toMatchObject({ code: 'IncorrectState' });
    await archive();
    await ebs.pass(ebsDurations.archive);
    await restore({ TemporaryRestoreDays: 2 });
    await expect(use()).rejects.toMatchObject({ code: 'IncorrectState' });
    await ebs.pass(ebsDurations.restore);
    expect(await tier()).toBe('standard');
    await expect(use()).resolves.toBeDefined();
    await ebs.pass(2 * DAY);
    expect(await tier()).toBe('archive');
  });

  it('for good leaves it in the standard tier', async () => {
    const { ebs, archive, restore, tier } = setUp();
    await archive();
    await ebs.pass(ebsDurations.archive);
    await restore({ PermanentRestore: true });
    await ebs.pass(ebsDurations.restore + 30 * DAY);
    expect(await tier()).toBe('standard');
  });

  it('wants one of the two', async () => {
    const { restore } = setUp();
    await expect(restore({})).rejects.toMatchObject({ code: 'InvalidParameterCombination' });
    await expect(restore({ PermanentRestore: true, TemporaryRestoreDays: 1 })).rejects.toMatchObject({
      code: 'InvalidParameterCombination',
    });
  });
});
