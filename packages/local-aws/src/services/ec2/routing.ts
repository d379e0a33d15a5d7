import { routeTableOf } from './build-network.ts';
import { inCidr, parseCidr } from './cidr.ts';
import type { Route, RouteTable } from './network-state.ts';
import type { Ec2State, NetworkInterface, Subnet } from './state.ts';

/** An interface in a subnet of this account's, whoever's it is. */
export const interfaceInSubnets = (state: Ec2State, id: string): NetworkInterface | undefined => {
  const own = state.networkInterfaces.get(id);
  if (own !== undefined) return own;
  for (const subnet of state.subnets.values())
    for (const interfaces of subnet.interfacesByAccount.values()) {
      const found = interfaces.get(id);
      if (found !== undefined) return found;
    }
  return undefined;
};

/**
 * Whether packets that follow a route get anywhere: a route whose target is gone, detached or deleted is a black hole.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
 *
 * Virtual private and transit gateways are names alone here: their routes count as active.
 */
export const routeStatus = (
  state: Ec2State,
  table: Pick<RouteTable, 'vpcId'>,
  { target }: Pick<Route, 'target'>,
): 'active' | 'blackhole' => {
  const leads = (): boolean => {
    switch (target.kind) {
      case 'local':
      case 'virtual-private-gateway':
      case 'transit-gateway':
        return true;
      case 'internet-gateway':
        return state.internetGateways.get(target.id)?.vpcId === table.vpcId;
      case 'egress-only-internet-gateway':
        return state.egressOnlyGateways.get(target.id)?.vpcId === table.vpcId;
      case 'nat-gateway':
        return state.natGateways.get(target.id)?.state === 'available';
      case 'network-interface':
        return interfaceInSubnets(state, target.id)?.attachment !== undefined;
      case 'vpc-endpoint':
        return state.vpcEndpoints.has(target.id);
      case 'vpc-peering-connection':
        return state.peerings.get(target.id)?.status === 'active';
    }
  };
  return leads() ? 'active' : 'blackhole';
};

/** Bits of the most specific block of a route that has the address; undefined when none has. */
const match = (state: Ec2State, { destination }: Route, address: string): number | undefined => {
  const cidrs =
    destination.kind === 'prefix-list'
      ? (state.prefixLists.get(destination.prefixListId)?.cidrs ?? [])
      : [destination.cidr];
  const bits = cidrs.filter((cidr) => inCidr(address, cidr)).map((cidr) => parseCidr(cidr)?.bits ?? 0);
  return bits.length === 0 ? undefined : Math.max(...bits);
};

/** Where packets from a subnet to an address go. */
export interface FollowedRoute {
  readonly table: RouteTable;
  readonly route: Route;
  readonly status: 'active' | 'blackhole';
}

/**
 * The route that packets from a subnet to an address follow: the most specific one, of equal ones that to a block before
 * that to a prefix list. Undefined when no route has the address: the packet is dropped.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 *
 * @param state EC2's state of the subnet's owner
 */
export const routeFor = (
  state: Ec2State,
  subnet: Pick<Subnet, 'subnetId' | 'vpcId'>,
  address: string,
): FollowedRoute | undefined => {
  const table = routeTableOf(state, subnet);
  const rank = (route: Route): number => {
    const bits = match(state, route, address);
    return bits === undefined ? -1 : bits * 2 + (route.destination.kind === 'prefix-list' ? 0 : 1);
  };
  const [best] = table.routes
    .map((route) => ({ route, rank: rank(route) }))
    .filter((one) => one.rank >= 0)
    .toSorted((one, other) => other.rank - one.rank);
  return best && { table, route: best.route, status: routeStatus(state, table, best.route) };
};
