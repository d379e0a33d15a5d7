import { DescribeSnapshotsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import {
  afterFailedCopy,
  judgeLook,
  subjectOf,
  TAGS,
  type DiskState,
  type IncidentRef,
  type SnapshotLook,
} from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { transitKeyArn } from '../needs/acquire.ts';
import { instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { beginCopy } from './copy-in-time.ts';
import { leaveQueue, memberQueue, waitForSlot } from './copy-slot.ts';
import { holdsOf, holdsTag, lookAt } from './look-at-snapshot.ts';

/** One incident's work in its member. */
export interface MemberWork {
  readonly ec2: EC2Client;
  readonly incident: IncidentRef;
  readonly services: Services;
}

/** The disk after a look that does not let it go on: it waits, or it ends with its reason. */
export const settle = (
  disk: DiskState,
  judged: { readonly wait: number } | { readonly failed: string },
): DiskState =>
  'wait' in judged
    ? { ...disk, recheckAfterSeconds: judged.wait }
    : { ...disk, phase: 'failed', recheckAfterSeconds: 0, because: judged.failed };

/**
 * The copy under the transit key, or under the key that was made for this volume in the member. The source must be completed first (aws-facts 3.3). That CopySnapshot takes another
 * account's key is UNCONFIRMED: where AWS refuses, at once or later in the copy's state, the disk fails with that reason.
 */
export const inTransit = async (work: MemberWork, disk: DiskState): Promise<DiskState> => {
  const { ec2, incident, services } = work;
  if (disk.transitSnapshotId !== undefined) return { ...disk, recheckAfterSeconds: 0 };
  if (disk.snapshotId === undefined)
    return { ...disk, phase: 'failed', because: 'there is no snapshot to re-encrypt' };
  const { snapshotId } = disk;
  const look = await lookAt(ec2, snapshotId);
  const source = judgeLook(disk, look, instant(services));
  if (source !== 'go-on') return settle(await tellArchived(work, disk, { look, snapshotId }), source);
  const made = await madeBefore(work, disk);
  const asking = { ec2, incident, services, queue: memberQueue(incident) };
  if (made !== undefined)
    return { ...(await leaveQueue(asking, disk)), transitSnapshotId: made, recheckAfterSeconds: 0 };
  const late = judgeLook(disk, { state: 'pending' }, instant(services));
  if (late !== 'go-on' && 'failed' in late)
    return settle(await leaveQueue(asking, disk), {
      failed: `no slot to copy in was free in the member in time: ${late.failed}`,
    });
  const waits = await waitForSlot(asking, disk);
  if (waits !== undefined) return waits;
  return copyNow(work, disk, snapshotId);
};

/** A copy that an earlier try made of the disk. */
const madeBefore = async ({ ec2, incident }: MemberWork, disk: DiskState): Promise<string | undefined> => {
  const earlier = await ec2.send(
    new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: [
        { Name: `tag:${TAGS.incident}`, Values: [incident.incidentId] },
        { Name: `tag:${TAGS.hop}`, Values: ['transit'] },
        { Name: `tag:${TAGS.sourceVolume}`, Values: [disk.volumeId] },
        { Name: 'status', Values: ['pending', 'completed'] },
      ],
    }),
  );
  // CopySnapshot takes no token: a copy of an earlier try is found by its tags (aws-facts 2.10). One of another route is not meant.
  return earlier.Snapshots?.find(
    (one) => holdsOf(one) === disk.holds && disk.leftovers?.includes(one.SnapshotId ?? '') !== true,
  )?.SnapshotId;
};

const copyNow = async (
  { ec2, incident, services }: MemberWork,
  disk: DiskState,
  snapshotId: string,
): Promise<DiskState> => {
  const asking = { ec2, incident, services, queue: memberQueue(incident) };
  try {
    const copy = await beginCopy(
      ec2,
      {
        SourceRegion: incident.region,
        SourceSnapshotId: snapshotId,
        Encrypted: true,
        KmsKeyId:
          disk.memberKeyArn ??
          transitKeyArn(
            { partition: services.partition, evidenceAccount: services.config.accounts.evidence },
            incident.region,
          ),
        Description: `Cordon ${incident.incidentId}: ${disk.volumeId} in transit`,
        TagSpecifications: [
          {
            ResourceType: 'snapshot',
            Tags: [
              { Key: TAGS.incident, Value: incident.incidentId },
              { Key: TAGS.hop, Value: 'transit' },
              { Key: TAGS.sourceVolume, Value: disk.volumeId },
              { Key: TAGS.intermediate, Value: 'true' },
              ...holdsTag(disk),
            ],
          },
        ],
      },
      disk,
    );
    return {
      ...(await leaveQueue(asking, disk)),
      ...(copy.withoutDeadline === undefined ? {} : { withoutDeadline: copy.withoutDeadline }),
      transitSnapshotId: copy.snapshotId,
      recheckAfterSeconds: 0,
    };
  } catch (error) {
    const fault = classify(error);
    // Somebody else who copies in the member was faster: wait for a place, within the disk's own bound.
    const judged = judgeLook(disk, { state: 'pending' }, instant(services));
    if (fault.retryable && judged !== 'go-on') return settle(disk, judged);
    return afterFailedCopy(
      await leaveQueue(asking, disk),
      `re-encryption was refused: ${fault.code}: ${fault.message.slice(0, 300)}`,
    );
  }
};

/** Tells people, once, that somebody archived a snapshot on the way: they alone can restore it, and that takes EC2 up to three days. */
export const tellArchived = async (
  { incident, services }: MemberWork,
  disk: DiskState,
  { look, snapshotId }: { readonly look: SnapshotLook; readonly snapshotId: string },
): Promise<DiskState> => {
  if (look.state !== 'archived' || disk.archivedSince !== undefined) return disk;
  await tell(services, {
    kind: 'evidence-at-risk',
    ...about(incident),
    subject: subjectOf(disk),
    reasons: [
      `somebody archived its snapshot ${snapshotId} in ${incident.account}: it cannot be copied before it is restored. Restore it within a day, by ` +
        `aws ec2 restore-snapshot-tier --permanent-restore --region ${incident.region} --snapshot-id ${snapshotId}, and take a snapshot of ${disk.volumeId} anew meanwhile: ` +
        'a restore may take three days',
    ],
  });
  return { ...disk, archivedSince: instant(services) };
};
