import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  endOfMachine,
  FORENSIC_IMAGE_PARAMETER,
  FORENSIC_LAUNCH_TEMPLATE_NAME,
  FORENSIC_MACHINE_ROLE_NAME,
  IAM_PATH,
  isHeld,
  ledgerOf,
  type DiskState,
  type Examination,
  type IncidentRef,
  type InvestigateInput,
  type InvestigateOutput,
} from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { EBS_KEY_USE } from '../needs/acquire.ts';
import { EXAMINER_READS } from '../needs/examiner.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { evidenceKeys, instant, type Services } from '../services.ts';
import { beginMachine } from '../store/machine-rows.ts';
import { about, tell } from '../store/notify.ts';
import { carryResults } from './carry-results.ts';
import { examineDisks } from './examine-disks.ts';
import { attachVolumes, createVolumes } from './machine-volumes.ts';
import { again, failed, reachMachine, taggedFor, type MachineWork } from './machine-work.ts';

/** The machine and its volumes need minutes; after this the examination is given up with its reason. */
const DEADLINE_SECONDS = 3_600;

/** Copies whose ARNs fit into the session policy; more are named by pattern, and the role admits the evidence account's alone. */
const COPIES_NAMED = 8;

/**
 * Brings up the forensic machine in the isolated VPC and attaches copies of the evidence, in the order that cannot fail on
 * zones: machine first, then volumes in the zone where it really runs, then attach (aws-facts 3.10). The locked copies
 * stay untouched: every volume is made from one. Then the machine examines them, and what comes out is carried into custody.
 *
 * Memory that a capture wrote is examined by itself, once it is in custody: on the same machine, for the token of the launch is the ledger's, so that
 * whichever of the two comes first starts it. One small piece a call; the workflow comes back.
 */
export const investigate = async (
  input: InvestigateInput,
  services: Services,
): Promise<InvestigateOutput> => {
  const { incident } = input;
  const examination = input.examination ?? enter(input, services);
  switch (examination.phase) {
    case 'ready':
    case 'failed':
      return { examination: { ...examination, recheckAfterSeconds: 0 } };
    case 'triage':
      return { examination: await examineDisks(examination, incident, services) };
    case 'results':
    case 'clean-up':
      return { examination: await carryResults(examination, incident, services) };
    case 'carry':
      // The evidence account has it: the workflow asks for its side until that is done.
      return { examination: { ...examination, phase: 'clean-up', recheckAfterSeconds: 0 } };
    case 'launch':
    case 'create-volumes':
    case 'attach':
      return bringUp(examination, incident, services);
  }
};

const bringUp = async (
  examination: Examination,
  incident: IncidentRef,
  services: Services,
): Promise<InvestigateOutput> => {
  const account = services.config.accounts.forensics;
  const copies = examination.volumes.map(({ snapshotId }) => snapshotId);
  const named = copies.length <= COPIES_NAMED ? copies : ['*'];
  const connection = await reachMachine(
    incident,
    services,
    sessionPolicy({
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
  );
  const work: MachineWork = { ec2: clientFor(EC2Client, connection), incident, services };
  const next = await advance(work, examination);
  await tellEnd(work, next);
  return { examination: next };
};

/** A public parameter's ARN has no account. */
const imageParameterArn = ({ partition, config }: Services, region: string): string =>
  config.forensics.imageParameter === FORENSIC_IMAGE_PARAMETER
    ? `arn:${partition}:ssm:${region}:${config.accounts.forensics}:parameter${FORENSIC_IMAGE_PARAMETER}`
    : `arn:${partition}:ssm:${region}::parameter/aws/service/*`;

/** Disks of the freeze, or the image of memory: a second copy of a disk, for what a crash or hibernation left on it, is examined by other means. */
const enter = ({ disks, incident, of }: InvestigateInput, services: Services): Examination => {
  const now = instant(services);
  const { machineHours, hourlyUsd } = services.config.forensics;
  const wanted = disks.filter(({ holds, memoryImage }) =>
    of === 'memory' ? holds === 'memory' && memoryImage !== undefined : holds === undefined,
  );
  // One capture a plan; the document takes one image.
  const volumes = (of === 'memory' ? wanted.slice(0, 1) : wanted).flatMap((disk) => entered(disk));
  return {
    phase: 'launch',
    ...(of === undefined ? {} : { of }),
    volumes,
    startedAt: now,
    endsAt: endOfMachine(now, machineHours),
    ...(hourlyUsd === undefined ? {} : { hourlyUsd }),
    recheckAfterSeconds: 0,
    ...(volumes.length > 0
      ? {}
      : { phase: 'failed', because: `nothing of ${incident.instanceId} is in custody to be examined` }),
  };
};

const entered = (disk: DiskState): Examination['volumes'] =>
  isHeld(disk) && disk.evidenceSnapshotId !== undefined
    ? [
        {
          snapshotId: disk.evidenceSnapshotId,
          sourceVolumeId: disk.volumeId,
          attached: false,
          ...(disk.memoryImage === undefined ? {} : { toldSha256: disk.memoryImage.sha256 }),
        },
      ]
    : [];

const advance = async (work: MachineWork, examination: Examination): Promise<Examination> => {
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
        return await attachVolumes(work, examination);
      case 'triage':
      case 'results':
      case 'carry':
      case 'clean-up':
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

/** Launches once (the token is the ledger's id), then waits until the machine runs. Until when it is there is written down first. */
const launch = async (work: MachineWork, examination: Examination): Promise<Examination> => {
  const { ec2, incident, services } = work;
  if (examination.machineId === undefined) {
    await beginMachine(services, {
      incident,
      ledgerId: ledgerOf(incident).ledgerId,
      startedAt: examination.startedAt,
      endsAt:
        examination.endsAt ?? endOfMachine(examination.startedAt, services.config.forensics.machineHours),
      kept: [],
    });
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        LaunchTemplate: { LaunchTemplateName: FORENSIC_LAUNCH_TEMPLATE_NAME, Version: '$Default' },
        MinCount: 1,
        MaxCount: 1,
        ClientToken: ledgerOf(incident).ledgerId,
        TagSpecifications: taggedFor(incident, 'instance'),
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

/** Analysts are told when the disks are there; what the machine itself examines meanwhile keeps nobody waiting. */
const tellEnd = async ({ incident, services }: MachineWork, examination: Examination): Promise<void> => {
  if (examination.phase === 'triage' && examination.of === undefined) {
    await tell(services, {
      kind: 'forensic-machine-ready',
      ...about(incident),
      ...(examination.machineId === undefined ? {} : { subject: examination.machineId }),
      reasons: [
        ...(examination.because === undefined ? [] : [examination.because]),
        ...(examination.endsAt === undefined
          ? []
          : [`it is ended at ${examination.endsAt}, unless somebody keeps it: cordon keep-machine`]),
      ],
    });
  }
};
