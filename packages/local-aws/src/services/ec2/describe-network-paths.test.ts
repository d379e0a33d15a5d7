import type {
  DescribeFlowLogsCommandOutput,
  DescribeNatGatewaysCommandOutput,
  DescribeTrunkInterfaceAssociationsCommandOutput,
  DescribeVpcEndpointsCommandOutput,
  DescribeVpcPeeringConnectionsCommandOutput,
} from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { ACCOUNT, OTHER_ACCOUNT, REGION, rootOf, START } from '../testing.ts';
import { addFlowLog, addNatGateway, addPeering, addTrunkAssociation } from './build-gateways.ts';
import { addNetworkInterface, addVpc } from './build.ts';
import { ec2State } from './state.ts';
import { testNetwork } from './test-network.ts';

it('DescribeNatGateways shows a public gateway with its addresses', async () => {
  const on = testNetwork();
  const nat = { subnetId: on.subnet.subnetId, createdAt: START, tags: { team: 'net' } };
  const made = addNatGateway(on.state, nat, on.ids);
  addNatGateway(on.state, { ...nat, connectivity: 'private' }, on.ids).state = 'deleted';
  const output = await on.perform<DescribeNatGatewaysCommandOutput>('DescribeNatGateways', {
    Filter: [{ Name: 'state', Values: ['available'] }],
  });
  expect(output.NatGateways).toMatchObject([
    {
      NatGatewayId: made.natGatewayId,
      ConnectivityType: 'public',
      NatGatewayAddresses: [{ PublicIp: made.publicIp, PrivateIp: made.privateIp }],
      Tags: [{ Key: 'team', Value: 'net' }],
    },
  ]);
  expect(on.state.networkInterfaces.get(made.networkInterfaceId)).toMatchObject({
    interfaceType: 'nat_gateway',
    requesterManaged: true,
  });
  await expect(
    on.perform('DescribeNatGateways', { NatGatewayIds: ['nat-0123456789abcdef0'] }),
  ).rejects.toMatchObject({ code: 'NatGatewayNotFound' });
});

it('DescribeVpcEndpoints shows where an interface endpoint stands and which tables lead to a gateway endpoint', async () => {
  const on = testNetwork();
  const table = on.create('AWS::EC2::RouteTable', { VpcId: on.vpc.vpcId }).ref;
  const make = (service: string, more: object) =>
    on.create('AWS::EC2::VPCEndpoint', {
      VpcId: on.vpc.vpcId,
      ServiceName: `com.amazonaws.${REGION}.${service}`,
      ...more,
    }).ref;
  const gateway = make('s3', { RouteTableIds: [table] });
  const placed = make('ssm', { VpcEndpointType: 'Interface', SubnetIds: [on.subnet.subnetId] });
  const shown = async (value: string) =>
    (
      await on.perform<DescribeVpcEndpointsCommandOutput>('DescribeVpcEndpoints', {
        Filters: [{ Name: 'vpc-endpoint-type', Values: [value] }],
      })
    ).VpcEndpoints;
  expect(await shown('Gateway')).toMatchObject([
    { VpcEndpointId: gateway, RouteTableIds: [table], NetworkInterfaceIds: [], State: 'available' },
  ]);
  const [endpoint] = (await shown('Interface')) ?? [];
  expect(endpoint).toMatchObject({
    VpcEndpointId: placed,
    SubnetIds: [on.subnet.subnetId],
    Groups: [{ GroupName: 'default' }],
  });
  expect(on.state.networkInterfaces.get(endpoint?.NetworkInterfaceIds?.[0] ?? '')).toMatchObject({
    interfaceType: 'vpc_endpoint',
  });
});

