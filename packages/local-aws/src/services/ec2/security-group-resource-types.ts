import type { IpPermission } from '@aws-sdk/client-ec2';
import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { addSecurityGroup, defaultEgress } from './build.ts';
import { parsePermissions, withRuleId, type NewPermission } from './permissions.ts';
import { authorizePermissions } from './security-group-rules.ts';
import { acceptNewGroup } from './security-groups.ts';
import { ec2State, type Ec2State, type Permission } from './state.ts';

const stateOf = (deployment: Deployment): Ec2State =>
  deployment.world.of(ec2State, deployment.account, deployment.region);

const RULE = ['CidrIp', 'CidrIpv6', 'Description', 'FromPort', 'IpProtocol', 'ToPort'];

/** Properties of a rule by its direction; the other end is a source or a destination. */
const KNOWN = {
  ingress: [...RULE, 'SourcePrefixListId', 'SourceSecurityGroupId', 'SourceSecurityGroupOwnerId'],
  egress: [...RULE, 'DestinationPrefixListId', 'DestinationSecurityGroupId'],
} as const;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ec2-securitygroup-ingress.html */
const readRule = (read: ResourceProperties, direction: Permission['direction']): NewPermission => {
  const end = direction === 'ingress' ? 'Source' : 'Destination';
  const Description = read.text('Description');
  const [cidr, cidr6, group, list] = [
    read.text('CidrIp'),
    read.text('CidrIpv6'),
    read.text(`${end}SecurityGroupId`),
    read.text(`${end}PrefixListId`),
  ];
  const permission: IpPermission = {
    IpProtocol: read.requiredText('IpProtocol'),
    FromPort: read.number('FromPort'),
    ToPort: read.number('ToPort'),
    ...(cidr === undefined ? {} : { IpRanges: [{ CidrIp: cidr, Description }] }),
    ...(cidr6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6: cidr6, Description }] }),
    ...(group === undefined ? {} : { UserIdGroupPairs: [{ GroupId: group, Description }] }),
    ...(list === undefined ? {} : { PrefixListIds: [{ PrefixListId: list, Description }] }),
  };
  const [parsed, second] = parsePermissions([permission], direction);
  if (parsed === undefined || second !== undefined) {
    throw new Error(
      `a security group rule names ${second === undefined ? 'no' : 'more than one'} ${end.toLowerCase()}: want exactly one`,
    );
  }
  return parsed;
};

const rulesIn = (
  resource: ResolvedResource,
  read: ResourceProperties,
  direction: Permission['direction'],
): readonly NewPermission[] =>
  read.list(direction === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress').map((rule) => {
    const properties = Object.fromEntries(Object.entries(Object(rule)));
    return readRule(new ResourceProperties({ ...resource, properties }, KNOWN[direction]), direction);
  });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html */
const createSecurityGroup = (resource: ResolvedResource, deployment: Deployment): Created => {
  const read = new ResourceProperties(resource, [
    'GroupDescription',
    'GroupName',
    'SecurityGroupEgress',
    'SecurityGroupIngress',
    'Tags',
    'VpcId',
  ]);
  const state = stateOf(deployment);
  const spec = {
    name:
      read.text('GroupName') ??
      `${resource.stackName}-${resource.logicalId}-${deployment.ids.base32('group-name', 12)}`,
    description: read.requiredText('GroupDescription'),
    vpcId: read.requiredText('VpcId'),
  };
  acceptNewGroup(state, spec);
  const vpc = state.vpcs.get(spec.vpcId);
  const group = addSecurityGroup(
    state,
    { ...spec, ownerId: deployment.account, tags: Object.fromEntries(read.tags()), permissions: [] },
    deployment.ids,
  );
  const egress = rulesIn(resource, read, 'egress');
  // The rule that lets everything out stands only while the template gives no egress of its own.
  const wanted = [
    ...rulesIn(resource, read, 'ingress'),
    ...(egress.length > 0 || vpc === undefined ? egress : defaultEgress(vpc)),
  ];
  authorizePermissions(state, group, {
    wanted,
    withIds: (permission) => withRuleId(permission, deployment.ids),
  });
  const { groupId } = group;
  return { ref: groupId, attributes: { GroupId: groupId, Id: groupId, VpcId: spec.vpcId } };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html, and egress alike. */
const createRule =
  (direction: Permission['direction']) =>
  (resource: ResolvedResource, deployment: Deployment): Created => {
    const read = new ResourceProperties(resource, ['GroupId', ...KNOWN[direction]]);
    const state = stateOf(deployment);
    const groupId = read.requiredText('GroupId');
    const group = state.securityGroups.get(groupId);
    if (group === undefined)
      throw new Error(
        `${resource.type} ${resource.logicalId}: security group ${groupId} does not exist in ${deployment.account} ${deployment.region}`,
      );
    const [added] = authorizePermissions(state, group, {
      wanted: [readRule(read, direction)],
      withIds: (permission) => withRuleId(permission, deployment.ids),
    });
    if (added === undefined)
      throw new Error(`${resource.type} ${resource.logicalId}: no rule was added to ${groupId}`);
    return { ref: added.ruleId, attributes: { Id: added.ruleId } };
  };

/** CloudFormation resource types of security groups and their rules. */
export const securityGroupResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::EC2::SecurityGroup': createSecurityGroup,
  'AWS::EC2::SecurityGroupIngress': createRule('ingress'),
  'AWS::EC2::SecurityGroupEgress': createRule('egress'),
};
