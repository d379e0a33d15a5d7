import type { Ids } from '../../core/ids.ts';
import type { World } from '../../core/world.ts';
import { addRoute, mainRouteTable } from './build-network.ts';
import { inWorld, tagsFrom, type TagSpec } from './build-spec.ts';
import { addAddress, addNetworkInterface } from './build.ts';
import type {
  EgressOnlyInternetGateway,
  FlowLog,
  InternetGateway,
  NatGateway,
  PeeringSide,
  Route,
  RouteTable,
  RouteTarget,
  TrunkAssociation,
  VpcPeeringConnection,
} from './network-state.ts';
import { ec2State, type Ec2State } from './state.ts';

const EVERYWHERE = {
  ipv4: { kind: 'ipv4', cidr: '0.0.0.0/0' },
  ipv6: { kind: 'ipv6', cidr: '::/0' },
} as const;

const routeFrom = (
  state: Ec2State,
  tables: readonly string[],
  route: { target: RouteTarget; destinations: readonly Route['destination'][] },
): void => {
  for (const id of tables) {
    const table: RouteTable = inWorld(state.routeTables.get(id), `route table ${id}`);
    for (const destination of route.destinations) addRoute(table, { destination, target: route.target });
  }
};

/** Adds an internet gateway to a VPC, with the default route to it in `routeTableIds`, the main table when absent. */
export const addInternetGateway = (
  state: Ec2State,
  spec: { vpcId: string; routeTableIds?: readonly string[]; tags?: TagSpec },
  ids: Ids,
): InternetGateway => {
  const vpc = inWorld(state.vpcs.get(spec.vpcId), `vpc ${spec.vpcId}`);
  const gateway: InternetGateway = {
    internetGatewayId: `igw-${ids.hex('internet-gateway', 17)}`,
    ownerId: vpc.ownerId,
    tags: tagsFrom(spec.tags),
    vpcId: vpc.vpcId,
  };
  state.internetGateways.set(gateway.internetGatewayId, gateway);
  routeFrom(state, spec.routeTableIds ?? [mainRouteTable(state, vpc.vpcId).routeTableId], {
    target: { kind: 'internet-gateway', id: gateway.internetGatewayId },
    destinations: vpc.ipv6Cidr === undefined ? [EVERYWHERE.ipv4] : [EVERYWHERE.ipv4, EVERYWHERE.ipv6],
  });
  return gateway;
};

/** Adds an egress-only internet gateway to a VPC, with the IPv6 default route to it in `routeTableIds`. */
export const addEgressOnlyGateway = (
  state: Ec2State,
  spec: { vpcId: string; routeTableIds?: readonly string[]; tags?: TagSpec },
  ids: Ids,
): EgressOnlyInternetGateway => {
  inWorld(state.vpcs.get(spec.vpcId), `vpc ${spec.vpcId}`);
  const id = `eigw-${ids.hex('egress-only-gateway', 17)}`;
  const gateway = { egressOnlyInternetGatewayId: id, vpcId: spec.vpcId, tags: tagsFrom(spec.tags) };
  state.egressOnlyGateways.set(id, gateway);
  routeFrom(state, spec.routeTableIds ?? [], {
    target: { kind: 'egress-only-internet-gateway', id },
    destinations: [EVERYWHERE.ipv6],
  });
  return gateway;
};

/**
 * Adds a NAT gateway that is available, with its interface and, of a public one, its Elastic IP; and the IPv4 default route to it
 * in `routeTableIds`. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 *
 * @param spec `createdAt` in virtual epoch ms
 */
export const addNatGateway = (
  state: Ec2State,
  spec: {
    subnetId: string;
    connectivity?: 'public' | 'private';
    routeTableIds?: readonly string[];
    createdAt: number;
    tags?: TagSpec;
  },
  ids: Ids,
): NatGateway => {
  const natGatewayId = `nat-${ids.hex('nat-gateway', 17)}`;
  const { networkInterfaceId, privateIpAddress, vpcId } = addNetworkInterface(
    state,
    {
      subnetId: spec.subnetId,
      groups: [],
      interfaceType: 'nat_gateway',
      requesterManaged: true,
      description: `Interface for NAT Gateway ${natGatewayId}`,
    },
    ids,
  );
  const connectivity = spec.connectivity ?? 'public';
  const address = connectivity === 'public' ? addAddress(state, { networkInterfaceId }, ids) : undefined;
  const gateway: NatGateway = {
    natGatewayId,
    vpcId,
    subnetId: spec.subnetId,
    connectivity,
    createdAt: spec.createdAt,
    networkInterfaceId,
    privateIp: privateIpAddress,
    ...(address === undefined ? {} : { publicIp: address.publicIp, allocationId: address.allocationId }),
    tags: tagsFrom(spec.tags),
    state: 'available',
  };
  state.natGateways.set(natGatewayId, gateway);
  routeFrom(state, spec.routeTableIds ?? [], {
    target: { kind: 'nat-gateway', id: natGatewayId },
    destinations: [EVERYWHERE.ipv4],
  });
  return gateway;
};

