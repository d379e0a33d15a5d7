import { describe, expect, it } from 'vitest';
import { ebsBench } from './ebs-bench.ts';
import { ebsDurations } from './ebs-durations.ts';

const MINUTE = 60_000;

const setUp = (sizeGiB = 100) => {
  const ebs = ebsBench();
  const source = ebs.snapshot({ sizeGiB });
  const copy = async (CompletionDurationMinutes?: number): Promise<string> => {
    const { SnapshotId } = await ebs.perform<{ SnapshotId: string }>('CopySnapshot', {
      SourceRegion: 'eu-west-1',
      SourceSnapshotId: source.snapshotId,
      ...(CompletionDurationMinutes === undefined ? {} : { CompletionDurationMinutes }),
    });
    return SnapshotId;
  };
  return { ebs, copy };
};

// https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
describe('a copy with a completion duration', () => {
  it('is complete within it, and is told apart from an ordinary one', async () => {
    const { ebs, copy } = setUp(400);
    const [timed, ordinary] = [await copy(15), await copy()];
    expect(ebsDurations.copy(400)).toBeGreaterThan(15 * MINUTE);
    await ebs.pass(15 * MINUTE);
    expect(ebs.state.snapshots.get(timed)?.state).toBe('completed');
    expect(ebs.state.snapshots.get(ordinary)?.state).toBe('pending');
    const { Snapshots } = await ebs.perform<{ Snapshots: object[] }>('DescribeSnapshots', {
      SnapshotIds: [timed, ordinary],
    });
    expect(Snapshots).toMatchObject([
      { TransferType: 'time-based', CompletionDurationMinutes: 15 },
      { TransferType: 'standard' },
    ]);
  });

  it.each([1, 14, 20, 2_895])('is refused for %d minutes', async (minutes) => {
    await expect(setUp().copy(minutes)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });

  it('is refused where its size would need more than 500 MiB a second', async () => {
    const { copy } = setUp(440);
    await expect(copy(15)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    await copy(30);
  });

  it('is refused where no throughput is left, and late where too little is', async () => {
    const { ebs, copy } = setUp(400);
    for (let count = 0; count < 5; count += 1) await copy(15);
    await expect(copy(15)).rejects.toMatchObject({ code: 'ResourceLimitExceeded' });
    await copy();
    await ebs.pass(15 * MINUTE);
    await copy(15);
  });
});

describe('an ordinary snapshot', () => {
  it('tells nothing of a transfer', async () => {
    const { ebs } = setUp();
    const { Snapshots } = await ebs.perform<{ Snapshots: object[] }>('DescribeSnapshots', {});
    expect(Snapshots[0]).not.toHaveProperty('TransferType');
  });
});
