import type {
  CreateSecurityGroupCommandInput,
  CreateSecurityGroupCommandOutput,
  DeleteSecurityGroupCommandInput,
  DeleteSecurityGroupCommandOutput,
  DescribeSecurityGroupsCommandInput,
  DescribeSecurityGroupsCommandOutput,
  SecurityGroup as ApiSecurityGroup,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { addSecurityGroup } from './build.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { arnOf, stateOf } from './lookup.ts';
import { renderPermissions } from './permissions.ts';
import { describeCheck, resourceCheck, requestTagContext, tagOnCreateChecks } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import { visibleGroups } from './sharing.ts';
import type { Ec2State, SecurityGroup } from './state.ts';
import { acceptTagSpecifications, renderTags, requestedTags } from './tag-sets.ts';

const cidrs = (kind: 'ipv4' | 'ipv6', direction: 'ingress' | 'egress') => (group: SecurityGroup) =>
  group.permissions.flatMap(({ target, direction: held }) =>
    held === direction && target.kind === kind ? [target.cidr] : [],
  );

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
const readers: Readers<SecurityGroup> = {
  'group-id': (group) => [group.groupId],
  'group-name': (group) => [group.name],
  'vpc-id': (group) => [group.vpcId],
  'owner-id': (group) => [group.ownerId],
  description: (group) => [group.description],
  'ip-permission.cidr': cidrs('ipv4', 'ingress'),
  'ip-permission.ipv6-cidr': cidrs('ipv6', 'ingress'),
  'egress.ip-permission.cidr': cidrs('ipv4', 'egress'),
  'egress.ip-permission.ipv6-cidr': cidrs('ipv6', 'egress'),
  'ip-permission.group-id': (group) =>
    group.permissions.flatMap(({ target, direction }) =>
      direction === 'ingress' && target.kind === 'group' ? [target.groupId] : [],
    ),
};

const render = (group: SecurityGroup, call: Call): ApiSecurityGroup => ({
  GroupId: group.groupId,
  GroupName: group.name,
  Description: group.description,
  VpcId: group.vpcId,
  OwnerId: group.ownerId,
  SecurityGroupArn: `arn:${call.world.facts.partition}:ec2:${call.region}:${group.ownerId}:security-group/${group.groupId}`,
  IpPermissions: renderPermissions(group, 'ingress'),
  IpPermissionsEgress: renderPermissions(group, 'egress'),
  Tags: renderTags(group.tags),
});

const describeSecurityGroups = operation<
  DescribeSecurityGroupsCommandInput,
  Omit<DescribeSecurityGroupsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeSecurityGroups', call),
  run: (input, call) => {
    // GroupNames reads the default VPC only, which no account of the local organization has.
    acceptInput(input, 'DescribeSecurityGroups', ['GroupIds', 'Filters', 'MaxResults', 'NextToken']);
    const visible = visibleGroups(call);
    const asked = input.GroupIds?.length
      ? requireAll(idKinds.securityGroup, visible, input.GroupIds)
      : [...visible.values()];
    const shown = page(applyFilters(asked, input.Filters, readers), input, input.GroupIds);
    return { SecurityGroups: shown.items.map((group) => render(group, call)), NextToken: shown.nextToken };
  },
});

/** Names and descriptions. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
const ALLOWED = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

/**
 * Refuses a group that AWS would not create.
 *
 * @throws ServiceFault InvalidVpcID.NotFound, InvalidParameterValue, InvalidGroup.Reserved, InvalidGroup.Duplicate
 */
