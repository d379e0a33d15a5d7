import type { Ids } from '../../core/ids.ts';
import { zoneId } from './availability-zones.ts';
import { addNetworkAcl, addRouteTable, joinDefaultAcl } from './build-network.ts';
import { inWorld, tagsFrom, type TagSpec } from './build-spec.ts';
import { withRuleId, type NewPermission } from './permissions.ts';
import type {
  Address,
  Ec2State,
  Image,
  LaunchTemplate,
  LaunchTemplateData,
  NetworkInterface,
  SecurityGroup,
  Subnet,
  Vpc,
} from './state.ts';
import { freePrivateAddress, newPublicAddress } from './subnet-addresses.ts';

/** The egress that a new group has: everything, by IPv6 too where the VPC has a block. https://docs.aws.amazon.com/vpc/latest/userguide/default-custom-security-groups.html */
export const defaultEgress = (vpc: Vpc): readonly NewPermission[] => {
  const everything = { direction: 'egress', protocol: '-1', fromPort: undefined, toPort: undefined } as const;
  return [
    { ...everything, target: { kind: 'ipv4', cidr: '0.0.0.0/0' } },
    ...(vpc.ipv6Cidr === undefined
      ? []
      : [{ ...everything, target: { kind: 'ipv6', cidr: '::/0' } } as const]),
  ];
};

/**
 * Adds a VPC with its default security group, which lets its members talk to each other, its default network ACL and its main
 * route table. https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/create-vpc.html
 */
export const addVpc = (
  state: Ec2State,
  spec: { vpcId?: string; cidr: string; ipv6Cidr?: string; ownerId: string; tags?: TagSpec },
  ids: Ids,
): Vpc => {
  const vpc: Vpc = {
    vpcId: spec.vpcId ?? `vpc-${ids.hex('vpc', 17)}`,
    ownerId: spec.ownerId,
    cidr: spec.cidr,
    ...(spec.ipv6Cidr === undefined ? {} : { ipv6Cidr: spec.ipv6Cidr }),
    tags: tagsFrom(spec.tags),
  };
  state.vpcs.set(vpc.vpcId, vpc);
  addNetworkAcl(state, { vpcId: vpc.vpcId, isDefault: true }, ids);
  addRouteTable(state, { vpcId: vpc.vpcId, isMain: true }, ids);
  const group = addSecurityGroup(
    state,
    { name: 'default', description: 'default VPC security group', vpcId: vpc.vpcId, ownerId: spec.ownerId },
    ids,
  );
  group.permissions.push(
    withRuleId(
      {
        direction: 'ingress',
        protocol: '-1',
        fromPort: undefined,
        toPort: undefined,
        target: { kind: 'group', groupId: group.groupId },
      },
      ids,
    ),
  );
  return vpc;
};

/** Adds a subnet; `availabilityZone` is a name such as `eu-west-1a`. */
export const addSubnet = (
  state: Ec2State,
  spec: { subnetId?: string; vpcId: string; cidr: string; availabilityZone: string; tags?: TagSpec },
  ids: Ids,
): Subnet => {
  const { ownerId } = inWorld(state.vpcs.get(spec.vpcId), `vpc ${spec.vpcId}`);
  const subnet: Subnet = {
    subnetId: spec.subnetId ?? `subnet-${ids.hex('subnet', 17)}`,
    vpcId: spec.vpcId,
    ownerId,
    interfacesByAccount: new Map([[ownerId, state.networkInterfaces]]),
    cidr: spec.cidr,
    availabilityZone: spec.availabilityZone,
    availabilityZoneId: inWorld(zoneId(spec.availabilityZone), `zone ${spec.availabilityZone}`),
    tags: tagsFrom(spec.tags),
  };
  state.subnets.set(subnet.subnetId, subnet);
  joinDefaultAcl(state, subnet, ids);
  return subnet;
};

/** Adds a security group; without `permissions` it has a new group's: no ingress, all egress. */
export const addSecurityGroup = (
  state: Ec2State,
  spec: {
    groupId?: string;
    name: string;
    description: string;
    vpcId: string;
    ownerId: string;
    tags?: TagSpec;
    permissions?: readonly NewPermission[];
  },
  ids: Ids,
): SecurityGroup => {
  const vpc = inWorld(state.vpcs.get(spec.vpcId), `vpc ${spec.vpcId}`);
  const group: SecurityGroup = {
    groupId: spec.groupId ?? `sg-${ids.hex('security-group', 17)}`,
    name: spec.name,
    description: spec.description,
    vpcId: spec.vpcId,
    ownerId: spec.ownerId,
    tags: tagsFrom(spec.tags),
    permissions: (spec.permissions ?? defaultEgress(vpc)).map((permission) => withRuleId(permission, ids)),
  };
  state.securityGroups.set(group.groupId, group);
  return group;
};

/** What a network interface is made from; a subnet gives what is absent. */
export interface NetworkInterfaceSpec {
  readonly networkInterfaceId?: string;
  readonly subnetId: string;
  readonly groups: readonly string[];
  readonly privateIpAddress?: string;
  readonly ipv6Addresses?: readonly string[];
  /** An auto-assigned public IPv4: an address, or `assign` for any. */
  readonly publicIp?: string;
  readonly interfaceType?: string;
  readonly requesterManaged?: boolean;
  readonly description?: string;
  readonly deleteOnTermination?: boolean;
  readonly tags?: TagSpec;
}

