import { compile } from '@cordon/iam';
import { seededIds, type Ids } from '../../core/ids.ts';
import type { World } from '../../core/world.ts';
import { addInternetGateway } from '../ec2/build-gateways.ts';
import { addInstance } from '../ec2/build-instance.ts';
import { addNetworkAcl, addRouteTable } from '../ec2/build-network.ts';
import { addVpcEndpoint } from '../ec2/build-vpc-endpoint.ts';
import {
  addAddress,
  addImage,
  addLaunchTemplate,
  addSecurityGroup,
  addSubnet,
  addVpc,
} from '../ec2/build.ts';
import {
  ec2State,
  type Ec2State,
  type Instance,
  type SecurityGroup,
  type Snapshot,
  type Subnet,
  type Volume,
} from '../ec2/state.ts';
import { addInstanceProfile, addManagedPolicy, addRole } from '../iam/build.ts';
import { addKey } from '../kms/build.ts';
import type { Key } from '../kms/state.ts';
import { ACCOUNT, OTHER_ACCOUNT, REGION, START, testWorld } from '../testing.ts';

/** Every thing carries this tag, so that each check that can give tags does. */
export const TAG = { team: 'shop' };

/** One of each thing that operations name, in `ACCOUNT`; nothing is there but what samples use. */
export interface FurnishedWorld {
  readonly world: World;
  readonly ids: Ids;
  readonly state: Ec2State;
  readonly key: Key;
  readonly signingKey: Key;
  readonly group: SecurityGroup;
  readonly subnet: Subnet;
  /** Of the VPC: its gateway, and a table and an ACL of the subnet's own, beside the main table and the default ACL. */
  readonly network: {
    readonly vpcId: string;
    readonly internetGatewayId: string;
    readonly routeTableId: string;
    readonly networkAclId: string;
    readonly endpointId: string;
  };
  readonly imageId: string;
  readonly templateId: string;
  readonly allocationId: string;
  readonly associationId: string;
  readonly profileAssociationId: string;
  /** With root and encrypted data volume, both attached. */
  readonly instance: Instance;
  /** Attached to nothing, encrypted. */
  readonly spare: Volume;
  readonly snapshot: Snapshot;
  /** Of another account, shared with `ACCOUNT`. */
  readonly shared: Snapshot;
}

const DOCUMENT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
};

const trusting = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
});

/** Roles `worker`, in an instance profile, and `bounded`; managed policy `limits`. */
const furnishRoles = (world: World, ids: Ids): void => {
  const making = { ids, now: START };
  const limits = addManagedPolicy(world, { account: ACCOUNT, name: 'limits', document: DOCUMENT });
  const shared = { account: ACCOUNT, trust: trusting('ec2.amazonaws.com'), tags: TAG };
  addRole(world, { ...shared, name: 'worker', path: '/team/' }, making);
  addRole(
    world,
    { ...shared, name: 'bounded', boundaryArn: limits.arn, inline: { reads: DOCUMENT } },
    making,
  );
  addInstanceProfile(world, { account: ACCOUNT, name: 'worker', roleName: 'worker', tags: TAG }, making);
};

const snapshotOf = (world: World, ids: Ids, more: Partial<Snapshot>): Snapshot => {
  const snapshot: Snapshot = {
    snapshotId: `snap-${ids.hex('snapshot', 17)}`,
    ownerId: ACCOUNT,
    volumeId: 'vol-0123456789abcdef0',
    sizeGiB: 10,
    encrypted: true,
    description: 'a snapshot',
    startedAt: START,
    tags: new Map(Object.entries(TAG)),
    content: 'the disk',
    state: 'completed',
    progress: 100,
    completedAt: START,
    sharedWith: new Set(),
    isPublic: false,
    ...more,
  };
  world.of(ec2State, snapshot.ownerId, REGION).snapshots.set(snapshot.snapshotId, snapshot);
  return snapshot;
};

