import type { Call } from '../../core/operation.ts';
import { zoneId } from './availability-zones.ts';
import { arnOf, COPY_VOLUME_ID, isUsableBy, snapshotAnywhere, stateOf } from './lookup.ts';
import type { Ec2State, Image, Instance, NetworkInterface, Snapshot, Tags, Volume } from './state.ts';

/** Condition keys and their values. */
export type Context = Record<string, string | readonly string[]>;

/** Condition keys for tags that a resource has. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys */
const tagFacts = (tags: ReadonlyMap<string, string> | undefined): Context => {
  const context: Context = {};
  for (const [key, value] of tags ?? []) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`ec2:ResourceTag/${key}`] = value;
  }
  return context;
};

/** The keys of a zone, by its name. */
export const zoneFacts = (zone: string): Context => {
  const id = zoneId(zone);
  return { 'ec2:AvailabilityZone': zone, ...(id === undefined ? {} : { 'ec2:AvailabilityZoneId': id }) };
};

const instanceFacts = (state: Ec2State, instance: Instance): Context => {
  const profile = [...state.profileAssociations.values()].find(
    (held) => held.instanceId === instance.instanceId,
  );
  return {
    ...zoneFacts(instance.availabilityZone),
    'ec2:InstanceID': instance.instanceId,
    'ec2:InstanceMarketType': instance.lifecycle ?? 'on-demand',
    'ec2:InstanceType': instance.instanceType,
    'ec2:MetadataHttpEndpoint': instance.metadataOptions.httpEndpoint,
    'ec2:MetadataHttpTokens': instance.metadataOptions.httpTokens,
    'ec2:RootDeviceType': instance.rootDeviceType ?? 'ebs',
    // Instances here are on shared hardware.
    'ec2:Tenancy': 'default',
    ...(instance.managedBy === undefined ? {} : { 'ec2:ManagedResourceOperator': instance.managedBy }),
    ...(profile === undefined ? {} : { 'ec2:InstanceProfile': profile.profileArn }),
  };
};

const interfaceFacts = (call: Call, held: NetworkInterface): Context => ({
  'ec2:AvailabilityZone': held.availabilityZone,
  'ec2:NetworkInterfaceID': held.networkInterfaceId,
  'ec2:Subnet': arnOf(call, 'subnet', held.subnetId),
  'ec2:Vpc': arnOf(call, 'vpc', held.vpcId),
});

const volumeFacts = (call: Call, volume: Volume): Context => ({
  ...zoneFacts(volume.availabilityZone),
  'ec2:Encrypted': String(volume.encrypted),
  'ec2:VolumeID': volume.volumeId,
  'ec2:VolumeSize': String(volume.sizeGiB),
  'ec2:VolumeType': volume.volumeType,
  ...(volume.snapshotId === undefined
    ? {}
    : { 'ec2:ParentSnapshot': arnOf(call, 'snapshot', volume.snapshotId) }),
});

const snapshotFacts = (call: Call, region: string, snapshot: Snapshot): Context => ({
  'ec2:Encrypted': String(snapshot.encrypted),
  'ec2:Owner': snapshot.ownerId,
  'ec2:SnapshotTime': new Date(snapshot.startedAt).toISOString(),
  'ec2:VolumeSize': String(snapshot.sizeGiB),
  // The volume is its owner's, who need not be the caller.
  ...(snapshot.volumeId === COPY_VOLUME_ID
    ? {}
    : {
        'ec2:ParentVolume': `arn:${call.world.facts.partition}:ec2:${region}:${snapshot.ownerId}:volume/${snapshot.volumeId}`,
      }),
});

const imageFacts = (image: Image): Context => ({
  'ec2:ImageID': image.imageId,
  'ec2:ImageType': 'machine',
  // An alias where the owner has one: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
  'ec2:Owner': image.ownerAlias ?? image.ownerId,
  'ec2:RootDeviceType': 'ebs',
});

/** The snapshot of a Region by id, with its tags where the caller owns it: another account's are not seen. */
const factsOfSnapshot = (call: Call, region: string, id: string): Context => {
  const found = snapshotAnywhere(call.world, region, id);
  if (found === undefined || !isUsableBy(found, call.caller.account)) return { 'ec2:SnapshotID': id };
  const own = found.ownerId === call.caller.account;
  return {
    'ec2:SnapshotID': id,
    ...snapshotFacts(call, region, found),
    ...(own ? tagFacts(found.tags) : {}),
  };
};

