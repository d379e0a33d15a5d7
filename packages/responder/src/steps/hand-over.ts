import { DeleteSnapshotCommand, EC2Client, ModifySnapshotAttributeCommand } from '@aws-sdk/client-ec2';
import {
  afterFailedCopy,
  judgeLook,
  subjectOf,
  TAGS,
  type DiskInput,
  type DiskOutput,
  type DiskState,
  type IncidentRef,
} from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { ACQUIRE_READS, EBS_KEY_USE } from '../needs/acquire.ts';
import { sessionPolicy, type SessionPolicy } from '../needs/session-policy.ts';
import { evidenceKeys, instant, type Services, ofIncident } from '../services.ts';
import { keepLocked } from '../store/locked-source-rows.ts';
import { tellMissing } from '../store/notify.ts';
import { makeKeyHelp, putKeyHelpAway } from './key-help.ts';
import { lookAtKey } from './look-at-key.ts';
import { lookAt, whileItExists } from './look-at-snapshot.ts';
import { makeImage } from './member-image.ts';
import { inTransit, settle, tellArchived, type MemberWork } from './re-encrypt.ts';
import { lockSource } from './source-lock.ts';

/**
 * The member account's side of one disk: waits for the freeze, re-encrypts it under the evidence account's transit key
 * where its own key may not leave the account, shares it with the evidence account alone; later takes the share back and
 * removes the intermediates. One small piece a call; the workflow comes back.
 */
export const handOver = async ({ incident, disk }: DiskInput, services: Services): Promise<DiskOutput> => ({
  disk: await tellMissing(services, incident, await advance(incident, disk, services)),
});

/** What one call may touch: this disk's snapshots and keys, and what is made for its incident. */
const scopeOf = (incident: IncidentRef, disk: DiskState, services: Services): SessionPolicy => {
  const snapshots = [
    ...(disk.leftovers ?? []),
    ...[disk.snapshotId, disk.transitSnapshotId, disk.handedSnapshotId].flatMap((id) => id ?? []),
  ];
  const arnOf = (id: string, account = ''): string =>
    `arn:${services.partition}:ec2:${incident.region}:${account}:snapshot/${id}`;
  // Without the owner's account, as the service reference says, and with it: see `sourceSnapshots`.
  const sourceOf = (id: string): readonly string[] => [arnOf(id), arnOf(id, incident.account)];
  return sessionPolicy({
    reads: ACQUIRE_READS,
    on: [
      {
        actions: [
          'ec2:CopySnapshot',
          'ec2:ModifySnapshotAttribute',
          'ec2:DeleteSnapshot',
          'ec2:LockSnapshot',
        ],
        resources: [...new Set(snapshots)].flatMap(sourceOf),
      },
      {
        actions: ['ec2:CreateImage'],
        resources:
          disk.image === 'wanted'
            ? [
                `arn:${services.partition}:ec2:${incident.region}:${incident.account}:instance/${incident.instanceId}`,
              ]
            : [],
      },
      // Its own policy lets this duty end the key that was made for the volume.
      { actions: ['kms:ScheduleKeyDeletion'], resources: [disk.memberKeyArn].flatMap((arn) => arn ?? []) },
      // It has no resource level, and is asked for by the one route that makes a key.
      { actions: ['kms:CreateKey'], resources: disk.route === 'member-key' ? ['*'] : [] },
      {
        actions: [...EBS_KEY_USE, 'kms:CreateGrant'],
        // The volume's own key, and those of the evidence account, whose policies say which of them admits a member.
        resources: [disk.kmsKeyArn, disk.memberKeyArn, evidenceKeys(services, incident.region)].flatMap(
          (arn) => arn ?? [],
        ),
      },
    ],
    creates: [
      { actions: ['ec2:CopySnapshot', 'ec2:CreateTags'], resources: [arnOf('*')] },
      ...(disk.image === 'wanted'
        ? [
            {
              actions: ['ec2:CreateImage', 'ec2:CreateTags'],
              resources: [`arn:${services.partition}:ec2:${incident.region}::image/*`, arnOf('*')],
            },
          ]
        : []),
    ],
    incidentTag: { key: TAGS.incident, value: incident.incidentId },
  });
};

