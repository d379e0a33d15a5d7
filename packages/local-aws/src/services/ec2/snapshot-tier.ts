import type {
  ModifySnapshotTierCommandInput,
  ModifySnapshotTierCommandOutput,
  RestoreSnapshotTierCommandInput,
  RestoreSnapshotTierCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { ebsDurations } from './ebs-durations.ts';
import { requireOwnSnapshot, snapshotCheck } from './ebs-resources.ts';
import type { Snapshot } from './state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** Where a snapshot is stored: one that is being restored is in the archive until it is. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (storageTier) */
export const tierOf = ({ archived }: Snapshot): 'standard' | 'archive' =>
  archived === undefined ? 'standard' : 'archive';

/**
 * Refuses what needs the blocks of a snapshot that is in the archive.
 *
 * @throws ServiceFault IncorrectState; AWS documents the refusal, not its code (UNCONFIRMED): https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html
 */
export const acceptNotArchived = (snapshot: Snapshot): void => {
  if (snapshot.archived !== undefined)
    throw new ServiceFault(
      'IncorrectState',
      `The snapshot '${snapshot.snapshotId}' is archived: restore it before it is used`,
    );
};

/** Only a completed snapshot of the caller's own. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotTier.html */
const modifySnapshotTier = operation<ModifySnapshotTierCommandInput, Output<ModifySnapshotTierCommandOutput>>(
  {
    checks: (input, call) => [snapshotCheck('ModifySnapshotTier', call, { id: input.SnapshotId ?? '' })],
    run: (input, call) => {
      acceptInput(input, 'ModifySnapshotTier', ['SnapshotId', 'StorageTier']);
      if (input.StorageTier !== undefined && input.StorageTier !== 'archive')
        throw new ServiceFault(
          'InvalidParameterValue',
          `StorageTier ${String(input.StorageTier)} is not valid: want archive`,
        );
      const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
      if (snapshot.state !== 'completed')
        throw new ServiceFault(
          'IncorrectState',
          `The snapshot '${snapshot.snapshotId}' is in the '${snapshot.state}' state; only a completed one can be archived`,
        );
      acceptNotArchived(snapshot);
      // How long archiving takes is not played: from the request on it cannot be used.
      snapshot.archived = { restoring: false };
      return { SnapshotId: snapshot.snapshotId, TieringStartTime: new Date(call.now) };
    },
  },
);

/** For good alone; a restore for some days is not implemented. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotTier.html */
const restoreSnapshotTier = operation<
  RestoreSnapshotTierCommandInput,
  Output<RestoreSnapshotTierCommandOutput>
>({
  checks: (input, call) => [snapshotCheck('RestoreSnapshotTier', call, { id: input.SnapshotId ?? '' })],
  run: (input, call) => {
    acceptInput(input, 'RestoreSnapshotTier', ['SnapshotId', 'PermanentRestore']);
    if (input.PermanentRestore !== true)
      throw new ServiceFault(
        'MissingParameter',
        'The request must contain the parameter PermanentRestore, true',
      );
    const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
    if (snapshot.archived === undefined)
      throw new ServiceFault('IncorrectState', `The snapshot '${snapshot.snapshotId}' is not archived`);
    if (!snapshot.archived.restoring) {
      snapshot.archived = { restoring: true };
      call.timeline.at(
        call.now + ebsDurations.restore,
        () => {
          delete snapshot.archived;
        },
        'background',
      );
    }
    return {
      SnapshotId: snapshot.snapshotId,
      RestoreStartTime: new Date(call.now),
      IsPermanentRestore: true,
    };
  },
});

/** Operations of the archive tier. */
export const snapshotTierOperations = {
  ModifySnapshotTier: modifySnapshotTier,
  RestoreSnapshotTier: restoreSnapshotTier,
};