export const acceptNewGroup = (
  state: Ec2State,
  spec: { name: string; description: string; vpcId: string },
): void => {
  requireOne(idKinds.vpc, state.vpcs, spec.vpcId);
  if (!ALLOWED.test(spec.name) || spec.name.startsWith('sg-')) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Value (${spec.name}) for parameter GroupName is invalid. Group names may not be in the format sg-*. Character sets beyond the documented one are not supported.`,
    );
  }
  if (!ALLOWED.test(spec.description)) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Value (${spec.description}) for parameter GroupDescription is invalid. Character sets beyond the documented one are not supported.`,
    );
  }
  const name = spec.name.toLowerCase();
  if (name === 'default')
    throw new ServiceFault('InvalidGroup.Reserved', `The security group '${spec.name}' is reserved`);
  // Names are case-insensitive and unique in a VPC.
  if (
    [...state.securityGroups.values()].some(
      (group) => group.vpcId === spec.vpcId && group.name.toLowerCase() === name,
    )
  ) {
    throw new ServiceFault(
      'InvalidGroup.Duplicate',
      `The security group '${spec.name}' already exists for VPC '${spec.vpcId}'`,
    );
  }
};

const createSecurityGroup = operation<
  CreateSecurityGroupCommandInput,
  Omit<CreateSecurityGroupCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const tags = requestedTags(input.TagSpecifications, 'security-group');
    const vpcId = input.VpcId ?? '*';
    return [
      resourceCheck('CreateSecurityGroup', call, {
        type: 'security-group',
        id: '*',
        more: requestTagContext(tags),
      }),
      resourceCheck('CreateSecurityGroup', call, { type: 'vpc', id: vpcId }),
      ...tagOnCreateChecks('CreateSecurityGroup', call, { type: 'security-group', tags }),
    ];
  },
  run: (input, call) => {
    acceptInput(input, 'CreateSecurityGroup', ['GroupName', 'Description', 'VpcId', 'TagSpecifications']);
    acceptTagSpecifications(input.TagSpecifications, ['security-group']);
    // Without a VPC the default VPC is meant; accounts here have none.
    if (input.VpcId === undefined)
      throw new ServiceFault('VPCIdNotSpecified', 'No default VPC for this user');
    const spec = {
      name: required(input.GroupName, 'groupName'),
      description: required(input.Description, 'groupDescription'),
      vpcId: input.VpcId,
    };
    const state = stateOf(call);
    acceptNewGroup(state, spec);
    const tags = Object.fromEntries(requestedTags(input.TagSpecifications, 'security-group'));
    const group = addSecurityGroup(state, { ...spec, ownerId: call.caller.account, tags }, call.ids);
    return {
      GroupId: group.groupId,
      SecurityGroupArn: arnOf(call, 'security-group', group.groupId),
      Tags: renderTags(group.tags),
    };
  },
});

/**
 * Takes a group away that nothing wears or names.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
 *
 * @throws ServiceFault CannotDelete for a VPC's default group, DependencyViolation for one in use
 */
export const deleteGroup = (state: Ec2State, group: SecurityGroup): void => {
  const { groupId, name } = group;
  if (name === 'default')
    throw new ServiceFault(
      'CannotDelete',
      `the specified group: "${groupId}" name: "default" cannot be deleted by a user`,
    );
  const worn = [...state.networkInterfaces.values()].some((held) => held.groups.includes(groupId));
  const named = [...state.securityGroups.values()].some(
    (other) =>
      other !== group &&
      other.permissions.some(({ target }) => target.kind === 'group' && target.groupId === groupId),
  );
  if (worn || named)
    throw new ServiceFault('DependencyViolation', `resource ${groupId} has a dependent object`);
  state.securityGroups.delete(groupId);
};

const deleteSecurityGroup = operation<
  DeleteSecurityGroupCommandInput,
  Omit<DeleteSecurityGroupCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    resourceCheck('DeleteSecurityGroup', call, { type: 'security-group', id: input.GroupId ?? '*' }),
  ],
  run: (input, call) => {
    acceptInput(input, 'DeleteSecurityGroup', ['GroupId']);
    const state = stateOf(call);
    const group = requireOne(idKinds.securityGroup, state.securityGroups, required(input.GroupId, 'groupId'));
    deleteGroup(state, group);
    return { Return: true, GroupId: group.groupId };
  },
});

/** Operations of security groups as wholes. */
export const securityGroupOperations = {
  DescribeSecurityGroups: describeSecurityGroups,
  CreateSecurityGroup: createSecurityGroup,
  DeleteSecurityGroup: deleteSecurityGroup,
};