const advance = async (incident: IncidentRef, disk: DiskState, services: Services): Promise<DiskState> => {
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'acquire',
    policy: scopeOf(incident, disk, services),
  });
  const ec2 = clientFor(EC2Client, connection);
  const work: MemberWork = { ec2, incident, services };
  if (disk.phase === 'clean-up') return cleanUp(work, await putKeyHelpAway(connection, disk));
  const locked = await lockSource(work, disk);
  if (locked.phase === 'look-at-key') return lookAtKey(connection, { incident, disk: locked, services });
  // The wait that the workflow has just made is over; what is decided below may ask for another.
  const rested = await makeImage(work, { ...locked, recheckAfterSeconds: 0 });
  if (isNotYet(rested)) return rested;
  const helped = await makeKeyHelp(connection, { incident, disk: rested, services });
  if (isNotYet(helped)) return helped;
  const isCopied = helped.route === 'transit' || helped.route === 'member-key';
  const source = isCopied ? await inTransit(work, helped) : helped;
  if (isNotYet(source)) return source;
  const handed = isCopied ? source.transitSnapshotId : source.snapshotId;
  if (handed === undefined)
    return { ...source, phase: 'failed', because: 'there is no snapshot to hand over' };
  const look = await lookAt(ec2, handed);
  const judged = judgeLook(source, look, instant(services));
  if (judged !== 'go-on')
    // A copy that failed may succeed under another key; a freeze that failed is the end.
    return 'failed' in judged && handed !== source.snapshotId
      ? afterFailedCopy(source, judged.failed)
      : settle(await tellArchived(work, source, { look, snapshotId: handed }), judged);
  await ec2.send(
    new ModifySnapshotAttributeCommand({
      SnapshotId: handed,
      Attribute: 'createVolumePermission',
      OperationType: 'add',
      UserIds: [services.config.accounts.evidence],
    }),
  );
  return { ...source, handedSnapshotId: handed, phase: 'take-custody', recheckAfterSeconds: 0 };
};

/** Something else comes first: a wait, a look at the key, or the end. */
const isNotYet = ({ phase, recheckAfterSeconds }: DiskState): boolean =>
  phase !== 'hand-over' || recheckAfterSeconds > 0;

/**
 * Takes the share back and deletes our own snapshots, each tagged for it at birth. What an earlier try removed is not touched
 * again: EC2 answers a call on a snapshot that is gone with a denial, for the tag that would allow it is gone too.
 */
const cleanUp = async (work: MemberWork, disk: DiskState): Promise<DiskState> => {
  const { ec2, services } = work;
  if (disk.handedSnapshotId !== undefined) {
    const takeBack = new ModifySnapshotAttributeCommand({
      SnapshotId: disk.handedSnapshotId,
      Attribute: 'createVolumePermission',
      OperationType: 'remove',
      UserIds: [services.config.accounts.evidence],
    });
    await whileItExists(ec2, disk.handedSnapshotId, () => ec2.send(takeBack));
  }
  const isLocked = disk.sourceLock !== undefined && 'days' in disk.sourceLock;
  const intermediates = [
    ...new Set(
      [...(disk.leftovers ?? []), disk.transitSnapshotId, ...(isLocked ? [] : [disk.snapshotId])].flatMap(
        (id) => id ?? [],
      ),
    ),
  ];
  await Promise.all(
    intermediates.map((SnapshotId) =>
      whileItExists(ec2, SnapshotId, () => ec2.send(new DeleteSnapshotCommand({ SnapshotId }))),
    ),
  );
  // Why an earlier route was given up says nothing any more of a disk that is in custody and cleaned up.
  const { because: _earlier, ...secured } = disk;
  return {
    ...(isLocked ? await keepUntilUnlocked(work, secured) : secured),
    phase: 'secured',
    recheckAfterSeconds: 0,
  };
};

const HOUR_MS = 3_600_000;

/** Keeps in the table which snapshot stays until its lock has ended: the clock of a lock began when the snapshot was complete, before this. */
const keepUntilUnlocked = async ({ incident, services }: MemberWork, disk: DiskState): Promise<DiskState> => {
  const { sourceLock, snapshotId } = disk;
  if (sourceLock === undefined || 'refused' in sourceLock || snapshotId === undefined) return disk;
  const dueAt = new Date(services.now() + sourceLock.days * 24 * HOUR_MS + HOUR_MS).toISOString();
  const kept = { snapshotIds: [snapshotId], dueAt };
  await keepLocked(services, { incident, subject: subjectOf(disk), ...kept, refused: 0 });
  return { ...disk, kept };
};
