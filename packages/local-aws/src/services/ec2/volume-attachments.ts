import type {
  AttachVolumeCommandInput,
  AttachVolumeCommandOutput,
  DetachVolumeCommandInput,
  DetachVolumeCommandOutput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { volumeLimit } from './attachment-limit.ts';
import { ebsDurations } from './ebs-durations.ts';
import { keyByArn, keysAdmit } from './ebs-keys.ts';
import { volumeCheck, volumeIds } from './ebs-resources.ts';
import { stateOf } from './lookup.ts';
import { instanceCheck } from './resource-checks.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import type { Instance, Volume } from './state.ts';
import { attachmentView } from './volume-view.ts';

type Output<T> = Omit<T, '$metadata'>;
type Attachment = Volume['attachments'][number];

/** A detachment that only force goes through with. */
const isStuck = (instance: Instance | undefined, volume: Volume): boolean =>
  instance?.state === 'running' &&
  instance.blockDevices.some((device) => device.volumeId === volume.volumeId && device.mounted === true);

const incorrectState = (message: string): ServiceFault => new ServiceFault('IncorrectState', message);

/** Codes from https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const acceptAttachment = (volume: Volume, instance: Instance, device: string): void => {
  const { volumeId } = volume;
  const { instanceId } = instance;
  if (volume.attachments.length > 0)
    throw new ServiceFault('VolumeInUse', `${volumeId} is already attached to an instance`);
  if (volume.state !== 'available')
    throw incorrectState(`The volume '${volumeId}' is not 'available': it is '${volume.state}'.`);
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw incorrectState(`Instance '${instanceId}' is '${instance.state}': want running or stopped.`);
  }
  if (volume.availabilityZone !== instance.availabilityZone) {
    throw new ServiceFault(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volumeId}' is not in the same availability zone as instance '${instanceId}': ${volume.availabilityZone}, ${instance.availabilityZone}`,
    );
  }
  if (instance.blockDevices.some(({ deviceName }) => deviceName === device)) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
    );
  }
  if (instance.blockDevices.length >= volumeLimit(instance))
    throw new ServiceFault(
      'AttachmentLimitExceeded',
      `Instance '${instanceId}' has ${instance.blockDevices.length} volumes: ${instance.instanceType} takes no more`,
    );
};

const release = (call: Call, volume: Volume, attachment: Attachment): void => {
  const instance = stateOf(call).instances.get(attachment.instanceId);
  const rest = volume.attachments.filter((held) => held !== attachment);
  // Released already, by a detachment that was asked for twice.
  if (rest.length === volume.attachments.length) return;
  if (instance !== undefined)
    instance.blockDevices = instance.blockDevices.filter(({ volumeId }) => volumeId !== volume.volumeId);
  volume.attachments = rest;
  if (volume.state === 'in-use') volume.state = 'available';
};

/** An encrypted volume is attached with a grant on its key; without one it falls back to `available`. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html (attachVolume) */
const attachLater = (call: Call, volume: Volume, attachment: Attachment): void => {
  call.timeline.at(call.now + ebsDurations.attach, () => {
    if (attachment.state !== 'attaching') return;
    const { kmsKeyArn, volumeId } = volume;
    const admitted =
      kmsKeyArn === undefined ||
      keysAdmit(call, [{ target: keyByArn(call, kmsKeyArn), use: 'attachment', ebsId: volumeId }]);
    if (admitted) attachment.state = 'attached';
    else release(call, volume, attachment);
  });
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html */
export const attachVolume = operation<AttachVolumeCommandInput, Output<AttachVolumeCommandOutput>>({
  checks: (input, call) => [
    instanceCheck('AttachVolume', call, input.InstanceId ?? ''),
    volumeCheck('AttachVolume', call, input.VolumeId ?? ''),
  ],
  run: (input, call) => {
    acceptInput(input, 'AttachVolume', ['Device', 'InstanceId', 'VolumeId']);
    const state = stateOf(call);
    const deviceName = required(input.Device, 'Device');
    const volume = requireOne(volumeIds, state.volumes, required(input.VolumeId, 'VolumeId'));
    const instance = requireOne(idKinds.instance, state.instances, required(input.InstanceId, 'InstanceId'));
    acceptAttachment(volume, instance, deviceName);
    const attachment: Attachment = {
      instanceId: instance.instanceId,
      deviceName,
      state: 'attaching',
      attachedAt: call.now,
    };
    volume.state = 'in-use';
    volume.attachments.push(attachment);
    instance.blockDevices.push({
      deviceName,
      volumeId: volume.volumeId,
      attachedAt: call.now,
      deleteOnTermination: false,
    });
    attachLater(call, volume, attachment);
    return attachmentView(state, volume, attachment);
  },
});

const attachmentOf = (volume: Volume, input: DetachVolumeCommandInput): Attachment => {
  const [held] = volume.attachments;
  if (held === undefined)
    throw incorrectState(`Volume '${volume.volumeId}' is in the '${volume.state}' state.`);
  const mismatch =
    (input.InstanceId !== undefined && input.InstanceId !== held.instanceId) ||
    (input.Device !== undefined && input.Device !== held.deviceName);
  if (mismatch) {
    throw new ServiceFault(
      'InvalidAttachment.NotFound',
      `The volume '${volume.volumeId}' is attached to ${held.instanceId} as ${held.deviceName}`,
    );
  }
  return held;
};

/**
 * Data volumes are detached from a running instance, its root volume only from a stopped one, by force or not. A volume that the
 * guest has mounted gets stuck in `busy` until it is forced off.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-detaching-volume.html
 * Detaching what is being detached already changes nothing: not documented, and what a caller that tries again needs least (UNCONFIRMED).
 */
export const detachVolume = operation<DetachVolumeCommandInput, Output<DetachVolumeCommandOutput>>({
  checks: (input, call) => {
    const held = stateOf(call).volumes.get(input.VolumeId ?? '')?.attachments[0]?.instanceId;
    const instanceId = input.InstanceId ?? held;
    return [
      ...(instanceId === undefined ? [] : [instanceCheck('DetachVolume', call, instanceId)]),
      volumeCheck('DetachVolume', call, input.VolumeId ?? ''),
    ];
  },
  run: (input, call) => {
    acceptInput(input, 'DetachVolume', ['Device', 'Force', 'InstanceId', 'VolumeId']);
    const state = stateOf(call);
    const volume = requireOne(volumeIds, state.volumes, required(input.VolumeId, 'VolumeId'));
    const attachment = attachmentOf(volume, input);
    const instance = state.instances.get(attachment.instanceId);
    if (
      instance !== undefined &&
      instance.rootDeviceName === attachment.deviceName &&
      instance.state !== 'stopped'
    ) {
      throw new ServiceFault(
        'OperationNotPermitted',
        `Unable to detach root volume '${volume.volumeId}' from instance '${instance.instanceId}'`,
      );
    }
    attachment.state = isStuck(instance, volume) && input.Force !== true ? 'busy' : 'detaching';
    if (attachment.state === 'detaching') {
      call.timeline.at(call.now + ebsDurations.detach, () => {
        if (attachment.state === 'detaching') release(call, volume, attachment);
      });
    }
    return attachmentView(state, volume, attachment);
  },
});