const furnishNetwork = (state: Ec2State, ids: Ids) => {
  const vpc = addVpc(state, { cidr: '10.0.0.0/16', ownerId: ACCOUNT, tags: TAG }, ids);
  const inVpc = { vpcId: vpc.vpcId, tags: TAG };
  const subnet = addSubnet(state, { ...inVpc, cidr: '10.0.1.0/24', availabilityZone: `${REGION}a` }, ids);
  const named = { name: 'web', description: 'web', ownerId: ACCOUNT };
  const group = addSecurityGroup(state, { ...inVpc, ...named }, ids);
  const { vpcId } = vpc;
  const { internetGatewayId } = addInternetGateway(state, inVpc, ids);
  const { routeTableId } = addRouteTable(state, { ...inVpc, subnetIds: [subnet.subnetId] }, ids);
  const { networkAclId } = addNetworkAcl(state, { ...inVpc, subnetIds: [subnet.subnetId] }, ids);
  const { endpointId } = addVpcEndpoint(
    state,
    {
      ...inVpc,
      serviceName: `com.amazonaws.${REGION}.s3`,
      type: 'Gateway',
      policy: (id) => compile({ Version: '2012-10-17', Statement: [] }, id),
    },
    ids,
  );
  return { subnet, group, network: { vpcId, internetGatewayId, routeTableId, networkAclId, endpointId } };
};

const furnishInstance = (
  state: Ec2State,
  ids: Ids,
  on: { subnet: Subnet; group: SecurityGroup; imageId: string; key: Key; snapshot: Snapshot },
): Instance =>
  addInstance(
    state,
    {
      type: 'm7i.large',
      imageId: on.imageId,
      networkInterfaces: [{ subnetId: on.subnet.subnetId, groups: [on.group.groupId], tags: TAG }],
      volumes: [
        { deviceName: '/dev/xvda', sizeGiB: 8, content: 'root', tags: TAG },
        {
          deviceName: '/dev/sdf',
          sizeGiB: 10,
          content: 'data',
          encrypted: true,
          kmsKeyArn: on.key.arn,
          snapshotId: on.snapshot.snapshotId,
          tags: TAG,
        },
      ],
      profile: { arn: `arn:aws:iam::${ACCOUNT}:instance-profile/worker`, profileId: 'AIPAWORKER' },
      launchedAt: START,
      tags: TAG,
      managedBy: 'eks',
    },
    ids,
  );

const spareVolume = (state: Ec2State, ids: Ids, key: Key): Volume => {
  const volume: Volume = {
    volumeId: `vol-${ids.hex('volume', 17)}`,
    sizeGiB: 10,
    availabilityZone: `${REGION}a`,
    volumeType: 'gp3',
    encrypted: true,
    kmsKeyArn: key.arn,
    createdAt: START,
    tags: new Map(Object.entries(TAG)),
    content: 'spare',
    state: 'available',
    attachments: [],
  };
  state.volumes.set(volume.volumeId, volume);
  return volume;
};

/** Builds the world anew, the same every time. */
export const furnishedWorld = (): FurnishedWorld => {
  const world = testWorld();
  const ids = seededIds('contract');
  const state = world.of(ec2State, ACCOUNT, REGION);
  const making = { ids, now: START };
  const place = { account: ACCOUNT, region: REGION };
  const key = addKey(world, { ...place, alias: 'alias/data', tags: TAG }, making);
  const signing = { ...place, alias: 'alias/signing', tags: TAG, spec: 'ECC_NIST_P256' as const };
  const signingKey = addKey(world, signing, making);
  furnishRoles(world, ids);
  const { subnet, group, network } = furnishNetwork(state, ids);
  const { imageId } = addImage(state, { name: 'linux', ownerId: ACCOUNT, tags: TAG }, ids);
  state.publicParameters.set('/aws/service/linux', imageId);
  const snapshot = snapshotOf(world, ids, { kmsKeyArn: key.arn });
  const shared = snapshotOf(world, ids, { ownerId: OTHER_ACCOUNT, sharedWith: new Set([ACCOUNT]) });
  const instance = furnishInstance(state, ids, { subnet, group, imageId, key, snapshot });
  const networkInterfaceId = instance.networkInterfaceIds[0] ?? '';
  const address = addAddress(state, { networkInterfaceId, tags: TAG }, ids);
  const template = addLaunchTemplate(
    state,
    { name: 'forensic', tags: TAG, data: { ImageId: imageId, InstanceType: 'm7i.large' } },
    ids,
  );
  return {
    world,
    ids,
    state,
    key,
    signingKey,
    group,
    subnet,
    network,
    imageId,
    templateId: template.launchTemplateId,
    allocationId: address.allocationId,
    associationId: address.association?.associationId ?? '',
    profileAssociationId: [...state.profileAssociations.keys()][0] ?? '',
    instance,
    spare: spareVolume(state, ids, key),
    snapshot,
    shared,
  };
};
