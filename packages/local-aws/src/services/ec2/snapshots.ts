import type { DeleteSnapshotCommandInput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { createSnapshot, createSnapshots } from './create-snapshots.ts';
import { describeSnapshots } from './describe-snapshots.ts';
import { requireOwnSnapshot, snapshotCheck } from './ebs-resources.ts';
import { stateOf } from './lookup.ts';
import { copySnapshot } from './snapshot-copy.ts';
import { isLocked, snapshotLockOperations } from './snapshot-lock.ts';
import { snapshotTierOperations } from './snapshot-tier.ts';
import { describeSnapshotAttribute, modifySnapshotAttribute } from './snapshot-sharing.ts';

/**
 * A locked snapshot cannot be deleted; the code is the local organization's choice, AWS documents only the refusal.
 * https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html
 */
const deleteSnapshot = operation<DeleteSnapshotCommandInput, object>({
  checks: (input, call) => [snapshotCheck('DeleteSnapshot', call, { id: input.SnapshotId ?? '' })],
  run: (input, call) => {
    acceptInput(input, 'DeleteSnapshot', ['SnapshotId']);
    const snapshot = requireOwnSnapshot(call, required(input.SnapshotId, 'SnapshotId'));
    if (isLocked(snapshot, call.now)) {
      throw new ServiceFault(
        'OperationNotPermitted',
        `The snapshot '${snapshot.snapshotId}' is locked and cannot be deleted`,
      );
    }
    stateOf(call).snapshots.delete(snapshot.snapshotId);
    return {};
  },
});

/** Operations on EBS snapshots, by API name. */
export const snapshotOperations: Readonly<Record<string, Operation>> = {
  CreateSnapshot: createSnapshot,
  CreateSnapshots: createSnapshots,
  DescribeSnapshots: describeSnapshots,
  CopySnapshot: copySnapshot,
  ModifySnapshotAttribute: modifySnapshotAttribute,
  DescribeSnapshotAttribute: describeSnapshotAttribute,
  DeleteSnapshot: deleteSnapshot,
  ...snapshotLockOperations,
  ...snapshotTierOperations,
};