/** One side of a peering: an account's VPC. */
interface Side {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
}

/** Adds an active peering connection between two VPCs, also of two accounts or Regions, with routes to each other in both main tables. */
export const addPeering = (
  world: World,
  spec: { requester: Side; accepter: Side; tags?: TagSpec },
  ids: Ids,
): VpcPeeringConnection => {
  const sideOf = ({ account, region, vpcId }: Side): PeeringSide => {
    const vpc = inWorld(world.of(ec2State, account, region).vpcs.get(vpcId), `vpc ${vpcId} of ${account}`);
    const { cidr, ipv6Cidr } = vpc;
    return { ownerId: account, region, vpcId, cidr, ...(ipv6Cidr === undefined ? {} : { ipv6Cidr }) };
  };
  const requester = sideOf(spec.requester);
  const accepter = sideOf(spec.accepter);
  const id = `pcx-${ids.hex('vpc-peering', 17)}`;
  // Tags are each side's own: the requester's are not the accepter's to see.
  const record = (tags: TagSpec | undefined): VpcPeeringConnection => ({
    vpcPeeringConnectionId: id,
    requester,
    accepter,
    status: 'active',
    tags: tagsFrom(tags),
  });
  for (const [here, there, tags] of [
    [requester, accepter, spec.tags],
    [accepter, requester, undefined],
  ] as const) {
    const state = world.of(ec2State, here.ownerId, here.region);
    if (!state.peerings.has(id)) state.peerings.set(id, record(tags));
    routeFrom(state, [mainRouteTable(state, here.vpcId).routeTableId], {
      target: { kind: 'vpc-peering-connection', id },
      destinations: [
        { kind: 'ipv4', cidr: there.cidr },
        ...(here.ipv6Cidr === undefined || there.ipv6Cidr === undefined
          ? []
          : [{ kind: 'ipv6', cidr: there.ipv6Cidr } as const]),
      ],
    });
  }
  return inWorld(
    world.of(ec2State, requester.ownerId, requester.region).peerings.get(id),
    `peering connection ${id}`,
  );
};

/** The default format. https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html */
const DEFAULT_FORMAT = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
]
  .map((field) => `\${${field}}`)
  .join(' ');

/** Adds a flow log of a VPC, a subnet or an interface; nothing is written by it but what the world writes. `createdAt` in virtual epoch ms. */
export const addFlowLog = (
  state: Ec2State,
  spec: Pick<FlowLog, 'resourceId' | 'destination' | 'createdAt'> &
    Partial<Pick<FlowLog, 'trafficType' | 'format' | 'maxAggregationSeconds'>> & { tags?: TagSpec },
  ids: Ids,
): FlowLog => {
  const log: FlowLog = {
    flowLogId: `fl-${ids.hex('flow-log', 17)}`,
    resourceId: spec.resourceId,
    trafficType: spec.trafficType ?? 'ALL',
    destination: spec.destination,
    format: spec.format ?? DEFAULT_FORMAT,
    maxAggregationSeconds: spec.maxAggregationSeconds ?? 600,
    createdAt: spec.createdAt,
    tags: tagsFrom(spec.tags),
  };
  state.flowLogs.set(log.flowLogId, log);
  return log;
};

/** Hangs a branch interface off a trunk interface, by VLAN. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateTrunkInterface.html */
export const addTrunkAssociation = (
  state: Ec2State,
  spec: { trunkInterfaceId: string; branchInterfaceId: string; vlanId: number; tags?: TagSpec },
  ids: Ids,
): TrunkAssociation => {
  for (const id of [spec.trunkInterfaceId, spec.branchInterfaceId])
    inWorld(state.networkInterfaces.get(id), `network interface ${id}`);
  const association: TrunkAssociation = {
    associationId: `trunk-assoc-${ids.hex('trunk-association', 17)}`,
    trunkInterfaceId: spec.trunkInterfaceId,
    branchInterfaceId: spec.branchInterfaceId,
    protocol: { kind: 'VLAN', vlanId: spec.vlanId },
    tags: tagsFrom(spec.tags),
  };
  state.trunkAssociations.set(association.associationId, association);
  return association;
};
