import { describe, expect, it } from 'vitest';
import { aclOf } from '../build-network.ts';
import { addAddress } from '../build.ts';
import { endFlowsOf } from './flow-store.ts';
import { flowsOf, mayOpen, openFlow } from './flows.ts';
import { furnishedHost, place } from './test-host.ts';

const HOUR = 3_600_000;

describe('openFlow', () => {
  it('refuses what the network does not let through, with the reason', () => {
    const { on, asked } = furnishedHost();
    const result = openFlow(on, asked({ remote: { address: '203.0.113.9' } }));
    expect(result).toMatchObject({ opened: false, obstacle: 'groups' });
    expect(flowsOf(on.world, place)).toEqual([]);
  });

  it('refuses an interface of another account', () => {
    const { on, asked } = furnishedHost();
    expect(openFlow(on, asked({ account: '222222222222' }))).toMatchObject({
      opened: false,
      obstacle: 'interface',
    });
  });

  it('records path, ends and instances', () => {
    const { on, host, gateway, launch, openOne } = furnishedHost();
    const { instance: other, interfaceId } = launch();
    openOne();
    openOne({
      direction: 'inbound',
      localPort: 22,
      remote: { networkInterfaceId: interfaceId },
    });
    const [internet, local] = flowsOf(on.world, { ...place, instanceId: host.instanceId });
    expect(internet).toMatchObject({
      path: { kind: 'internet-gateway', through: gateway.internetGatewayId },
      ends: [{ tracked: true }],
    });
    expect(local).toMatchObject({
      path: { kind: 'in-subnet' },
      ends: [{}, { instanceId: other.instanceId }],
    });
    expect(flowsOf(on.world, { ...place, instanceId: other.instanceId }).map((flow) => flow.flowId)).toEqual([
      local?.flowId,
    ]);
  });
});

