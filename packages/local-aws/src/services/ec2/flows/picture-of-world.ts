import type { World } from '../../../core/world.ts';
import { answerTo } from '../../route53resolver/answer.ts';
import { aclOf } from '../build-network.ts';
import { routeFor, type FollowedRoute } from '../routing.ts';
import { ec2State, type Ec2State, type NetworkInterface, type Subnet } from '../state.ts';
import { sameAddress } from './addresses.ts';
import type { Picture, PicturedInterface, PicturedTarget } from './picture.ts';

/** Interfaces that hang on an instance; all others are a service's, which answers for itself. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html */
const OF_INSTANCES = new Set(['interface', 'efa', 'efa-only', 'trunk', 'branch', 'evs']);

/** The instance that sends through an interface: a branch interface's is that of its trunk. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TrunkInterfaceAssociation.html */
const instanceIdOf = (state: Ec2State, held: NetworkInterface): string | undefined => {
  const trunk = [...state.trunkAssociations.values()].find(
    ({ branchInterfaceId }) => branchInterfaceId === held.networkInterfaceId,
  );
  const carrier = trunk === undefined ? held : state.networkInterfaces.get(trunk.trunkInterfaceId);
  return carrier?.attachment?.instanceId;
};

/** An instance sends until it is stopped or terminated, also while it shuts down. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html */
const downOf = (
  state: Ec2State,
  held: NetworkInterface,
  instanceId: string | undefined,
): PicturedInterface['down'] => {
  if (held.requesterManaged || !OF_INSTANCES.has(held.interfaceType)) return undefined;
  if (instanceId === undefined)
    return { obstacle: 'interface', because: `${held.networkInterfaceId} is attached to no instance` };
  const instance = state.instances.get(instanceId);
  if (instance !== undefined && instance.state !== 'stopped' && instance.state !== 'terminated')
    return undefined;
  return { obstacle: 'instance', because: `${instanceId} is ${instance?.state ?? 'gone'}` };
};

const publicIpOf = (state: Ec2State, held: NetworkInterface): string | undefined =>
  [...state.addresses.values()].find(
    ({ association }) => association?.networkInterfaceId === held.networkInterfaceId,
  )?.publicIp ?? held.publicIp;

const pictured = (state: Ec2State, held: NetworkInterface, account: string): PicturedInterface => {
  const instanceId = instanceIdOf(state, held);
  const instance = instanceId === undefined ? undefined : state.instances.get(instanceId);
  const down = downOf(state, held, instanceId);
  const publicIp = publicIpOf(state, held);
  return {
    ...held,
    account,
    connectionTracking: held.connectionTracking ?? {},
    metadata: instance?.metadataOptions.httpEndpoint === 'enabled',
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(instance === undefined ? {} : { instanceType: instance.instanceType }),
    ...(publicIp === undefined ? {} : { publicIp }),
    ...(down === undefined ? {} : { down }),
  };
};

/** Each target that a route may have. https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html */
const targetOf = (state: Ec2State, vpcId: string, { route, status }: FollowedRoute): PicturedTarget => {
  const { kind, id } = route.target;
  const on = status === 'active' ? { id } : { id, down: `${id} is gone, detached or not available` };
  switch (kind) {
    case 'local':
    case 'internet-gateway':
    case 'egress-only-internet-gateway':
      return { kind, ...on };
    case 'nat-gateway': {
      const nat = state.natGateways.get(id);
      return nat === undefined ? { kind: 'unknown', ...on } : { ...nat, kind, ...on };
    }
    case 'vpc-peering-connection': {
      const peering = state.peerings.get(id);
      if (peering === undefined) return { kind: 'unknown', ...on };
      const other = peering.requester.vpcId === vpcId ? peering.accepter : peering.requester;
      return { kind: 'peering', peerVpcId: other.vpcId, ...on };
    }
    case 'vpc-endpoint': {
      const endpoint = state.vpcEndpoints.get(id);
      return endpoint?.type === 'Gateway'
        ? { kind: 'gateway-endpoint', serviceName: endpoint.serviceName, ...on }
        : { kind: 'unknown', ...on };
    }
    case 'network-interface':
    case 'virtual-private-gateway':
    case 'transit-gateway':
      return { kind: 'unknown', ...on };
  }
};

const targetFrom = (state: Ec2State, subnet: Subnet, address: string): PicturedTarget | undefined => {
  const followed = routeFor(state, subnet, address);
  return followed && targetOf(state, subnet.vpcId, followed);
};

/** The network of the whole organization as packets see it now: shared subnets and peered VPCs cross accounts. Reads, and changes nothing. */
export const pictureOf = (world: World): Picture => {
  const places = world.all(ec2State);
  const first = <Found>(find: (state: Ec2State, account: string) => Found | undefined): Found | undefined => {
    for (const { state, account } of places) {
      const found = find(state, account);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const interfaceWhere = (test: (held: NetworkInterface) => boolean): PicturedInterface | undefined =>
    first((state, account) => {
      const held = [...state.networkInterfaces.values()].find(test);
      return held === undefined ? undefined : pictured(state, held, account);
    });
  const prefixList: Picture['prefixList'] = (id) => {
    const found = first((state) => state.prefixLists.get(id));
    if (found === undefined)
      throw new Error(`the world has no prefix list ${id}: add it before flows that it bears on`);
    return found.cidrs;
  };
  return {
    networkInterface: (id) =>
      first((state, account) => {
        const held = state.networkInterfaces.get(id);
        return held === undefined ? undefined : pictured(state, held, account);
      }),
    interfaceAt: (vpcId, address) =>
      interfaceWhere(
        (held) =>
          held.vpcId === vpcId &&
          (held.privateIpAddress === address || held.ipv6Addresses.some((one) => sameAddress(one, address))),
      ),
    subnet: (id) =>
      first((state, account) => {
        const subnet = state.subnets.get(id);
        // ACLs and routes of a shared subnet are in its owner's state.
        if (subnet?.ownerId !== account) return undefined;
        const { networkAclId, entries } = aclOf(state, id);
        return {
          subnetId: id,
          vpcId: subnet.vpcId,
          networkAclId,
          acl: entries,
        };
      }),
    target: (subnetId, address) =>
      first((state, account) => {
        const subnet = state.subnets.get(subnetId);
        return subnet?.ownerId === account ? targetFrom(state, subnet, address) : undefined;
      }),
    vpcCidrs: (vpcId) => {
      const vpc = first((state) => state.vpcs.get(vpcId));
      if (vpc === undefined) return [];
      return vpc.ipv6Cidr === undefined ? [vpc.cidr] : [vpc.cidr, vpc.ipv6Cidr];
    },
    permissions: (groupId) => first((state) => state.securityGroups.get(groupId))?.permissions ?? [],
    refusesName: (vpcId, name) => {
      const answer = answerTo(world, vpcId, name);
      return answer.kind === 'resolved' ? undefined : `${answer.by} answers ${answer.response} for ${name}`;
    },
    prefixList,
  };
};
