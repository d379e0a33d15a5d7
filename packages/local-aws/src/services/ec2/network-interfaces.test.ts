import type { DescribeNetworkInterfacesCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from '../testing.ts';
import { addNetworkInterface, addSecurityGroup, addVpc } from './build.ts';
import { testNetwork } from './test-network.ts';

const furnished = () => {
  const on = testNetwork();
  const made = on.instance();
  const id = made.networkInterfaceIds[0] ?? '';
  const held = on.state.networkInterfaces.get(id);
  if (held === undefined) throw new Error('the instance has no interface');
  const elsewhere = addVpc(on.state, { cidr: '10.9.0.0/16', ownerId: ACCOUNT }, on.ids);
  const foreign = addSecurityGroup(
    on.state,
    { name: 'x', description: 'x', vpcId: elsewhere.vpcId, ownerId: ACCOUNT },
    on.ids,
  );
  const modify = (attribute: object) =>
    on.perform('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, ...attribute });
  return { on, made, id, held, foreign, modify };
};

describe('ModifyNetworkInterfaceAttribute', () => {
  it('replaces the groups', async () => {
    const { on, held, modify } = furnished();
    const other = addSecurityGroup(
      on.state,
      { name: 'shut', description: 'shut', vpcId: on.vpc.vpcId, ownerId: ACCOUNT },
      on.ids,
    );
    await modify({ Groups: [other.groupId] });
    expect(held.groups).toEqual([other.groupId]);
  });

  it.each([
    ['no group', () => [], 'MissingParameter'],
    ['an unknown group', () => ['sg-0123456789abcdef0'], 'InvalidGroup.NotFound'],
    ['a group of another VPC', (id: string) => [id], 'InvalidParameterValue'],
  ])('refuses %s and keeps the old groups', async (_what, groups, code) => {
    const { on, held, foreign, modify } = furnished();
    await expect(modify({ Groups: groups(foreign.groupId) })).rejects.toMatchObject({ code });
    expect(held.groups).toEqual([on.web.groupId]);
  });

  it('refuses more than five groups', async () => {
    const { on, modify } = furnished();
    const Groups = [1, 2, 3, 4, 5, 6].map(
      (n) =>
        addSecurityGroup(
          on.state,
          { name: `g${n}`, description: 'g', vpcId: on.vpc.vpcId, ownerId: ACCOUNT },
          on.ids,
        ).groupId,
    );
    await expect(modify({ Groups })).rejects.toMatchObject({
      code: 'SecurityGroupsPerInterfaceLimitExceeded',
    });
  });

  it('takes one attribute in a call', async () => {
    const { on, modify } = furnished();
    await expect(
      modify({ Groups: [on.web.groupId], SourceDestCheck: { Value: false } }),
    ).rejects.toMatchObject({
      code: 'InvalidParameterCombination',
    });
  });

  it('refuses an interface that a service manages', async () => {
    const { on } = furnished();
    const managed = addNetworkInterface(
      on.state,
      { subnetId: on.subnet.subnetId, groups: [on.web.groupId], requesterManaged: true },
      on.ids,
    );
    const attempt = on.perform('ModifyNetworkInterfaceAttribute', {
      NetworkInterfaceId: managed.networkInterfaceId,
      Groups: [on.web.groupId],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'AuthFailure' });
  });

  it('keeps connection tracking timeouts, and refuses one out of range', async () => {
    const { on, id, modify } = furnished();
    await modify({ ConnectionTrackingSpecification: { TcpEstablishedTimeout: 60 } });
    const output = await on.perform<DescribeNetworkInterfacesCommandOutput>('DescribeNetworkInterfaces', {
      NetworkInterfaceIds: [id],
    });
    expect(output.NetworkInterfaces?.[0]?.ConnectionTrackingConfiguration?.TcpEstablishedTimeout).toBe(60);
    await expect(
      modify({ ConnectionTrackingSpecification: { TcpEstablishedTimeout: 59 } }),
    ).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });

  it('takes the auto-assigned address of a primary interface', async () => {
    const { held, modify } = furnished();
    await modify({ AssociatePublicIpAddress: false });
    expect(held.publicIp).toBeUndefined();
  });

  it('gives a running instance a new auto-assigned address, and a stopped one at its start', async () => {
    const { on, made, held, modify } = furnished();
    await modify({ AssociatePublicIpAddress: false });
    await modify({ AssociatePublicIpAddress: true });
    const given = held.publicIp;
    expect(given).toMatch(/^198\.1[89]\./);
    await modify({ AssociatePublicIpAddress: false });
    made.state = 'stopped';
    await modify({ AssociatePublicIpAddress: true });
    expect(held.publicIp).toBeUndefined();
    await on.perform('StartInstances', { InstanceIds: [made.instanceId] });
    expect(held.publicIp).not.toBe(given);
    expect(held.publicIp).toBeDefined();
  });

  it('takes the option of an interface that is no primary one, without effect', async () => {
    const { on } = furnished();
    const loose = addNetworkInterface(
      on.state,
      { subnetId: on.subnet.subnetId, groups: [on.web.groupId] },
      on.ids,
    );
    const NetworkInterfaceId = loose.networkInterfaceId;
    await on.perform('ModifyNetworkInterfaceAttribute', {
      NetworkInterfaceId,
      AssociatePublicIpAddress: true,
    });
    expect(loose.publicIp).toBeUndefined();
    await expect(
      on.perform('DescribeNetworkInterfaceAttribute', {
        NetworkInterfaceId,
        Attribute: 'associatePublicIpAddress',
      }),
    ).resolves.toMatchObject({ AssociatePublicIpAddress: true });
  });

  it.each([
    ['TcpEstablishedTimeout', 60, 432_000],
    ['UdpStreamTimeout', 60, 180],
    ['UdpTimeout', 30, 60],
  ])('takes a %s from %i to %i seconds', async (name, least, most) => {
    const { modify } = furnished();
    const set = (seconds: number) => modify({ ConnectionTrackingSpecification: { [name]: seconds } });
    await set(least);
    await set(most);
    for (const seconds of [least - 1, most + 1, least + 0.5])
      await expect(set(seconds)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });

  it('refuses timeouts where the instance is not of the Nitro System', async () => {
    const { on } = furnished();
    const xen = on.instance({ type: 't2.micro' });
    const attempt = on.perform('ModifyNetworkInterfaceAttribute', {
      NetworkInterfaceId: xen.networkInterfaceIds[0],
      ConnectionTrackingSpecification: { TcpEstablishedTimeout: 60 },
    });
    await expect(attempt).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  });

  it('is authorized for the interface and each new group', () => {
    const { on, id } = furnished();
    const checks = on.checksOf('ModifyNetworkInterfaceAttribute', {
      NetworkInterfaceId: id,
      Groups: [on.web.groupId],
    });
    expect(checks.map((check) => check.resource.split(':').at(-1))).toEqual([
      `network-interface/${id}`,
      `security-group/${on.web.groupId}`,
    ]);
    expect(checks[0]?.context?.['ec2:Vpc']).toBe(`arn:aws:ec2:eu-west-1:${ACCOUNT}:vpc/${on.vpc.vpcId}`);
  });
});

describe('DescribeNetworkInterfaces', () => {
  it('finds the interfaces of an instance', async () => {
    const { on, made, id } = furnished();
    addNetworkInterface(on.state, { subnetId: on.subnet.subnetId, groups: [on.web.groupId] }, on.ids);
    const output = await on.perform<DescribeNetworkInterfacesCommandOutput>('DescribeNetworkInterfaces', {
      Filters: [{ Name: 'attachment.instance-id', Values: [made.instanceId] }],
    });
    expect(output.NetworkInterfaces?.map((shown) => [shown.NetworkInterfaceId, shown.Status])).toEqual([
      [id, 'in-use'],
    ]);
  });

  it('refuses an unknown interface', async () => {
    const attempt = testNetwork().perform('DescribeNetworkInterfaces', {
      NetworkInterfaceIds: ['eni-0123456789abcdef0'],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'InvalidNetworkInterfaceID.NotFound' });
  });
});
