import type {
  CreateSecurityGroupCommandOutput,
  DescribeSecurityGroupRulesCommandOutput,
  DescribeSecurityGroupsCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from '../testing.ts';
import { addVpc } from './build.ts';
import { testNetwork, type TestNetwork } from './test-network.ts';

const create = (on: TestNetwork, more: object = {}) =>
  on.perform<CreateSecurityGroupCommandOutput>('CreateSecurityGroup', {
    GroupName: 'isolation',
    Description: 'isolation',
    VpcId: on.vpc.vpcId,
    ...more,
  });

const read = async (on: TestNetwork, GroupId: string | undefined) =>
  (await on.perform<DescribeSecurityGroupsCommandOutput>('DescribeSecurityGroups', { GroupIds: [GroupId] }))
    .SecurityGroups?.[0];

const SSH = {
  IpProtocol: 'tcp',
  FromPort: 22,
  ToPort: 22,
  IpRanges: [{ CidrIp: '192.0.2.0/24', Description: 'office' }],
};

describe('CreateSecurityGroup', () => {
  it('lets everything out by IPv4 and, where the VPC has a block, by IPv6', async () => {
    const on = testNetwork();
    const group = await read(on, (await create(on)).GroupId);
    expect(group?.IpPermissions).toEqual([]);
    expect(group?.IpPermissionsEgress).toMatchObject([
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
    ]);
  });

  it('has no IPv6 egress where the VPC has no IPv6 block', async () => {
    const on = testNetwork();
    const { vpcId } = addVpc(on.state, { cidr: '10.5.0.0/16', ownerId: ACCOUNT }, on.ids);
    const group = await read(on, (await create(on, { VpcId: vpcId })).GroupId);
    expect(group?.IpPermissionsEgress?.[0]?.Ipv6Ranges).toEqual([]);
  });

  it.each([
    ['the same name in other case', { GroupName: 'WEB' }, 'InvalidGroup.Duplicate'],
    ['the name default', { GroupName: 'Default' }, 'InvalidGroup.Reserved'],
    ['a name like an id', { GroupName: 'sg-mine' }, 'InvalidParameterValue'],
    ['an unknown VPC', { VpcId: 'vpc-0123456789abcdef0' }, 'InvalidVpcID.NotFound'],
    ['no VPC', { VpcId: undefined }, 'VPCIdNotSpecified'],
    [
      'a reserved tag',
      { TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'aws:x', Value: '1' }] }] },
      'InvalidParameterValue',
    ],
  ])('refuses %s', async (_what, more, code) => {
    const on = testNetwork();
    const before = on.state.securityGroups.size;
    await expect(create(on, more)).rejects.toMatchObject({ code });
    expect(on.state.securityGroups.size).toBe(before);
  });

  it('may have a name that another VPC has', async () => {
    const on = testNetwork();
    const { vpcId } = addVpc(on.state, { cidr: '10.5.0.0/16', ownerId: ACCOUNT }, on.ids);
    await expect(create(on, { GroupName: 'web', VpcId: vpcId })).resolves.toHaveProperty('GroupId');
  });

  it('is authorized for the new group, the VPC and its tags at creation', () => {
    const on = testNetwork();
    const checks = on.checksOf('CreateSecurityGroup', {
      GroupName: 'g',
      VpcId: on.vpc.vpcId,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'owner', Value: 'ir' }] }],
    });
    expect(checks.map((check) => `${check.action} ${check.resource.split(':').at(-1)}`)).toEqual([
      'ec2:CreateSecurityGroup security-group/*',
      `ec2:CreateSecurityGroup vpc/${on.vpc.vpcId}`,
      'ec2:CreateTags security-group/*',
    ]);
    expect(checks[2]?.context).toMatchObject({
      'ec2:CreateAction': 'CreateSecurityGroup',
      'aws:RequestTag/owner': 'ir',
      'aws:TagKeys': ['owner'],
    });
  });
});

