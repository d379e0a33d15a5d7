import { gunzipSync } from 'node:zlib';
import {
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  GetConsoleOutputCommand,
  GetConsoleScreenshotCommand,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import {
  enterDisk,
  ledgerOf,
  stepsOf,
  stepsToDo,
  TAGS,
  type CapturedInput,
  type FreezeInput,
  type FreezeOutput,
  type IncidentRef,
  type MemoryInput,
  type StepOutcome,
} from '@cordon/incident';
import { faultCode, faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { ACQUIRE_READS } from '../needs/acquire.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { instant, type Services, ofIncident } from '../services.ts';
import { rowOf, saveOutcomes } from '../store/journal-rows.ts';
import { tellMissing } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { attempt } from './attempt.ts';
import { whyWithoutInstanceStore } from './instance-store.ts';
import { holdsTag } from './look-at-snapshot.ts';

/** Volume to snapshot. */
type Frozen = Map<string, string>;

/**
 * Freezes all volumes at one instant (one by one where the set is refused: aws-facts 3.1, all or nothing), and puts the
 * finding and the context as it was before any change into the vault. Changes nothing on the instance.
 */
export const freeze = async (input: FreezeInput, services: Services): Promise<FreezeOutput> => {
  const { incident, plan } = input;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'acquire',
    policy: scope(services, incident),
  });
  const ec2 = clientFor(EC2Client, connection);
  const volumes = stepsOf(plan, 'secure-volume');
  const frozen: Frozen = new Map();
  const wanted = stepsOf(plan, 'snapshot-volumes');
  const [snapshots, kept] = await Promise.all([
    Promise.all(
      wanted.map((step) =>
        attempt(step.id, services, () =>
          snapshotAll({ ec2, incident, volumeIds: step.volumeIds, set: 'freeze' }, frozen),
        ),
      ),
    ),
    Promise.all(
      stepsOf(plan, 'preserve-context').map((step) =>
        attempt(step.id, services, () => preserve(ec2, input, services)),
      ),
    ),
  ]);
  const outcomes: StepOutcome[] = await saveOutcomes(services, incident, 'freeze', [...snapshots, ...kept]);
  const now = instant(services);
  const why = snapshots.find(({ status }) => status !== 'done')?.detail;
  const disks = volumes
    .map((volume) => enterDisk(volume, frozen.get(volume.volumeId), now))
    // AWS's own reason, where it gave one, is worth more than that there is none.
    .map((disk) => (disk.phase === 'failed' && why !== undefined ? { ...disk, because: why } : disk));
  for (const disk of disks) await tellMissing(services, incident, disk);
  return { outcomes, disks };
};

/**
 * A second set of snapshots, of disks on which a crash or hibernation left memory: evidence of its own, which goes the way of the others
 * and never takes their place. It waits for nothing but its own start.
 */
const snapshotMemory = async ({ memory }: MemoryInput, services: Services): Promise<FreezeOutput> => {
  const { incident, plan } = memory;
  const [step] = stepsToDo(memory, 'snapshot-memory');
  if (step === undefined) return { outcomes: [], disks: [] };
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'acquire',
    policy: scope(services, incident),
  });
  const frozen: Frozen = new Map();
  const { volumeIds } = step;
  const work: Freezing = { ec2: clientFor(EC2Client, connection), incident, volumeIds, set: 'memory' };
  const outcome = await attempt(step.id, services, () => snapshotAll(work, frozen));
  const now = instant(services);
  const disks = stepsOf(plan, 'secure-volume')
    .filter(({ volumeId }) => volumeIds.includes(volumeId))
    .map((volume) => enterDisk({ ...volume, holds: 'memory' }, frozen.get(volume.volumeId), now))
    .map((disk) => (disk.phase === 'failed' ? { ...disk, because: outcome.detail } : disk));
  for (const disk of disks) await tellMissing(services, incident, disk);
  return { outcomes: await saveOutcomes(services, incident, rowOf('memory', memory), [outcome]), disks };
};

