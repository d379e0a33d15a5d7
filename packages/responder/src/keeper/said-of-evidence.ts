import { DescribeLockedSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { isDisposed, type Calls } from '@cordon/evidence';
import type { TendingReply, TendingRequest } from '@cordon/incident/keeping';
import { clientFor } from '../aws/connection.ts';
import { ownIn } from '../services.ts';
import type { Book } from './book.ts';

/** What the archivist says that it did: of locks the keeper looks itself, and signs what EC2 says. */
export const saidOfEvidence = async (
  request: Extract<TendingRequest, { kind: 'lengthened' | 'archived' }>,
  book: Book,
): Promise<TendingReply> => {
  if (request.snapshots.length === 0 || isDisposed(await book.read()))
    return { status: 'refused', because: 'there is no copy that anything could be said of' };
  const calls: Calls =
    request.calls.length === 0
      ? { status: 'unknown', because: 'the archivist gave no request ids: look in CloudTrail by time' }
      : { status: 'known', calls: request.calls };
  if (request.kind === 'archived')
    return book.write(
      { kind: 'snapshots-archived', snapshots: request.snapshots },
      `${request.snapshots.length} copies of ${book.incident} go into the archive tier`,
      calls,
    );
  const snapshots = await Promise.all(
    request.snapshots.map(async ({ region, snapshotId }) => ({
      region,
      snapshotId,
      until: await lockedUntil(book, region, snapshotId),
    })),
  );
  return book.write(
    { kind: 'locks-lengthened', because: request.because, snapshots },
    `the locks of ${snapshots.length} copies of ${book.incident} are longer`,
    calls,
  );
};

const lockedUntil = async ({ services }: Book, region: string, snapshotId: string): Promise<string> => {
  const { Snapshots: [lock] = [] } = await clientFor(EC2Client, ownIn(services, region)).send(
    new DescribeLockedSnapshotsCommand({ SnapshotIds: [snapshotId] }),
  );
  if (lock?.LockState === undefined || lock.LockState === 'expired' || lock.LockExpiresOn === undefined)
    throw new Error(`snapshot ${snapshotId} is not locked, and was said to be`);
  return lock.LockExpiresOn.toISOString();
};
