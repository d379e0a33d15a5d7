import type { FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { addFlowLog } from '../ec2/build-gateways.ts';
import { addSubnet } from '../ec2/build.ts';
import { openFlow } from '../ec2/flows/flows.ts';
import { furnishedHost } from '../ec2/flows/test-host.ts';
import { observabilityState } from '../observability/state.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, START } from '../testing.ts';
import { logsService } from './service.ts';

const MINUTE = 60_000;
const GROUP = '/vpc/flows';

/** The host's VPC with a flow log, and a reader of what it wrote. */
type Log = Partial<Parameters<typeof addFlowLog>[1]>;
const furnished = (wanted: Log | ((made: ReturnType<typeof furnishedHost>) => Log) = {}) => {
  const made = furnishedHost();
  const { on } = made;
  const more = typeof wanted === 'function' ? wanted(made) : wanted;
  const destination = {
    kind: 'cloud-watch-logs',
    logGroupName: GROUP,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/flow-logs`,
  } as const;
  addFlowLog(on.state, { resourceId: on.vpc.vpcId, destination, createdAt: START, ...more }, on.ids);
  const reader = bench(logsService, {}, on.world);
  const read = async (input: object = {}) => {
    // Each bench has a clock of its own.
    await reader.pass(on.timeline.now() - reader.timeline.now());
    return reader.perform<FilterLogEventsCommandOutput>('FilterLogEvents', { logGroupName: GROUP, ...input });
  };
  const messages = async (input: object = {}) => (await read(input)).events?.map(({ message }) => message);
  return { ...made, reader, read, messages };
};
const START_S = START / 1000;

describe('what flow logs write', () => {
  it('is a record a minute for each direction, some minutes later', async () => {
    const { on, networkInterfaceId, openOne, messages, read } = furnished();
    openOne();
    await on.pass(5 * MINUTE);
    expect(await messages()).toEqual([]);
    await on.pass(2 * MINUTE);
    const own = on.state.networkInterfaces.get(networkInterfaceId)?.privateIpAddress;
    const line = (from: string, to: string, minute: number) =>
      `2 ${ACCOUNT} ${networkInterfaceId} ${from} ${to} 6 60 6000 ${START_S + minute * 60} ${START_S + (minute + 1) * 60} ACCEPT OK`;
    const expected = [0, 1].flatMap((minute) => [
      line(`${own} 198.51.100.7`, '40000 443', minute),
      line(`198.51.100.7 ${own}`, '443 40000', minute),
    ]);
    expect(await messages()).toEqual(expected);
    expect((await read()).events?.[0]).toMatchObject({
      logStreamName: `${networkInterfaceId}-all`,
      timestamp: START,
      ingestionTime: START + 6 * MINUTE,
    });
  });

  it('ends with the flow: the packet that a group rejects is the last', async () => {
    const { on, open, isolated, setGroups, openOne, messages } = furnished({ trafficType: 'REJECT' });
    await setGroups(open.groupId);
    openOne();
    await on.pass(MINUTE);
    await setGroups(isolated.groupId);
    await on.pass(20 * MINUTE);
    const found = await messages();
    expect(found).toHaveLength(1);
    expect(found?.[0]).toContain(`198.51.100.7 40000 443 6 1 100 ${START_S + 60} ${START_S + 60} REJECT OK`);
  });

  it('shows that a tracked flow goes on in spite of isolation', async () => {
    const { on, isolated, setGroups, openOne, messages } = furnished({ trafficType: 'ACCEPT' });
    openOne();
    await setGroups(isolated.groupId);
    await on.pass(26 * MINUTE);
    expect(await messages({ startTime: START + 20 * MINUTE })).toHaveLength(2);
  });

  it('has attempts that were refused by groups, and not what has no route', async () => {
    const { on, isolated, setGroups, table, asked, messages } = furnished({ trafficType: 'REJECT' });
    await setGroups(isolated.groupId);
    openFlow(on, asked());
    table.routes = [];
    openFlow(on, asked());
    await on.pass(10 * MINUTE);
    expect(await messages()).toHaveLength(1);
  });

  it('has neither the resolver nor the metadata service', async () => {
    const { on, openOne, messages } = furnished();
    openOne({ protocol: 'udp', remotePort: 53, remote: { address: '10.0.0.2' } });
    openOne({ remotePort: 80, remote: { address: '169.254.169.254' } });
    await on.pass(10 * MINUTE);
    expect(await messages()).toEqual([]);
  });

  it.each([
    ['the host’s interface', 2],
    ['the host’s subnet', 2],
    ['another interface', 0],
    ['another subnet', 0],
  ])('is of %s alone, if the flow log is', async (what, count) => {
    const { on, networkInterfaceId, openOne, messages } = furnished((made) => {
      const spec = { vpcId: made.on.vpc.vpcId, cidr: '10.0.7.0/24', availabilityZone: `${REGION}a` };
      const resources: Readonly<Record<string, string>> = {
        'the host’s interface': made.networkInterfaceId,
        'the host’s subnet': made.on.subnet.subnetId,
        'another interface': made.launch().interfaceId,
        'another subnet': addSubnet(made.on.state, spec, made.on.ids).subnetId,
      };
      return { resourceId: resources[what] ?? '' };
    });
    openOne();
    await on.pass(6 * MINUTE);
    const found = await messages();
    expect(found).toHaveLength(count);
    expect(found?.every((message) => message?.includes(networkInterfaceId))).toBe(true);
  });

  it('has the fields that its format names, and says which it cannot have', async () => {
    const { on, host, openOne, messages } = furnished({
      format: '${version} ${instance-id} ${flow-direction} ${action}',
    });
    openOne();
    await on.pass(6 * MINUTE);
    expect(await messages()).toEqual([
      `5 ${host.instanceId} egress ACCEPT`,
      `5 ${host.instanceId} ingress ACCEPT`,
    ]);
    const unknown = furnished({ format: '${version} ${tcp-flags}' });
    unknown.openOne();
    await unknown.on.pass(6 * MINUTE);
    await expect(unknown.messages()).rejects.toThrow('tcp-flags');
  });
});

describe('FilterLogEvents', () => {
  it('filters by time, stream and terms, and gives pages', async () => {
    const { on, networkInterfaceId, openOne, messages, read } = furnished();
    openOne();
    await on.pass(9 * MINUTE);
    expect(await messages()).toHaveLength(8);
    expect(await messages({ startTime: START + MINUTE, endTime: START + 2 * MINUTE })).toHaveLength(4);
    expect(await messages({ logStreamNames: ['another'] })).toEqual([]);
    expect(await messages({ logStreamNamePrefix: networkInterfaceId })).toHaveLength(8);
    expect(await messages({ filterPattern: 'ACCEPT "40000 443"' })).toHaveLength(4);
    expect(await messages({ filterPattern: 'REJECT' })).toEqual([]);
    const { events, nextToken } = await read({ limit: 5 });
    expect(events).toHaveLength(5);
    expect(await messages({ limit: 5, nextToken })).toHaveLength(3);
  });

  it('refuses a log group that is not there, and patterns that are not implemented', async () => {
    const { read } = furnished();
    await expect(read({ logGroupName: 'none' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await expect(read({ filterPattern: '[version, account]' })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    });
    await expect(read({ limit: 10_001 })).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(read({ nextToken: 'made-up' })).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  it('keeps events no longer than the group does, and from other accounts', async () => {
    const { on, reader, openOne, messages } = furnished();
    const { logGroups } = on.world.of(observabilityState, ACCOUNT, REGION);
    logGroups.set(GROUP, { name: GROUP, arn: 'arn', retentionDays: 1 });
    openOne({ idleSince: START });
    await on.pass(10 * MINUTE);
    expect(await messages()).toHaveLength(2);
    await on.pass(1440 * MINUTE);
    expect(await messages()).toEqual([]);
    const theirs = reader.perform(
      'FilterLogEvents',
      { logGroupName: GROUP },
      { caller: rootOf(OTHER_ACCOUNT) },
    );
    await expect(theirs).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('DescribeLogGroups', () => {
  it('has the groups of templates and of flow logs', async () => {
    const { on, reader } = furnished();
    on.world
      .of(observabilityState, ACCOUNT, REGION)
      .logGroups.set('own', { name: 'own', arn: 'arn:own', retentionDays: 30 });
    await expect(reader.perform('DescribeLogGroups', {})).resolves.toMatchObject({
      logGroups: [{ logGroupName: GROUP }, { logGroupName: 'own', arn: 'arn:own:*', retentionInDays: 30 }],
    });
    await expect(reader.perform('DescribeLogGroups', { logGroupNamePrefix: 'o' })).resolves.toMatchObject({
      logGroups: [{ logGroupName: 'own' }],
    });
  });
});
