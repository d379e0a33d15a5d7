import { compile } from '@cordon/iam';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { addEgressOnlyGateway, addInternetGateway, addNatGateway, addPeering } from './build-gateways.ts';
import { addRoute, addRouteTable, mainRouteTable, routeTableOf } from './build-network.ts';
import { addVpcEndpoint } from './build-vpc-endpoint.ts';
import { addNetworkInterface, addSubnet, addVpc } from './build.ts';
import { inCidr, parseCidr } from './cidr.ts';
import { routeFor } from './routing.ts';
import { ec2State } from './state.ts';
import { testNetwork } from './test-network.ts';

const targetOf = (on: ReturnType<typeof testNetwork>, address: string) => {
  const found = routeFor(on.state, on.subnet, address);
  return found && [found.route.target.kind, found.status];
};

describe('routeFor', () => {
  // The example of https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html : the VPC itself, a peering
  // connection for 172.31.0.0/16 and an internet gateway for the rest.
  it('follows the most specific route', () => {
    const on = testNetwork();
    addInternetGateway(on.state, { vpcId: on.vpc.vpcId }, on.ids);
    const there = on.world.of(ec2State, OTHER_ACCOUNT, REGION);
    const { vpcId } = addVpc(there, { cidr: '172.31.0.0/16', ownerId: OTHER_ACCOUNT }, on.ids);
    const side = { region: REGION, account: ACCOUNT, vpcId: on.vpc.vpcId };
    addPeering(
      on.world,
      { requester: side, accepter: { region: REGION, account: OTHER_ACCOUNT, vpcId } },
      on.ids,
    );
    expect(targetOf(on, '10.0.200.1')).toEqual(['local', 'active']);
    expect(targetOf(on, '172.31.9.9')).toEqual(['vpc-peering-connection', 'active']);
    expect(targetOf(on, '203.0.113.7')).toEqual(['internet-gateway', 'active']);
    expect(targetOf(on, '2001:db8:0:5::1')).toEqual(['local', 'active']);
    expect(targetOf(on, '2001:db8:ffff::1')).toEqual(['internet-gateway', 'active']);
    const back = routeFor(there, { subnetId: 'none', vpcId }, '10.0.1.9');
    expect(back?.route.target.kind).toBe('vpc-peering-connection');
  });

  it('has no route out of a VPC without a gateway', () => {
    expect(targetOf(testNetwork(), '203.0.113.7')).toBeUndefined();
  });

  it('leads nowhere by what is detached, deleted or not attached to an instance', () => {
    const on = testNetwork();
    const gateway = addInternetGateway(on.state, { vpcId: on.vpc.vpcId }, on.ids);
    delete gateway.vpcId;
    expect(targetOf(on, '203.0.113.7')).toEqual(['internet-gateway', 'blackhole']);
    const table = mainRouteTable(on.state, on.vpc.vpcId).routeTableId;
    const nat = { subnetId: on.subnet.subnetId, routeTableIds: [table], createdAt: START };
    const made = addNatGateway(on.state, nat, on.ids);
    expect(targetOf(on, '203.0.113.7')).toEqual(['nat-gateway', 'active']);
    made.state = 'deleted';
    expect(targetOf(on, '203.0.113.7')).toEqual(['nat-gateway', 'blackhole']);
    const { networkInterfaceId: id } = addNetworkInterface(
      on.state,
      { subnetId: on.subnet.subnetId, groups: [] },
      on.ids,
    );
    addRoute(mainRouteTable(on.state, on.vpc.vpcId), {
      destination: { kind: 'ipv4', cidr: '0.0.0.0/0' },
      target: { kind: 'network-interface', id },
    });
    expect(targetOf(on, '203.0.113.7')).toEqual(['network-interface', 'blackhole']);
  });

  it('takes IPv6 by an egress-only gateway and IPv4 by a NAT gateway out of one table', () => {
    const on = testNetwork();
    const { routeTableId } = mainRouteTable(on.state, on.vpc.vpcId);
    const routeTableIds = [routeTableId];
    addNatGateway(on.state, { subnetId: on.subnet.subnetId, routeTableIds, createdAt: START }, on.ids);
    addEgressOnlyGateway(on.state, { vpcId: on.vpc.vpcId, routeTableIds }, on.ids);
    expect(targetOf(on, '203.0.113.7')?.[0]).toBe('nat-gateway');
    expect(targetOf(on, '2001:db8:ffff::1')?.[0]).toBe('egress-only-internet-gateway');
  });

  it('takes the addresses of a service to its gateway endpoint, before the default route', () => {
    const on = testNetwork();
    addInternetGateway(on.state, { vpcId: on.vpc.vpcId }, on.ids);
    const { routeTableId } = mainRouteTable(on.state, on.vpc.vpcId);
    const endpoint = {
      vpcId: on.vpc.vpcId,
      type: 'Gateway' as const,
      routeTableIds: [routeTableId],
      policy: () => compile({ Statement: [] }, 'endpoint'),
    };
    addVpcEndpoint(on.state, { ...endpoint, serviceName: `com.amazonaws.${REGION}.s3` }, on.ids);
    addVpcEndpoint(on.state, { ...endpoint, serviceName: `com.amazonaws.${REGION}.dynamodb` }, on.ids);
    const lists = [...on.state.prefixLists.values()].map(({ cidrs }) => cidrs[0] ?? '');
    expect(new Set(lists).size).toBe(2);
    for (const cidr of lists)
      expect(targetOf(on, cidr.replace('/24', ''))).toEqual(['vpc-endpoint', 'active']);
    expect(targetOf(on, '203.0.113.7')).toEqual(['internet-gateway', 'active']);
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html : a static route to a block goes first.
  it('prefers a block to a prefix list that is as specific', () => {
    const on = testNetwork();
    const table = mainRouteTable(on.state, on.vpc.vpcId);
    on.state.prefixLists.set('pl-1', { prefixListId: 'pl-1', name: 'own', cidrs: ['192.0.2.0/24'] });
    const towards = (kind: 'virtual-private-gateway' | 'transit-gateway') => ({ kind, id: kind });
    addRoute(table, {
      destination: { kind: 'prefix-list', prefixListId: 'pl-1' },
      target: towards('transit-gateway'),
    });
    expect(targetOf(on, '192.0.2.9')?.[0]).toBe('transit-gateway');
    addRoute(table, {
      destination: { kind: 'ipv4', cidr: '192.0.2.0/24' },
      target: towards('virtual-private-gateway'),
    });
    expect(targetOf(on, '192.0.2.9')?.[0]).toBe('virtual-private-gateway');
  });
});

it('no route of the table has the address and is more specific than the one that is followed, whatever the order', () => {
  const block = fc
    .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
    .map(([address, bits]) => parseCidr(`${address}/${bits}`)?.text ?? '0.0.0.0/0');
  const { state, subnet, vpc } = testNetwork();
  const table = mainRouteTable(state, vpc.vpcId);
  const local = [...table.routes];
  fc.assert(
    fc.property(fc.uniqueArray(block, { maxLength: 8 }), fc.ipV4(), (cidrs, address) => {
      table.routes = [...local];
      const target = { kind: 'transit-gateway', id: 'tgw-1' } as const;
      for (const cidr of cidrs) addRoute(table, { destination: { kind: 'ipv4', cidr }, target });
      const found = routeFor(state, subnet, address)?.route.destination;
      const having = ['10.0.0.0/16', ...cidrs].filter((cidr) => inCidr(address, cidr));
      const bits = having.map((cidr) => parseCidr(cidr)?.bits ?? -1);
      const followed = found?.kind === 'ipv4' ? parseCidr(found.cidr)?.bits : undefined;
      expect(followed).toBe(bits.length === 0 ? undefined : Math.max(...bits));
    }),
  );
});

// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
it('a subnet follows its own table, and the main one of its VPC while it has none', () => {
  const on = testNetwork();
  const zone = { vpcId: on.vpc.vpcId, cidr: '10.0.2.0/24', availabilityZone: `${REGION}b` };
  const other = addSubnet(on.state, zone, on.ids);
  const own = addRouteTable(on.state, { vpcId: on.vpc.vpcId, subnetIds: [on.subnet.subnetId] }, on.ids);
  expect(routeTableOf(on.state, on.subnet)).toBe(own);
  expect(routeTableOf(on.state, other)).toBe(mainRouteTable(on.state, on.vpc.vpcId));
});
