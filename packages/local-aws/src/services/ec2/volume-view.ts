import type { Volume as ApiVolume, VolumeAttachment } from '@aws-sdk/client-ec2';
import { zoneId } from './availability-zones.ts';
import type { Ec2State, Volume } from './state.ts';
import { renderTags } from './tag-sets.ts';

/** A volume's attachment as the API has it; whether it goes with the instance is kept by the instance. */
export const attachmentView = (
  state: Ec2State,
  volume: Volume,
  held: Volume['attachments'][number],
): VolumeAttachment => {
  const devices = state.instances.get(held.instanceId)?.blockDevices ?? [];
  return {
    VolumeId: volume.volumeId,
    InstanceId: held.instanceId,
    Device: held.deviceName,
    State: held.state,
    AttachTime: new Date(held.attachedAt),
    DeleteOnTermination:
      devices.find(({ volumeId }) => volumeId === volume.volumeId)?.deleteOnTermination ?? false,
  };
};

/** A volume as the API has it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html */
export const volumeView = (state: Ec2State, volume: Volume): ApiVolume => {
  const tags = renderTags(volume.tags);
  const zone = zoneId(volume.availabilityZone);
  return {
    VolumeId: volume.volumeId,
    Size: volume.sizeGiB,
    SnapshotId: volume.snapshotId ?? '',
    AvailabilityZone: volume.availabilityZone,
    ...(zone === undefined ? {} : { AvailabilityZoneId: zone }),
    State: volume.state,
    CreateTime: new Date(volume.createdAt),
    VolumeType: volumeTypeOf(volume.volumeType),
    Encrypted: volume.encrypted,
    MultiAttachEnabled: volume.multiAttach === true,
    Attachments: volume.attachments.map((held) => attachmentView(state, volume, held)),
    ...(volume.kmsKeyArn === undefined ? {} : { KmsKeyId: volume.kmsKeyArn }),
    ...(tags === undefined ? {} : { Tags: tags }),
  };
};

type ApiVolumeType = NonNullable<ApiVolume['VolumeType']>;

const TYPES: readonly ApiVolumeType[] = ['standard', 'io1', 'io2', 'gp2', 'gp3', 'st1', 'sc1'];

/** Narrows a volume type; throws, as a bug of whoever built the world, for one that EBS does not have. */
const volumeTypeOf = (type: string): ApiVolumeType => {
  const known = TYPES.find((name) => name === type);
  if (known === undefined)
    throw new Error(`volume type ${type} is none of EBS's: want one of ${TYPES.join(', ')}`);
  return known;
};

/** Whether EBS has this volume type. */
export const isVolumeType = (type: string): boolean => TYPES.some((name) => name === type);
