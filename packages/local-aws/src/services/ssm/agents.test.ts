import type { DescribeInstanceInformationCommandOutput } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { addInternetGateway } from '../ec2/build-gateways.ts';
import { addRoute, mainRouteTable } from '../ec2/build-network.ts';
import { addRole } from '../iam/build.ts';
import { addGuest } from './build.ts';
import { setDefaultHostManagement } from './host-management.ts';
import { furnished, type Furnished } from './testing.ts';

const nodes = async (on: Furnished, input: object = {}) => {
  const { InstanceInformationList: list = [] } = await on.ask<DescribeInstanceInformationCommandOutput>(
    'DescribeInstanceInformation',
    input,
  );
  return list;
};
const statusOf = async (on: Furnished) => (await nodes(on))[0]?.PingStatus;

// https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
describe('an agent', () => {
  it('is online, with what the guest is', async () => {
    const on = await furnished();
    expect(await nodes(on)).toEqual([
      {
        InstanceId: on.instance.instanceId,
        PingStatus: 'Online',
        LastPingDateTime: new Date(on.organization.timeline.now()),
        AgentVersion: '3.3.4108.0',
        PlatformType: 'Linux',
        PlatformName: 'Amazon Linux',
        PlatformVersion: '2023',
        ResourceType: 'EC2Instance',
        IPAddress: on.primary.privateIpAddress,
        SourceId: on.instance.instanceId,
        SourceType: 'AWS::EC2::Instance',
      },
    ]);
    await on.pass(3600);
    expect(await statusOf(on)).toBe('Online');
  });

  it('is not there where no guest is', async () => {
    expect(await nodes(await furnished({ guest: false }))).toEqual([]);
  });

  it('loses its connection a heartbeat after the way is cut, and is back with the next that arrives', async () => {
    const on = await furnished();
    on.primary.groups = [on.none.groupId];
    await on.pass(299);
    expect(await statusOf(on)).toBe('Online');
    await on.pass(30);
    expect(await statusOf(on)).toBe('ConnectionLost');
    await expect(on.send()).rejects.toMatchObject({ code: 'InvalidInstanceId' });
    on.primary.groups = [on.web.groupId];
    await on.pass(240);
    expect(await statusOf(on)).toBe('ConnectionLost');
    await on.pass(60);
    expect(await statusOf(on)).toBe('Online');
  });

  it('sends a heartbeat when its host has booted', async () => {
    const on = await furnished();
    on.instance.state = 'stopped';
    await on.pass(600);
    expect(await statusOf(on)).toBe('ConnectionLost');
    on.instance.state = 'running';
    on.instance.launchedAt = on.organization.timeline.now();
    await on.pass(30);
    expect(await statusOf(on)).toBe('Online');
  });

  it('comes with the image that an instance was launched from', async () => {
    const on = await furnished({ guest: false });
    addGuest(on.organization, { ...on.place, id: on.instance.imageId }, on.guest());
    expect(await statusOf(on)).toBe('Online');
  });
});

describe('an agent registers only', () => {
  it.each([
    ['with a role that may register', ['ssmmessages:*']],
    ['with a role that may open a channel', ['ssm:UpdateInstanceInformation']],
    ['with the whole of a channel', ['ssm:UpdateInstanceInformation', 'ssmmessages:OpenControlChannel']],
    // There is no endpoint for it, and no way out.
    ['by the older channel where that is reached', ['ssm:UpdateInstanceInformation', 'ec2messages:*']],
  ])('%s', async (_name, actions) => {
    const on = await furnished({ actions });
    await on.pass(60);
    expect(await nodes(on)).toEqual([]);
    await expect(on.send()).rejects.toMatchObject({ code: 'InvalidInstanceId' });
  });

  it('through a gateway and with a public address, where the VPC has no endpoint', async () => {
    const actions = ['ssm:UpdateInstanceInformation', 'ec2messages:*'];
    const on = await furnished({ actions });
    const { vpcId } = on.primary;
    const { internetGatewayId: id } = addInternetGateway(on.state, { vpcId }, on.organization.ids);
    addRoute(mainRouteTable(on.state, vpcId), {
      destination: { kind: 'ipv4', cidr: '0.0.0.0/0' },
      target: { kind: 'internet-gateway', id },
    });
    await on.pass(60);
    expect(await nodes(on)).toEqual([]);
    on.primary.publicIp = '198.18.0.7';
    await on.pass(300);
    expect(await statusOf(on)).toBe('Online');
  });

  it.each<[string, (on: Furnished) => void]>([
    [
      'while the metadata service gives credentials',
      (on) => (on.instance.metadataOptions.httpEndpoint = 'disabled'),
    ],
    ['while a profile is associated', (on) => on.state.profileAssociations.clear()],
    ['while the endpoints are there', (on) => on.state.vpcEndpoints.clear()],
    [
      'while the endpoints’ group lets it in',
      (on) => {
        for (const { permissions, name, groupId } of on.state.securityGroups.values()) {
          const group = on.state.securityGroups.get(groupId);
          if (name === 'endpoints' && group !== undefined && permissions.length > 0) group.permissions = [];
        }
      },
    ],
  ])('%s', async (_name, take) => {
    const on = await furnished();
    take(on);
    await on.pass(330);
    expect(await statusOf(on)).toBe('ConnectionLost');
  });
});

