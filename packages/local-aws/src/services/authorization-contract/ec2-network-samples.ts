import { tagged } from './ec2-instance-samples.ts';
import type { Samples } from './sample.ts';

const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];

/** Requests on groups, addresses and places, and tags of every kind of resource. */
export const ec2NetworkSamples: Samples = (on) => {
  const GroupId = on.group.groupId;
  const NetworkInterfaceId = on.instance.networkInterfaceIds[0];
  const everything = [
    on.instance.instanceId,
    NetworkInterfaceId,
    GroupId,
    on.spare.volumeId,
    on.snapshot.snapshotId,
    on.group.vpcId,
    on.subnet.subnetId,
    on.network.routeTableId,
    on.network.networkAclId,
    on.network.internetGatewayId,
    on.allocationId,
    on.imageId,
    on.templateId,
    on.network.endpointId,
  ];
  return [
    { operation: 'DescribeAddresses', input: {} },
    {
      operation: 'AssociateAddress',
      what: 'to an interface',
      input: { AllocationId: on.allocationId, NetworkInterfaceId },
    },
    {
      operation: 'AssociateAddress',
      what: 'to an instance',
      input: { AllocationId: on.allocationId, InstanceId: on.instance.instanceId },
    },
    { operation: 'DisassociateAddress', input: { AssociationId: on.associationId } },
    { operation: 'DescribeNetworkInterfaces', input: {} },
    {
      operation: 'DescribeNetworkInterfaceAttribute',
      input: { NetworkInterfaceId, Attribute: 'groupSet' },
    },
    { operation: 'DescribeSubnets', input: {} },
    { operation: 'DescribeVpcs', input: {} },
    { operation: 'DescribeRegions', input: {} },
    { operation: 'DescribeAvailabilityZones', input: {} },
    { operation: 'DescribeSecurityGroups', input: {} },
    { operation: 'DescribeSecurityGroupRules', input: {} },
    {
      operation: 'CreateSecurityGroup',
      input: {
        GroupName: 'isolated',
        Description: 'isolated',
        VpcId: on.group.vpcId,
        TagSpecifications: tagged('security-group'),
      },
    },
    { operation: 'DeleteSecurityGroup', input: { GroupId } },
    { operation: 'AuthorizeSecurityGroupIngress', input: { GroupId, IpPermissions } },
    { operation: 'AuthorizeSecurityGroupEgress', input: { GroupId, IpPermissions } },
    { operation: 'RevokeSecurityGroupIngress', input: { GroupId, IpPermissions } },
    {
      operation: 'RevokeSecurityGroupEgress',
      input: { GroupId, SecurityGroupRuleIds: on.group.permissions.map(({ ruleId }) => ruleId) },
    },
    {
      operation: 'CreateTags',
      input: { Resources: everything, Tags: [{ Key: 'incident', Value: 'inc-1' }] },
    },
    {
      operation: 'DeleteTags',
      input: { Resources: everything, Tags: [{ Key: 'incident' }, { Key: 'team', Value: 'shop' }] },
    },
  ];
};
