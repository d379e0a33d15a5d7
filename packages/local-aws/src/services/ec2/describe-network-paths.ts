import type {
  DescribeFlowLogsCommandInput,
  DescribeFlowLogsCommandOutput,
  DescribeNatGatewaysCommandInput,
  DescribeNatGatewaysCommandOutput,
  DescribeTrunkInterfaceAssociationsCommandInput,
  DescribeTrunkInterfaceAssociationsCommandOutput,
  DescribeVpcEndpointsCommandInput,
  DescribeVpcEndpointsCommandOutput,
  DescribeVpcPeeringConnectionsCommandInput,
  DescribeVpcPeeringConnectionsCommandOutput,
} from '@aws-sdk/client-ec2';
import { operation } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { renderGroups } from './instance-view.ts';
import { stateOf } from './lookup.ts';
import type {
  FlowLog,
  NatGateway,
  PeeringSide,
  TrunkAssociation,
  VpcPeeringConnection,
} from './network-state.ts';
import { describeCheck } from './resource-checks.ts';
import { idKinds, requireAll } from './resource-ids.ts';
import type { Ec2State, VpcEndpoint } from './state.ts';
import { renderTags } from './tag-sets.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html */
const natReaders: Readers<NatGateway> = {
  'nat-gateway-id': (gateway) => [gateway.natGatewayId],
  state: (gateway) => [gateway.state],
  'subnet-id': (gateway) => [gateway.subnetId],
  'vpc-id': (gateway) => [gateway.vpcId],
};

/** A participant of a shared subnet does not see the owner's NAT gateways. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html */
const describeNatGateways = operation<
  DescribeNatGatewaysCommandInput,
  Omit<DescribeNatGatewaysCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeNatGateways', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeNatGateways', ['NatGatewayIds', 'Filter', 'MaxResults', 'NextToken']);
    const { natGateways } = stateOf(call);
    const asked = input.NatGatewayIds?.length
      ? requireAll(idKinds.natGateway, natGateways, input.NatGatewayIds)
      : [...natGateways.values()];
    const shown = page(applyFilters(asked, input.Filter, natReaders), input, input.NatGatewayIds);
    return {
      NatGateways: shown.items.map((gateway) => ({
        NatGatewayId: gateway.natGatewayId,
        VpcId: gateway.vpcId,
        SubnetId: gateway.subnetId,
        ConnectivityType: gateway.connectivity,
        CreateTime: new Date(gateway.createdAt),
        State: gateway.state,
        NatGatewayAddresses: [
          {
            NetworkInterfaceId: gateway.networkInterfaceId,
            PrivateIp: gateway.privateIp,
            PublicIp: gateway.publicIp,
            AllocationId: gateway.allocationId,
            IsPrimary: true,
          },
        ],
        Tags: renderTags(gateway.tags) ?? [],
      })),
      NextToken: shown.nextToken,
    };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
const endpointReaders: Readers<VpcEndpoint> = {
  'vpc-endpoint-id': (endpoint) => [endpoint.endpointId],
  'vpc-id': (endpoint) => [endpoint.vpcId],
  'service-name': (endpoint) => [endpoint.serviceName],
  'vpc-endpoint-type': (endpoint) => [endpoint.type],
  'vpc-endpoint-state': () => ['available'],
};

const interfacesOf = (state: Ec2State, { networkInterfaceIds = [] }: VpcEndpoint) =>
  networkInterfaceIds.flatMap((id) => state.networkInterfaces.get(id) ?? []);

/** Without `PolicyDocument` and `DnsEntries`: the state keeps a policy compiled, and names alike for every VPC. */
const describeVpcEndpoints = operation<
  DescribeVpcEndpointsCommandInput,
  Omit<DescribeVpcEndpointsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeVpcEndpoints', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeVpcEndpoints', ['VpcEndpointIds', 'Filters', 'MaxResults', 'NextToken']);
    const state = stateOf(call);
    const asked = input.VpcEndpointIds?.length
      ? requireAll(idKinds.vpcEndpoint, state.vpcEndpoints, input.VpcEndpointIds)
      : [...state.vpcEndpoints.values()];
    const shown = page(applyFilters(asked, input.Filters, endpointReaders), input, input.VpcEndpointIds);
    return {
      VpcEndpoints: shown.items.map((endpoint) => ({
        VpcEndpointId: endpoint.endpointId,
        VpcEndpointType: endpoint.type,
        VpcId: endpoint.vpcId,
        ServiceName: endpoint.serviceName,
        // The API writes it in lower case, the type of the SDK does not.
        State: 'available' as 'Available',
        OwnerId: call.caller.account,
        RequesterManaged: false,
        PrivateDnsEnabled: endpoint.privateDns,
        RouteTableIds: [...endpoint.routeTableIds],
        NetworkInterfaceIds: [...(endpoint.networkInterfaceIds ?? [])],
        SubnetIds: [...new Set(interfacesOf(state, endpoint).map(({ subnetId }) => subnetId))],
        Groups: renderGroups(state, [
          ...new Set(interfacesOf(state, endpoint).flatMap(({ groups }) => groups)),
        ]),
        Tags: renderTags(endpoint.tags ?? new Map()) ?? [],
      })),
      NextToken: shown.nextToken,
    };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html */
