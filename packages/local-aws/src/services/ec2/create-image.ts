import type { CreateImageCommandInput, CreateImageCommandOutput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { beginReboot } from './crash-and-reboot.ts';
import { acceptVolume, failTogether, snapshotOf } from './create-snapshots.ts';
import { ebsDurations } from './ebs-durations.ts';
import { newSnapshotCheck, parentContext, snapshotTagChecks } from './ebs-resources.ts';
import { stateOf } from './lookup.ts';
import { instanceCheck, requestTagContext, resourceCheck, tagOnCreateChecks } from './resource-checks.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import { completeLater } from './snapshot-progress.ts';
import type { Image, Instance, Snapshot, Volume } from './state.ts';
import { acceptTagSpecifications, requestedTags } from './tag-sets.ts';

type Input = CreateImageCommandInput;

const checksOf = (input: Input, call: Call): readonly Check[] => {
  const id = input.InstanceId ?? '';
  const imageTags = requestedTags(input.TagSpecifications, 'image');
  const tags = requestedTags(input.TagSpecifications, 'snapshot');
  const devices = stateOf(call).instances.get(id)?.blockDevices ?? [];
  return [
    instanceCheck('CreateImage', call, id),
    resourceCheck('CreateImage', call, {
      type: 'image',
      id: '*',
      more: { 'ec2:Owner': call.caller.account, ...requestTagContext(imageTags) },
    }),
    ...devices.map(({ volumeId }) =>
      newSnapshotCheck('CreateImage', call, { tags, more: parentContext(call, volumeId) }),
    ),
    ...tagOnCreateChecks('CreateImage', call, { type: 'image', tags: imageTags }),
    ...snapshotTagChecks('CreateImage', call, tags),
  ];
};

/** 3 to 128 of these characters. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html */
const NAME = /^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/;

const acceptName = (call: Call, name: string): string => {
  if (!NAME.test(name))
    throw new ServiceFault(
      'InvalidAMIName.Malformed',
      `AMI names must be between 3 and 128 characters long, and may contain letters, numbers, and only ( ) [ ] . / - ' @ _ and spaces: got '${name}'`,
    );
  const others = [...stateOf(call).images.values()].filter(({ ownerId }) => ownerId === call.caller.account);
  const taken = others.find((image) => image.name === name);
  if (taken !== undefined)
    throw new ServiceFault(
      'InvalidAMIName.Duplicate',
      `AMI name ${name} is already in use by AMI ${taken.imageId}`,
    );
  return name;
};

/** An EBS-backed instance that runs or is stopped; AWS gives no code for the root (UNCONFIRMED). */
const acceptInstance = ({ instanceId, rootDeviceType, state }: Instance): void => {
  if (rootDeviceType === 'instance-store')
    throw new ServiceFault('InvalidParameterValue', `The instance '${instanceId}' is not EBS-backed`);
  if (state !== 'running' && state !== 'stopped')
    throw new ServiceFault(
      'IncorrectInstanceState',
      `Instance '${instanceId}' is not 'running' or 'stopped': it is ${state}`,
    );
};

/** The image of an instance whose snapshots have begun. */
const imageOf = (
  call: Call,
  instance: Instance,
  made: {
    readonly imageId: string;
    readonly input: Input;
    readonly pairs: readonly (readonly [Volume, Snapshot])[];
  },
): Image => {
  const { imageId, input, pairs } = made;
  const deviceOf = ({ volumeId }: Volume) =>
    instance.blockDevices.find((device) => device.volumeId === volumeId);
  const devices = pairs.map(([volume, snapshot]) => ({
    deviceName: deviceOf(volume)?.deviceName ?? '',
    snapshotId: snapshot.snapshotId,
    sizeGiB: volume.sizeGiB,
    volumeType: volume.volumeType,
    encrypted: volume.encrypted,
    deleteOnTermination: deviceOf(volume)?.deleteOnTermination ?? true,
  }));
  const isRoot = ({ deviceName }: { readonly deviceName: string }): boolean =>
    deviceName === instance.rootDeviceName;
  const root = devices.find(isRoot);
  return {
    imageId,
    ownerId: call.caller.account,
    name: input.Name ?? '',
    architecture: instance.architecture,
    rootDeviceName: instance.rootDeviceName,
    rootSizeGiB: root?.sizeGiB ?? 0,
    content: pairs.find(([, { snapshotId }]) => snapshotId === root?.snapshotId)?.[1].content ?? '',
    tags: requestedTags(input.TagSpecifications, 'image'),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    devices: [...devices.filter(isRoot), ...devices.filter((device) => !isRoot(device))],
    sourceInstanceId: instance.instanceId,
    createdAt: call.now,
    state: 'pending',
  };
};

/**
 * An image is pending until the snapshots behind it, one of each volume, are complete. The instance is rebooted first unless
 * `NoReboot` is true: what is in its memory is lost then (aws-facts 2.9).
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
 */
export const createImage = operation<Input, Omit<CreateImageCommandOutput, '$metadata'>>({
  checks: checksOf,
  run: (input, call) => {
    acceptInput(input, 'CreateImage', ['InstanceId', 'Name', 'Description', 'NoReboot', 'TagSpecifications']);
    acceptTagSpecifications(input.TagSpecifications, ['image', 'snapshot']);
    const state = stateOf(call);
    acceptName(call, required(input.Name, 'Name'));
    const id = required(input.InstanceId, 'InstanceId');
    const instance = requireOne(idKinds.instance, state.instances, id);
    acceptInstance(instance);
    const volumes = instance.blockDevices.flatMap(({ volumeId }) => state.volumes.get(volumeId) ?? []);
    for (const volume of volumes) acceptVolume(call, volume);
    if (input.NoReboot !== true && instance.state === 'running') beginReboot(call, instance);
    const imageId = `ami-${call.ids.hex('image', 17)}`;
    const description = `Created by CreateImage(${instance.instanceId}) for ${imageId}`;
    const pairs = volumes.map((volume) => {
      const tags = requestedTags(input.TagSpecifications, 'snapshot');
      return [volume, snapshotOf(call, volume, { description, tags })] as const;
    });
    const image = imageOf(call, instance, { imageId, input, pairs });
    state.images.set(imageId, image);
    completeTogether(
      call,
      image,
      pairs.map(([, snapshot]) => snapshot),
    );
    return { ImageId: imageId };
  },
});

const completeTogether = (call: Call, image: Image, set: readonly Snapshot[]): void => {
  const failure = failTogether(set);
  for (const snapshot of set)
    completeLater(call, snapshot, { ms: ebsDurations.snapshot(snapshot.sizeGiB), failure });
  const longest = Math.max(0, ...set.map(({ sizeGiB }) => ebsDurations.snapshot(sizeGiB)));
  // Made after those of the snapshots, this appointment comes after theirs.
  call.timeline.at(call.now + longest, () => {
    image.state = set.every(({ state }) => state === 'completed') ? 'available' : 'failed';
  });
};
