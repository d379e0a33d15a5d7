import {
  DescribeSnapshotsCommand,
  EC2Client,
  LockSnapshotCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  afterFailedCopy,
  afterProbe,
  inCustody,
  judgeLook,
  KEY_ALIASES,
  ledgerOf,
  subjectOf,
  TAGS,
  type DiskInput,
  type DiskOutput,
  type DiskState,
  type IncidentRef,
} from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { EBS_KEY_USE } from '../needs/acquire.ts';
import { CUSTODIAN_READS } from '../needs/custodian.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { evidenceKeys, instant, type Services } from '../services.ts';
import { saveCustody } from '../store/journal-rows.ts';
import { about, tell, tellMissing } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { beginCopy } from './copy-in-time.ts';
import { evidenceQueue, leaveQueue, waitForSlot } from './copy-slot.ts';
import { describeSnapshot, holdsOf, holdsTag } from './look-at-snapshot.ts';
import { imageSentence } from './member-image.ts';

interface Work {
  readonly connection: Connection;
  readonly ec2: EC2Client;
  readonly incident: IncidentRef;
  readonly services: Services;
}

/**
 * The evidence account's side of one disk: asks whether the volume's key admits us, copies what was shared under the
 * evidence key, locks the copy as soon as it exists, and when it is complete verifies it, has it recorded and shares it
 * with the forensics account. One small piece a call; the workflow comes back.
 */
export const takeCustody = async ({ incident, disk }: DiskInput, services: Services): Promise<DiskOutput> => {
  const arnOf = (id: string, account = ''): string =>
    `arn:${services.partition}:ec2:${incident.region}:${account}:snapshot/${id}`;
  // Without the owner's account, as the service reference says, and with it: see `sourceSnapshots`.
  const owner = disk.holds === 'results' ? services.config.accounts.forensics : incident.account;
  const sourceOf = (id: string): readonly string[] => [arnOf(id), arnOf(id, owner)];
  const connection = await services.reach({
    partition: services.partition,
    account: services.config.accounts.evidence,
    region: incident.region,
    duty: 'custodian',
    incidentId: incident.incidentId,
    policy: sessionPolicy({
      reads: CUSTODIAN_READS,
      on: [
        {
          actions: ['ec2:CopySnapshot'],
          resources: [disk.handedSnapshotId].flatMap((id) => (id === undefined ? [] : sourceOf(id))),
        },
        // The copy's id is known only after this session began; the role's own tag condition bounds what may be locked and shared.
        { actions: ['ec2:LockSnapshot', 'ec2:ModifySnapshotAttribute'], resources: [arnOf('*')] },
        {
          actions: [...EBS_KEY_USE, 'kms:CreateGrant'],
          resources: [disk.kmsKeyArn, disk.memberKeyArn, evidenceKeys(services, incident.region)].flatMap(
            (arn) => arn ?? [],
          ),
        },
      ],
      creates: [{ actions: ['ec2:CopySnapshot', 'ec2:CreateTags'], resources: [arnOf('*')] }],
      incidentTag: { key: TAGS.incident, value: incident.incidentId },
    }),
  });
  const work: Work = { connection, ec2: clientFor(EC2Client, connection), incident, services };
  if (disk.phase === 'probe-key') return { disk: await probe(work, disk) };
  const rested = { ...disk, recheckAfterSeconds: 0 };
  const copied = disk.evidenceSnapshotId === undefined ? await copy(work, rested) : rested;
  if (copied.evidenceSnapshotId === undefined) return { disk: await tellMissing(services, incident, copied) };
  const locked = copied.locked ? copied : await lock(work, copied, copied.evidenceSnapshotId);
  return {
    disk: await tellMissing(services, incident, await complete(work, locked, copied.evidenceSnapshotId)),
  };
};

