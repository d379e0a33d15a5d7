import type { RunInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../testing.ts';
import { testNetwork } from './test-network.ts';

const allowSsm = { Effect: 'Allow', Action: 'ssm:*', Resource: '*' };

describe('CloudFormation resources of EC2', () => {
  it('make an isolated network with an interface endpoint that the account cannot change', () => {
    const on = testNetwork();
    const vpc = on.create('AWS::EC2::VPC', { CidrBlock: '10.7.0.0/16', EnableDnsSupport: true });
    const subnet = on.create('AWS::EC2::Subnet', {
      VpcId: vpc.ref,
      CidrBlock: '10.7.0.0/24',
      AvailabilityZone: 'eu-west-1b',
    });
    const table = on.create('AWS::EC2::RouteTable', { VpcId: vpc.ref });
    const bound = on.create('AWS::EC2::SubnetRouteTableAssociation', {
      RouteTableId: table.ref,
      SubnetId: subnet.ref,
    });
    const endpoint = on.create('AWS::EC2::VPCEndpoint', {
      VpcId: vpc.ref,
      ServiceName: 'com.amazonaws.eu-west-1.ssm',
      VpcEndpointType: 'Interface',
      SubnetIds: [subnet.ref],
      PrivateDnsEnabled: true,
      PolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ssm:*', Resource: '*' }],
      },
    });
    expect(subnet.attributes['AvailabilityZone']).toBe('eu-west-1b');
    expect(on.state.routeTables.get(table.ref)?.associations.get(bound.ref)).toBe(subnet.ref);
    expect(on.state.vpcEndpoints.get(endpoint.ref)).toMatchObject({
      type: 'Interface',
      privateDns: true,
      policy: { name: `vpc-endpoint ${ACCOUNT}/${endpoint.ref}: endpoint policy` },
    });
    const held = [...on.state.networkInterfaces.values()].find((other) => other.subnetId === subnet.ref);
    expect(held).toMatchObject({ requesterManaged: true, groups: [vpc.attributes['DefaultSecurityGroup']] });
  });

  it('make a security group whose own egress replaces the rule that lets everything out', () => {
    const on = testNetwork();
    const nowhere = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };
    const shut = on.create('AWS::EC2::SecurityGroup', {
      GroupDescription: 'shut',
      VpcId: on.vpc.vpcId,
      SecurityGroupEgress: [nowhere],
    });
    const open = on.create('AWS::EC2::SecurityGroup', {
      GroupDescription: 'open',
      GroupName: 'open',
      VpcId: on.vpc.vpcId,
    });
    const egress = (id: string) => on.state.securityGroups.get(id)?.permissions.map(({ target }) => target);
    expect(egress(shut.ref)).toEqual([{ kind: 'ipv4', cidr: '255.255.255.255/32' }]);
    expect(egress(open.ref)).toEqual([
      { kind: 'ipv4', cidr: '0.0.0.0/0' },
      { kind: 'ipv6', cidr: '::/0' },
    ]);
  });

  it('add rules to a group, also to and from another group and a prefix list', () => {
    const on = testNetwork();
    const https = { GroupId: on.web.groupId, IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
    on.create('AWS::EC2::SecurityGroupIngress', { ...https, SourceSecurityGroupId: on.web.groupId });
    const rule = on.create('AWS::EC2::SecurityGroupEgress', {
      ...https,
      DestinationPrefixListId: 'pl-6da54004',
    });
    expect(on.web.permissions.find((held) => held.ruleId === rule.ref)).toMatchObject({
      direction: 'egress',
      protocol: 'tcp',
      target: { kind: 'prefix-list', prefixListId: 'pl-6da54004' },
    });
  });

  it('make a launch template that instances can be launched from', async () => {
    const on = testNetwork();
    const template = on.create('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        ImageId: on.image.imageId,
        InstanceType: 'm7i.large',
        MetadataOptions: { HttpTokens: 'required' },
      },
    });
    const output = await on.perform<RunInstancesCommandOutput>('RunInstances', {
      MinCount: 1,
      MaxCount: 1,
      SubnetId: on.subnet.subnetId,
      LaunchTemplate: { LaunchTemplateId: template.ref, Version: template.attributes['LatestVersionNumber'] },
    });
    expect(output.Instances?.[0]).toMatchObject({ InstanceType: 'm7i.large', ImageId: on.image.imageId });
  });

  it('make a gateway endpoint without a policy of its own, which lets everyone do everything', () => {
    const on = testNetwork();
    const table = on.create('AWS::EC2::RouteTable', { VpcId: on.vpc.vpcId });
    const ServiceName = `com.amazonaws.${REGION}.s3`;
    const { ref } = on.create('AWS::EC2::VPCEndpoint', {
      VpcId: on.vpc.vpcId,
      ServiceName,
      RouteTableIds: [table.ref],
    });
    const endpoint = on.state.vpcEndpoints.get(ref);
    expect(endpoint).toMatchObject({ type: 'Gateway', routeTableIds: [table.ref], privateDns: false });
    expect(endpoint?.policy.statements).toMatchObject([{ effect: 'Allow', action: { patterns: ['*'] } }]);
  });

  it.each([
    ['a policy that names no principal', { PolicyDocument: { Statement: allowSsm } }, /a Principal/],
    [
      'a policy that is too long',
      { PolicyDocument: { Statement: { ...allowSsm, Principal: '*', Sid: 'S'.repeat(20_480) } } },
      /at most 20480 characters/,
    ],
    ['private DNS of a gateway', { PrivateDnsEnabled: true }, /only interface endpoints/],
    ['a route table of elsewhere', { RouteTableIds: ['rtb-1'] }, /route tables of vpc-/],
    ['a type of endpoint that is not here', { VpcEndpointType: 'GatewayLoadBalancer' }, /Interface, Gateway/],
  ])('refuse an endpoint with %s', (_what, properties, message) => {
    const on = testNetwork();
    const endpoint = { VpcId: on.vpc.vpcId, ServiceName: 's', ...properties };
    expect(() => on.create('AWS::EC2::VPCEndpoint', endpoint)).toThrow(message);
  });

  it.each([
    ['AWS::EC2::VPC', { CidrBlock: '10.7.0.0/16', Ipv4IpamPoolId: 'x' }, /Ipv4IpamPoolId/],
    [
      'AWS::EC2::Subnet',
      { VpcId: 'vpc-1', CidrBlock: '10.7.0.0/24', MapPublicIpOnLaunch: true },
      /MapPublicIpOnLaunch/,
    ],
    ['AWS::EC2::LaunchTemplate', { LaunchTemplateData: { RamDiskId: 'x' } }, /RamDiskId/],
    ['AWS::EC2::VPCEndpoint', { VpcId: 'vpc-1', ServiceName: 's' }, /VpcId/],
    ['AWS::EC2::SecurityGroupIngress', { GroupId: 'sg-1', IpProtocol: '-1', CidrIp: '10.0.0.0/8' }, /sg-1/],
    [
      'AWS::EC2::SecurityGroupIngress',
      { GroupId: 'sg-1', IpProtocol: '-1', SourceSecurityGroupName: 'x' },
      /SourceSecurityGroupName/,
    ],
  ])('refuse %s with %j', (type, properties, message) => {
    expect(() => testNetwork().create(type, properties)).toThrow(message);
  });
});