describe('rules of security groups', () => {
  it('are added, shown and revoked, whatever the description', async () => {
    const on = testNetwork();
    const { groupId } = on.web;
    await on.perform('AuthorizeSecurityGroupIngress', { GroupId: groupId, IpPermissions: [SSH] });
    expect((await read(on, groupId))?.IpPermissions).toMatchObject([SSH]);
    const IpPermissions = [{ ...SSH, IpRanges: [{ CidrIp: '192.0.2.0/24' }] }];
    await on.perform('RevokeSecurityGroupIngress', { GroupId: groupId, IpPermissions });
    expect((await read(on, groupId))?.IpPermissions).toEqual([]);
  });

  it('are not added twice', async () => {
    const on = testNetwork();
    const input = { GroupId: on.web.groupId, IpPermissions: [SSH] };
    await on.perform('AuthorizeSecurityGroupIngress', input);
    await expect(on.perform('AuthorizeSecurityGroupIngress', input)).rejects.toMatchObject({
      code: 'InvalidPermission.Duplicate',
    });
  });

  it('are all revoked or none', async () => {
    const on = testNetwork();
    const everything = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const other = { ...everything, IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
    const attempt = on.perform('RevokeSecurityGroupEgress', {
      GroupId: on.web.groupId,
      IpPermissions: [everything, other],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'InvalidPermission.NotFound' });
    expect(on.web.permissions).toHaveLength(2);
  });

  it('are revoked by their ids', async () => {
    const on = testNetwork();
    const rules = await on.perform<DescribeSecurityGroupRulesCommandOutput>('DescribeSecurityGroupRules', {
      Filters: [{ Name: 'group-id', Values: [on.web.groupId] }],
    });
    const SecurityGroupRuleIds = rules.SecurityGroupRules?.map((rule) => rule.SecurityGroupRuleId);
    await on.perform('RevokeSecurityGroupEgress', { GroupId: on.web.groupId, SecurityGroupRuleIds });
    expect(on.web.permissions).toEqual([]);
  });

  it('are not found by an egress id when ingress is revoked', async () => {
    const on = testNetwork();
    const SecurityGroupRuleIds = on.web.permissions.map((permission) => permission.ruleId);
    await expect(
      on.perform('RevokeSecurityGroupIngress', { GroupId: on.web.groupId, SecurityGroupRuleIds }),
    ).rejects.toMatchObject({ code: 'InvalidSecurityGroupRuleId.NotFound' });
  });

  it.each([
    ['no source', { IpProtocol: 'tcp', FromPort: 1, ToPort: 1 }, 'MissingParameter'],
    [
      'TCP without ports',
      { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      'InvalidParameterValue',
    ],
    [
      'a malformed block',
      { IpProtocol: '-1', IpRanges: [{ CidrIp: 'everywhere' }] },
      'InvalidParameterValue',
    ],
    // An independent emulator refused what was taken here. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
    [
      'a block that only looks like one',
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '300.1.2.3/8' }] },
      'InvalidParameterValue',
    ],
    [
      'a block longer than an address',
      { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/33' }] },
      'InvalidParameterValue',
    ],
    [
      'an IPv6 block of too many groups',
      { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '1:2:3:4:5:6:7:8:9/64' }] },
      'InvalidParameterValue',
    ],
    [
      'an unknown group',
      { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-0123456789abcdef0' }] },
      'InvalidGroup.NotFound',
    ],
  ])('are refused with %s', async (_what, permission, code) => {
    const on = testNetwork();
    const attempt = on.perform('AuthorizeSecurityGroupIngress', {
      GroupId: on.web.groupId,
      IpPermissions: [permission],
    });
    await expect(attempt).rejects.toMatchObject({ code });
  });
});

describe('DeleteSecurityGroup', () => {
  it('refuses a group that an interface has, one that a rule names, and the default group', async () => {
    const on = testNetwork();
    on.instance();
    const named = (await create(on)).GroupId;
    const UserIdGroupPairs = [{ GroupId: named }];
    await on.perform('AuthorizeSecurityGroupIngress', {
      GroupId: on.web.groupId,
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs }],
    });
    const fallback = [...on.state.securityGroups.values()].find((group) => group.name === 'default')?.groupId;
    const remove = (GroupId: string | undefined) => on.perform('DeleteSecurityGroup', { GroupId });
    await expect(remove(on.web.groupId)).rejects.toMatchObject({ code: 'DependencyViolation' });
    await expect(remove(named)).rejects.toMatchObject({ code: 'DependencyViolation' });
    await expect(remove(fallback)).rejects.toMatchObject({ code: 'CannotDelete' });
  });

  it('deletes a free group', async () => {
    const on = testNetwork();
    await on.perform('DeleteSecurityGroup', { GroupId: on.web.groupId });
    expect(on.state.securityGroups.has(on.web.groupId)).toBe(false);
  });
});