/** Asks for the key's description by its ARN: only a key whose policy, or a grant, admits the custodian answers. */
const probe = async ({ connection, services }: Work, disk: DiskState): Promise<DiskState> => {
  const paths = services.config.evidence.keyPaths;
  if (disk.kmsKeyArn === undefined) return afterProbe(disk, 'refuses-custodian', paths);
  try {
    const { KeyMetadata: key } = await clientFor(KMSClient, connection).send(
      new DescribeKeyCommand({ KeyId: disk.kmsKeyArn }),
    );
    // A snapshot under an AWS managed key cannot be shared at all (aws-facts 3.2).
    return afterProbe(
      disk,
      key?.KeyManager === 'CUSTOMER' && key.Enabled === true ? 'admits-custodian' : 'refuses-custodian',
      paths,
    );
  } catch (error) {
    classify(error);
    return afterProbe(disk, 'refuses-custodian', paths);
  }
};

const copy = async ({ ec2, incident, services }: Work, disk: DiskState): Promise<DiskState> => {
  if (disk.handedSnapshotId === undefined)
    return { ...disk, phase: 'failed', because: 'nothing was handed over' };
  const asking = { ec2, incident, services, queue: evidenceQueue(incident, services) };
  const earlier = await ec2.send(
    new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: [
        { Name: `tag:${TAGS.incident}`, Values: [incident.incidentId] },
        { Name: `tag:${TAGS.sourceVolume}`, Values: [disk.volumeId] },
        { Name: 'status', Values: ['pending', 'completed'] },
      ],
    }),
  );
  const made = earlier.Snapshots?.find((one) => holdsOf(one) === disk.holds)?.SnapshotId;
  if (made !== undefined) return { ...(await leaveQueue(asking, disk)), evidenceSnapshotId: made };
  const late = judgeLook(disk, { state: 'pending' }, instant(services));
  if (late !== 'go-on' && 'failed' in late)
    return {
      ...(await leaveQueue(asking, disk)),
      phase: 'failed',
      recheckAfterSeconds: 0,
      because: `no slot to copy in was free in time: ${late.failed}`,
    };
  const waits = await waitForSlot(asking, disk);
  if (waits !== undefined) return waits;
  try {
    const begun = await beginCopy(
      ec2,
      {
        SourceRegion: incident.region,
        SourceSnapshotId: disk.handedSnapshotId,
        Encrypted: true,
        // Never the default key: a copy under it could not be shared with the forensics account (aws-facts 3.3).
        KmsKeyId: KEY_ALIASES.evidence,
        Description: `Cordon ${incident.incidentId}: evidence of ${subjectOf(disk)}`,
        TagSpecifications: [
          {
            ResourceType: 'snapshot',
            Tags: [
              { Key: TAGS.incident, Value: incident.incidentId },
              { Key: TAGS.hop, Value: 'evidence' },
              { Key: TAGS.sourceVolume, Value: disk.volumeId },
              ...holdsTag(disk),
            ],
          },
        ],
      },
      disk,
    );
    return {
      ...(await leaveQueue(asking, disk)),
      ...(begun.withoutDeadline === undefined ? {} : { withoutDeadline: begun.withoutDeadline }),
      evidenceSnapshotId: begun.snapshotId,
    };
  } catch (error) {
    const fault = classify(error);
    const judged = judgeLook(disk, { state: 'pending' }, instant(services));
    // Somebody else who copies in the evidence account's Region was faster: wait for a place, within the disk's own bound.
    if (fault.retryable && judged !== 'go-on' && 'wait' in judged)
      return { ...disk, recheckAfterSeconds: judged.wait };
    return afterFailedCopy(
      await leaveQueue(asking, disk),
      `the evidence copy was refused: ${fault.code}: ${fault.message.slice(0, 300)}`,
    );
  }
};

