import {
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  enterDisk,
  judgeLook,
  ledgerOf,
  subjectOf,
  TAGS,
  type DiskState,
  type Examination,
  type IncidentRef,
} from '@cordon/incident';
import { classify, faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { RESULTS_READS } from '../needs/examiner.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { describeSnapshot, lookAt, whileItExists } from './look-at-snapshot.ts';
import { again, reachMachine, ready, taggedFor, type MachineWork } from './machine-work.ts';

/** Taking the volume away and starting its snapshot; the snapshot itself has the bound of a disk. */
const RESULTS_SECONDS = 1_800;

type Results = NonNullable<Examination['results']>;

/** What is carried, and how far it is. */
interface Carrying {
  readonly examination: Examination;
  readonly results: Results;
}

/**
 * The forensics account's side of the results of one examination: the volume that the machine wrote them to is taken from it, snapshotted, and the
 * snapshot handed to the evidence account, which copies and locks it as any disk; at the end share and snapshot are taken away. The machine
 * itself can send nothing anywhere. One small piece a call; the workflow comes back. Whatever becomes of it, the examination ends as `ready`.
 */
export const carryResults = async (
  examination: Examination,
  incident: IncidentRef,
  services: Services,
): Promise<Examination> => {
  const since = examination.results?.since ?? instant(services);
  const results: Results = { attached: false, ...examination.results, since };
  const { volumeId } = results;
  if (volumeId === undefined) return ready(examination);
  const carrying = { examination: { ...examination, results }, results };
  try {
    const work = await connect(incident, services, volumeId);
    return examination.phase === 'clean-up' ? await cleanUp(work, carrying) : await handOver(work, carrying);
  } catch (error) {
    const fault = classify(error);
    const isLate = services.now() - Date.parse(since) > RESULTS_SECONDS * 1_000;
    if (fault.retryable && !isLate) return again(carrying.examination);
    return givenUp(
      { incident, services },
      carrying,
      `${fault.code}: ${fault.message.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
    );
  }
};

const connect = async (incident: IncidentRef, services: Services, volumeId: string): Promise<MachineWork> => {
  const account = services.config.accounts.forensics;
  const arn = (rest: string, owner: string = account): string =>
    `arn:${services.partition}:ec2:${incident.region}:${owner}:${rest}`;
  const connection = await reachMachine(
    incident,
    services,
    sessionPolicy({
      reads: RESULTS_READS,
      on: [
        {
          actions: ['ec2:DetachVolume', 'ec2:CreateSnapshot'],
          resources: [arn(`volume/${volumeId}`), arn('instance/*')],
        },
        {
          actions: ['ec2:ModifySnapshotAttribute', 'ec2:DeleteSnapshot'],
          resources: [arn('snapshot/*', '')],
        },
      ],
      creates: [{ actions: ['ec2:CreateSnapshot', 'ec2:CreateTags'], resources: [arn('snapshot/*', '')] }],
      incidentTag: { key: TAGS.incident, value: incident.incidentId },
    }),
  );
  return { ec2: clientFor(EC2Client, connection), incident, services };
};

/** Without the results in custody there is the statement alone, with their seal: said, recorded as missing, and told. */
const givenUp = async (
  { incident, services }: Pick<MachineWork, 'incident' | 'services'>,
  { examination, results }: Carrying,
  because: string,
): Promise<Examination> => {
  const subject = `results of ${examination.of ?? 'disks'}`;
  await record(services, { kind: 'missing', ...ledgerOf(incident), subject, because });
  await tell(services, { kind: 'evidence-missing', ...about(incident), subject, reasons: [because] });
  return ready({ ...examination, results: { ...results, because } });
};

const handOver = async (work: MachineWork, carrying: Carrying): Promise<Examination> => {
  const { incident, services } = work;
  const { examination, results } = carrying;
  const late = services.now() - Date.parse(results.since ?? examination.startedAt) > RESULTS_SECONDS * 1_000;
  if (results.snapshotId === undefined) {
    if (!(await isDetached(work, carrying)))
      return late
        ? givenUp(work, carrying, 'the volume with the results could not be taken from the machine')
        : again(examination);
    const snapshotId = await snapshotOf(work, results.volumeId ?? '');
    return again({ ...examination, results: { ...results, attached: false, snapshotId } });
  }
  const disk = results.disk ?? (await diskOf(work, results));
  const judged = judgeLook(disk, await lookAt(work.ec2, results.snapshotId), instant(services));
  if (judged !== 'go-on')
    return 'failed' in judged
      ? givenUp(work, carrying, `the snapshot of the results: ${judged.failed}`)
      : {
          ...examination,
          results: { ...results, disk },
          recheckAfterSeconds: judged.wait,
        };
  await work.ec2.send(
    new ModifySnapshotAttributeCommand({
      SnapshotId: results.snapshotId,
      Attribute: 'createVolumePermission',
      OperationType: 'add',
      UserIds: [services.config.accounts.evidence],
    }),
  );
  await record(services, {
    kind: 'steps',
    ...ledgerOf(incident),
    steps: [
      {
        step: 'carry-results',
        outcome: 'done',
        detail: {
          of: examination.of ?? 'disks',
          volume: results.volumeId ?? '',
          snapshot: results.snapshotId,
          ...(examination.triage?.seal === undefined ? {} : { seal: examination.triage.seal }),
        },
      },
    ],
  });
  return {
    ...examination,
    phase: 'carry',
    recheckAfterSeconds: 0,
    results: {
      ...results,
      disk: { ...disk, handedSnapshotId: results.snapshotId, phase: 'take-custody', recheckAfterSeconds: 0 },
    },
  };
};

/** Whether nothing holds the volume any more; asks for it where the machine has it still. The script has let go of it before it ended. */
const isDetached = async (
  { ec2 }: MachineWork,
  { examination: { machineId }, results: { volumeId = '' } }: Carrying,
): Promise<boolean> => {
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }));
  const [volume] = Volumes;
  if (volume?.State === 'available') return true;
  if (volume?.Attachments?.some(({ State }) => State === 'attached') === true)
    await ec2
      .send(new DetachVolumeCommand({ VolumeId: volumeId, InstanceId: machineId }))
      .catch((error: unknown) => {
        // Detached meanwhile: a reply was lost.
        if (faultCode(error) !== 'IncorrectState') throw error;
      });
  return false;
};

/** Starts the snapshot, once: CreateSnapshot takes no token, so one of an earlier try is found by its tags (aws-facts 2.10). */
const snapshotOf = async ({ ec2, incident }: MachineWork, volumeId: string): Promise<string> => {
  const { Snapshots = [] } = await ec2.send(
    new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: [
        { Name: `tag:${TAGS.incident}`, Values: [incident.incidentId] },
        { Name: `tag:${TAGS.sourceVolume}`, Values: [volumeId] },
        { Name: 'status', Values: ['pending', 'completed'] },
      ],
    }),
  );
  const [made] = Snapshots;
  if (made?.SnapshotId !== undefined) return made.SnapshotId;
  const { SnapshotId } = await ec2.send(
    new CreateSnapshotCommand({
      VolumeId: volumeId,
      Description: `Cordon ${incident.incidentId}: results`,
      TagSpecifications: taggedFor(incident, 'snapshot', {
        [TAGS.hop]: 'results',
        [TAGS.sourceVolume]: volumeId,
        [TAGS.intermediate]: 'true',
      }),
    }),
  );
  if (SnapshotId === undefined) throw new Error('CreateSnapshot gave no id');
  return SnapshotId;
};

/** The results as a disk on its way into custody. */
const diskOf = async (
  { ec2, services }: MachineWork,
  { volumeId = '', snapshotId = '' }: Results,
): Promise<DiskState> => {
  const snapshot = await describeSnapshot(ec2, snapshotId);
  return {
    ...enterDisk(
      {
        volumeId,
        sizeGiB: snapshot?.VolumeSize ?? services.config.forensics.resultsGiB,
        encrypted: true,
        kmsKeyArn: snapshot?.KmsKeyId,
        holds: 'results',
      },
      snapshotId,
      instant(services),
    ),
    phase: 'hand-over',
  };
};

/** The copy is locked, or was given up: share and snapshot go. */
const cleanUp = async (
  { ec2, services, incident }: MachineWork,
  { examination, results }: Carrying,
): Promise<Examination> => {
  const { disk, snapshotId } = results;
  // People were told when it was given up; the ledger is told here.
  if (disk?.phase === 'failed')
    await record(services, {
      kind: 'missing',
      ...ledgerOf(incident),
      subject: subjectOf(disk),
      because: disk.because ?? 'no reason was given',
    });
  // Of a snapshot that is gone already, a retry after a lost reply is denied: it has no tags any more that would admit it.
  if (snapshotId !== undefined)
    await whileItExists(ec2, snapshotId, async () => {
      await ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId: snapshotId,
          Attribute: 'createVolumePermission',
          OperationType: 'remove',
          UserIds: [services.config.accounts.evidence],
        }),
      );
      await ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
    });
  const secured = disk?.phase === 'clean-up' ? { ...disk, phase: 'secured' as const } : disk;
  return ready({
    ...examination,
    results: {
      ...results,
      ...(secured === undefined ? {} : { disk: secured }),
      ...(secured?.phase === 'failed' ? { because: secured.because ?? 'no reason was given' } : {}),
    },
  });
};
