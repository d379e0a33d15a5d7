import type { InstanceSpec } from '../ec2/build-instance.ts';
import type { Ec2State, Instance } from '../ec2/state.ts';
import { ec2Of, type Acting } from './acting.ts';
import { register, type Pool } from '../elasticloadbalancing/registration.ts';
import { poolsOf } from './balancing.ts';
import { newMember, watchMembers } from './capacity.ts';
import { GROUP_TAG } from './group-target.ts';
import {
  autoScalingState,
  type AutoScalingGroup,
  type LaunchSpec,
  type LaunchTemplateChoice,
} from './state.ts';

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

/** What a group is made from. */
export interface AutoScalingGroupSpec {
  readonly name: string;
  /** Running instances, at least one. */
  readonly memberIds: readonly string[];
  /** Number of members when absent. */
  readonly minSize?: number;
  /** One more than the members when absent. */
  readonly maxSize?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** `EC2` when absent. */
  readonly healthCheckType?: AutoScalingGroup['healthCheckType'];
  /** Target groups and Classic Load Balancers, added before; members are registered with them, healthy from the start. */
  readonly targetGroupArns?: readonly string[];
  readonly loadBalancerNames?: readonly string[];
  /** What is shown as the source of the instances. */
  readonly launchTemplate?: LaunchTemplateChoice;
  readonly mixedInstances?: NonNullable<AutoScalingGroup['mixedInstances']>;
}

const membersOf = (spec: AutoScalingGroupSpec, acting: Acting): readonly [Instance, ...Instance[]] => {
  const { account, region } = acting;
  const state = ec2Of(acting);
  const [first, ...others] = spec.memberIds.map((id) => {
    const found = state.instances.get(id);
    if (found === undefined)
      throw new Error(
        `group ${spec.name} names instance ${id}, which is not in ${account}/${region}: add it first`,
      );
    return found;
  });
  if (first === undefined)
    throw new Error(
      `group ${spec.name} has no members: name at least one instance, which its replacements are like`,
    );
  return [first, ...others];
};

/** @throws Error when one of them is not in the world */
const requirePools = (group: AutoScalingGroup, acting: Acting): readonly Pool[] => {
  const pools = poolsOf(group, acting);
  if (pools.length !== group.targetGroupArns.length + group.loadBalancerNames.length)
    throw new Error(
      `group ${group.name} names a target group or load balancer that is not in ${acting.account}/${acting.region}: add it first`,
    );
  return pools;
};

/**
 * Adds a group with running instances as its members, and lets it act from then on: unhealthy members are terminated, gaps filled
 * with instances like the first member.
 *
 * @throws Error when the name is taken, or an instance, target group or load balancer is not in the world
 */
export const addAutoScalingGroup = (spec: AutoScalingGroupSpec, acting: Acting): AutoScalingGroup => {
  const { world, account, region, ids, timeline } = acting;
  const { groups } = world.of(autoScalingState, account, region);
  if (groups.has(spec.name))
    throw new Error(`account ${account} has a group ${spec.name} in ${region} already: choose another name`);
  const state = ec2Of(acting);
  const instances = membersOf(spec, acting);
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
    launch: launchLike(state, instances[0]),
    desiredCapacity: instances.length,
    healthCheckType: spec.healthCheckType ?? 'EC2',
    targetGroupArns: spec.targetGroupArns ?? [],
    loadBalancerNames: spec.loadBalancerNames ?? [],
    ...(spec.launchTemplate === undefined ? {} : { launchTemplate: spec.launchTemplate }),
    ...(spec.mixedInstances === undefined ? {} : { mixedInstances: spec.mixedInstances }),
    members: new Map(
      instances.map(({ instanceId }) => [
        instanceId,
        { ...newMember(instanceId), lifecycleState: 'InService' },
      ]),
    ),
  };
  for (const pool of requirePools(group, acting))
    for (const { instanceId } of instances) register(pool, { id: instanceId }, 'healthy');
  groups.set(group.name, group);
  watchMembers(group, acting);
  return group;
};
