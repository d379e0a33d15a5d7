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
import { instanceTypeFacts } from './instance-types.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import type { Instance, Volume } from './state.ts';
import { attachmentView } from './volume-view.ts';

type Output<T> = Omit<T, '$metadata'>;
type Attachment = Volume['attachments'][number];

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volumes-multi.html */
const MOST_SHARING = 16;

/** A detachment that only force goes through with. */
const isStuck = (instance: Instance | undefined, volume: Volume): boolean =>
  instance?.state === 'running' &&
  instance.blockDevices.some((device) => device.volumeId === volume.volumeId && device.mounted === true);

const incorrectState = (message: string): ServiceFault => new ServiceFault('IncorrectState', message);

/**
 * Up to sixteen instances, on Nitro, as no root. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volumes-multi.html
 * The page gives no codes: these are the local organization's choice.
 */
const acceptSharedAttachment = ({ multiAttach, volumeId, attachments }: Volume, instance: Instance): void => {
  if (multiAttach !== true) return;
  if (attachments.some(({ instanceId }) => instanceId === instance.instanceId))
    throw new ServiceFault('VolumeInUse', `${volumeId} is already attached to ${instance.instanceId}`);
  if (attachments.length >= MOST_SHARING)
    throw new ServiceFault(
      'AttachmentLimitExceeded',
      `${volumeId} is attached to ${attachments.length} instances: it can be attached to no more`,
    );
  if (instanceTypeFacts(instance.instanceType)?.nitroVersion === undefined)
    throw new ServiceFault(
      'UnsupportedOperation',
      `${volumeId} is enabled for Multi-Attach, and ${instance.instanceType} is not built on the Nitro System`,
    );
};

/**
 * A volume with a product code is attached only to a stopped instance whose account is subscribed; nobody here is subscribed to anything.
 * The page gives no codes: these are the local organization's choice. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
 */
const acceptProduct = ({ productCodes, volumeId }: Volume, { instanceId, state }: Instance): void => {
  if (productCodes === undefined) return;
  if (state !== 'stopped')
    throw incorrectState(
      `The volume '${volumeId}' has product codes: instance '${instanceId}' must be stopped, and is '${state}'.`,
    );
  throw new ServiceFault('OptInRequired', `You are not subscribed to product ${productCodes.join(', ')}`);
};

/** Codes from https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const acceptAttachment = (volume: Volume, instance: Instance, device: string): void => {
  const { volumeId } = volume;
  const { instanceId } = instance;
  acceptSharedAttachment(volume, instance);
  acceptProduct(volume, instance);
  if (volume.multiAttach !== true && volume.attachments.length > 0)
    throw new ServiceFault('VolumeInUse', `${volumeId} is already attached to an instance`);
  if (volume.state !== 'available' && !(volume.multiAttach === true && volume.state === 'in-use'))
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
  if (volume.state === 'in-use' && rest.length === 0) volume.state = 'available';
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
  const [first] = volume.attachments;
  // Of a volume that several have, InstanceId says which. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html (InstanceId)
  if (volume.attachments.length > 1 && input.InstanceId === undefined)
    throw new ServiceFault('MissingParameter', 'The request must contain the parameter InstanceId');
  const held = volume.attachments.find(({ instanceId }) => instanceId === input.InstanceId) ?? first;
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
