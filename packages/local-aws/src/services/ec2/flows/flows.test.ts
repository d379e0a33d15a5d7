import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../../testing.ts';
import type { InstanceSpec } from '../build-instance.ts';
import { aclOf, addRoute, mainRouteTable } from '../build-network.ts';
import { addAddress, addNetworkInterface, addSecurityGroup, addSubnet } from '../build.ts';
import { testNetwork } from '../test-network.ts';
import type { NewFlow } from './flow.ts';
import { flowsOf, mayOpen, openFlow, type Activity } from './flows.ts';

const HOUR = 3_600_000;
const ADDRESS = '198.51.100.7';
const place = { account: ACCOUNT, region: REGION };

/** The bench's VPC with an internet gateway, an instance whose group names one address, and an isolation group. */
const furnished = (more: Partial<InstanceSpec> = {}) => {
  const on = testNetwork();
  on.state.internetGateways.set('igw-1', {
    internetGatewayId: 'igw-1',
    ownerId: ACCOUNT,
    tags: new Map(),
    vpcId: on.vpc.vpcId,
  });
  const table = mainRouteTable(on.state, on.vpc.vpcId);
  addRoute(table, {
    destination: { kind: 'ipv4', cidr: '0.0.0.0/0' },
    target: { kind: 'internet-gateway', id: 'igw-1' },
  });
  const group = (name: string, permissions?: Parameters<typeof addSecurityGroup>[1]['permissions']) =>
    addSecurityGroup(
      on.state,
      {
        name,
        description: name,
        vpcId: on.vpc.vpcId,
        ownerId: ACCOUNT,
        ...(permissions === undefined ? {} : { permissions }),
      },
      on.ids,
    );
  const everything = (direction: 'ingress' | 'egress', cidr = '0.0.0.0/0') =>
    ({
      direction,
      protocol: '-1',
      fromPort: undefined,
      toPort: undefined,
      target: { kind: 'ipv4', cidr },
    }) as const;
  const narrow = group('narrow', [
    everything('egress', '198.51.100.0/24'),
    everything('egress', '10.0.0.0/16'),
    everything('ingress', '10.0.0.0/16'),
  ]);
  const open = group('open', [everything('ingress'), everything('egress')]);
  const isolated = group('isolated', []);
  const launch = (groupId: string) =>
    on.instance({
      networkInterfaces: [{ subnetId: on.subnet.subnetId, groups: [groupId], publicIp: 'assign' }],
      ...more,
    });
  const host = launch(narrow.groupId);
  const [networkInterfaceId = ''] = host.networkInterfaceIds;
  const asked = (change: Partial<NewFlow & Activity> = {}): NewFlow & Activity => ({
    ...place,
    networkInterfaceId,
    direction: 'outbound',
    protocol: 'tcp',
    localPort: 40_000,
    remotePort: 443,
    remote: { address: ADDRESS },
    ...change,
  });
  const openOne = (change: Partial<NewFlow & Activity> = {}) => {
    const result = openFlow(on, asked(change));
    if (!result.opened) throw new Error(result.because);
    return result.flow.flowId;
  };
  const now = (flowId: string) => {
    const found = flowsOf(on.world, place).find((flow) => flow.flowId === flowId);
    if (found === undefined) throw new Error(`no ${flowId}`);
    return found.state.kind === 'cut' ? found.state.obstacle : found.state.kind;
  };
  const setGroups = (...groups: readonly string[]) =>
    on.perform('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: networkInterfaceId, Groups: groups });
  return {
    on,
    host,
    networkInterfaceId,
    narrow,
    open,
    isolated,
    launch,
    asked,
    openOne,
    now,
    setGroups,
    table,
  };
};

describe('openFlow', () => {
  it('refuses what the network does not let through, with the reason', () => {
    const { on, asked } = furnished();
    const result = openFlow(on, asked({ remote: { address: '203.0.113.9' } }));
    expect(result).toMatchObject({ opened: false, obstacle: 'groups' });
    expect(flowsOf(on.world, place)).toEqual([]);
  });

  it('refuses an interface of another account', () => {
    const { on, asked } = furnished();
    expect(openFlow(on, asked({ account: '222222222222' }))).toMatchObject({
      opened: false,
      obstacle: 'interface',
    });
  });

  it('records path, ends and instances', () => {
    const { on, host, launch, narrow, openOne } = furnished();
    const other = launch(narrow.groupId);
    openOne();
    openOne({
      direction: 'inbound',
      localPort: 22,
      remote: { networkInterfaceId: other.networkInterfaceIds[0] ?? '' },
    });
    const [internet, local] = flowsOf(on.world, { ...place, instanceId: host.instanceId });
    expect(internet).toMatchObject({
      path: { kind: 'internet-gateway', through: 'igw-1' },
      ends: [{ tracked: true }],
    });
    expect(local).toMatchObject({ path: { kind: 'in-subnet' }, remoteInstanceId: other.instanceId });
    expect(flowsOf(on.world, { ...place, instanceId: other.instanceId }).map((flow) => flow.flowId)).toEqual([
      local?.flowId,
    ]);
  });
});

describe('operations of EC2', () => {
  it('ModifyNetworkInterfaceAttribute leaves a tracked flow alive, and no new one can be opened', async () => {
    const { on, isolated, asked, openOne, now, setGroups } = furnished();
    const flow = openOne();
    await setGroups(isolated.groupId);
    expect(now(flow)).toBe('established');
    expect(mayOpen(on.world, asked())).toMatchObject({ allowed: false, obstacle: 'groups' });
  });

  it('ModifyNetworkInterfaceAttribute cuts an untracked flow at once, and it stays cut when the groups come back', async () => {
    const { on, open, isolated, asked, openOne, now, setGroups } = furnished();
    await setGroups(open.groupId);
    const flow = openOne();
    expect(mayOpen(on.world, asked())).toEqual({ allowed: true, path: 'internet-gateway', tracked: false });
    await setGroups(isolated.groupId);
    await setGroups(open.groupId);
    expect(now(flow)).toBe('groups');
    expect(flowsOf(on.world, place)[0]?.state).toMatchObject({ kind: 'cut', at: on.timeline.now() });
    expect(mayOpen(on.world, asked()).allowed).toBe(true);
  });

  it('the detour over an open group does not cut what was tracked before it', async () => {
    const { open, isolated, openOne, now, setGroups } = furnished();
    const flow = openOne();
    await setGroups(open.groupId);
    await setGroups(isolated.groupId);
    expect(now(flow)).toBe('established');
  });

  it('RevokeSecurityGroupEgress cuts an untracked flow of whoever has the group', async () => {
    const { on, open, openOne, now, setGroups } = furnished();
    await setGroups(open.groupId);
    const flow = openOne();
    await on.perform('RevokeSecurityGroupEgress', {
      GroupId: open.groupId,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    expect(now(flow)).toBe('groups');
  });

  it('a failed call cuts nothing', async () => {
    const { openOne, now, setGroups } = furnished();
    const flow = openOne();
    await expect(setGroups('sg-00000000000000000')).rejects.toMatchObject({ code: 'InvalidGroup.NotFound' });
    expect(now(flow)).toBe('established');
  });

  it('StopInstances cuts when the instance has stopped, and a start brings nothing back', async () => {
    const { on, host, openOne, now } = furnished();
    const flow = openOne();
    await on.perform('StopInstances', { InstanceIds: [host.instanceId] });
    expect(now(flow)).toBe('established');
    await on.pass(HOUR);
    expect(host.state).toBe('stopped');
    expect(now(flow)).toBe('instance');
    await on.perform('StartInstances', { InstanceIds: [host.instanceId] });
    await on.pass(HOUR);
    expect(now(flow)).toBe('instance');
  });

  it('TerminateInstances cuts at both ends', async () => {
    const { on, host, launch, narrow, openOne, now } = furnished();
    const other = launch(narrow.groupId);
    const flow = openOne({
      direction: 'inbound',
      localPort: 22,
      remote: { networkInterfaceId: other.networkInterfaceIds[0] ?? '' },
    });
    await on.perform('TerminateInstances', { InstanceIds: [other.instanceId] });
    await on.pass(HOUR / 2);
    expect(now(flow)).not.toBe('established');
    expect(host.state).toBe('running');
  });

  it('DisassociateAddress leaves flows alive: nothing documents that it cuts them', async () => {
    const { on, networkInterfaceId, openOne, now, asked } = furnished();
    const held = on.state.networkInterfaces.get(networkInterfaceId);
    if (held !== undefined) held.autoPublicIp = false;
    const address = addAddress(on.state, { networkInterfaceId }, on.ids);
    const flow = openOne();
    await on.perform('DisassociateAddress', { AssociationId: address.association?.associationId });
    expect(now(flow)).toBe('established');
    expect(mayOpen(on.world, asked())).toMatchObject({ allowed: false, obstacle: 'address' });
  });
});

describe('the clock', () => {
  it('ends an idle tracked flow at its timeout, to the second', async () => {
    const { on, isolated, openOne, now, setGroups } = furnished();
    const start = on.timeline.now();
    const idle = openOne({ idleSince: start });
    const active = openOne({ localPort: 40_001 });
    await on.perform('ModifyNetworkInterfaceAttribute', {
      NetworkInterfaceId: flowsOf(on.world, place)[0]?.networkInterfaceId,
      ConnectionTrackingSpecification: { TcpEstablishedTimeout: 60 },
    });
    await setGroups(isolated.groupId);
    await on.pass(59_000);
    expect(now(idle)).toBe('established');
    await on.pass(HOUR);
    expect(now(idle)).toBe('idle-timeout');
    expect(flowsOf(on.world, place)[0]?.state).toMatchObject({ at: start + 60_000 });
    expect(now(active)).toBe('established');
  });

  it('has nothing on it for flows that keep sending', async () => {
    const { on, openOne } = furnished();
    openOne();
    await expect(on.timeline.run()).resolves.toBe('idle');
  });

  it('sees what no call of EC2 changed', async () => {
    const { on, table, openOne, now } = furnished();
    const flow = openOne();
    on.timeline.at(on.timeline.now() + 1000, () => void (table.routes = []));
    await on.pass(2000);
    expect(now(flow)).toBe('route');
  });
});

describe('the network of the world', () => {
  it('filters between subnets by both ACLs, and never within one', () => {
    const { on, narrow, asked } = furnished();
    const second = addSubnet(
      on.state,
      { vpcId: on.vpc.vpcId, cidr: '10.0.2.0/24', availabilityZone: `${REGION}b` },
      on.ids,
    );
    const [near, far] = [on.subnet, second].map(({ subnetId }) =>
      on.instance({ networkInterfaces: [{ subnetId, groups: [narrow.groupId] }] }),
    );
    const from = (id: string) =>
      asked({ direction: 'inbound', localPort: 22, remote: { networkInterfaceId: id } });
    const nearId = near?.networkInterfaceIds[0] ?? '';
    const farId = far?.networkInterfaceIds[0] ?? '';
    expect([nearId, farId].map((id) => mayOpen(on.world, from(id)).allowed)).toEqual([true, true]);
    const deny = {
      ruleNumber: 1,
      egress: false,
      protocol: '-1',
      action: 'deny',
      source: { kind: 'ipv4', cidr: '10.0.0.0/16' },
    } as const;
    aclOf(on.state, on.subnet.subnetId).entries.push(deny);
    expect([nearId, farId].map((id) => mayOpen(on.world, from(id)).allowed)).toEqual([true, false]);
  });

  it('takes NAT gateways while they are available and internet gateways while they are attached', () => {
    const { on, asked, table } = furnished();
    const publicSubnet = addSubnet(
      on.state,
      { vpcId: on.vpc.vpcId, cidr: '10.0.3.0/24', availabilityZone: `${REGION}a` },
      on.ids,
    );
    const carrier = addNetworkInterface(
      on.state,
      { subnetId: publicSubnet.subnetId, groups: [], interfaceType: 'nat_gateway', requesterManaged: true },
      on.ids,
    );
    const nat = {
      natGatewayId: 'nat-1',
      vpcId: on.vpc.vpcId,
      subnetId: publicSubnet.subnetId,
      connectivity: 'public' as const,
      createdAt: 0,
      networkInterfaceId: carrier.networkInterfaceId,
      privateIp: carrier.privateIpAddress,
      tags: new Map<string, string>(),
      state: 'available' as 'available' | 'deleting',
    };
    on.state.natGateways.set('nat-1', nat);
    const own = {
      ...table,
      routeTableId: 'rtb-private',
      associations: new Map([['rtbassoc-1', on.subnet.subnetId]]),
      routes: [...table.routes],
    };
    delete own.mainAssociationId;
    addRoute(own, {
      destination: { kind: 'ipv4', cidr: '0.0.0.0/0' },
      target: { kind: 'nat-gateway', id: 'nat-1' },
    });
    on.state.routeTables.set('rtb-private', own);
    expect(mayOpen(on.world, asked())).toEqual({ allowed: true, path: 'nat-gateway', tracked: true });
    nat.state = 'deleting';
    expect(mayOpen(on.world, asked())).toMatchObject({ allowed: false, obstacle: 'route' });
    nat.state = 'available';
    const gateway = on.state.internetGateways.get('igw-1');
    if (gateway !== undefined) delete gateway.vpcId;
    expect(mayOpen(on.world, asked())).toMatchObject({ allowed: false, obstacle: 'route' });
  });

  it('knows that a branch interface sends for the instance of its trunk', () => {
    const { on, networkInterfaceId, narrow, asked } = furnished();
    const branch = addNetworkInterface(
      on.state,
      { subnetId: on.subnet.subnetId, groups: [narrow.groupId], interfaceType: 'branch', publicIp: 'assign' },
      on.ids,
    );
    const flow = asked({ networkInterfaceId: branch.networkInterfaceId });
    expect(mayOpen(on.world, flow)).toMatchObject({ allowed: false, obstacle: 'interface' });
    on.state.trunkAssociations.set('trunk-assoc-1', {
      associationId: 'trunk-assoc-1',
      trunkInterfaceId: networkInterfaceId,
      branchInterfaceId: branch.networkInterfaceId,
      protocol: { kind: 'VLAN', vlanId: 1 },
      tags: new Map(),
    });
    expect(mayOpen(on.world, flow).allowed).toBe(true);
  });
});