describe('operations of EC2', () => {
  it('ModifyNetworkInterfaceAttribute leaves a tracked flow alive, and no new one can be opened', async () => {
    const { on, isolated, asked, openOne, now, setGroups } = furnishedHost();
    const flow = openOne();
    await setGroups(isolated.groupId);
    expect(now(flow)).toBe('established');
    expect(mayOpen(on.world, asked())).toMatchObject({ allowed: false, obstacle: 'groups' });
  });

  it('ModifyNetworkInterfaceAttribute cuts an untracked flow at once, and it stays cut when the groups come back', async () => {
    const { on, open, isolated, asked, openOne, now, setGroups } = furnishedHost();
    await setGroups(open.groupId);
    const flow = openOne();
    expect(mayOpen(on.world, asked())).toEqual({ allowed: true, path: 'internet-gateway', tracked: false });
    await setGroups(isolated.groupId);
    await setGroups(open.groupId);
    expect(now(flow)).toBe('groups');
    expect(flowsOf(on.world, place)[0]?.state).toMatchObject({ kind: 'cut', at: on.timeline.now() });
    expect(mayOpen(on.world, asked()).allowed).toBe(true);
  });

  it('the detour over an open group cuts what was tracked before it and sends, and what rests is left', async () => {
    const { on, open, isolated, openOne, now, setGroups } = furnishedHost();
    const sends = openOne();
    const rests = openOne({ localPort: 40_001, idleSince: on.timeline.now() });
    await setGroups(open.groupId);
    await setGroups(isolated.groupId);
    expect([now(sends), now(rests)]).toEqual(['groups', 'established']);
  });

  it('RevokeSecurityGroupEgress cuts an untracked flow of whoever has the group', async () => {
    const { on, open, openOne, now, setGroups } = furnishedHost();
    await setGroups(open.groupId);
    const flow = openOne();
    await on.perform('RevokeSecurityGroupEgress', {
      GroupId: open.groupId,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    expect(now(flow)).toBe('groups');
  });

  it('RevokeSecurityGroupEgress cuts an untracked flow of whoever has the group', async () => {
    const { on, open, openOne, now, setGroups } = furnishedHost();
    await setGroups(open.groupId);
    const flow = openOne();
    await on.perform('RevokeSecurityGroupEgress', {
      GroupId: open.groupId,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    expect(now(flow)).toBe('groups');
  });

  it('CreateNetworkAclEntry cuts at once, and what it cut stays cut when the entry is deleted', async () => {
    const { on, asked, openOne, now } = furnishedHost();
    const flow = openOne();
    const NetworkAclId = aclOf(on.state, on.subnet.subnetId).networkAclId;
    const at = { NetworkAclId, RuleNumber: 1, Egress: true };
    await on.perform('CreateNetworkAclEntry', {
      ...at,
      Protocol: '6',
      RuleAction: 'deny',
      CidrBlock: '198.51.100.7/32',
      PortRange: { From: 443, To: 443 },
    });
    expect(now(flow)).toBe('network-acl');
    expect(mayOpen(on.world, asked())).toMatchObject({ allowed: false, obstacle: 'network-acl' });
    await on.perform('DeleteNetworkAclEntry', at);
    expect(now(flow)).toBe('network-acl');
    expect(mayOpen(on.world, asked()).allowed).toBe(true);
  });

  it('a deny of a neighbour leaves the host alone', async () => {
    const { on, openOne, now } = furnishedHost();
    const flow = openOne();
    const NetworkAclId = aclOf(on.state, on.subnet.subnetId).networkAclId;
    await on.perform('CreateNetworkAclEntry', {
      NetworkAclId,
      RuleNumber: 1,
      Egress: true,
      Protocol: '-1',
      RuleAction: 'deny',
      CidrBlock: '198.51.100.8/32',
    });
    expect(now(flow)).toBe('established');
  });

  it('DeleteRoute cuts what followed the route', async () => {
    const { on, table, openOne, now } = furnishedHost();
    const flow = openOne();
    await on.perform('DeleteRoute', { RouteTableId: table.routeTableId, DestinationCidrBlock: '0.0.0.0/0' });
    expect(now(flow)).toBe('route');
  });

  it('DetachInternetGateway cuts what went through it', async () => {
    const { on, gateway, host, launch, openOne, now } = furnishedHost();
    const { interfaceId: networkInterfaceId } = launch({ ipv6Addresses: ['2001:db8::7'] });
    const flow = openOne({ networkInterfaceId, remote: { address: '2600::7' } });
    // AWS refuses to detach a gateway of a VPC that has public IPv4 addresses.
    for (const held of on.state.networkInterfaces.values()) delete held.publicIp;
    expect(host.state).toBe('running');
    await on.perform('DetachInternetGateway', {
      InternetGatewayId: gateway.internetGatewayId,
      VpcId: on.vpc.vpcId,
    });
    expect(now(flow)).toBe('route');
  });

  it('a failed call cuts nothing', async () => {
    const { openOne, now, setGroups } = furnishedHost();
    const flow = openOne();
    await expect(setGroups('sg-00000000000000000')).rejects.toMatchObject({ code: 'InvalidGroup.NotFound' });
    expect(now(flow)).toBe('established');
  });

  it('StopInstances cuts when the instance has stopped, and a start brings nothing back', async () => {
    const { on, host, openOne, now } = furnishedHost();
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
    const { on, host, launch, openOne, now } = furnishedHost();
    const { instance: other, interfaceId } = launch();
    const flow = openOne({
      direction: 'inbound',
      localPort: 22,
      remote: { networkInterfaceId: interfaceId },
    });
    await on.perform('TerminateInstances', { InstanceIds: [other.instanceId] });
    await on.pass(HOUR / 2);
    expect(now(flow)).not.toBe('established');
    expect(host.state).toBe('running');
  });

  it('DisassociateAddress leaves flows alive: nothing documents that it cuts them', async () => {
    const { on, networkInterfaceId, openOne, now, asked } = furnishedHost();
    const held = on.state.networkInterfaces.get(networkInterfaceId);
    if (held !== undefined) held.autoPublicIp = false;
    const address = addAddress(on.state, { networkInterfaceId }, on.ids);
    const flow = openOne();
    await on.perform('DisassociateAddress', { AssociationId: address.association?.associationId });
    expect(now(flow)).toBe('established');
    expect(mayOpen(on.world, asked())).toMatchObject({ allowed: false, obstacle: 'address' });
  });
});

describe('endFlowsOf', () => {
  it('cuts what an instance had at either end, and nothing else', () => {
    const { on, host, launch, openOne, now } = furnishedHost();
    const { interfaceId } = launch();
    const toHost = openOne({
      networkInterfaceId: interfaceId,
      remote: { networkInterfaceId: host.networkInterfaceIds[0] ?? '' },
    });
    const own = openOne();
    const other = openOne({ networkInterfaceId: interfaceId });
    endFlowsOf(on.world, host.instanceId, 'it was rebooted');
    expect([toHost, own, other].map((flow) => now(flow))).toEqual(['instance', 'instance', 'established']);
  });
});

describe('the clock', () => {
  it('ends an idle tracked flow at its timeout, to the second', async () => {
    const { on, isolated, openOne, now, setGroups } = furnishedHost();
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
    const { on, openOne } = furnishedHost();
    openOne();
    await expect(on.timeline.run()).resolves.toBe('idle');
  });

  it('sees what no call of EC2 changed', async () => {
    const { on, table, openOne, now } = furnishedHost();
    const flow = openOne();
    on.timeline.at(on.timeline.now() + 1000, () => void (table.routes = []));
    await on.pass(2000);
    expect(now(flow)).toBe('route');
  });
});
