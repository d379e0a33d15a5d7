import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  type Volume,
} from '@aws-sdk/client-ec2';
import { TAGS } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { CAPTURE_VOLUME_TAGS } from '../../needs/capture.ts';
import { NotDone } from '../attempt.ts';
import type { Work } from './work.ts';

/**
 * Names under which the volume is attached, the last first: owners give theirs from the other end.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
 */
const DEVICES = ['p', 'o', 'n', 'm', 'l', 'k'].map((letter) => `/dev/sd${letter}`);

/** Volumes of this incident's captures, whether or not the replies that made them arrived. */
export const volumesOfCapture = async ({ ec2, incident }: Work): Promise<readonly Volume[]> => {
  const { Volumes = [] } = await ec2.send(
    new DescribeVolumesCommand({
      Filters: [
        { Name: `tag:${TAGS.incident}`, Values: [incident.incidentId] },
        { Name: `tag:${TAGS.hop}`, Values: [CAPTURE_VOLUME_TAGS[TAGS.hop]] },
      ],
    }),
  );
  return Volumes;
};

/** Zone of the instance, and the device names that it has taken. */
const placeOf = async ({ ec2, incident }: Work): Promise<{ zone: string; taken: readonly string[] }> => {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [incident.instanceId] }] }),
  );
  const instance = Reservations[0]?.Instances?.[0];
  const zone = instance?.Placement?.AvailabilityZone;
  if (zone === undefined || instance?.State?.Name !== 'running')
    throw new NotDone(`the instance is ${instance?.State?.Name ?? 'gone'}: there is no memory to capture`);
  return { zone, taken: (instance.BlockDeviceMappings ?? []).flatMap(({ DeviceName }) => DeviceName ?? []) };
};

/**
 * A fresh volume for the image in the instance's zone, made once however often this runs. It is encrypted under `aws/ebs`: whoever may use EC2 in the
 * account may use that key, so that no key policy stands in the way; its snapshot goes on under the transit key, as any disk of that kind.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html
 */
export const makeVolume = async (
  work: Work,
  { volumeGiB, revision }: { readonly volumeGiB: number; readonly revision: number },
): Promise<string> => {
  const { ec2, incident } = work;
  const { zone } = await placeOf(work);
  const made = await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: zone,
      Size: volumeGiB,
      VolumeType: 'gp3',
      // A capture is bound by what the volume takes; gp3 gives 500 IOPS to each GiB, and 0.25 MiB/s to each of those.
      ...(volumeGiB >= 8 ? { Iops: 4_000, Throughput: 1_000 } : {}),
      Encrypted: true,
      KmsKeyId: 'alias/aws/ebs',
      ClientToken: `${incident.incidentId}-memory-${revision}`,
      TagSpecifications: [
        {
          ResourceType: 'volume',
          Tags: [
            { Key: TAGS.incident, Value: incident.incidentId },
            ...Object.entries(CAPTURE_VOLUME_TAGS).map(([Key, Value]) => ({ Key, Value })),
          ],
        },
      ],
    }),
  );
  if (made.VolumeId === undefined) throw new Error('CreateVolume gave no id');
  return made.VolumeId;
};

/** What EC2 says of the volume; undefined when it knows none. */
export const lookAtVolume = async ({ ec2 }: Work, volumeId: string): Promise<Volume | undefined> => {
  const { Volumes = [] } = await ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: [volumeId] }] }),
  );
  return Volumes[0];
};

/** Attaches the volume at a name that is free; one that an earlier try attached is left as it is. */
export const attachVolume = async (work: Work, volumeId: string): Promise<void> => {
  const { ec2, incident } = work;
  const { taken } = await placeOf(work);
  const Device = DEVICES.find((name) => !taken.includes(name) && !taken.includes(name.replace('sd', 'xvd')));
  if (Device === undefined) throw new NotDone('the instance has no device name left for the volume');
  await ec2.send(new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: incident.instanceId, Device }));
};

/** Whether, and how, the volume hangs on the instance. */
export const attachmentOf = (volume: Volume | undefined, instanceId: string): string | undefined =>
  volume?.Attachments?.find(({ InstanceId }) => InstanceId === instanceId)?.State;

/** Asks EC2 to take the volume away; `force` where the guest does not let go (what it has not written is lost). */
export const detachVolume = async (
  { ec2, incident }: Work,
  volumeId: string,
  force: boolean,
): Promise<void> => {
  try {
    await ec2.send(
      new DetachVolumeCommand({
        VolumeId: volumeId,
        InstanceId: incident.instanceId,
        ...(force ? { Force: true } : {}),
      }),
    );
  } catch (error) {
    // Detached before: its reply was lost.
    if (faultCode(error) !== 'IncorrectState') throw error;
  }
};

/** Deletes a volume of ours that is attached to nothing. */
export const deleteVolume = async ({ ec2 }: Work, volumeId: string): Promise<void> => {
  try {
    await ec2.send(new DeleteVolumeCommand({ VolumeId: volumeId }));
  } catch (error) {
    if (faultCode(error) !== 'InvalidVolume.NotFound') throw error;
  }
};
