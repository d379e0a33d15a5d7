import type {
  CreateRouteCommandInput,
  CreateRouteCommandOutput,
  DeleteRouteCommandInput,
  ReplaceRouteCommandInput,
  Route as ApiRoute,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { addRoute, destinationKey } from './build-network.ts';
import { isWithin, parseCidr } from './cidr.ts';
import { stateOf } from './lookup.ts';
import type { Route, RouteTable, RouteTarget } from './network-state.ts';
import { resourceCheck } from './resource-checks.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import { interfaceInSubnets, routeStatus } from './routing.ts';
import { requireOwn, visibleRouteTables } from './sharing.ts';
import type { Ec2State, Vpc } from './state.ts';

type Destination = Route['destination'];
type Input = CreateRouteCommandInput & ReplaceRouteCommandInput;

const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameterValue', message);

/** The caller's own route table; a participant is told that the owner's is not its own. */
export const ownRouteTable = (call: Call, operationName: string, id: string | undefined): RouteTable =>
  requireOwn(
    {
      kind: idKinds.routeTable,
      own: stateOf(call).routeTables,
      visible: visibleRouteTables(call),
      operationName,
    },
    required(id, 'routeTableId'),
  );

/** The one destination of a request, a block in canonical form. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
const destinationOf = (
  input: Pick<Input, 'DestinationCidrBlock' | 'DestinationIpv6CidrBlock' | 'DestinationPrefixListId'>,
): Destination => {
  const { DestinationCidrBlock: ipv4, DestinationIpv6CidrBlock: ipv6, DestinationPrefixListId } = input;
  const given = [ipv4, ipv6, DestinationPrefixListId].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      `A route has one destination; got ${given.join(' and ')}`,
    );
  }
  if (DestinationPrefixListId !== undefined)
    return { kind: 'prefix-list', prefixListId: DestinationPrefixListId };
  const text = required(ipv4 ?? ipv6, 'destinationCidrBlock');
  const kind = ipv4 === undefined ? 'ipv6' : 'ipv4';
  const block = parseCidr(text);
  if (block?.family !== kind)
    throw invalid(
      `Value (${text}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    );
  return { kind, cidr: block.text };
};

const differentNetworks = (table: RouteTable, what: string): ServiceFault =>
  // As people report it. UNCONFIRMED by a page.
  invalid(`route table ${table.routeTableId} and ${what} belong to different networks`);

const gatewayTarget = (state: Ec2State, table: RouteTable, id: string): RouteTarget => {
  // Virtual private gateways are not here: only a furnished world routes to one.
  const gateway = requireOne(idKinds.internetGateway, state.internetGateways, id);
  if (gateway.vpcId !== table.vpcId) throw differentNetworks(table, `network gateway ${id}`);
  return { kind: 'internet-gateway', id };
};

/** Members that name a target, and how each is found in the state of the table's owner. */
const TARGETS: Readonly<Record<string, (state: Ec2State, table: RouteTable, id: string) => RouteTarget>> = {
  GatewayId: gatewayTarget,
  EgressOnlyInternetGatewayId: (state, table, id) => {
    const { vpcId } = requireOne(idKinds.egressOnlyGateway, state.egressOnlyGateways, id);
    if (vpcId !== table.vpcId) throw differentNetworks(table, `network gateway ${id}`);
    return { kind: 'egress-only-internet-gateway', id };
  },
  NatGatewayId: (state, table, id) => {
    const kind = { ...idKinds.natGateway, notFound: 'InvalidNatGatewayID.NotFound' };
    const { vpcId } = requireOne(kind, state.natGateways, id);
    if (vpcId !== table.vpcId) throw differentNetworks(table, `NAT gateway ${id}`);
    return { kind: 'nat-gateway', id };
  },
  NetworkInterfaceId: (state, table, id) => {
    const held = interfaceInSubnets(state, id);
    const { vpcId } = requireOne(
      idKinds.networkInterface,
      new Map(held === undefined ? [] : [[id, held]]),
      id,
    );
    if (vpcId !== table.vpcId) throw differentNetworks(table, `interface ${id}`);
    return { kind: 'network-interface', id };
  },
  VpcPeeringConnectionId: (state, _table, id) => {
    requireOne(idKinds.vpcPeering, state.peerings, id);
    return { kind: 'vpc-peering-connection', id };
  },
};

const TARGET_MEMBERS = [
  'GatewayId',
  'EgressOnlyInternetGatewayId',
  'NatGatewayId',
  'NetworkInterfaceId',
  'VpcPeeringConnectionId',
] as const;

const targetOf = (input: Input, state: Ec2State, table: RouteTable): RouteTarget => {
  const [member, second] = TARGET_MEMBERS.filter((name) => input[name] !== undefined);
  if (second !== undefined) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      `A route has one target; got ${member} and ${second}`,
    );
  }
  const find = TARGETS[member ?? ''];
  if (member === undefined || find === undefined)
    throw new ServiceFault('MissingParameter', 'The request must contain exactly one target of the route');
  return find(state, table, input[member] ?? '');
};