/** The snapshot of a volume that a capture wrote a memory image to; it goes the way of the disks, as memory evidence. */
const snapshotCaptured = async ({ captured }: CapturedInput, services: Services): Promise<FreezeOutput> => {
  const { incident, volume } = captured;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'acquire',
    policy: scope(services, incident),
  });
  const frozen: Frozen = new Map();
  const work: Freezing = {
    ec2: clientFor(EC2Client, connection),
    incident,
    volumeIds: [volume.volumeId],
    set: 'memory',
  };
  const outcome = await attempt('capture-memory', services, async () => {
    if ((await lookForMade(work, frozen)).length === 0) return 'its snapshot was made before';
    await oneByOne(work, frozen);
    return `a snapshot of ${volume.volumeId} was started`;
  });
  const entered = enterDisk(
    { ...volume, encrypted: true, holds: 'memory' },
    frozen.get(volume.volumeId),
    instant(services),
  );
  const disk = entered.phase === 'failed' ? { ...entered, because: outcome.detail } : entered;
  await tellMissing(services, incident, disk);
  return {
    outcomes: await saveOutcomes(services, incident, rowOf('captured', captured), [outcome]),
    disks: [disk],
  };
};

/** freeze, the second set that a crash or hibernation calls for, or the volume that a capture wrote to. */
export const freezeOrMemory = (
  input: FreezeInput | MemoryInput | CapturedInput,
  services: Services,
): Promise<FreezeOutput> => {
  if ('captured' in input) return snapshotCaptured(input, services);
  return 'memory' in input ? snapshotMemory(input, services) : freeze(input, services);
};

const scope = (services: Services, incident: IncidentRef) => {
  const arn = (rest: string): string =>
    `arn:${services.partition}:ec2:${incident.region}:${incident.account}:${rest}`;
  const instance = arn(`instance/${incident.instanceId}`);
  const snapshots = `arn:${services.partition}:ec2:${incident.region}::snapshot/*`;
  return sessionPolicy({
    reads: ACQUIRE_READS,
    on: [
      { actions: ['ec2:CreateSnapshots', 'ec2:GetConsole*'], resources: [instance] },
      { actions: ['ec2:CreateSnapshots', 'ec2:CreateSnapshot'], resources: [arn('volume/*')] },
    ],
    creates: [
      { actions: ['ec2:CreateSnapshots', 'ec2:CreateSnapshot', 'ec2:CreateTags'], resources: [snapshots] },
    ],
    incidentTag: { key: TAGS.incident, value: incident.incidentId },
  });
};

/** Which set of snapshots: the freeze, or what a crash or hibernation left on the disks. */
type SetName = 'freeze' | 'memory';

interface Freezing {
  readonly set: SetName;
  readonly ec2: EC2Client;
  readonly incident: IncidentRef;
  readonly volumeIds: readonly string[];
}

const tags = ({ incident, set }: Freezing): TagSpecification[] => [
  {
    ResourceType: 'snapshot',
    Tags: [
      { Key: TAGS.incident, Value: incident.incidentId },
      { Key: TAGS.hop, Value: set },
      { Key: TAGS.intermediate, Value: 'true' },
      ...holdsTag(set === 'memory' ? { holds: set } : {}),
    ],
  },
];

/** Notes the snapshots that this incident has made, whether or not their replies arrived; gives the volumes that have none. */
const lookForMade = async (
  { ec2, incident, volumeIds, set }: Freezing,
  frozen: Frozen,
): Promise<readonly string[]> => {
  const made = await ec2.send(
    new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: [
        { Name: `tag:${TAGS.incident}`, Values: [incident.incidentId] },
        { Name: `tag:${TAGS.hop}`, Values: [set] },
      ],
    }),
  );
  for (const snapshot of made.Snapshots ?? []) {
    if (snapshot.State !== 'error' && snapshot.VolumeId !== undefined && snapshot.SnapshotId !== undefined)
      frozen.set(snapshot.VolumeId, snapshot.SnapshotId);
  }
  return volumeIds.filter((id) => !frozen.has(id));
};

/**
 * CreateSnapshots takes no token: a second run first looks for what the first one made (aws-facts 2.10). So does this one
 * after a refusal, for a set whose reply was lost is refused when it is sent again, by the rate per volume.
 */
