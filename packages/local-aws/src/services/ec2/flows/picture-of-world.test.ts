import { compile } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, OTHER_ACCOUNT, REGION } from '../../testing.ts';
import { addEgressOnlyGateway, addNatGateway, addPeering, addTrunkAssociation } from '../build-gateways.ts';
import { addInstance } from '../build-instance.ts';
import { aclOf, addRouteTable } from '../build-network.ts';
import { addVpcEndpoint } from '../build-vpc-endpoint.ts';
import { addNetworkInterface, addSecurityGroup, addSubnet, addVpc } from '../build.ts';
import { shareSubnet } from '../sharing.ts';
import { ec2State } from '../state.ts';
import { mayOpen } from './flows.ts';
import { furnishedHost, place } from './test-host.ts';

/** The host's VPC with a private subnet whose own table has no routes yet, and an instance there. */
const withPrivateSubnet = () => {
  const made = furnishedHost();
  const { on, launch } = made;
  const spec = { vpcId: on.vpc.vpcId, cidr: '10.0.2.0/24', availabilityZone: `${REGION}b` };
  const { subnetId } = addSubnet(on.state, spec, on.ids);
  const { routeTableId } = addRouteTable(on.state, { vpcId: on.vpc.vpcId, subnetIds: [subnetId] }, on.ids);
  const inside = launch({ subnetId, ipv6Addresses: ['2001:db8:0:2::5'] });
  delete on.state.networkInterfaces.get(inside.interfaceId)?.publicIp;
  const from = { networkInterfaceId: inside.interfaceId };
  return { ...made, subnetId, routeTableIds: [routeTableId], inside, from };
};

const DENY = {
  egress: false,
  protocol: '-1',
  action: 'deny',
  source: { kind: 'ipv4', cidr: '10.0.0.0/16' },
} as const;

