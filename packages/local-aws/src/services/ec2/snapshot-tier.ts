import type {
  ModifySnapshotTierCommandInput,
  ModifySnapshotTierCommandOutput,
  RestoreSnapshotTierCommandInput,
  RestoreSnapshotTierCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { ebsDurations } from './ebs-durations.ts';
import { requireOwnSnapshot, snapshotCheck } from './ebs-resources.ts';
import { stateOf } from './lookup.ts';
import type { Snapshot } from './state.ts';

const DAY_MS = 86_400_000;

/** In progress at once in an account and Region. https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html (Quotas) */
const ARCHIVES_AT_ONCE = 25;
const RESTORES_AT_ONCE = 5;

const incorrect = (id: string, why: string): ServiceFault =>
  new ServiceFault('IncorrectState', `The snapshot '${id}' ${why}`);

/**
 * Refuses what an archived snapshot is no good for: it must be restored first. The code is the local organization's choice.
 * https://docs.aws.amazon.com/ebs/latest/userguide/archive-snapshot.html
 */
export const refuseArchived = ({ snapshotId, tier }: Snapshot): void => {
  if (tier?.storage === 'archive') throw incorrect(snapshotId, 'is in the archive tier; restore it first');
};

const inProgress = (call: Call, doing: 'archiving' | 'restoring', limit: number): void => {
  const many = [...stateOf(call).snapshots.values()].filter(({ tier }) => tier?.doing === doing).length;
  if (many >= limit)
    throw new ServiceFault(
      'ConcurrentSnapshotLimitExceeded',
      `${many} snapshots are ${doing} already, and ${limit} may at once`,
    );
};

const intoArchive = (call: Call, snapshot: Snapshot, after: number): void => {
  const archive = (): void => {
    if (snapshot.tier?.doing === 'restoring') return;
    snapshot.tier = { storage: 'archive' };
    // "snapshot sharing [is] automatically disabled": https://docs.aws.amazon.com/ebs/latest/userguide/archive-snapshot.html
    snapshot.sharedWith.clear();
    snapshot.isPublic = false;
  };
  call.timeline.at(call.now + after, archive, 'background');
};

/**
 * Own and completed snapshots, locked ones too; not those that a registered image rests on.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotTier.html
 * https://docs.aws.amazon.com/ebs/latest/userguide/archive-snapshot.html
 */
const modifySnapshotTier = operation<
  ModifySnapshotTierCommandInput,
  Omit<ModifySnapshotTierCommandOutput, '$metadata'>
>({
  checks: (input, call) => [snapshotCheck('ModifySnapshotTier', call, { id: input.SnapshotId ?? '' })],
  run: (input, call) => {
    acceptInput(input, 'ModifySnapshotTier', ['SnapshotId', 'StorageTier']);
    if (input.StorageTier !== 'archive')
      throw new ServiceFault('InvalidParameterValue', 'StorageTier must be archive');
    const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
    const { snapshotId, state, tier } = snapshot;
    if (state !== 'completed')
      throw incorrect(snapshotId, `is ${state}; only a completed one can be archived`);
    if (tier !== undefined && (tier.storage === 'archive' || tier.doing !== undefined))
      throw incorrect(snapshotId, `is ${tier.doing ?? 'archived'} already`);
    const image = [...stateOf(call).images.values()].find((one) =>
      one.devices?.some((device) => device.snapshotId === snapshotId),
    );
    if (image !== undefined)
      throw new ServiceFault(
        'InvalidSnapshot.InUse',
        `The snapshot ${snapshotId} is in use by ${image.imageId}`,
      );
    inProgress(call, 'archiving', ARCHIVES_AT_ONCE);
    snapshot.tier = { storage: 'standard', doing: 'archiving' };
    intoArchive(call, snapshot, ebsDurations.archive);
    return { SnapshotId: snapshotId, TieringStartTime: new Date(call.now) };
  },
});

/**
 * For good or for some days, after which it is archived again.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotTier.html
 */
const restoreSnapshotTier = operation<
  RestoreSnapshotTierCommandInput,
  Omit<RestoreSnapshotTierCommandOutput, '$metadata'>
>({
  checks: (input, call) => [snapshotCheck('RestoreSnapshotTier', call, { id: input.SnapshotId ?? '' })],
  run: (input, call) => {
    acceptInput(input, 'RestoreSnapshotTier', ['SnapshotId', 'TemporaryRestoreDays', 'PermanentRestore']);
    const { TemporaryRestoreDays: days, PermanentRestore: forGood = false } = input;
    if (forGood === (days !== undefined))
      throw new ServiceFault(
        'InvalidParameterCombination',
        'Specify TemporaryRestoreDays, or PermanentRestore as true, but not both',
      );
    if (days !== undefined && (!Number.isInteger(days) || days < 1))
      throw new ServiceFault('InvalidParameterValue', `TemporaryRestoreDays ${days} is not valid`);
    const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
    if (snapshot.tier?.storage !== 'archive' || snapshot.tier.doing !== undefined)
      throw incorrect(snapshot.snapshotId, 'is not archived');
    inProgress(call, 'restoring', RESTORES_AT_ONCE);
    snapshot.tier = { storage: 'archive', doing: 'restoring' };
    const restored = (): void => {
      if (days === undefined) {
        delete snapshot.tier;
        return;
      }
      snapshot.tier = { storage: 'standard', doing: 'restored-for-some-days' };
    };
    call.timeline.at(call.now + ebsDurations.restore, restored, 'background');
    if (days !== undefined) intoArchive(call, snapshot, ebsDurations.restore + days * DAY_MS);
    return {
      SnapshotId: snapshot.snapshotId,
      RestoreStartTime: new Date(call.now),
      IsPermanentRestore: forGood,
      ...(days === undefined ? {} : { RestoreDuration: days }),
    };
  },
});

/** Operations of the archive tier. */
export const snapshotTierOperations: Readonly<Record<string, Operation>> = {
  ModifySnapshotTier: modifySnapshotTier,
  RestoreSnapshotTier: restoreSnapshotTier,
};
