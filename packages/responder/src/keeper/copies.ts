import { DescribeLockedSnapshotsCommand, EC2Client, paginateDescribeSnapshots } from '@aws-sdk/client-ec2';
import { TAGS } from '@cordon/incident';
import type { Disposable } from '@cordon/incident/keeping';
import { clientFor } from '../aws/connection.ts';
import { ownIn } from '../services.ts';
import type { Book } from './book.ts';
import { forEach } from './set-holds.ts';

/** A copy of an incident's disk, or of its memory, in the evidence account. */
interface Copy {
  readonly region: string;
  readonly snapshotId: string;
  /** The suspect's volume, as the copy's own tag says. */
  readonly volumeId: string;
  readonly sizeGiB: number;
}

/** Every copy that carries the incident's mark, in every Region of the deployment, whether it came into custody or not. */
export const copiesOf = async ({ incident, services }: Book): Promise<readonly Copy[]> =>
  (
    await forEach(services.config.regions, async (region) => {
      const found: Copy[] = [];
      for await (const page of paginateDescribeSnapshots(
        { client: clientFor(EC2Client, ownIn(services, region)) },
        { OwnerIds: ['self'], Filters: [{ Name: `tag:${TAGS.incident}`, Values: [incident] }] },
      ))
        found.push(
          ...(page.Snapshots ?? []).map(({ SnapshotId = '', VolumeSize = 0, Tags = [] }) => ({
            region,
            snapshotId: SnapshotId,
            volumeId: Tags.find(({ Key }) => Key === TAGS.sourceVolume)?.Value ?? '',
            sizeGiB: VolumeSize,
          })),
        );
      return found;
    })
  ).flat();

/** How each copy of an incident is locked. */
export const locksOf = async (book: Book): Promise<Disposable['snapshots']> => {
  const copies = await copiesOf(book);
  return forEach(copies, async ({ region, snapshotId }) => {
    const { Snapshots: [lock] = [] } = await clientFor(EC2Client, ownIn(book.services, region)).send(
      new DescribeLockedSnapshotsCommand({ SnapshotIds: [snapshotId] }),
    );
    return lock === undefined || lock.LockState === 'expired'
      ? { snapshotId }
      : { snapshotId, lockedUntil: lock.LockExpiresOn?.toISOString() ?? 'never' };
  });
};
