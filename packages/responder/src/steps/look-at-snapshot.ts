import { DescribeSnapshotsCommand, type EC2Client, type Snapshot, type Tag } from '@aws-sdk/client-ec2';
import { TAGS, type DiskState, type SnapshotLook } from '@cordon/incident';
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

/** The tag by which copies of what a crash or hibernation left are told from copies of the freeze, which carry none. */
export const holdsTag = ({ holds }: Pick<DiskState, 'holds'>): readonly Tag[] =>
  holds === undefined ? [] : [{ Key: TAGS.holds, Value: holds }];

/** What a copy was taken for, as its tag says. */
export const holdsOf = ({ Tags = [] }: Snapshot): DiskState['holds'] =>
  (['memory', 'results'] as const).find((holds) =>
    Tags.some(({ Key, Value }) => Key === TAGS.holds && Value === holds),
  );