it('DescribeVpcPeeringConnections shows one connection to both accounts, with tags of their own', async () => {
  const on = testNetwork();
  const there = on.world.of(ec2State, OTHER_ACCOUNT, REGION);
  const { vpcId } = addVpc(there, { cidr: '172.31.0.0/16', ownerId: OTHER_ACCOUNT }, on.ids);
  const peering = addPeering(
    on.world,
    {
      requester: { account: ACCOUNT, region: REGION, vpcId: on.vpc.vpcId },
      accepter: { account: OTHER_ACCOUNT, region: REGION, vpcId },
      tags: { secret: 'ours' },
    },
    on.ids,
  );
  const seenBy = async (account: string) =>
    (
      await on.perform<DescribeVpcPeeringConnectionsCommandOutput>(
        'DescribeVpcPeeringConnections',
        { Filters: [{ Name: 'accepter-vpc-info.vpc-id', Values: [vpcId] }] },
        { caller: rootOf(account) },
      )
    ).VpcPeeringConnections?.[0];
  const both = {
    VpcPeeringConnectionId: peering.vpcPeeringConnectionId,
    Status: { Code: 'active' },
    RequesterVpcInfo: { OwnerId: ACCOUNT, CidrBlock: '10.0.0.0/16' },
    AccepterVpcInfo: { OwnerId: OTHER_ACCOUNT, CidrBlock: '172.31.0.0/16' },
  };
  expect(await seenBy(ACCOUNT)).toMatchObject({ ...both, Tags: [{ Key: 'secret', Value: 'ours' }] });
  expect(await seenBy(OTHER_ACCOUNT)).toMatchObject({ ...both, Tags: [] });
});

it('DescribeFlowLogs shows where the records go', async () => {
  const on = testNetwork();
  const { vpcId: resourceId } = on.vpc;
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/flow-logs`;
  const destination = { kind: 'cloud-watch-logs' as const, logGroupName: '/vpc/flows', roleArn };
  addFlowLog(on.state, { resourceId, destination, createdAt: START, maxAggregationSeconds: 60 }, on.ids);
  const arn = 'arn:aws:s3:::flows/prefix/';
  addFlowLog(
    on.state,
    { resourceId: on.subnet.subnetId, destination: { kind: 's3', arn }, createdAt: START },
    on.ids,
  );
  const shown = async (value: string) =>
    (
      await on.perform<DescribeFlowLogsCommandOutput>('DescribeFlowLogs', {
        Filter: [{ Name: 'resource-id', Values: [value] }],
      })
    ).FlowLogs;
  expect(await shown(resourceId)).toMatchObject([
    {
      FlowLogStatus: 'ACTIVE',
      LogDestinationType: 'cloud-watch-logs',
      LogGroupName: '/vpc/flows',
      DeliverLogsPermissionArn: roleArn,
      MaxAggregationInterval: 60,
    },
  ]);
  const [toBucket] = (await shown(on.subnet.subnetId)) ?? [];
  expect(toBucket).toMatchObject({ LogDestinationType: 's3', LogDestination: arn });
  // The default format begins so. https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
  expect(toBucket?.LogFormat).toMatch(/^\$\{version\} \$\{account-id\} \$\{interface-id\} \$\{srcaddr\}/);
});

it('DescribeTrunkInterfaceAssociations shows the branches of a trunk', async () => {
  const on = testNetwork();
  const [trunkInterfaceId = ''] = on.instance().networkInterfaceIds;
  const branch = addNetworkInterface(
    on.state,
    { subnetId: on.subnet.subnetId, groups: [on.web.groupId] },
    on.ids,
  );
  const branchInterfaceId = branch.networkInterfaceId;
  addTrunkAssociation(on.state, { trunkInterfaceId, branchInterfaceId, vlanId: 7 }, on.ids);
  const output = await on.perform<DescribeTrunkInterfaceAssociationsCommandOutput>(
    'DescribeTrunkInterfaceAssociations',
    { Filters: [{ Name: 'interface-protocol', Values: ['VLAN'] }] },
  );
  expect(output.InterfaceAssociations).toMatchObject([
    {
      TrunkInterfaceId: trunkInterfaceId,
      BranchInterfaceId: branchInterfaceId,
      InterfaceProtocol: 'VLAN',
      VlanId: 7,
    },
  ]);
});