describe('the network of the world', () => {
  it('filters between subnets by both ACLs, and never within one', () => {
    const { on, launch, asked, inside } = withPrivateSubnet();
    const near = launch();
    const from = (networkInterfaceId: string) =>
      mayOpen(on.world, asked({ direction: 'inbound', localPort: 22, remote: { networkInterfaceId } }))
        .allowed;
    expect([from(near.interfaceId), from(inside.interfaceId)]).toEqual([true, true]);
    aclOf(on.state, on.subnet.subnetId).entries.push({ ...DENY, ruleNumber: 1 });
    expect([from(near.interfaceId), from(inside.interfaceId)]).toEqual([true, false]);
  });

  it('takes a NAT gateway while it is available and its own subnet has a way out', () => {
    const { on, asked, from, gateway, routeTableIds } = withPrivateSubnet();
    expect(mayOpen(on.world, asked(from))).toMatchObject({ allowed: false, obstacle: 'route' });
    const nat = addNatGateway(
      on.state,
      { subnetId: on.subnet.subnetId, routeTableIds, createdAt: 0 },
      on.ids,
    );
    expect(mayOpen(on.world, asked(from))).toEqual({ allowed: true, path: 'nat-gateway', tracked: true });
    nat.state = 'deleting';
    expect(mayOpen(on.world, asked(from))).toMatchObject({ allowed: false, obstacle: 'route' });
    nat.state = 'available';
    delete gateway.vpcId;
    expect(mayOpen(on.world, asked(from))).toMatchObject({ allowed: false, obstacle: 'route' });
  });

  it('takes an egress-only internet gateway for IPv6, outwards', () => {
    const { on, asked, from, routeTableIds } = withPrivateSubnet();
    addEgressOnlyGateway(on.state, { vpcId: on.vpc.vpcId, routeTableIds }, on.ids);
    const flow = asked({ ...from, remote: { address: '2600::7' } });
    expect(mayOpen(on.world, flow)).toEqual({
      allowed: true,
      path: 'egress-only-internet-gateway',
      tracked: true,
    });
    expect(mayOpen(on.world, { ...flow, direction: 'inbound' })).toMatchObject({ obstacle: 'route' });
  });

  it('takes endpoints: a gateway’s by the routes to its prefix list, an interface’s by its interfaces', () => {
    const { on, asked, from, narrow, subnetId, routeTableIds } = withPrivateSubnet();
    const statement = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };
    const made = { vpcId: on.vpc.vpcId, policy: (id: string) => compile(statement, id) };
    addVpcEndpoint(
      on.state,
      { ...made, type: 'Gateway', serviceName: `com.amazonaws.${REGION}.s3`, routeTableIds },
      on.ids,
    );
    expect(mayOpen(on.world, asked({ ...from, remote: { address: '240.0.0.9' } }))).toMatchObject({
      path: 'gateway-endpoint',
    });
    const groups = [narrow.groupId];
    const spec = {
      ...made,
      type: 'Interface' as const,
      serviceName: `com.amazonaws.${REGION}.ssm`,
      subnetIds: [subnetId],
      groups,
    };
    const [networkInterfaceId = ''] = addVpcEndpoint(on.state, spec, on.ids).networkInterfaceIds ?? [];
    const flow = asked({ remote: { networkInterfaceId } });
    expect(mayOpen(on.world, flow)).toEqual({ allowed: true, path: 'interface-endpoint', tracked: true });
  });

  it('takes a peering connection to another account, whose groups and ACLs count too', () => {
    const { on, asked } = furnishedHost();
    const theirs = on.world.of(ec2State, OTHER_ACCOUNT, REGION);
    const vpc = addVpc(theirs, { cidr: '10.9.0.0/16', ownerId: OTHER_ACCOUNT }, on.ids);
    const { subnetId } = addSubnet(
      theirs,
      { vpcId: vpc.vpcId, cidr: '10.9.1.0/24', availabilityZone: `${REGION}a` },
      on.ids,
    );
    const target = { kind: 'ipv4', cidr: '10.0.0.0/16' } as const;
    const permissions = [
      { direction: 'ingress', protocol: 'tcp', fromPort: 443, toPort: 443, target } as const,
    ];
    const group = addSecurityGroup(
      theirs,
      { name: 'far', description: 'far', vpcId: vpc.vpcId, ownerId: OTHER_ACCOUNT, permissions },
      on.ids,
    );
    const far = addInstance(
      theirs,
      {
        type: 'm7i.large',
        imageId: 'ami-1',
        networkInterfaces: [{ subnetId, groups: [group.groupId] }],
        volumes: [],
        launchedAt: 0,
      },
      on.ids,
    );
    const flow = asked({ remote: { networkInterfaceId: far.networkInterfaceIds[0] ?? '' } });
    expect(mayOpen(on.world, flow)).toMatchObject({ allowed: false, obstacle: 'route' });
    const side = (account: string, vpcId: string) => ({ account, region: REGION, vpcId });
    addPeering(
      on.world,
      { requester: side(ACCOUNT, on.vpc.vpcId), accepter: side(OTHER_ACCOUNT, vpc.vpcId) },
      on.ids,
    );
    expect(mayOpen(on.world, flow)).toMatchObject({ allowed: true, path: 'peering' });
    expect(mayOpen(on.world, { ...flow, remotePort: 80 })).toMatchObject({ obstacle: 'groups' });
    aclOf(theirs, subnetId).entries.push({ ...DENY, ruleNumber: 1 });
    expect(mayOpen(on.world, flow)).toMatchObject({ obstacle: 'network-acl' });
  });

  it('filters a participant’s interface by the ACL of the subnet’s owner', () => {
    const { on, asked } = furnishedHost();
    shareSubnet(on.world, {
      owner: ACCOUNT,
      region: REGION,
      subnetId: on.subnet.subnetId,
      participants: [OTHER_ACCOUNT],
    });
    const theirs = on.world.of(ec2State, OTHER_ACCOUNT, REGION);
    const group = addSecurityGroup(
      theirs,
      { name: 'own', description: 'own', vpcId: on.vpc.vpcId, ownerId: OTHER_ACCOUNT },
      on.ids,
    );
    const spec = { subnetId: on.subnet.subnetId, groups: [group.groupId], publicIp: 'assign' };
    const made = addInstance(
      theirs,
      { type: 'm7i.large', imageId: 'ami-1', networkInterfaces: [spec], volumes: [], launchedAt: 0 },
      on.ids,
    );
    const flow = asked({ account: OTHER_ACCOUNT, networkInterfaceId: made.networkInterfaceIds[0] ?? '' });
    expect(mayOpen(on.world, flow)).toMatchObject({ allowed: true, path: 'internet-gateway' });
    aclOf(on.state, on.subnet.subnetId).entries.push({
      ...DENY,
      ruleNumber: 1,
      egress: true,
      source: { kind: 'ipv4', cidr: '0.0.0.0/0' },
    });
    expect(mayOpen(on.world, flow)).toMatchObject({ allowed: false, obstacle: 'network-acl' });
  });

  it('knows that a branch interface sends for the instance of its trunk', () => {
    const { on, networkInterfaceId, narrow, asked } = furnishedHost();
    const spec = {
      subnetId: on.subnet.subnetId,
      groups: [narrow.groupId],
      interfaceType: 'branch',
      publicIp: 'assign',
    };
    const branch = addNetworkInterface(on.state, spec, on.ids);
    const flow = asked({ networkInterfaceId: branch.networkInterfaceId });
    expect(mayOpen(on.world, flow)).toMatchObject({ allowed: false, obstacle: 'interface' });
    const ends = { trunkInterfaceId: networkInterfaceId, branchInterfaceId: branch.networkInterfaceId };
    addTrunkAssociation(on.state, { ...ends, vlanId: 1 }, on.ids);
    expect(mayOpen(on.world, flow).allowed).toBe(true);
  });

  it('has the metadata service of an instance that did not turn it off', () => {
    const { on, host, asked } = furnishedHost();
    const flow = asked({ ...place, remotePort: 80, remote: { address: '169.254.169.254' } });
    expect(mayOpen(on.world, flow)).toEqual({ allowed: true, path: 'metadata', tracked: false });
    host.metadataOptions.httpEndpoint = 'disabled';
    expect(mayOpen(on.world, flow)).toMatchObject({ obstacle: 'metadata-options' });
  });
});