const peeringReaders: Readers<VpcPeeringConnection> = {
  'vpc-peering-connection-id': (peering) => [peering.vpcPeeringConnectionId],
  'status-code': (peering) => [peering.status],
  'accepter-vpc-info.cidr-block': ({ accepter }) => [accepter.cidr],
  'accepter-vpc-info.owner-id': ({ accepter }) => [accepter.ownerId],
  'accepter-vpc-info.vpc-id': ({ accepter }) => [accepter.vpcId],
  'requester-vpc-info.cidr-block': ({ requester }) => [requester.cidr],
  'requester-vpc-info.owner-id': ({ requester }) => [requester.ownerId],
  'requester-vpc-info.vpc-id': ({ requester }) => [requester.vpcId],
};

const renderSide = (side: PeeringSide) => ({
  OwnerId: side.ownerId,
  Region: side.region,
  VpcId: side.vpcId,
  CidrBlock: side.cidr,
  CidrBlockSet: [{ CidrBlock: side.cidr }],
  Ipv6CidrBlockSet: side.ipv6Cidr === undefined ? undefined : [{ Ipv6CidrBlock: side.ipv6Cidr }],
});

const describeVpcPeeringConnections = operation<
  DescribeVpcPeeringConnectionsCommandInput,
  Omit<DescribeVpcPeeringConnectionsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeVpcPeeringConnections', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeVpcPeeringConnections', [
      'VpcPeeringConnectionIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const ids = input.VpcPeeringConnectionIds;
    const { peerings } = stateOf(call);
    const asked = ids?.length ? requireAll(idKinds.vpcPeering, peerings, ids) : [...peerings.values()];
    const shown = page(applyFilters(asked, input.Filters, peeringReaders), input, ids);
    return {
      VpcPeeringConnections: shown.items.map((peering) => ({
        VpcPeeringConnectionId: peering.vpcPeeringConnectionId,
        Status: { Code: peering.status },
        AccepterVpcInfo: renderSide(peering.accepter),
        RequesterVpcInfo: renderSide(peering.requester),
        Tags: renderTags(peering.tags) ?? [],
      })),
      NextToken: shown.nextToken,
    };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html */
const flowLogReaders: Readers<FlowLog> = {
  'flow-log-id': (log) => [log.flowLogId],
  'resource-id': (log) => [log.resourceId],
  'traffic-type': (log) => [log.trafficType],
  'log-destination-type': (log) => [log.destination.kind],
  'log-group-name': ({ destination }) =>
    destination.kind === 'cloud-watch-logs' ? [destination.logGroupName] : [],
  'deliver-log-status': () => ['SUCCESS'],
};

const describeFlowLogs = operation<
  DescribeFlowLogsCommandInput,
  Omit<DescribeFlowLogsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeFlowLogs', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeFlowLogs', ['FlowLogIds', 'Filter', 'MaxResults', 'NextToken']);
    const { flowLogs } = stateOf(call);
    const asked = input.FlowLogIds?.length
      ? requireAll(idKinds.flowLog, flowLogs, input.FlowLogIds)
      : [...flowLogs.values()];
    const shown = page(applyFilters(asked, input.Filter, flowLogReaders), input, input.FlowLogIds);
    return {
      FlowLogs: shown.items.map(({ destination, ...log }) => ({
        FlowLogId: log.flowLogId,
        FlowLogStatus: 'ACTIVE',
        ResourceId: log.resourceId,
        TrafficType: log.trafficType,
        CreationTime: new Date(log.createdAt),
        DeliverLogsStatus: 'SUCCESS',
        LogDestinationType: destination.kind,
        LogFormat: log.format,
        MaxAggregationInterval: log.maxAggregationSeconds,
        ...(destination.kind === 's3'
          ? { LogDestination: destination.arn }
          : { LogGroupName: destination.logGroupName, DeliverLogsPermissionArn: destination.roleArn }),
        Tags: renderTags(log.tags) ?? [],
      })),
      NextToken: shown.nextToken,
    };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTrunkInterfaceAssociations.html */
const trunkReaders: Readers<TrunkAssociation> = {
  'interface-protocol': ({ protocol }) => [protocol.kind],
  'gre-key': ({ protocol }) => (protocol.kind === 'GRE' ? [String(protocol.greKey)] : []),
};

const describeTrunkInterfaceAssociations = operation<
  DescribeTrunkInterfaceAssociationsCommandInput,
  Omit<DescribeTrunkInterfaceAssociationsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeTrunkInterfaceAssociations', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeTrunkInterfaceAssociations', [
      'AssociationIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const ids = input.AssociationIds;
    const { trunkAssociations } = stateOf(call);
    const asked = ids?.length
      ? requireAll(idKinds.trunkAssociation, trunkAssociations, ids)
      : [...trunkAssociations.values()];
    const shown = page(applyFilters(asked, input.Filters, trunkReaders), input, ids);
    return {
      InterfaceAssociations: shown.items.map(({ protocol, ...held }) => ({
        AssociationId: held.associationId,
        TrunkInterfaceId: held.trunkInterfaceId,
        BranchInterfaceId: held.branchInterfaceId,
        InterfaceProtocol: protocol.kind,
        ...(protocol.kind === 'VLAN' ? { VlanId: protocol.vlanId } : { GreKey: protocol.greKey }),
        Tags: renderTags(held.tags) ?? [],
      })),
      NextToken: shown.nextToken,
    };
  },
});

/** Operations that read what packets go through between networks, and what hangs off an interface or writes of it. */
export const networkPathOperations = {
  DescribeNatGateways: describeNatGateways,
  DescribeVpcEndpoints: describeVpcEndpoints,
  DescribeVpcPeeringConnections: describeVpcPeeringConnections,
  DescribeFlowLogs: describeFlowLogs,
  DescribeTrunkInterfaceAssociations: describeTrunkInterfaceAssociations,
};
