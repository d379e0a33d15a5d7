import { DescribeSnapshotsCommand, type EC2Client, type Snapshot } from '@aws-sdk/client-ec2';
import type { SnapshotLook } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';

/** What EC2 says of a snapshot, or undefined when it knows none. */
export const describeSnapshot = async (ec2: EC2Client, snapshotId: string): Promise<Snapshot | undefined> => {
  try {
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }));
    return Snapshots?.[0];
  } catch (error) {
    if (faultCode(error) === 'InvalidSnapshot.NotFound') return undefined;
    throw error;
  }
};

/** A snapshot's state in the terms of the disk's decisions. Success is `completed`, never a call's reply (aws-facts 3.3). */
export const lookAt = async (ec2: EC2Client, snapshotId: string): Promise<SnapshotLook> => {
  const snapshot = await describeSnapshot(ec2, snapshotId);
  switch (snapshot?.State) {
    case undefined:
      return { state: 'gone' };
    case 'completed':
      return { state: 'completed' };
    case 'error':
      return { state: 'error', message: snapshot.StateMessage };
    case 'pending':
    case 'recoverable':
    case 'recovering':
      return { state: 'pending' };
  }
};