type Found = { readonly tags?: Tags } | undefined;

/** What the state has by type: the record with its tags, and the keys of that type. */
const READERS: Readonly<Record<string, (call: Call, id: string) => readonly [Found, Context]>> = {
  instance: (call, id) => {
    const state = stateOf(call);
    const found = state.instances.get(id);
    return [found, found === undefined ? {} : instanceFacts(state, found)];
  },
  'network-interface': (call, id) => {
    const found = stateOf(call).networkInterfaces.get(id);
    return [found, found === undefined ? {} : interfaceFacts(call, found)];
  },
  'security-group': (call, id) => {
    const found = stateOf(call).securityGroups.get(id);
    const facts = { 'ec2:SecurityGroupID': id };
    return [found, found === undefined ? {} : { ...facts, 'ec2:Vpc': arnOf(call, 'vpc', found.vpcId) }];
  },
  subnet: (call, id) => {
    const found = stateOf(call).subnets.get(id);
    if (found === undefined) return [found, {}];
    const zone = { 'ec2:AvailabilityZone': found.availabilityZone };
    const ids = { 'ec2:AvailabilityZoneId': found.availabilityZoneId, 'ec2:SubnetID': id };
    return [found, { ...zone, ...ids, 'ec2:Vpc': arnOf(call, 'vpc', found.vpcId) }];
  },
  vpc: (call, id) => {
    const found = stateOf(call).vpcs.get(id);
    return [found, found === undefined ? {} : { 'ec2:VpcID': id, 'ec2:Tenancy': 'default' }];
  },
  volume: (call, id) => {
    const found = stateOf(call).volumes.get(id);
    return [found, found === undefined ? {} : volumeFacts(call, found)];
  },
  snapshot: (call, id) => [undefined, factsOfSnapshot(call, call.region, id)],
  'elastic-ip': (call, id) => {
    const found = stateOf(call).addresses.get(id);
    if (found === undefined) return [found, {}];
    return [found, { 'ec2:AllocationId': id, 'ec2:Domain': 'vpc', 'ec2:PublicIpAddress': found.publicIp }];
  },
  image: (call, id) => {
    const found = stateOf(call).images.get(id);
    return [found, found === undefined ? {} : imageFacts(found)];
  },
  'launch-template': (call, id) => [stateOf(call).launchTemplates.get(id), {}],
  // There are no key pairs here: a launch takes any name, and its name is all that a policy can see.
  'key-pair': (_call, id) => [undefined, { 'ec2:KeyPairName': id }],
  'route-table': (call, id) => {
    const found = stateOf(call).routeTables.get(id);
    const facts = { 'ec2:RouteTableID': id };
    return [found, found === undefined ? {} : { ...facts, 'ec2:Vpc': arnOf(call, 'vpc', found.vpcId) }];
  },
  'network-acl': (call, id) => {
    const found = stateOf(call).networkAcls.get(id);
    const facts = { 'ec2:NetworkAclID': id };
    return [found, found === undefined ? {} : { ...facts, 'ec2:Vpc': arnOf(call, 'vpc', found.vpcId) }];
  },
  'internet-gateway': (call, id) => {
    const found = stateOf(call).internetGateways.get(id);
    return [found, found === undefined ? {} : { 'ec2:InternetGatewayID': id }];
  },
  'vpc-endpoint': (call, id) => [stateOf(call).vpcEndpoints.get(id), {}],
};

/**
 * Every condition key that EC2 knows of a resource of the caller, from the state as it is now; none for one that does not exist.
 * `withoutWithheld` takes away what single actions do not give.
 *
 * @throws Error for a type that has no reader: a mistake in the local organization
 */
export const factsOf = (call: Call, on: { type: string; id: string; region?: string }): Context => {
  if (on.type === 'snapshot' && on.region !== undefined && on.id !== '*')
    return factsOfSnapshot(call, on.region, on.id);
  const read = READERS[on.type];
  if (read === undefined) throw new Error(`no condition keys are known of EC2 type ${on.type}: add a reader`);
  if (on.id === '*') return {};
  const [found, facts] = read(call, on.id);
  return { ...facts, ...tagFacts(found?.tags) };
};
