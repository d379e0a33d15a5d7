import type { DescribeLockedSnapshotsCommandOutput, LockSnapshotCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, OTHER_ACCOUNT, rootOf, START } from '../testing.ts';
import { ebsBench } from './ebs-bench.ts';
import { ebsDurations } from './ebs-durations.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const setUp = () => {
  const ebs = ebsBench();
  const snapshot = ebs.snapshot();
  const SnapshotId = snapshot.snapshotId;
  const lock = (input: object) =>
    ebs.perform<LockSnapshotCommandOutput>('LockSnapshot', { SnapshotId, ...input });
  const locked = async (state?: string) => {
    const Filters = state === undefined ? undefined : [{ Name: 'lock-state', Values: [state] }];
    return (
      (await ebs.perform<DescribeLockedSnapshotsCommandOutput>('DescribeLockedSnapshots', { Filters }))
        .Snapshots ?? []
    );
  };
  const remove = () => ebs.perform('DeleteSnapshot', { SnapshotId });
  const unlock = () => ebs.perform('UnlockSnapshot', { SnapshotId });
  return { ebs, snapshot, SnapshotId, lock, locked, remove, unlock };
};

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
describe('LockSnapshot', () => {
  it('in governance mode keeps the snapshot until it is unlocked', async () => {
    const { ebs, lock, locked, remove, unlock } = setUp();
    const answer = await lock({ LockMode: 'governance', LockDuration: 10 });
    expect(answer).toMatchObject({
      LockState: 'governance',
      LockDuration: 10,
      LockExpiresOn: new Date(START + 10 * DAY),
    });
    await expect(remove()).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    expect(await locked('governance')).toHaveLength(1);
    expect(await locked('compliance')).toHaveLength(0);
    await unlock();
    await remove();
    expect(ebs.state.snapshots.size).toBe(0);
  });

  it('in compliance mode without cooling-off is immediate: no unlock, only extension', async () => {
    const { lock, locked, remove, unlock } = setUp();
    await lock({ LockMode: 'compliance', LockDuration: 10 });
    expect(await locked('compliance')).toHaveLength(1);
    await expect(unlock()).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    await expect(remove()).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    await expect(lock({ LockMode: 'governance', LockDuration: 20 })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
    await expect(lock({ LockMode: 'compliance', LockDuration: 9 })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
    const cooling = lock({ LockMode: 'compliance', LockDuration: 20, CoolOffPeriod: 1 });
    await expect(cooling).rejects.toMatchObject({ code: 'InvalidParameterCombination' });
    await expect(lock({ LockMode: 'compliance', LockDuration: 11 })).resolves.toMatchObject({
      LockDuration: 11,
    });
  });

  it('in compliance mode can be undone while it cools off, and not afterwards', async () => {
    const { ebs, lock, locked, unlock } = setUp();
    const answer = await lock({ LockMode: 'compliance', LockDuration: 10, CoolOffPeriod: 2 });
    expect(answer).toMatchObject({
      LockState: 'compliance-cooloff',
      CoolOffPeriod: 2,
      CoolOffPeriodExpiresOn: new Date(START + 2 * HOUR),
    });
    await ebs.pass(2 * HOUR - 1);
    await unlock();
    await lock({ LockMode: 'compliance', LockDuration: 10, CoolOffPeriod: 2 });
    await ebs.pass(2 * HOUR);
    expect(await locked('compliance')).toHaveLength(1);
    await expect(unlock()).rejects.toMatchObject({ code: 'OperationNotPermitted' });
  });

  it('expires, and then the snapshot can be deleted', async () => {
    const { ebs, lock, locked, remove } = setUp();
    await lock({ LockMode: 'compliance', ExpirationDate: new Date(START + 2 * DAY) });
    await ebs.pass(2 * DAY - 1);
    await expect(remove()).rejects.toMatchObject({ code: 'OperationNotPermitted' });
    await ebs.pass(1);
    expect(await locked('expired')).toHaveLength(1);
    await expect(remove()).resolves.toBeDefined();
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html
  it('of a pending snapshot starts its duration when the snapshot completes', async () => {
    const ebs = ebsBench();
    const VolumeId = ebs.instance([]).blockDevices[0]?.volumeId;
    const { SnapshotId } = await ebs.perform<{ SnapshotId?: string }>('CreateSnapshot', { VolumeId });
    const answer = await ebs.perform<LockSnapshotCommandOutput>('LockSnapshot', {
      SnapshotId,
      LockMode: 'governance',
      LockDuration: 1,
    });
    expect(answer.LockDurationStartTime).toBeUndefined();
    await ebs.pass(DAY);
    const { Snapshots } = await ebs.perform<DescribeLockedSnapshotsCommandOutput>('DescribeLockedSnapshots', {
      SnapshotIds: [SnapshotId],
    });
    const completedAt = START + ebsDurations.snapshot(8);
    expect(Snapshots).toMatchObject([
      {
        LockState: 'governance',
        LockDurationStartTime: new Date(completedAt),
        LockExpiresOn: new Date(completedAt + DAY),
      },
    ]);
  });

  it.each([
    [
      'both duration and date',
      { LockMode: 'governance', LockDuration: 1, ExpirationDate: new Date(START + 5 * DAY) },
      'InvalidParameterCombination',
    ],
    ['neither duration nor date', { LockMode: 'governance' }, 'MissingParameter'],
    ['no day', { LockMode: 'governance', LockDuration: 0 }, 'InvalidParameterValue'],
    ['over 36,500 days', { LockMode: 'governance', LockDuration: 36_501 }, 'InvalidParameterValue'],
    [
      'a date that has passed',
      { LockMode: 'governance', ExpirationDate: new Date(START - 1) },
      'InvalidParameterValue',
    ],
    [
      'cooling-off in governance mode',
      { LockMode: 'governance', LockDuration: 1, CoolOffPeriod: 1 },
      'InvalidParameterCombination',
    ],
    [
      'over 72 hours of cooling-off',
      { LockMode: 'compliance', LockDuration: 1, CoolOffPeriod: 73 },
      'InvalidParameterValue',
    ],
    ['an unknown mode', { LockMode: 'firm', LockDuration: 1 }, 'InvalidParameterValue'],
  ])('refuses %s', async (_name, input, code) => {
    const { snapshot, lock } = setUp();
    await expect(lock(input)).rejects.toMatchObject({ code });
    expect(snapshot.lock).toBeUndefined();
  });

  it('refuses a failed snapshot, and anyone but the owner', async () => {
    const { ebs, snapshot, SnapshotId, lock } = setUp();
    const input = { LockMode: 'governance', LockDuration: 1 };
    snapshot.sharedWith.add(OTHER_ACCOUNT);
    const other = ebs.perform('LockSnapshot', { SnapshotId, ...input }, { caller: rootOf(OTHER_ACCOUNT) });
    await expect(other).rejects.toMatchObject({ code: 'AuthFailure' });
    snapshot.state = 'error';
    await expect(lock(input)).rejects.toMatchObject({ code: 'IncorrectState' });
  });

  it('refuses to unlock what is not locked', async () => {
    await expect(setUp().unlock()).rejects.toMatchObject({ code: 'IncorrectState' });
  });

  it('shows the caller its own locks only', async () => {
    const { ebs, lock } = setUp();
    await lock({ LockMode: 'governance', LockDuration: 1 });
    const as = (account: string) =>
      ebs.perform<DescribeLockedSnapshotsCommandOutput>(
        'DescribeLockedSnapshots',
        {},
        { caller: rootOf(account) },
      );
    expect((await as(ACCOUNT)).Snapshots).toHaveLength(1);
    expect((await as(OTHER_ACCOUNT)).Snapshots).toHaveLength(0);
  });
});