const snapshotAll = async (work: Freezing, frozen: Frozen): Promise<string> => {
  const { ec2, incident } = work;
  const missing = await lookForMade(work, frozen);
  if (missing.length === 0) return `${frozen.size} snapshot(s) were made before`;
  if (missing.length < work.volumeIds.length) return oneByOne({ ...work, volumeIds: missing }, frozen);
  try {
    const set = await ec2.send(
      new CreateSnapshotsCommand({
        InstanceSpecification: { InstanceId: incident.instanceId },
        Description: `Cordon ${incident.incidentId}`,
        TagSpecifications: tags(work),
      }),
    );
    for (const { VolumeId, SnapshotId } of set.Snapshots ?? [])
      if (VolumeId !== undefined && SnapshotId !== undefined) frozen.set(VolumeId, SnapshotId);
    return `${frozen.size} volume(s) frozen at one instant`;
  } catch (error) {
    const code = faultCode(error);
    const left = await lookForMade(work, frozen);
    if (left.length === 0) return `${frozen.size} volume(s) frozen at one instant`;
    return `the set was refused with ${code}; ${await oneByOne({ ...work, volumeIds: left }, frozen)}`;
  }
};

/** Fallback: not crash-consistent across volumes, but one bad volume cannot cost the others. */
const oneByOne = async (work: Freezing, frozen: Frozen): Promise<string> => {
  const { ec2, incident, volumeIds } = work;
  const results = await Promise.allSettled(
    volumeIds.map(async (VolumeId) => {
      const { SnapshotId } = await ec2.send(
        new CreateSnapshotCommand({
          VolumeId,
          Description: `Cordon ${incident.incidentId}`,
          TagSpecifications: tags(work),
        }),
      );
      if (SnapshotId !== undefined) frozen.set(VolumeId, SnapshotId);
    }),
  );
  const refused = results.flatMap((result) =>
    result.status === 'rejected' ? [faultLine(result.reason)] : [],
  );
  const left = refused.length === 0 ? [] : await lookForMade(work, frozen);
  if (left.length > 0) {
    throw Object.assign(new Error(`no snapshot of ${left.join(', ')}: ${refused.join(' | ')}`), {
      name: 'VolumesNotFrozen',
      code: 'VolumesNotFrozen',
    });
  }
  return `${volumeIds.length} volume(s) frozen one by one`;
};

/** The finding verbatim, the describe results, console and screenshot: each an object of its own, written once. */
const preserve = async (ec2: EC2Client, input: FreezeInput, services: Services): Promise<string> => {
  const { incident } = input;
  const InstanceId = incident.instanceId;
  const context = gunzipSync(Buffer.from(input.context, 'base64'));
  const [output, screenshot, instanceStore] = await Promise.all([
    ec2.send(new GetConsoleOutputCommand({ InstanceId, Latest: false })).catch(faultLine),
    ec2.send(new GetConsoleScreenshotCommand({ InstanceId })).catch(faultLine),
    whyWithoutInstanceStore(ec2, context.toString()),
  ]);
  const deposit = async (label: string, contentType: string, bodyBase64: string): Promise<string> => {
    await record(services, { kind: 'deposit', ...ledgerOf(incident), label, contentType, bodyBase64 });
    return label;
  };
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const kept = [
    // An event too large for a state lies in the vault already: intake put it there.
    ...(input.event === ''
      ? ['finding.json']
      : [await deposit('finding.json', 'application/json', base64(input.event))]),
    await deposit('context.json', 'application/json', context.toString('base64')),
  ];
  // What EC2 does not give (Graviton has no screenshot: aws-facts 2.9) is a stated reason in place of the object.
  if (typeof output === 'string' || !output.Output)
    await missing(
      services,
      incident,
      'console-output',
      typeof output === 'string' ? output : 'the console is empty',
    );
  else kept.push(await deposit('console-output.txt', 'text/plain', output.Output));
  if (typeof screenshot === 'string' || !screenshot.ImageData)
    await missing(
      services,
      incident,
      'console-screenshot',
      typeof screenshot === 'string' ? screenshot : 'EC2 gave no picture',
    );
  else kept.push(await deposit('console-screenshot.jpg', 'image/jpeg', screenshot.ImageData));
  if (instanceStore !== undefined) await missing(services, incident, 'instance-store', instanceStore);
  return `in the vault: ${kept.join(', ')}`;
};

const missing = (
  services: Services,
  incident: IncidentRef,
  subject: string,
  because: string,
): Promise<unknown> => record(services, { kind: 'missing', ...ledgerOf(incident), subject, because });
