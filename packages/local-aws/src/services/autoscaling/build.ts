import type { InstanceSpec } from '../ec2/build-instance.ts';
import type { Ec2State, Instance } from '../ec2/state.ts';
import { ec2Of, type Acting } from './acting.ts';
import { watchMembers } from './capacity.ts';
import { autoScalingState, type AutoScalingGroup, type LaunchSpec } from './state.ts';

/** Tag by which an instance names its group. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html */
const GROUP_TAG = 'aws:autoscaling:groupName';

const isPresent = <Value>(value: Value | undefined): value is Value => value !== undefined;

const interfacesLike = (state: Ec2State, instance: Instance): InstanceSpec['networkInterfaces'] =>
  instance.networkInterfaceIds
    .map((id) => state.networkInterfaces.get(id))
    .filter(isPresent)
    .map((held) => ({
      subnetId: held.subnetId,
      groups: [...held.groups],
      ...(held.publicIp === undefined ? {} : { publicIp: 'assign' }),
    }));

const volumesLike = (state: Ec2State, instance: Instance): InstanceSpec['volumes'] =>
  instance.blockDevices.flatMap((device) => {
    const volume = state.volumes.get(device.volumeId);
    if (volume === undefined) return [];
    return [
      {
        deviceName: device.deviceName,
        sizeGiB: volume.sizeGiB,
        encrypted: volume.encrypted,
        volumeType: volume.volumeType,
        content: volume.content,
        deleteOnTermination: device.deleteOnTermination,
        ...(volume.kmsKeyArn === undefined ? {} : { kmsKeyArn: volume.kmsKeyArn }),
        ...(volume.snapshotId === undefined ? {} : { snapshotId: volume.snapshotId }),
      },
    ];
  });

/** What a group launches that was made from a member as it is now: later changes of the member do not reach its replacement. */
const launchLike = (state: Ec2State, instance: Instance): LaunchSpec => {
  const profile = [...state.profileAssociations.values()].find(
    (held) => held.instanceId === instance.instanceId,
  );
  return {
    type: instance.instanceType,
    imageId: instance.imageId,
    networkInterfaces: interfacesLike(state, instance),
    volumes: volumesLike(state, instance),
    architecture: instance.architecture,
    metadataOptions: { ...instance.metadataOptions },
    tags: Object.fromEntries(instance.tags),
    ...(profile === undefined ? {} : { profile: { arn: profile.profileArn, profileId: profile.profileId } }),
  };
};

/**
 * Adds a group with running instances as its members, and lets it act from then on: unhealthy members are terminated, gaps filled
 * with instances like the first member.
 *
 * @param spec `memberIds` names at least one instance; sizes default to their number (`maxSize` to one more)
 * @throws Error when the name is taken or an instance is not in the world
 */
export const addAutoScalingGroup = (
  spec: {
    readonly name: string;
    readonly memberIds: readonly string[];
    readonly minSize?: number;
    readonly maxSize?: number;
    readonly tags?: Readonly<Record<string, string>>;
  },
  acting: Acting,
): AutoScalingGroup => {
  const { world, account, region, ids, timeline } = acting;
  const { groups } = world.of(autoScalingState, account, region);
  if (groups.has(spec.name))
    throw new Error(`account ${account} has a group ${spec.name} in ${region} already: choose another name`);
  const state = ec2Of(acting);
  const instances = spec.memberIds.map((id) => {
    const found = state.instances.get(id);
    if (found === undefined)
      throw new Error(
        `group ${spec.name} names instance ${id}, which is not in ${account}/${region}: add it first`,
      );
    return found;
  });
  const [first] = instances;
  if (first === undefined)
    throw new Error(
      `group ${spec.name} has no members: name at least one instance, which its replacements are like`,
    );
  for (const instance of instances) instance.tags.set(GROUP_TAG, spec.name);
  const subnetIds = instances.flatMap(
    ({ networkInterfaceIds: [primary] }) => state.networkInterfaces.get(primary ?? '')?.subnetId ?? [],
  );
  const group: AutoScalingGroup = {
    name: spec.name,
    arn: `arn:${world.facts.partition}:autoscaling:${region}:${account}:autoScalingGroup:${ids.uuid('auto-scaling-group')}:autoScalingGroupName/${spec.name}`,
    tags: new Map(Object.entries(spec.tags ?? {})),
    createdAt: timeline.now(),
    minSize: spec.minSize ?? instances.length,
    maxSize: spec.maxSize ?? instances.length + 1,
    subnetIds: [...new Set(subnetIds)],
    availabilityZones: [...new Set(instances.map((instance) => instance.availabilityZone))],
    launch: launchLike(state, first),
    desiredCapacity: instances.length,
    members: new Map(
      instances.map(({ instanceId }) => [
        instanceId,
        { instanceId, lifecycleState: 'InService', healthStatus: 'Healthy', protectedFromScaleIn: false },
      ]),
    ),
  };
  groups.set(group.name, group);
  watchMembers(group, acting);
  return group;
};
