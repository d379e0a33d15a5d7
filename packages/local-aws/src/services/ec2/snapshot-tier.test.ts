import { describe, expect, it } from 'vitest';
import { ebsBench } from './ebs-bench.ts';
import { ebsDurations } from './ebs-durations.ts';

const tierSeen = async (ebs: ReturnType<typeof ebsBench>, id: string): Promise<string | undefined> => {
  const { Snapshots } = await ebs.perform<{ Snapshots: { StorageTier: string }[] }>('DescribeSnapshots', {
    SnapshotIds: [id],
  });
  return Snapshots[0]?.StorageTier;
};

// https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html
describe('a snapshot in the archive', () => {
  it('cannot be copied or made into a volume until it is restored, which takes hours', async () => {
    const ebs = ebsBench();
    const { snapshotId: SnapshotId } = ebs.snapshot();
    await ebs.perform('ModifySnapshotTier', { SnapshotId, StorageTier: 'archive' });
    const copying = { SourceRegion: 'eu-west-1', SourceSnapshotId: SnapshotId };
    expect(await tierSeen(ebs, SnapshotId)).toBe('archive');
    await expect(ebs.perform('CopySnapshot', copying)).rejects.toMatchObject({ code: 'IncorrectState' });
    const volume = { SnapshotId, AvailabilityZone: 'eu-west-1a' };
    await expect(ebs.perform('CreateVolume', volume)).rejects.toMatchObject({ code: 'IncorrectState' });

    await ebs.perform('RestoreSnapshotTier', { SnapshotId, PermanentRestore: true });
    await ebs.pass(ebsDurations.restore - 1);
    await expect(ebs.perform('CopySnapshot', copying)).rejects.toMatchObject({ code: 'IncorrectState' });
    await ebs.pass(1);
    expect(await tierSeen(ebs, SnapshotId)).toBe('standard');
    await ebs.perform('CopySnapshot', copying);
  });

  it('is completed, its own account\u2019s, and in no archive before', async () => {
    const ebs = ebsBench();
    const archive = (SnapshotId: string) => ebs.perform('ModifySnapshotTier', { SnapshotId });
    const pending = ebs.snapshot({ state: 'pending' }).snapshotId;
    await expect(archive(pending)).rejects.toMatchObject({ code: 'IncorrectState' });
    const { snapshotId } = ebs.snapshot();
    await archive(snapshotId);
    await expect(archive(snapshotId)).rejects.toMatchObject({ code: 'IncorrectState' });
    await expect(
      ebs.perform('ModifySnapshotTier', { SnapshotId: snapshotId, StorageTier: 'standard' }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });

  it('is restored for good alone', async () => {
    const ebs = ebsBench();
    const { snapshotId: SnapshotId } = ebs.snapshot();
    const restore = (more: object) => ebs.perform('RestoreSnapshotTier', { SnapshotId, ...more });
    await expect(restore({ PermanentRestore: true })).rejects.toMatchObject({ code: 'IncorrectState' });
    await ebs.perform('ModifySnapshotTier', { SnapshotId });
    await expect(restore({})).rejects.toMatchObject({ code: 'MissingParameter' });
    await expect(restore({ TemporaryRestoreDays: 3 })).rejects.toThrow(/TemporaryRestoreDays/);
  });
});
