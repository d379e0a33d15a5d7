import type { DescribeInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addAddress, addNetworkInterface } from './build.ts';
import { testNetwork, type TestNetwork } from './test-network.ts';

const ask = (on: TestNetwork, input: object) =>
  on.perform<DescribeInstancesCommandOutput>('DescribeInstances', input);

const idsOf = (output: DescribeInstancesCommandOutput) =>
  output.Reservations?.flatMap(
    (reservation) => reservation.Instances?.map((instance) => instance.InstanceId) ?? [],
  );

describe('DescribeInstances', () => {
  it('shows interfaces with their own vpc, groups and addresses, and the disks', async () => {
    const on = testNetwork();
    const made = on.instance();
    const [shown] = (await ask(on, { InstanceIds: [made.instanceId] })).Reservations?.[0]?.Instances ?? [];
    expect(shown?.State).toEqual({ Code: 16, Name: 'running' });
    expect(shown?.PublicIpAddress).toBe('198.18.0.7');
    expect(shown?.PrivateIpAddress).toBe('10.0.1.4');
    expect(shown?.NetworkInterfaces?.[0]?.Groups).toEqual([{ GroupId: on.web.groupId, GroupName: 'web' }]);
    expect(shown?.NetworkInterfaces?.[0]?.VpcId).toBe(on.vpc.vpcId);
    expect(
      shown?.BlockDeviceMappings?.map(({ DeviceName, Ebs }) => [DeviceName, Ebs?.DeleteOnTermination]),
    ).toEqual([
      ['/dev/xvda', true],
      ['/dev/sdf', false],
    ]);
  });

  it('says the platform of Windows alone, in lower case', async () => {
    const on = testNetwork();
    const [windows, other] = [on.instance({ platform: 'windows' }), on.instance()];
    const { Reservations = [] } = await ask(on, {});
    const said = new Map(
      Reservations.flatMap(({ Instances = [] }) =>
        Instances.map(({ InstanceId, Platform }) => [InstanceId, Platform]),
      ),
    );
    expect(said.get(windows.instanceId)).toBe('windows');
    expect(said.get(other.instanceId)).toBeUndefined();
  });

  it.each([
    ['an id of another shape', 'i-xyz', 'InvalidInstanceID.Malformed'],
    ['an unknown id', 'i-0123456789abcdef0', 'InvalidInstanceID.NotFound'],
  ])('refuses %s', async (_what, id, code) => {
    await expect(ask(testNetwork(), { InstanceIds: [id] })).rejects.toMatchObject({ code });
  });

  it.each([
    ['instance-state-name', 'stopped', [1]],
    ['tag:Name', 'db-*', [1]],
    ['tag:Name', 'DB-*', []],
    ['tag-key', 'Name', [0, 1]],
    ['client-token', 'token-1', [1]],
    ['instance-type', 't3.micr?', [1]],
    ['architecture', 'x86_64', [0, 1]],
  ])('filters by %s = %s', async (Name, value, expected) => {
    const on = testNetwork();
    const made = [
      on.instance(),
      on.instance({ type: 't3.micro', state: 'stopped', tags: { Name: 'db-1' }, clientToken: 'token-1' }),
    ];
    const output = await ask(on, { Filters: [{ Name, Values: [value] }] });
    expect(idsOf(output)).toEqual(expected.map((index) => made[index]?.instanceId));
  });

  it('wants every filter to match', async () => {
    const on = testNetwork();
    on.instance();
    const output = await ask(on, {
      Filters: [
        { Name: 'vpc-id', Values: [on.vpc.vpcId] },
        { Name: 'instance-type', Values: ['c5.large'] },
      ],
    });
    expect(idsOf(output)).toEqual([]);
  });

  it('finds an instance by a group of its second interface only through the network-interface filter', async () => {
    const on = testNetwork();
    const fallback =
      [...on.state.securityGroups.values()].find((group) => group.name === 'default')?.groupId ?? '';
    const second = addNetworkInterface(
      on.state,
      { subnetId: on.subnet.subnetId, groups: [fallback] },
      on.ids,
    );
    const made = on.instance({
      networkInterfaces: [
        { subnetId: on.subnet.subnetId, groups: [on.web.groupId] },
        second.networkInterfaceId,
      ],
    });
    const by = (Name: string) => ask(on, { Filters: [{ Name, Values: [fallback] }] });
    expect(idsOf(await by('instance.group-id'))).toEqual([]);
    expect(idsOf(await by('network-interface.group-id'))).toEqual([made.instanceId]);
  });

  it('gives pages until all are told', async () => {
    const on = testNetwork();
    const made = Array.from({ length: 7 }, () => on.instance().instanceId);
    const first = await ask(on, { MaxResults: 5 });
    const second = await ask(on, { MaxResults: 5, NextToken: first.NextToken });
    expect([...(idsOf(first) ?? []), ...(idsOf(second) ?? [])]).toEqual(made);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    ['a page size below 5', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['a token of its own making', { NextToken: 'abc' }, 'InvalidPaginationToken'],
    [
      'a filter that is not implemented',
      { Filters: [{ Name: 'hypervisor', Values: ['xen'] }] },
      'UnsupportedOperation',
    ],
    ['a member that is not implemented', { Something: 1 }, 'UnsupportedOperation'],
    ['a dry run', { DryRun: true }, 'DryRunOperation'],
  ])('refuses %s', async (_what, input, code) => {
    await expect(ask(testNetwork(), input)).rejects.toMatchObject({ code });
  });

  it('refuses a page size together with ids', async () => {
    const on = testNetwork();
    const { instanceId } = on.instance();
    await expect(ask(on, { InstanceIds: [instanceId], MaxResults: 5 })).rejects.toMatchObject({
      code: 'InvalidParameterCombination',
    });
  });

  it('shows an Elastic IP as the account’s own instead of the auto-assigned address', async () => {
    const on = testNetwork();
    const made = on.instance();
    addAddress(
      on.state,
      { publicIp: '198.18.9.9', networkInterfaceId: made.networkInterfaceIds[0] ?? '' },
      on.ids,
    );
    const [shown] = (await ask(on, {})).Reservations?.[0]?.Instances ?? [];
    expect(shown?.PublicIpAddress).toBe('198.18.9.9');
  });
});

describe('DescribeInstanceAttribute', () => {
  it.each([
    ['disableApiTermination', { DisableApiTermination: { Value: false } }],
    ['instanceInitiatedShutdownBehavior', { InstanceInitiatedShutdownBehavior: { Value: 'stop' } }],
    ['rootDeviceName', { RootDeviceName: { Value: '/dev/xvda' } }],
  ])('reads %s', async (Attribute, expected) => {
    const on = testNetwork();
    const { instanceId } = on.instance();
    const output = await on.perform('DescribeInstanceAttribute', { InstanceId: instanceId, Attribute });
    expect(output).toEqual({ InstanceId: instanceId, ...expected });
  });

  it.each([
    [undefined, {}],
    ['IyEvYmluL3NoCg==', { Value: 'IyEvYmluL3NoCg==' }],
  ])('reads user data %s as it was given', async (userData, UserData) => {
    const on = testNetwork();
    const { instanceId } = on.instance(userData === undefined ? {} : { userData });
    const output = await on.perform('DescribeInstanceAttribute', {
      InstanceId: instanceId,
      Attribute: 'userData',
    });
    expect(output).toEqual({ InstanceId: instanceId, UserData });
  });

  it('refuses an attribute that it does not implement by name', async () => {
    const on = testNetwork();
    const { instanceId } = on.instance();
    await expect(
      on.perform('DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'kernel' }),
    ).rejects.toThrow(/Attribute=kernel/);
  });
});