/**
 * Refuses what AWS does not route: IPv4 by an egress-only gateway, IPv6 by a NAT gateway, a prefix list that is not there, and
 * within the VPC anything but a whole subnet's block by way of an appliance.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html
 */
const acceptRoute = (state: Ec2State, vpc: Vpc, { destination, target }: Omit<Route, 'origin'>): void => {
  if (destination.kind === 'prefix-list') {
    requireOne(idKinds.prefixList, state.prefixLists, destination.prefixListId);
    return;
  }
  if (target.kind === 'egress-only-internet-gateway' && destination.kind !== 'ipv6')
    throw invalid(`${target.id} carries IPv6 alone`);
  if (target.kind === 'nat-gateway' && destination.kind !== 'ipv4')
    throw invalid(`routes to NAT gateway ${target.id} are of IPv4 alone`);
  const block = parseCidr(destination.cidr);
  const local = [vpc.cidr, vpc.ipv6Cidr ?? ''].map((cidr) => parseCidr(cidr));
  if (block === undefined || !local.some((own) => own !== undefined && isWithin(block, own))) return;
  const isSubnet = [...state.subnets.values()].some(
    (subnet) => subnet.vpcId === vpc.vpcId && parseCidr(subnet.cidr)?.text === block.text,
  );
  if (!isSubnet || !['nat-gateway', 'network-interface'].includes(target.kind)) {
    throw invalid(
      `The destination CIDR block ${block.text} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance, and must match a subnet.`,
    );
  }
};

const vpcOf = (state: Ec2State, table: RouteTable): Vpc => requireOne(idKinds.vpc, state.vpcs, table.vpcId);

