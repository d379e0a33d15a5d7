import { tagged } from './ec2-instance-samples.ts';
import type { FurnishedWorld } from './furnished-world.ts';
import type { Sample, Samples } from './sample.ts';

const aclSamples = ({ network, state }: FurnishedWorld): readonly Sample[] => {
  const { networkAclId: NetworkAclId, vpcId: VpcId } = network;
  const acl = state.networkAcls.get(NetworkAclId);
  const AssociationId = [...(acl?.associations.keys() ?? [])][0];
  const standard = [...state.networkAcls.values()].find(({ isDefault }) => isDefault);
  const at = { NetworkAclId, RuleNumber: 50, Egress: true };
  const entry = { ...at, Protocol: '-1', RuleAction: 'deny', CidrBlock: '203.0.113.7/32' };
  return [
    { operation: 'DescribeNetworkAcls', input: {} },
    { operation: 'CreateNetworkAcl', input: { VpcId, TagSpecifications: tagged('network-acl') } },
    { operation: 'DeleteNetworkAcl', input: { NetworkAclId } },
    { operation: 'CreateNetworkAclEntry', input: entry },
    { operation: 'ReplaceNetworkAclEntry', input: entry },
    { operation: 'DeleteNetworkAclEntry', input: at },
    {
      operation: 'ReplaceNetworkAclAssociation',
      input: { AssociationId, NetworkAclId: standard?.networkAclId },
    },
  ];
};

const routeSamples = ({ network, state, subnet }: FurnishedWorld): readonly Sample[] => {
  const { routeTableId: RouteTableId, vpcId: VpcId, internetGatewayId: GatewayId } = network;
  const tables = [...state.routeTables.values()];
  const main = tables.find(({ mainAssociationId }) => mainAssociationId !== undefined);
  const own = tables.find(({ routeTableId }) => routeTableId === RouteTableId);
  const AssociationId = [...(own?.associations.keys() ?? [])][0];
  const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId };
  return [
    { operation: 'DescribeRouteTables', input: {} },
    { operation: 'CreateRoute', input: route },
    { operation: 'ReplaceRoute', input: route },
    { operation: 'DeleteRoute', input: { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' } },
    { operation: 'CreateRouteTable', input: { VpcId, TagSpecifications: tagged('route-table') } },
    { operation: 'AssociateRouteTable', input: { RouteTableId, SubnetId: subnet.subnetId } },
    { operation: 'DisassociateRouteTable', input: { AssociationId } },
    {
      operation: 'ReplaceRouteTableAssociation',
      input: { AssociationId, RouteTableId: main?.routeTableId },
    },
  ];
};

/** Requests on what filters and routes packets. */
export const ec2PathSamples: Samples = (on) => {
  const pair = { InternetGatewayId: on.network.internetGatewayId, VpcId: on.network.vpcId };
  return [
    ...aclSamples(on),
    ...routeSamples(on),
    { operation: 'DescribeInternetGateways', input: {} },
    { operation: 'AttachInternetGateway', input: pair },
    { operation: 'DetachInternetGateway', input: pair },
    { operation: 'DescribeEgressOnlyInternetGateways', input: {} },
    { operation: 'DescribeNatGateways', input: {} },
    { operation: 'DescribeVpcEndpoints', input: {} },
    { operation: 'DescribeVpcPeeringConnections', input: {} },
    { operation: 'DescribeFlowLogs', input: {} },
    { operation: 'DescribeTrunkInterfaceAssociations', input: {} },
  ];
};
