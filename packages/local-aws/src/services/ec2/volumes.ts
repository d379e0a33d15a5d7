import type {
  DeleteVolumeCommandInput,
  DescribeVolumesCommandInput,
  DescribeVolumesCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { zoneId } from './availability-zones.ts';
import { createVolume } from './create-volume.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { ebsDurations } from './ebs-durations.ts';
import { volumeCheck, volumeIds } from './ebs-resources.ts';
import { stateOf } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import { requireAll, requireOne } from './resource-ids.ts';
import type { Volume } from './state.ts';
import { attachVolume, detachVolume } from './volume-attachments.ts';
import { volumeView } from './volume-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html (Filters) */
const readers: Readers<Volume> = {
  'volume-id': (volume) => [volume.volumeId],
  'attachment.instance-id': (volume) => volume.attachments.map(({ instanceId }) => instanceId),
  'attachment.device': (volume) => volume.attachments.map(({ deviceName }) => deviceName),
  'attachment.status': (volume) => volume.attachments.map(({ state }) => state),
  'availability-zone': (volume) => [volume.availabilityZone],
  'availability-zone-id': (volume) => [zoneId(volume.availabilityZone) ?? ''],
  encrypted: (volume) => [String(volume.encrypted)],
  size: (volume) => [String(volume.sizeGiB)],
  'snapshot-id': (volume) => (volume.snapshotId === undefined ? [] : [volume.snapshotId]),
  status: (volume) => [volume.state],
  'volume-type': (volume) => [volume.volumeType],
};

const describeVolumes = operation<
  DescribeVolumesCommandInput,
  Omit<DescribeVolumesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeVolumes', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeVolumes', ['VolumeIds', 'Filters', 'MaxResults', 'NextToken']);
    const state = stateOf(call);
    const ids = input.VolumeIds ?? [];
    const candidates =
      ids.length > 0 ? requireAll(volumeIds, state.volumes, ids) : [...state.volumes.values()];
    const { items, nextToken } = page(applyFilters(candidates, input.Filters, readers), input, ids);
    return {
      Volumes: items.map((volume) => volumeView(state, volume)),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html : available (or failed) volumes only */
const deleteVolume = operation<DeleteVolumeCommandInput, object>({
  checks: (input, call) => [volumeCheck('DeleteVolume', call, input.VolumeId ?? '')],
  run: (input, call) => {
    acceptInput(input, 'DeleteVolume', ['VolumeId']);
    const { volumes } = stateOf(call);
    const volume = requireOne(volumeIds, volumes, required(input.VolumeId, 'VolumeId'));
    const [held] = volume.attachments;
    if (held !== undefined)
      throw new ServiceFault(
        'VolumeInUse',
        `Volume ${volume.volumeId} is currently attached to ${held.instanceId}`,
      );
    if (volume.state !== 'available' && volume.state !== 'error') {
      throw new ServiceFault(
        'IncorrectState',
        `The volume '${volume.volumeId}' is in the '${volume.state}' state; it must be available`,
      );
    }
    volume.state = 'deleting';
    call.timeline.at(call.now + ebsDurations.deleteVolume, () => {
      volume.state = 'deleted';
      volumes.delete(volume.volumeId);
    });
    return {};
  },
});

/** Operations on EBS volumes, by API name. */
export const volumeOperations: Readonly<Record<string, Operation>> = {
  DescribeVolumes: describeVolumes,
  CreateVolume: createVolume,
  AttachVolume: attachVolume,
  DetachVolume: detachVolume,
  DeleteVolume: deleteVolume,
};
