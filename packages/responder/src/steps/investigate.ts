import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
  type AttachVolumeCommandInput,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import {
  FORENSIC_IMAGE_PARAMETER,
  FORENSIC_LAUNCH_TEMPLATE_NAME,
  FORENSIC_MACHINE_ROLE_NAME,
  IAM_PATH,
  KEY_ALIASES,
  isHeld,
  ledgerOf,
  TAGS,
  type DiskState,
  type Examination,
  type IncidentRef,
  type InvestigateInput,
  type InvestigateOutput,
} from '@cordon/incident';
import { classify, faultCode, faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { hearing } from '../aws/heard-calls.ts';
import { EBS_KEY_USE } from '../needs/acquire.ts';
import { EXAMINER_READS } from '../needs/examiner.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { evidenceKeys, instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { examineDisks } from './examine-disks.ts';

/** The machine and its volumes need minutes; after this the examination is given up with its reason. */
const DEADLINE_SECONDS = 3_600;
const RECHECK_AFTER_SECONDS = 15;

/** Names under which evidence volumes are attached; the root keeps its own. 26 letters less a few: more volumes are a stated reason. */
const DEVICES = 'fghijklmnopqrstuvwxyz'.split('').map((letter) => `/dev/sd${letter}`);

/** Copies whose ARNs fit into the session policy; more are named by pattern, and the role admits the evidence account's alone. */
const COPIES_NAMED = 8;

interface Work {
  readonly ec2: EC2Client;
  readonly incident: IncidentRef;
  readonly services: Services;
}

/**
 * Brings up the forensic machine in the isolated VPC and attaches copies of the evidence, in the order that cannot fail on
 * zones: machine first, then volumes in the zone where it really runs, then attach (aws-facts 3.10). The locked copies
 * stay untouched: every volume is made from one. Then the machine examines them. One small piece a call; the workflow comes back.
 */
export const investigate = async (
  input: InvestigateInput,
  services: Services,
): Promise<InvestigateOutput> => {
  const { incident } = input;
  const examination = input.examination ?? enter(input.disks, instant(services));
  if (examination.phase === 'ready' || examination.phase === 'failed')
    return { examination: { ...examination, recheckAfterSeconds: 0 } };
  if (examination.phase === 'triage')
    return { examination: await examineDisks(examination, incident, services) };
  const account = services.config.accounts.forensics;
  const copies = examination.volumes.map(({ snapshotId }) => snapshotId);
  const named = copies.length <= COPIES_NAMED ? copies : ['*'];
  const connection = await services.reach({
    partition: services.partition,
    account,
    region: incident.region,
    duty: 'examiner',
    incidentId: incident.incidentId,
    policy: sessionPolicy({
      reads: EXAMINER_READS,
      on: [
        {
          actions: ['ec2:RunInstances', 'ec2:CreateVolume', 'ec2:AttachVolume', 'ec2:CreateTags'],
          resources: [
            `arn:${services.partition}:ec2:${incident.region}:${account}:*`,
            `arn:${services.partition}:ec2:${incident.region}::image/*`,
            ...named.map((id) => `arn:${services.partition}:ec2:${incident.region}::snapshot/${id}`),
            // Should EC2 name the owner's account as well, there is no room for each id: see `sourceSnapshots`.
            `arn:${services.partition}:ec2:${incident.region}:${services.config.accounts.evidence}:snapshot/*`,
          ],
        },
        {
          actions: ['iam:PassRole'],
          resources: [
            `arn:${services.partition}:iam::${account}:role${IAM_PATH}${FORENSIC_MACHINE_ROLE_NAME}`,
          ],
        },
        // The launch template names its image by a parameter, which EC2 reads as the caller.
        {
          actions: ['ssm:GetParameters'],
          resources: [imageParameterArn(services, incident.region)],
        },
        {
          actions: [...EBS_KEY_USE, 'kms:CreateGrant'],
          resources: [
            evidenceKeys(services, incident.region),
            `arn:${services.partition}:kms:${incident.region}:${account}:key/*`,
          ],
        },
      ],
    }),
  });
  const work: Work = { ec2: clientFor(EC2Client, connection), incident, services };
  const next = await advance(work, examination);
  await tellEnd(work, next);
  return { examination: next };
};

/** A public parameter's ARN has no account. */
const imageParameterArn = ({ partition, config }: Services, region: string): string =>
  config.forensics.imageParameter === FORENSIC_IMAGE_PARAMETER
    ? `arn:${partition}:ssm:${region}:${config.accounts.forensics}:parameter${FORENSIC_IMAGE_PARAMETER}`
    : `arn:${partition}:ssm:${region}::parameter/aws/service/*`;

const enter = (disks: readonly DiskState[], now: string): Examination => ({
  phase: 'launch',
  // A disk with memory on it is examined by its own means: the machine gets what the freeze holds.
  volumes: disks
    .filter(({ holds }) => holds === undefined)
    .flatMap((disk) =>
      isHeld(disk) && disk.evidenceSnapshotId !== undefined
        ? [{ snapshotId: disk.evidenceSnapshotId, sourceVolumeId: disk.volumeId, attached: false }]
        : [],
    ),
  startedAt: now,
  recheckAfterSeconds: 0,
});

const advance = async (work: Work, examination: Examination): Promise<Examination> => {
  const waited = (Date.parse(instant(work.services)) - Date.parse(examination.startedAt)) / 1000;
  if (waited > DEADLINE_SECONDS)
    return failed(
      examination,
      `not ready after ${DEADLINE_SECONDS / 60} minutes in phase ${examination.phase}`,
    );
  try {
    switch (examination.phase) {
      case 'launch':
        return await launch(work, examination);
      case 'create-volumes':
        return await createVolumes(work, examination);
      case 'attach':
        return await attach(work, examination);
      case 'triage':
      case 'ready':
      case 'failed':
        return examination;
    }
  } catch (error) {
    const fault = classify(error);
    return fault.retryable
      ? again(examination)
      : failed(examination, `${fault.code}: ${fault.message.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
  }
};

const again = (examination: Examination): Examination => ({
  ...examination,
  recheckAfterSeconds: RECHECK_AFTER_SECONDS,
});
const failed = (examination: Examination, because: string): Examination => ({
  ...examination,
  phase: 'failed',
  recheckAfterSeconds: 0,
  because,
});

const tagged = (
  incident: IncidentRef,
  kind: 'instance' | 'volume',
  more: Readonly<Record<string, string>> = {},
): TagSpecification[] => [
  {
    ResourceType: kind,
    Tags: Object.entries({ [TAGS.incident]: incident.incidentId, ...more }).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  },
];

/** Launches once (the token is the ledger's id), then waits until the machine runs. */
const launch = async ({ ec2, incident }: Work, examination: Examination): Promise<Examination> => {
  if (examination.machineId === undefined) {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        LaunchTemplate: { LaunchTemplateName: FORENSIC_LAUNCH_TEMPLATE_NAME, Version: '$Default' },
        MinCount: 1,
        MaxCount: 1,
        ClientToken: ledgerOf(incident).ledgerId,
        TagSpecifications: tagged(incident, 'instance'),
      }),
    );
    const machineId = Instances?.[0]?.InstanceId;
    return machineId === undefined
      ? failed(examination, 'RunInstances gave no instance')
      : again({ ...examination, machineId });
  }
  const { Reservations } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [examination.machineId] }] }),
  );
  const machine = Reservations?.[0]?.Instances?.[0];
  const state = machine?.State?.Name;
  if (state === 'terminated' || state === 'shutting-down' || state === 'stopped')
    return failed(examination, `the forensic machine is ${state}`);
  const availabilityZone = machine?.Placement?.AvailabilityZone;
  if (state !== 'running' || availabilityZone === undefined) return again(examination);
  return { ...examination, phase: 'create-volumes', availabilityZone, recheckAfterSeconds: 0 };
};

const createVolumes = async ({ ec2, incident }: Work, examination: Examination): Promise<Examination> => {
  const volumes = await Promise.all(
    examination.volumes.map(async (volume) => {
      if (volume.volumeId !== undefined) return volume;
      const made = await ec2.send(
        new CreateVolumeCommand({
          SnapshotId: volume.snapshotId,
          AvailabilityZone: examination.availabilityZone,
          Encrypted: true,
          KmsKeyId: KEY_ALIASES.forensics,
          VolumeType: 'gp3',
          ClientToken: `${ledgerOf(incident).ledgerId}-${volume.snapshotId}`.slice(0, 64),
          TagSpecifications: tagged(incident, 'volume', { [TAGS.sourceVolume]: volume.sourceVolumeId }),
        }),
      );
      return { ...volume, ...(made.VolumeId === undefined ? {} : { volumeId: made.VolumeId }) };
    }),
  );
  return again({ ...examination, volumes, phase: 'attach' });
};

type ToAttach = Examination['volumes'][number];

/** What EC2 refuses so often is refused for good, and keeps no other disk waiting: a volume with a Marketplace product code, say. */
const MOST_REFUSALS = 5;

const isGivenUp = ({ refusals = 0 }: ToAttach): boolean => refusals >= MOST_REFUSALS;

/** An attachment whose reply was lost is refused when it is sent again; the next look says to which machine it is attached. */
const attachOne = async (
  ec2: EC2Client,
  attachment: AttachVolumeCommandInput,
  volume: ToAttach,
): Promise<ToAttach> => {
  try {
    await ec2.send(new AttachVolumeCommand(attachment));
    return volume;
  } catch (error) {
    if (faultCode(error) === 'VolumeInUse') return volume;
    return { ...volume, refusals: (volume.refusals ?? 0) + 1, refused: faultLine(error) };
  }
};

/** Disks that the machine has not, and why; undefined where it has all. */
const whatIsLeftOut = (volumes: Examination['volumes'], beyond: number): string | undefined => {
  const left = [
    ...volumes
      .filter((volume) => !volume.attached && isGivenUp(volume))
      .map(({ sourceVolumeId, refused }) => `the copy of ${sourceVolumeId} is not attached: ${refused}`),
    ...(beyond > 0 ? [`${beyond} volume(s) found no device name and are left unattached`] : []),
  ];
  return left.length === 0 ? undefined : left.join('; ').slice(0, 2_000);
};

/** A volume's key is checked late: `error` shows in its state, and no SDK waiter would notice (aws-facts 3.10). */
const attach = async ({ ec2, incident, services }: Work, examination: Examination): Promise<Examination> => {
  const ids = examination.volumes.flatMap((volume) => volume.volumeId ?? []);
  const { given, calls: looked } = await hearing(services.now, () =>
    ec2.send(new DescribeVolumesCommand({ VolumeIds: ids })),
  );
  const { Volumes = [] } = given;
  const stateOf = new Map(Volumes.map((volume) => [volume.VolumeId, volume]));
  const broken = ids.filter((id) =>
    ['error', 'deleted', 'deleting'].includes(stateOf.get(id)?.State ?? 'error'),
  );
  if (broken.length > 0)
    return failed(examination, `volume ${broken.join(', ')} could not be made from the evidence copy`);
  const volumes = await Promise.all(
    examination.volumes.map(async (volume, index) => {
      const Device = DEVICES[index];
      const { volumeId } = volume;
      const state = volumeId === undefined ? undefined : stateOf.get(volumeId);
      if (
        volume.attached ||
        isGivenUp(volume) ||
        volumeId === undefined ||
        examination.machineId === undefined ||
        Device === undefined
      )
        return volume;
      const attachment = state?.Attachments?.find(({ InstanceId }) => InstanceId === examination.machineId);
      if (attachment?.State === 'attached') {
        await record(services, {
          kind: 'attachment',
          ...ledgerOf(incident),
          machineId: examination.machineId,
          volumeId,
          snapshotId: volume.snapshotId,
          calls: [...(volume.attachedBy === undefined ? [] : [volume.attachedBy]), ...looked],
        });
        return { ...volume, attached: true };
      }
      if (state?.State !== 'available') return volume;
      const wanted = { InstanceId: examination.machineId, VolumeId: volumeId, Device };
      const { given: tried, calls } = await hearing(services.now, () => attachOne(ec2, wanted, volume));
      const [attachedBy] = calls;
      return attachedBy === undefined ? tried : { ...tried, attachedBy };
    }),
  );
  const beyond = volumes.length - DEVICES.length;
  const waiting = volumes.slice(0, DEVICES.length).some((volume) => !volume.attached && !isGivenUp(volume));
  if (waiting) return again({ ...examination, volumes });
  const because = whatIsLeftOut(volumes, beyond);
  return {
    ...examination,
    volumes,
    phase: 'triage',
    recheckAfterSeconds: 0,
    ...(because === undefined ? {} : { because }),
  };
};

/** Analysts are told when the disks are there; what the machine itself examines meanwhile keeps nobody waiting. */
const tellEnd = async ({ incident, services }: Work, examination: Examination): Promise<void> => {
  if (examination.phase === 'triage') {
    await tell(services, {
      kind: 'forensic-machine-ready',
      ...about(incident),
      ...(examination.machineId === undefined ? {} : { subject: examination.machineId }),
      reasons: examination.because === undefined ? [] : [examination.because],
    });
  }
};
