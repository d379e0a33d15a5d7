import type { World } from '../../../core/world.ts';
import { aclOf, routeTableOf } from '../build-network.ts';
import type { Route } from '../network-state.ts';
import { ec2State, type Ec2State, type NetworkInterface, type Subnet } from '../state.ts';
import { sameAddress } from './blocks.ts';
import type { Picture, PicturedInterface, PicturedRoute, PicturedTarget } from './picture.ts';

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

const pictured = (state: Ec2State, held: NetworkInterface): PicturedInterface => {
  const instanceId = instanceIdOf(state, held);
  const instance = instanceId === undefined ? undefined : state.instances.get(instanceId);
  const down = downOf(state, held, instanceId);
  const publicIp = publicIpOf(state, held);
  return {
    ...held,
    connectionTracking: held.connectionTracking ?? {},
    metadata: instance?.metadataOptions.httpEndpoint === 'enabled',
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(instance === undefined ? {} : { instanceType: instance.instanceType }),
    ...(publicIp === undefined ? {} : { publicIp }),
    ...(down === undefined ? {} : { down }),
  };
};

const downUnless = (
  works: boolean,
  id: string,
  why: string,
): { readonly id: string; readonly down?: string } => (works ? { id } : { id, down: `${id} ${why}` });

/** Each target that a route may have. https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html */
const targetOf = (state: Ec2State, vpcId: string, { kind, id }: Route['target']): PicturedTarget => {
  switch (kind) {
    case 'local':
      return { kind, id };
    case 'internet-gateway':
      return {
        kind,
        ...downUnless(state.internetGateways.get(id)?.vpcId === vpcId, id, `is not attached to ${vpcId}`),
      };
    case 'egress-only-internet-gateway':
      return { kind, ...downUnless(state.egressOnlyGateways.get(id)?.vpcId === vpcId, id, 'is gone') };
    case 'nat-gateway': {
      const nat = state.natGateways.get(id);
      if (nat === undefined) return { kind: 'unknown', id, down: `${id} is gone` };
      const { subnetId, privateIp, connectivity } = nat;
      return {
        kind,
        subnetId,
        privateIp,
        connectivity,
        ...downUnless(nat.state === 'available', id, `is ${nat.state}`),
      };
    }
    case 'vpc-peering-connection': {
      const peering = state.peerings.get(id);
      if (peering === undefined) return { kind: 'unknown', id, down: `${id} is gone` };
      const other = peering.requester.vpcId === vpcId ? peering.accepter : peering.requester;
      const works = downUnless(peering.status === 'active', id, `is ${peering.status}`);
      return { kind: 'peering', peerVpcId: other.vpcId, ...works };
    }
    case 'vpc-endpoint': {
      const endpoint = state.vpcEndpoints.get(id);
      if (endpoint === undefined) return { kind: 'unknown', id, down: `${id} is gone` };
      return endpoint.type === 'Gateway'
        ? { kind: 'gateway-endpoint', id, serviceName: endpoint.serviceName }
        : { kind: 'unknown', id };
    }
    case 'network-interface':
    case 'virtual-private-gateway':
    case 'transit-gateway':
      return { kind: 'unknown', id };
  }
};

/** Routes that a gateway endpoint has in the tables that it is associated with, to its service's prefix list. https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const endpointRoutes = (state: Ec2State, routeTableId: string): readonly PicturedRoute[] =>
  [...state.vpcEndpoints.values()]
    .filter(({ type, routeTableIds }) => type === 'Gateway' && routeTableIds.includes(routeTableId))
    .map(({ endpointId, serviceName }) => ({
      cidrs: [...state.prefixLists.values()]
        .filter(({ name }) => name === serviceName)
        .flatMap(({ cidrs }) => cidrs),
      target: { kind: 'gateway-endpoint', id: endpointId, serviceName },
    }));

const routesOf = (
  picture: Pick<Picture, 'prefixList'>,
  state: Ec2State,
  subnet: Subnet,
): readonly PicturedRoute[] => {
  const table = routeTableOf(state, subnet);
  const written = table.routes.map(({ destination, target }) => ({
    cidrs:
      destination.kind === 'prefix-list' ? picture.prefixList(destination.prefixListId) : [destination.cidr],
    target: targetOf(state, subnet.vpcId, target),
  }));
  return [...written, ...endpointRoutes(state, table.routeTableId)];
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
    first((state) => {
      const held = [...state.networkInterfaces.values()].find(test);
      return held === undefined ? undefined : pictured(state, held);
    });
  const prefixList: Picture['prefixList'] = (id) => {
    const found = first((state) => state.prefixLists.get(id));
    if (found === undefined)
      throw new Error(`the world has no prefix list ${id}: add it before flows that it bears on`);
    return found.cidrs;
  };
  return {
    networkInterface: (id) =>
      first((state) => {
        const held = state.networkInterfaces.get(id);
        return held === undefined ? undefined : pictured(state, held);
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
          routes: routesOf({ prefixList }, state, subnet),
        };
      }),
    vpcCidrs: (vpcId) => {
      const vpc = first((state) => state.vpcs.get(vpcId));
      if (vpc === undefined) return [];
      return vpc.ipv6Cidr === undefined ? [vpc.cidr] : [vpc.cidr, vpc.ipv6Cidr];
    },
    permissions: (groupId) => first((state) => state.securityGroups.get(groupId))?.permissions ?? [],
    prefixList,
  };
};
