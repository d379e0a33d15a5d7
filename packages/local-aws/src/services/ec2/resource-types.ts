import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { addRouteTable, associateRouteTable } from './build-network.ts';
import { addLaunchTemplate, addSubnet, addVpc } from './build.ts';
import { securityGroupResourceTypes } from './security-group-resource-types.ts';
import { instanceResourceTypes } from './instance-resource.ts';
import { ec2State, type Ec2State } from './state.ts';
import { vpcEndpointResourceTypes } from './vpc-endpoint-resource-type.ts';

const stateOf = (deployment: Deployment): Ec2State =>
  deployment.world.of(ec2State, deployment.account, deployment.region);

const refuse = (resource: ResolvedResource, name: string, wanted: string): Error =>
  new Error(
    `${resource.type} ${resource.logicalId}: property ${name} is ${JSON.stringify(resource.properties[name])}, which the local organization does not implement; want ${wanted}`,
  );

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html */
const createVpc = (resource: ResolvedResource, deployment: Deployment): Created => {
  // Without behaviour here: DNS answers alike for every VPC, and there is one tenancy.
  const read = new ResourceProperties(resource, [
    'CidrBlock',
    'EnableDnsHostnames',
    'EnableDnsSupport',
    'InstanceTenancy',
    'Tags',
  ]);
  const state = stateOf(deployment);
  const spec = {
    cidr: read.requiredText('CidrBlock'),
    ownerId: deployment.account,
    tags: Object.fromEntries(read.tags()),
  };
  const { vpcId, cidr } = addVpc(state, spec, deployment.ids);
  const group = [...state.securityGroups.values()].find(
    (held) => held.vpcId === vpcId && held.name === 'default',
  );
  if (group === undefined) throw new Error(`vpc ${vpcId} was made without its default security group`);
  const acl = [...state.networkAcls.values()].find((held) => held.vpcId === vpcId && held.isDefault);
  if (acl === undefined) throw new Error(`vpc ${vpcId} was made without its default network acl`);
  const attributes = { DefaultSecurityGroup: group.groupId, DefaultNetworkAcl: acl.networkAclId };
  return { ref: vpcId, attributes: { VpcId: vpcId, CidrBlock: cidr, ...attributes } };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html */
const createSubnet = (resource: ResolvedResource, deployment: Deployment): Created => {
  const read = new ResourceProperties(resource, [
    'AvailabilityZone',
    'CidrBlock',
    'MapPublicIpOnLaunch',
    'Tags',
    'VpcId',
  ]);
  const mapsPublic = resource.properties['MapPublicIpOnLaunch'];
  if (mapsPublic !== undefined && mapsPublic !== false && mapsPublic !== 'false')
    throw refuse(resource, 'MapPublicIpOnLaunch', 'false');
  const subnet = addSubnet(
    stateOf(deployment),
    {
      vpcId: read.requiredText('VpcId'),
      cidr: read.requiredText('CidrBlock'),
      availabilityZone: read.text('AvailabilityZone') ?? `${deployment.region}a`,
      tags: Object.fromEntries(read.tags()),
    },
    deployment.ids,
  );
  return {
    ref: subnet.subnetId,
    attributes: {
      SubnetId: subnet.subnetId,
      VpcId: subnet.vpcId,
      CidrBlock: subnet.cidr,
      AvailabilityZone: subnet.availabilityZone,
      AvailabilityZoneId: subnet.availabilityZoneId,
    },
  };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-routetable.html */
const createRouteTable = (resource: ResolvedResource, deployment: Deployment): Created => {
  const read = new ResourceProperties(resource, ['Tags', 'VpcId']);
  const spec = { vpcId: read.requiredText('VpcId'), tags: Object.fromEntries(read.tags()) };
  const { routeTableId } = addRouteTable(stateOf(deployment), spec, deployment.ids);
  return { ref: routeTableId, attributes: { RouteTableId: routeTableId } };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html */
const createRouteTableAssociation = (resource: ResolvedResource, deployment: Deployment): Created => {
  const read = new ResourceProperties(resource, ['RouteTableId', 'SubnetId']);
  const state = stateOf(deployment);
  const table = state.routeTables.get(read.requiredText('RouteTableId'));
  const subnet = state.subnets.get(read.requiredText('SubnetId'));
  if (table === undefined) throw refuse(resource, 'RouteTableId', 'a route table of this account and Region');
  if (subnet === undefined || subnet.vpcId !== table.vpcId)
    throw refuse(resource, 'SubnetId', `a subnet of ${table.vpcId}`);
  const id = associateRouteTable(state, { table, subnetId: subnet.subnetId }, deployment.ids);
  return { ref: id, attributes: { Id: id } };
};

/** Members of LaunchTemplateData that RunInstances reads here. */
const TEMPLATE_DATA = [
  'BlockDeviceMappings',
  'DisableApiStop',
  'DisableApiTermination',
  'EbsOptimized',
  'IamInstanceProfile',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceMarketOptions',
  'InstanceType',
  'KeyName',
  'MetadataOptions',
  'Monitoring',
  'NetworkInterfaces',
  'SecurityGroupIds',
  'TagSpecifications',
  'UserData',
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html */
const createLaunchTemplate = (resource: ResolvedResource, deployment: Deployment): Created => {
  const read = new ResourceProperties(resource, [
    'LaunchTemplateData',
    'LaunchTemplateName',
    'TagSpecifications',
    'VersionDescription',
  ]);
  const data = Object.fromEntries(Object.entries(read.requiredDocument('LaunchTemplateData')));
  const strange = Object.keys(data).find((name) => !TEMPLATE_DATA.includes(name));
  if (strange !== undefined) throw refuse(resource, 'LaunchTemplateData', `no ${strange} in it`);
  const tags = read.list('TagSpecifications').flatMap((specification) => {
    const { ResourceType, Tags } = Object(specification) as {
      ResourceType?: unknown;
      Tags?: readonly { Key: string; Value: string }[];
    };
    if (ResourceType !== 'launch-template')
      throw refuse(resource, 'TagSpecifications', 'ResourceType launch-template');
    return (Tags ?? []).map(({ Key, Value }) => [Key, Value] as const);
  });
  const { launchTemplateId, defaultVersion } = addLaunchTemplate(
    stateOf(deployment),
    {
      name:
        read.text('LaunchTemplateName') ??
        `${resource.stackName}-${resource.logicalId}-${deployment.ids.base32('template-name', 12)}`,
      data,
      tags: Object.fromEntries(tags),
    },
    deployment.ids,
  );
  return {
    ref: launchTemplateId,
    attributes: {
      LaunchTemplateId: launchTemplateId,
      DefaultVersionNumber: String(defaultVersion),
      LatestVersionNumber: String(defaultVersion),
    },
  };
};

/** CloudFormation resource types of EC2. */
export const ec2ResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::EC2::VPC': createVpc,
  'AWS::EC2::Subnet': createSubnet,
  'AWS::EC2::RouteTable': createRouteTable,
  'AWS::EC2::SubnetRouteTableAssociation': createRouteTableAssociation,
  'AWS::EC2::LaunchTemplate': createLaunchTemplate,
  ...instanceResourceTypes,
  ...securityGroupResourceTypes,
  ...vpcEndpointResourceTypes,
};
