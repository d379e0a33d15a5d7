import type { Samples } from './sample.ts';

/** Of a snapshot of its own under a key, and of one that is shared. */
export const ebsDirectSamples: Samples = ({ snapshot, shared }) => [
  { operation: 'ListSnapshotBlocks', late: true, input: { SnapshotId: snapshot.snapshotId } },
  {
    operation: 'ListSnapshotBlocks',
    what: 'of one that is shared',
    input: { SnapshotId: shared.snapshotId },
  },
  {
    operation: 'GetSnapshotBlock',
    input: { SnapshotId: snapshot.snapshotId, BlockIndex: 0, BlockToken: 'token' },
  },
];