/** Locked while still pending: a copy is never without its lock once it can be used (aws-facts 3.7). */
const lock = async ({ ec2, services }: Work, disk: DiskState, SnapshotId: string): Promise<DiskState> => {
  const { lockMode, lockDays, coolOffHours } = services.config.evidence;
  await ec2.send(
    new LockSnapshotCommand({
      SnapshotId,
      LockMode: lockMode,
      LockDuration: lockDays,
      ...(coolOffHours === undefined ? {} : { CoolOffPeriod: coolOffHours }),
    }),
  );
  return { ...disk, locked: true };
};

const complete = async (work: Work, disk: DiskState, snapshotId: string): Promise<DiskState> => {
  const { ec2, incident, services } = work;
  const snapshot = await describeSnapshot(ec2, snapshotId);
  const state =
    snapshot === undefined
      ? 'gone'
      : snapshot.State === 'completed' || snapshot.State === 'error'
        ? snapshot.State
        : 'pending';
  const judged = judgeLook(disk, { state, message: snapshot?.StateMessage }, instant(services));
  if (judged !== 'go-on')
    return 'wait' in judged
      ? { ...disk, recheckAfterSeconds: judged.wait }
      : afterFailedCopy(disk, judged.failed);
  const wrong = await whatIsWrong(work, disk, snapshot);
  if (wrong !== undefined) return { ...disk, phase: 'failed', recheckAfterSeconds: 0, because: wrong };
  await record(services, {
    kind: 'snapshot',
    ...ledgerOf(incident),
    snapshotId,
    sourceVolumeId: disk.volumeId,
    sourceSnapshotId: disk.handedSnapshotId ?? '',
  });
  const { forensics } = services.config.accounts;
  await ec2.send(
    new ModifySnapshotAttributeCommand({
      SnapshotId: snapshotId,
      Attribute: 'createVolumePermission',
      OperationType: 'add',
      UserIds: [forensics],
    }),
  );
  await record(services, { kind: 'share', ...ledgerOf(incident), snapshotId, toAccount: forensics });
  if (disk.image !== undefined && disk.image !== 'wanted') await recordImage(work, disk.image);
  // A later plan leaves out what the freeze brought into custody; memory is evidence of its own.
  if (disk.holds === undefined) await saveCustody(services, incident.incidentId, disk.volumeId, snapshotId);
  await tell(services, {
    kind: 'evidence-secured',
    ...about(incident),
    subject: subjectOf(disk),
    reasons: [
      ...(disk.withoutDeadline === undefined
        ? []
        : [`copied without a completion duration: ${disk.withoutDeadline}`]),
      ...imageSentence(disk),
    ],
  });
  return inCustody(disk, instant(services));
};

/** What became of an image of the instance that the member's side asked for: reported, for nobody of the evidence account saw it. */
const recordImage = (
  { incident, services }: Work,
  image: Exclude<NonNullable<DiskState['image']>, 'wanted'>,
): Promise<unknown> =>
  record(services, {
    kind: 'steps',
    ...ledgerOf(incident),
    steps: [
      'imageId' in image
        ? { step: 'create-image', outcome: 'done', detail: { imageId: image.imageId, reboot: 'no' } }
        : { step: 'create-image', outcome: 'refused', detail: { because: image.refused } },
    ],
  });

/** Undefined when the copy is what it must be: complete, of the volume's size, under the evidence key. */
const whatIsWrong = async (
  { connection }: Work,
  disk: DiskState,
  snapshot: Awaited<ReturnType<typeof describeSnapshot>>,
): Promise<string | undefined> => {
  const { KeyMetadata: key } = await clientFor(KMSClient, connection).send(
    new DescribeKeyCommand({ KeyId: KEY_ALIASES.evidence }),
  );
  if (snapshot?.KmsKeyId !== key?.Arn)
    return `the copy is under ${snapshot?.KmsKeyId ?? 'no key'}, wanted the evidence key ${key?.Arn}`;
  if (snapshot?.VolumeSize !== disk.sizeGiB)
    return `the copy has ${snapshot?.VolumeSize} GiB, the volume ${disk.sizeGiB}`;
  return undefined;
};
