import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeVolumesCommand,
  type Volume,
} from '@aws-sdk/client-ec2';
import { KEY_ALIASES, ledgerOf, TAGS, type Examination } from '@cordon/incident';
import { classify, faultCode, faultLine } from '../aws/classify.ts';
import { record } from '../store/record.ts';
import { again, failed, taggedFor, type MachineWork } from './machine-work.ts';

/**
 * Names under which volumes are attached; the root keeps its own. Those of the disks, and apart from them those of memory and of the volumes for
 * results, for the two examinations do not know of each other. More disks than names are a stated reason.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
 */
const DISKS = 'fghijklmnopqrstuvwxyz'.split('').map((letter) => `/dev/sd${letter}`);
const DEVICES = {
  disks: { evidence: DISKS, results: '/dev/sdd' },
  memory: { evidence: ['/dev/sdb'], results: '/dev/sde' },
} as const;

/** Makes a volume of each evidence copy, and the fresh one that takes the results; each once, by its token. */
export const createVolumes = async (work: MachineWork, examination: Examination): Promise<Examination> => {
  const { ec2, incident } = work;
  const { ledgerId } = ledgerOf(incident);
  const [volumes, results] = await Promise.all([
    Promise.all(
      examination.volumes.map(async (volume) => {
        if (volume.volumeId !== undefined) return volume;
        const made = await ec2.send(
          new CreateVolumeCommand({
            SnapshotId: volume.snapshotId,
            AvailabilityZone: examination.availabilityZone,
            Encrypted: true,
            KmsKeyId: KEY_ALIASES.forensics,
            VolumeType: 'gp3',
            ClientToken: `${ledgerId}-${volume.snapshotId}`.slice(0, 64),
            TagSpecifications: taggedFor(incident, 'volume', { [TAGS.sourceVolume]: volume.sourceVolumeId }),
          }),
        );
        return { ...volume, ...(made.VolumeId === undefined ? {} : { volumeId: made.VolumeId }) };
      }),
    ),
    createResults(work, examination),
  ]);
  return again({ ...examination, volumes, results, phase: 'attach' });
};

/** A fault that passes is waited for, so that it costs nobody the results; after this the evidence is examined without their volume. */
const RESULTS_WAIT_MS = 900_000;

/** Throws a fault that passes, for the whole to be tried again, while there is time. */
const passes = (error: unknown, waitedMs: number): void => {
  if (classify(error).retryable && waitedMs < RESULTS_WAIT_MS) throw error;
};

/** Without a volume for them, results stay on the machine: evidence is examined all the same. */
const createResults = async (
  { ec2, incident, services }: MachineWork,
  { results, availabilityZone, of, startedAt }: Examination,
): Promise<NonNullable<Examination['results']>> => {
  if (results?.volumeId !== undefined) return results;
  try {
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: availabilityZone,
        Size: services.config.forensics.resultsGiB,
        Encrypted: true,
        KmsKeyId: KEY_ALIASES.forensics,
        VolumeType: 'gp3',
        ClientToken: `${ledgerOf(incident).ledgerId}-results${of === undefined ? '' : `-${of}`}`.slice(0, 64),
        TagSpecifications: taggedFor(incident, 'volume', { [TAGS.hop]: 'results' }),
      }),
    );
    return VolumeId === undefined
      ? { attached: false, because: 'CreateVolume gave no id' }
      : { attached: false, volumeId: VolumeId };
  } catch (error) {
    passes(error, services.now() - Date.parse(startedAt));
    return { attached: false, because: `no volume for the results could be made: ${faultLine(error)}` };
  }
};

/** An attachment whose reply was lost is refused when it is sent again; the next look says to which machine it is attached. */
const tolerateInUse = (error: unknown): void => {
  if (faultCode(error) !== 'VolumeInUse') throw error;
};

/** Whether the volume hangs on the machine; asks for it where it does not yet. */
const attachOne = async (
  { ec2 }: MachineWork,
  state: Volume | undefined,
  at: { readonly machineId: string; readonly volumeId: string; readonly Device: string },
): Promise<boolean> => {
  const attachment = state?.Attachments?.find(({ InstanceId }) => InstanceId === at.machineId);
  if (attachment?.State === 'attached') return true;
  if (state?.State === 'available')
    await ec2
      .send(new AttachVolumeCommand({ InstanceId: at.machineId, VolumeId: at.volumeId, Device: at.Device }))
      .catch(tolerateInUse);
  return false;
};

/** A volume's key is checked late: `error` shows in its state, and no SDK waiter would notice (aws-facts 3.10). */
export const attachVolumes = async (work: MachineWork, examination: Examination): Promise<Examination> => {
  const { ec2, incident, services } = work;
  const { machineId } = examination;
  if (machineId === undefined) return failed(examination, 'there is no machine to attach to');
  const devices = DEVICES[examination.of ?? 'disks'];
  const ids = examination.volumes.flatMap(({ volumeId }) => volumeId ?? []);
  const looked = [...ids, ...[examination.results?.volumeId].flatMap((id) => id ?? [])];
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: looked }));
  const stateOf = new Map(Volumes.map((volume) => [volume.VolumeId, volume]));
  const broken = ids.filter((id) =>
    ['error', 'deleted', 'deleting'].includes(stateOf.get(id)?.State ?? 'error'),
  );
  if (broken.length > 0)
    return failed(examination, `volume ${broken.join(', ')} could not be made from the evidence copy`);
  const volumes = await Promise.all(
    examination.volumes.map(async (volume, index) => {
      const Device = devices.evidence[index];
      const { volumeId } = volume;
      if (volume.attached || volumeId === undefined || Device === undefined) return volume;
      if (!(await attachOne(work, stateOf.get(volumeId), { machineId, volumeId, Device }))) return volume;
      await record(services, {
        kind: 'attachment',
        ...ledgerOf(incident),
        machineId,
        volumeId,
        snapshotId: volume.snapshotId,
      });
      return { ...volume, attached: true };
    }),
  );
  const results = await attachResults(work, examination, stateOf);
  const beyond = volumes.length - devices.evidence.length;
  const isWaiting =
    volumes.slice(0, devices.evidence.length).some(({ attached }) => !attached) ||
    (results?.volumeId !== undefined && !results.attached && results.because === undefined);
  if (isWaiting) return again({ ...examination, volumes, results });
  return {
    ...examination,
    volumes,
    results,
    phase: 'triage',
    recheckAfterSeconds: 0,
    ...(beyond > 0 ? { because: `${beyond} volume(s) found no device name and are left unattached` } : {}),
  };
};

const attachResults = async (
  work: MachineWork,
  { results, machineId, of, startedAt }: Examination,
  stateOf: ReadonlyMap<string | undefined, Volume>,
): Promise<Examination['results']> => {
  if (results?.volumeId === undefined || results.attached || machineId === undefined) return results;
  const { volumeId } = results;
  const state = stateOf.get(volumeId);
  if (state === undefined || state.State === 'error')
    return { ...results, because: `the volume for the results, ${volumeId}, could not be made` };
  const Device = DEVICES[of ?? 'disks'].results;
  try {
    return { ...results, attached: await attachOne(work, state, { machineId, volumeId, Device }) };
  } catch (error) {
    passes(error, work.services.now() - Date.parse(startedAt));
    return {
      ...results,
      because: `the volume for the results could not be attached: ${faultLine(error)}`,
    };
  }
};
