import { incidentRef } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import type { Described } from './describe.ts';
import { isEmpty, isOurs, readFacts } from './read-facts.ts';

const AT = '2026-11-21T03:00:00.000Z';
const incident = incidentRef.parse({
  incidentId: 'inc-0123456789',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  findingId: 'f1',
  findingType: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  arrivedAt: AT,
  openedAt: AT,
  revision: 0,
});
const nothing: Described = {
  instance: undefined,
  interfaces: [],
  network: { subnets: [], networkAcls: [], routeTables: [] },
  volumes: [],
  keyStates: {},
  isolationGroups: [],
  associations: [],
  autoScaling: undefined,
  machine: {},
  attributes: {},
};

describe('readFacts', () => {
  it('calls an instance that EC2 does not know gone', () => {
    expect(readFacts(nothing, incident, AT)).toMatchObject({
      state: 'gone',
      networkInterfaces: [],
      volumes: [],
    });
  });

  it('reads the interface list of DescribeNetworkInterfaces, so that a secondary one in another VPC counts', () => {
    const facts = readFacts(
      {
        ...nothing,
        instance: {
          InstanceId: incident.instanceId,
          State: { Name: 'running' },
          RootDeviceName: '/dev/xvda',
        },
        interfaces: [
          {
            NetworkInterfaceId: 'eni-1',
            VpcId: 'vpc-1',
            Groups: [{ GroupId: 'sg-1', GroupName: '<script>' }],
          },
          {
            NetworkInterfaceId: 'eni-2',
            VpcId: 'vpc-2',
            Groups: [{ GroupId: 'sg-2' }],
            RequesterManaged: true,
          },
        ],
        volumes: [
          {
            VolumeId: 'vol-1',
            Size: 8,
            Encrypted: false,
            Attachments: [{ InstanceId: incident.instanceId, Device: '/dev/xvda' }],
          },
        ],
      },
      incident,
      AT,
    );
    expect(facts.networkInterfaces).toEqual([
      { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-1'], requesterManaged: false },
      { networkInterfaceId: 'eni-2', vpcId: 'vpc-2', groupIds: ['sg-2'], requesterManaged: true },
    ]);
    expect(facts.volumes).toEqual([
      { volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true },
    ]);
    expect(JSON.stringify(facts)).not.toContain('script');
  });

  it('finds every Elastic IP, also of a secondary private address, and takes an auto-assigned one for none', () => {
    const elastic = { AssociationId: 'eipassoc-1', AllocationId: 'eipalloc-1', PublicIp: '203.0.113.7' };
    const nic = {
      NetworkInterfaceId: 'eni-1',
      VpcId: 'vpc-1',
      Association: elastic,
      PrivateIpAddresses: [
        { Association: elastic },
        { Association: { ...elastic, AssociationId: 'eipassoc-2' } },
        { Association: { PublicIp: '198.51.100.9' } },
      ],
    };
    expect(
      readFacts({ ...nothing, interfaces: [nic] }, incident, AT).addresses.map(
        ({ associationId }) => associationId,
      ),
    ).toEqual(['eipassoc-1', 'eipassoc-2']);
  });

  it.each([
    ['no rule at all', {}, true],
    [
      'an IPv4 egress rule',
      { IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] },
      false,
    ],
    [
      'an IPv6 egress rule',
      { IpPermissionsEgress: [{ IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }] },
      false,
    ],
    [
      'an ingress rule for a group',
      { IpPermissions: [{ IpProtocol: 'tcp', UserIdGroupPairs: [{ GroupId: 'sg-9' }] }] },
      false,
    ],
  ])('takes a group with %s as empty: %s', (_name, group, empty) => {
    expect(isEmpty(group)).toBe(empty);
  });

  it('takes no group for ours by its name alone: whoever may make groups could make one', () => {
    const ours = { OwnerId: incident.account, Tags: [{ Key: 'cordon:isolation', Value: 'true' }] };
    expect(isOurs(ours, incident.account)).toBe(true);
    expect(isOurs({ ...ours, Tags: [] }, incident.account)).toBe(false);
    expect(isOurs({ ...ours, OwnerId: '999900001111' }, incident.account)).toBe(false);
  });
});

describe('what an instance is replaced by', () => {
  const tagged = (...keys: readonly string[]) =>
    readFacts(
      {
        ...nothing,
        instance: {
          InstanceId: incident.instanceId,
          State: { Name: 'running' },
          ImageId: 'ami-1',
          Tags: keys.map((Key) => ({ Key, Value: 'x-1' })),
        },
      },
      incident,
      AT,
    ).machine;

  it.each([
    ['aws:ec2spot:fleet-request-id', 'spot-fleet'],
    ['aws:ec2:fleet-id', 'ec2-fleet'],
    ['ec2:fleet-id', undefined],
  ])('is told by %s, which AWS alone can set: %s', (key, fleet) => {
    expect(tagged(key)?.fleet).toBe(fleet);
  });

  it('is told of an instance that we launched in place of another', () => {
    expect([tagged('cordon:replaces')?.replaces, tagged('Name')?.replaces]).toEqual([true, undefined]);
  });

  it('is of the first interface of the first card', () => {
    const attached = (DeviceIndex: number, NetworkCardIndex: number) =>
      readFacts(
        {
          ...nothing,
          interfaces: [
            { NetworkInterfaceId: 'eni-1', VpcId: 'vpc-1', Attachment: { DeviceIndex, NetworkCardIndex } },
          ],
        },
        incident,
        AT,
      ).networkInterfaces[0]?.primary;
    expect([attached(0, 0), attached(1, 0), attached(0, 1)]).toEqual([true, undefined, undefined]);
  });
});