describe('an agent that began without a way to the service', () => {
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html : it hibernates, and looks ever more seldom.
  it.each([
    // Looks are 5, 10, 15, 25, 35, 45, 65, 85, 105, 145, 185, 225 and then every 60 minutes after the boot.
    ['five minutes after the boot', 1, 5],
    ['every ten minutes later', 16, 25],
    ['once an hour at last', 226, 285],
  ])('looks again %s', async (_when, fromMinutes, toMinutes) => {
    const on = await furnished({ guest: false });
    const held = [...on.state.profileAssociations];
    on.state.profileAssociations.clear();
    addGuest(on.organization, { ...on.place, id: on.instance.instanceId }, on.guest());
    await on.pass(fromMinutes * 60);
    for (const [id, one] of held) on.state.profileAssociations.set(id, one);
    await on.pass((toMinutes - fromMinutes) * 60 - 60);
    expect(await nodes(on)).toEqual([]);
    await on.pass(120);
    expect(await statusOf(on)).toBe('Online');
  });
});

describe('DescribeInstanceInformation', () => {
  it('filters, and refuses filters and pages that are not implemented', async () => {
    const on = await furnished();
    const filter = (Key: string, ...Values: readonly string[]) => nodes(on, { Filters: [{ Key, Values }] });
    expect(await filter('InstanceIds', on.instance.instanceId)).toHaveLength(1);
    expect(await filter('InstanceIds', 'i-0fedcba9876543210')).toEqual([]);
    expect(await filter('PingStatus', 'ConnectionLost')).toEqual([]);
    expect(await filter('PlatformTypes', 'Linux', 'Windows')).toHaveLength(1);
    await expect(filter('IamRole', 'x')).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    await expect(nodes(on, { MaxResults: 4 })).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(nodes(on, { NextToken: 'none' })).rejects.toMatchObject({ code: 'InvalidNextToken' });
  });

  it('forgets an instance that was terminated', async () => {
    const on = await furnished();
    on.instance.state = 'terminated';
    expect(await nodes(on)).toEqual([]);
  });
});

// https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
describe('an agent without a profile', () => {
  const trusting = (service: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
  });
  const without = async (more: { readonly trusts?: string; readonly agentVersion?: string } = {}) => {
    const on = await furnished({ guest: false });
    const { world, ids, timeline } = on.organization;
    on.state.profileAssociations.clear();
    const may = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['ssm:UpdateInstanceInformation', 'ssmmessages:*'], Resource: '*' },
      ],
    };
    addRole(
      world,
      {
        account: on.place.account,
        name: 'hosts',
        trust: trusting(more.trusts ?? 'ssm.amazonaws.com'),
        inline: { may },
      },
      { ids, now: timeline.now() },
    );
    const guest = { ...on.guest(), agentVersion: more.agentVersion ?? '3.2.582.0' };
    return {
      ...on,
      begin: async (role: string | undefined = 'hosts'): Promise<string | undefined> => {
        setDefaultHostManagement(world, on.place, role);
        addGuest(on.organization, { ...on.place, id: on.instance.instanceId }, guest);
        await on.pass(60);
        return statusOf(on);
      },
    };
  };

  it('is online by Default Host Management, and performs what it is sent', async () => {
    const on = await without();
    expect(await on.begin()).toBe('Online');
    await expect(on.send()).resolves.toBeDefined();
  });

  it('goes on without any credentials of the instance, until the way is cut', async () => {
    const on = await without();
    await on.begin();
    on.primary.groups = [on.none.groupId];
    await on.pass(330);
    expect(await statusOf(on)).toBe('ConnectionLost');
  });

  it('is not there where it is off', async () => {
    const on = await without();
    setDefaultHostManagement(on.organization.world, on.place, undefined);
    addGuest(on.organization, { ...on.place, id: on.instance.instanceId }, on.guest());
    await on.pass(60);
    expect(await nodes(on)).toEqual([]);
  });

  it.each([
    ['the agent is older', { agentVersion: '3.2.581.9' }, 'hosts'],
    ['the role is not there', {}, 'nobody'],
    ['the role trusts another service', { trusts: 'ec2.amazonaws.com' }, 'hosts'],
  ])('is not there where %s', async (_where, more, role) => {
    const on = await without(more);
    expect(await on.begin(role)).toBeUndefined();
  });

  it('is not there where the metadata service is off, by which it proves which instance it is', async () => {
    const on = await without();
    on.instance.metadataOptions = { ...on.instance.metadataOptions, httpEndpoint: 'disabled' };
    expect(await on.begin()).toBeUndefined();
  });
});
