import {
  CopySnapshotCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  afterFailedCopy,
  judgeLook,
  TAGS,
  type DiskInput,
  type DiskOutput,
  type DiskState,
  type IncidentRef,
} from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { ACQUIRE_READS, EBS_KEY_USE, transitKeyArn } from '../needs/acquire.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { evidenceKeys, instant, type Services, ofIncident } from '../services.ts';
import { tellMissing } from '../store/notify.ts';
import { makeKeyHelp, putKeyHelpAway } from './key-help.ts';
import { lookAtKey } from './look-at-key.ts';
import { describeSnapshot, holdsOf, holdsTag, lookAt } from './look-at-snapshot.ts';

/**
 * The member account's side of one disk: waits for the freeze, re-encrypts it under the evidence account's transit key
 * where its own key may not leave the account, shares it with the evidence account alone; later takes the share back and
 * removes the intermediates. One small piece a call; the workflow comes back.
 */
export const handOver = async ({ incident, disk }: DiskInput, services: Services): Promise<DiskOutput> => ({
  disk: await tellMissing(services, incident, await advance(incident, disk, services)),
});

const advance = async (incident: IncidentRef, disk: DiskState, services: Services): Promise<DiskState> => {
  const snapshots = [
    ...(disk.leftovers ?? []),
    ...[disk.snapshotId, disk.transitSnapshotId, disk.handedSnapshotId].flatMap((id) => id ?? []),
  ];
  const arnOf = (id: string, account = ''): string =>
    `arn:${services.partition}:ec2:${incident.region}:${account}:snapshot/${id}`;
  // Without the owner's account, as the service reference says, and with it: see `sourceSnapshots`.
  const sourceOf = (id: string): readonly string[] => [arnOf(id), arnOf(id, incident.account)];
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'acquire',
    policy: sessionPolicy({
      reads: ACQUIRE_READS,
      on: [
        {
          actions: ['ec2:CopySnapshot', 'ec2:ModifySnapshotAttribute', 'ec2:DeleteSnapshot'],
          resources: [...new Set(snapshots)].flatMap(sourceOf),
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
      creates: [{ actions: ['ec2:CopySnapshot', 'ec2:CreateTags'], resources: [arnOf('*')] }],
      incidentTag: { key: TAGS.incident, value: incident.incidentId },
    }),
  });
  const ec2 = clientFor(EC2Client, connection);
  if (disk.phase === 'look-at-key') return lookAtKey(connection, { incident, disk, services });
  if (disk.phase === 'clean-up') return cleanUp(ec2, await putKeyHelpAway(connection, disk), services);
  // The wait that the workflow has just made is over; what is decided below may ask for another.
  const rested = { ...disk, recheckAfterSeconds: 0 };
  const helped = await makeKeyHelp(connection, { incident, disk: rested, services });
  if (isNotYet(helped)) return helped;
  const isCopied = helped.route === 'transit' || helped.route === 'member-key';
  const source = isCopied ? await inTransit({ ec2, incident, services }, helped) : helped;
  if (isNotYet(source)) return source;
  const handed = isCopied ? source.transitSnapshotId : source.snapshotId;
  if (handed === undefined)
    return { ...source, phase: 'failed', because: 'there is no snapshot to hand over' };
  const judged = judgeLook(source, await lookAt(ec2, handed), instant(services));
  if (judged !== 'go-on')
    // A copy that failed may succeed under another key; a freeze that failed is the end.
    return 'failed' in judged && handed !== source.snapshotId
      ? afterFailedCopy(source, judged.failed)
      : settle(source, judged);
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

const settle = (
  disk: DiskState,
  judged: { readonly wait: number } | { readonly failed: string },
): DiskState =>
  'wait' in judged
    ? { ...disk, recheckAfterSeconds: judged.wait }
    : { ...disk, phase: 'failed', recheckAfterSeconds: 0, because: judged.failed };

interface Work {
  readonly ec2: EC2Client;
  readonly incident: IncidentRef;
  readonly services: Services;
}

/**
 * The copy under the transit key, or under the key that was made for this volume in the member. The source must be completed first (aws-facts 3.3). That CopySnapshot takes another
 * account's key is UNCONFIRMED: where AWS refuses, at once or later in the copy's state, the disk fails with that reason.
 */
const inTransit = async ({ ec2, incident, services }: Work, disk: DiskState): Promise<DiskState> => {
  if (disk.transitSnapshotId !== undefined) return { ...disk, recheckAfterSeconds: 0 };
  if (disk.snapshotId === undefined)
    return { ...disk, phase: 'failed', because: 'there is no snapshot to re-encrypt' };
  const source = judgeLook(disk, await lookAt(ec2, disk.snapshotId), instant(services));
  if (source !== 'go-on') return settle(disk, source);
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
  const made = earlier.Snapshots?.find(
    (one) => holdsOf(one) === disk.holds && disk.leftovers?.includes(one.SnapshotId ?? '') !== true,
  )?.SnapshotId;
  if (made !== undefined) return { ...disk, transitSnapshotId: made, recheckAfterSeconds: 0 };
  try {
    const copy = await ec2.send(
      new CopySnapshotCommand({
        SourceRegion: incident.region,
        SourceSnapshotId: disk.snapshotId,
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
      }),
    );
    if (copy.SnapshotId === undefined) throw new Error('CopySnapshot gave no id');
    return { ...disk, transitSnapshotId: copy.SnapshotId, recheckAfterSeconds: 0 };
  } catch (error) {
    const fault = classify(error);
    // Twenty copies at once per destination Region: wait for a place, within the disk's own bound.
    const judged = judgeLook(disk, { state: 'pending' }, instant(services));
    if (fault.retryable && judged !== 'go-on') return settle(disk, judged);
    return afterFailedCopy(disk, `re-encryption was refused: ${fault.code}: ${fault.message.slice(0, 300)}`);
  }
};

/**
 * Takes the share back and deletes our own snapshots, each tagged for it at birth. What an earlier try removed is not touched
 * again: EC2 answers a call on a snapshot that is gone with a denial, for the tag that would allow it is gone too.
 */
const cleanUp = async (ec2: EC2Client, disk: DiskState, services: Services): Promise<DiskState> => {
  if (disk.handedSnapshotId !== undefined) {
    const takeBack = new ModifySnapshotAttributeCommand({
      SnapshotId: disk.handedSnapshotId,
      Attribute: 'createVolumePermission',
      OperationType: 'remove',
      UserIds: [services.config.accounts.evidence],
    });
    await whileItExists(ec2, disk.handedSnapshotId, () => ec2.send(takeBack));
  }
  const intermediates = [
    ...new Set(
      [...(disk.leftovers ?? []), disk.transitSnapshotId, disk.snapshotId].flatMap((id) => id ?? []),
    ),
  ];
  await Promise.all(
    intermediates.map((SnapshotId) =>
      whileItExists(ec2, SnapshotId, () => ec2.send(new DeleteSnapshotCommand({ SnapshotId }))),
    ),
  );
  // Why an earlier route was given up says nothing any more of a disk that is in custody and cleaned up.
  const { because: _earlier, ...secured } = disk;
  return { ...secured, phase: 'secured', recheckAfterSeconds: 0 };
};

/** Acts on a snapshot unless it is gone, before the call or, where a reply was lost, by it. */
const whileItExists = async (
  ec2: EC2Client,
  snapshotId: string,
  act: () => Promise<unknown>,
): Promise<void> => {
  if ((await describeSnapshot(ec2, snapshotId)) === undefined) return;
  try {
    await act();
  } catch (error) {
    classify(error);
    if ((await describeSnapshot(ec2, snapshotId)) !== undefined) throw error;
  }
};