/** Routes of gateway endpoints are changed through the endpoint. https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const refuseEndpointRoute = ({ target }: Route, table: RouteTable): void => {
  if (target.kind === 'vpc-endpoint')
    throw invalid(
      `cannot change the route of VPC endpoint ${target.id} in route table ${table.routeTableId}`,
    );
};

const MEMBERS = [
  'RouteTableId',
  'DestinationCidrBlock',
  'DestinationIpv6CidrBlock',
  'DestinationPrefixListId',
  ...TARGET_MEMBERS,
] as const;

const tableCheck = (action: string, call: Call, id: string | undefined) => [
  resourceCheck(action, call, { type: 'route-table', id: id ?? '*' }),
];

const createRoute = operation<CreateRouteCommandInput, Omit<CreateRouteCommandOutput, '$metadata'>>({
  checks: (input, call) => tableCheck('CreateRoute', call, input.RouteTableId),
  run: (input, call) => {
    acceptInput(input, 'CreateRoute', MEMBERS);
    const state = stateOf(call);
    const table = ownRouteTable(call, 'CreateRoute', input.RouteTableId);
    const destination = destinationOf(input);
    const key = destinationKey({ destination });
    if (table.routes.some((held) => destinationKey(held) === key))
      throw new ServiceFault('RouteAlreadyExists', `The route identified by ${key} already exists.`);
    const route = { destination, target: targetOf(input, state, table) };
    acceptRoute(state, vpcOf(state, table), route);
    addRoute(table, route);
    return { Return: true };
  },
});

const replaceRoute = operation<ReplaceRouteCommandInput, object>({
  checks: (input, call) => tableCheck('ReplaceRoute', call, input.RouteTableId),
  run: (input, call) => {
    acceptInput(input, 'ReplaceRoute', MEMBERS);
    const state = stateOf(call);
    const table = ownRouteTable(call, 'ReplaceRoute', input.RouteTableId);
    const destination = destinationOf(input);
    const key = destinationKey({ destination });
    const held = table.routes.find((one) => destinationKey(one) === key);
    if (held === undefined) {
      // Code and words as people report them.
      throw invalid(`There is no route defined for '${key}' in the route table. Use CreateRoute instead.`);
    }
    if (held.target.kind === 'local')
      throw new ServiceFault(
        'UnsupportedOperation',
        `local organization: another target of local route ${key} is not implemented`,
        { status: 501 },
      );
    refuseEndpointRoute(held, table);
    const route = { destination, target: targetOf(input, state, table) };
    acceptRoute(state, vpcOf(state, table), route);
    addRoute(table, route);
    return {};
  },
});

const deleteRoute = operation<DeleteRouteCommandInput, object>({
  checks: (input, call) => tableCheck('DeleteRoute', call, input.RouteTableId),
  run: (input, call) => {
    acceptInput(input, 'DeleteRoute', [
      'RouteTableId',
      'DestinationCidrBlock',
      'DestinationIpv6CidrBlock',
      'DestinationPrefixListId',
    ]);
    const table = ownRouteTable(call, 'DeleteRoute', input.RouteTableId);
    const key = destinationKey({ destination: destinationOf(input) });
    const held = table.routes.find((one) => destinationKey(one) === key);
    if (held === undefined) {
      throw new ServiceFault(
        'InvalidRoute.NotFound',
        `no route with destination-cidr-block ${key} in route table ${table.routeTableId}`,
      );
    }
    if (held.target.kind === 'local')
      throw invalid(`cannot remove local route ${key} in route table ${table.routeTableId}`);
    refuseEndpointRoute(held, table);
    table.routes = table.routes.filter((one) => one !== held);
    return {};
  },
});

/** A target under the member that DescribeRouteTables has for it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html */
const renderTarget = ({ kind, id }: RouteTarget): ApiRoute => {
  switch (kind) {
    case 'local':
    case 'internet-gateway':
    case 'virtual-private-gateway':
    case 'vpc-endpoint':
      return { GatewayId: id };
    case 'egress-only-internet-gateway':
      return { EgressOnlyInternetGatewayId: id };
    case 'nat-gateway':
      return { NatGatewayId: id };
    case 'network-interface':
      return { NetworkInterfaceId: id };
    case 'transit-gateway':
      return { TransitGatewayId: id };
    case 'vpc-peering-connection':
      return { VpcPeeringConnectionId: id };
  }
};

/** A route as DescribeRouteTables shows it; `state` is that of the table's owner. */
export const renderRoute = (state: Ec2State, table: RouteTable, route: Route): ApiRoute => ({
  DestinationCidrBlock: route.destination.kind === 'ipv4' ? route.destination.cidr : undefined,
  DestinationIpv6CidrBlock: route.destination.kind === 'ipv6' ? route.destination.cidr : undefined,
  DestinationPrefixListId:
    route.destination.kind === 'prefix-list' ? route.destination.prefixListId : undefined,
  ...renderTarget(route.target),
  Origin: route.origin,
  State: routeStatus(state, table, route),
});

/** Operations of routes. */
export const routeOperations = {
  CreateRoute: createRoute,
  ReplaceRoute: replaceRoute,
  DeleteRoute: deleteRoute,
};