/** Adds a network interface that nothing is attached to yet. */
export const addNetworkInterface = (
  state: Ec2State,
  spec: NetworkInterfaceSpec,
  ids: Ids,
): NetworkInterface => {
  const subnet = inWorld(state.subnets.get(spec.subnetId), `subnet ${spec.subnetId}`);
  for (const groupId of spec.groups) inWorld(state.securityGroups.get(groupId), `security group ${groupId}`);
  const made: NetworkInterface = {
    networkInterfaceId: spec.networkInterfaceId ?? `eni-${ids.hex('network-interface', 17)}`,
    vpcId: subnet.vpcId,
    subnetId: subnet.subnetId,
    availabilityZone: subnet.availabilityZone,
    privateIpAddress: spec.privateIpAddress ?? freePrivateAddress(subnet),
    ipv6Addresses: spec.ipv6Addresses ?? [],
    interfaceType: spec.interfaceType ?? 'interface',
    requesterManaged: spec.requesterManaged ?? false,
    tags: tagsFrom(spec.tags),
    groups: [...spec.groups],
    autoPublicIp: spec.publicIp !== undefined,
    ...(spec.publicIp === undefined
      ? {}
      : { publicIp: spec.publicIp === 'assign' ? newPublicAddress(ids) : spec.publicIp }),
    ...(spec.description === undefined ? {} : { description: spec.description }),
  };
  state.networkInterfaces.set(made.networkInterfaceId, made);
  return made;
};

/** Adds an Elastic IP address, associated with an interface when one is named. */
export const addAddress = (
  state: Ec2State,
  spec: { allocationId?: string; publicIp?: string; networkInterfaceId?: string; tags?: TagSpec },
  ids: Ids,
): Address => {
  const address: Address = {
    allocationId: spec.allocationId ?? `eipalloc-${ids.hex('allocation', 17)}`,
    publicIp: spec.publicIp ?? newPublicAddress(ids),
    tags: tagsFrom(spec.tags),
  };
  state.addresses.set(address.allocationId, address);
  if (spec.networkInterfaceId !== undefined) {
    const held = inWorld(
      state.networkInterfaces.get(spec.networkInterfaceId),
      `network interface ${spec.networkInterfaceId}`,
    );
    associateAddress(address, held, ids);
  }
  return address;
};

/** Binds an Elastic IP to an interface, which gives up its auto-assigned address. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html */
export const associateAddress = (address: Address, networkInterface: NetworkInterface, ids: Ids): string => {
  const associationId = `eipassoc-${ids.hex('address-association', 17)}`;
  const instanceId = networkInterface.attachment?.instanceId;
  address.association = {
    associationId,
    networkInterfaceId: networkInterface.networkInterfaceId,
    privateIpAddress: networkInterface.privateIpAddress,
    ...(instanceId === undefined ? {} : { instanceId }),
  };
  delete networkInterface.publicIp;
  return associationId;
};

/** Adds a machine image that instances can be launched from. */
export const addImage = (
  state: Ec2State,
  spec: {
    imageId?: string;
    ownerId: string;
    /** `amazon`, `aws-marketplace`: of an image that belongs to one of those. */
    ownerAlias?: string;
    /** Virtual epoch milliseconds. */
    createdAt?: number;
    name: string;
    architecture?: 'x86_64' | 'arm64';
    rootDeviceName?: string;
    rootSizeGiB?: number;
    content?: string;
    tags?: TagSpec;
  },
  ids: Ids,
): Image => {
  const image: Image = {
    imageId: spec.imageId ?? `ami-${ids.hex('image', 17)}`,
    ownerId: spec.ownerId,
    ...(spec.ownerAlias === undefined ? {} : { ownerAlias: spec.ownerAlias }),
    ...(spec.createdAt === undefined ? {} : { createdAt: spec.createdAt }),
    name: spec.name,
    architecture: spec.architecture ?? 'x86_64',
    rootDeviceName: spec.rootDeviceName ?? '/dev/xvda',
    rootSizeGiB: spec.rootSizeGiB ?? 8,
    content: spec.content ?? `image ${spec.name}`,
    tags: tagsFrom(spec.tags),
  };
  state.images.set(image.imageId, image);
  return image;
};

/** Adds a launch template: `data` is its version 1, `laterVersions` are 2 and up; 1 is the default unless another is named. */
export const addLaunchTemplate = (
  state: Ec2State,
  spec: {
    launchTemplateId?: string;
    name: string;
    data: LaunchTemplateData;
    /** When its versions were made, in virtual epoch milliseconds. */
    createdAt?: number;
    laterVersions?: readonly LaunchTemplateData[];
    defaultVersion?: number;
    tags?: TagSpec;
  },
  ids: Ids,
): LaunchTemplate => {
  const template: LaunchTemplate = {
    launchTemplateId: spec.launchTemplateId ?? `lt-${ids.hex('launch-template', 17)}`,
    name: spec.name,
    tags: tagsFrom(spec.tags),
    defaultVersion: spec.defaultVersion ?? 1,
    ...(spec.createdAt === undefined ? {} : { createdAt: spec.createdAt }),
    versions: new Map([spec.data, ...(spec.laterVersions ?? [])].map((data, index) => [index + 1, data])),
  };
  state.launchTemplates.set(template.launchTemplateId, template);
  return template;
};
