import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { step, type At, type Step } from '../step.ts';

const ABSENT = 'sg-00000000000000000';

const EVERYTHING: IpPermission = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const SSH: IpPermission = {
  IpProtocol: 'tcp',
  FromPort: 22,
  ToPort: 22,
  IpRanges: [{ CidrIp: '192.0.2.0/24', Description: 'office' }],
};

const create = (at: At, GroupName: string) =>
  at.member.ec2.send(
    new CreateSecurityGroupCommand({
      GroupName,
      Description: 'no way in or out',
      VpcId: at.known.of('vpc'),
      TagSpecifications: [
        { ResourceType: 'security-group', Tags: [{ Key: 'cordon:isolation', Value: 'yes' }] },
      ],
    }),
  );

const describe = (at: At, ...groups: readonly string[]) =>
  at.member.ec2.send(
    new DescribeSecurityGroupsCommand({ GroupIds: groups.map((name) => at.known.of(name)) }),
  );

const GroupIdOf = (at: At) => at.known.of('isolation group');

const making: readonly Step[] = [
  step('ec2: creates a security group with tags', (at) => create(at, 'cordon-isolation'), {
    keep: ({ GroupId }) => ({ 'isolation group': GroupId }),
  }),
  step('ec2: refuses a second group of the name in the VPC', (at) => create(at, 'cordon-isolation')),
  step('ec2: refuses a group in a VPC that is not there', (at) =>
    at.member.ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'x', Description: 'x', VpcId: 'vpc-00000000000000000' }),
    ),
  ),
  step('ec2: a new group lets everything out and nothing in', (at) => describe(at, 'isolation group')),
  step('ec2: finds a group by name and VPC', (at) =>
    at.member.ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: [at.known.of('vpc')] },
          { Name: 'group-name', Values: ['cordon-*'] },
        ],
      }),
    ),
  ),
  step('ec2: finds groups by tag', (at) =>
    at.member.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:cordon:isolation', Values: ['yes'] }] }),
    ),
  ),
  step('ec2: finds no group by a tag that none has', (at) =>
    at.member.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:cordon:isolation', Values: ['no'] }] }),
    ),
  ),
  step('ec2: refuses to describe a group that is not there', (at) =>
    at.member.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [ABSENT] })),
  ),
  step('ec2: refuses to describe a group by a malformed id', (at) =>
    at.member.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-x'] })),
  ),
];

const rules: readonly Step[] = [
  step('ec2: takes a group’s egress away', (at) =>
    at.member.ec2.send(
      new RevokeSecurityGroupEgressCommand({ GroupId: GroupIdOf(at), IpPermissions: [EVERYTHING] }),
    ),
  ),
  step('ec2: refuses to take away a rule that is not there', (at) =>
    at.member.ec2.send(
      new RevokeSecurityGroupEgressCommand({ GroupId: GroupIdOf(at), IpPermissions: [EVERYTHING] }),
    ),
  ),
  step('ec2: adds a rule in', (at) =>
    at.member.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: GroupIdOf(at), IpPermissions: [SSH] }),
    ),
  ),
  step('ec2: refuses to add a rule twice', (at) =>
    at.member.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: GroupIdOf(at), IpPermissions: [SSH] }),
    ),
  ),
  step('ec2: adds a rule out, to a group', (at) =>
    at.member.ec2.send(
      new AuthorizeSecurityGroupEgressCommand({
        GroupId: GroupIdOf(at),
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: GroupIdOf(at) }] },
        ],
      }),
    ),
  ),
  step('ec2: shows the rules within a group', (at) => describe(at, 'isolation group')),
  step(
    'ec2: lists the rules of a group',
    (at) =>
      at.member.ec2.send(
        new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupIdOf(at)] }] }),
      ),
    {
      keep: ({ SecurityGroupRules }) => ({
        'ssh rule': SecurityGroupRules?.find(({ IsEgress }) => IsEgress === false)?.SecurityGroupRuleId,
      }),
    },
  ),
  step('ec2: takes a rule away by its id', (at) =>
    at.member.ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: GroupIdOf(at),
        SecurityGroupRuleIds: [at.known.of('ssh rule')],
      }),
    ),
  ),
  step('ec2: refuses to take a rule away from a group that is not there', (at) =>
    at.member.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: ABSENT, IpPermissions: [SSH] })),
  ),
  step('ec2: refuses a rule to a range that is none', (at) =>
    at.member.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: GroupIdOf(at),
        IpPermissions: [{ ...SSH, IpRanges: [{ CidrIp: '300.1.2.3/8' }] }],
      }),
    ),
  ),
];

const tags: readonly Step[] = [
  step('ec2: tags a group', (at) =>
    at.member.ec2.send(
      new CreateTagsCommand({
        Resources: [GroupIdOf(at)],
        Tags: [
          { Key: 'cordon:incident', Value: 'inc-1' },
          { Key: 'cordon:isolation', Value: 'again' },
        ],
      }),
    ),
  ),
  step('ec2: removes a tag only where its value is the named one', (at) =>
    at.member.ec2.send(
      new DeleteTagsCommand({
        Resources: [GroupIdOf(at)],
        Tags: [{ Key: 'cordon:isolation', Value: 'yes' }, { Key: 'cordon:incident' }],
      }),
    ),
  ),
  step('ec2: shows the tags that are left', (at) => describe(at, 'isolation group')),
  step('ec2: refuses to tag what is not there', (at) =>
    at.member.ec2.send(new CreateTagsCommand({ Resources: [ABSENT], Tags: [{ Key: 'a', Value: 'b' }] })),
  ),
  step('ec2: creates a group to delete', (at) => create(at, 'short-lived'), {
    keep: ({ GroupId }) => ({ 'short-lived group': GroupId }),
  }),
  step('ec2: deletes a group', (at) =>
    at.member.ec2.send(new DeleteSecurityGroupCommand({ GroupId: at.known.of('short-lived group') })),
  ),
  step('ec2: refuses to delete a group twice', (at) =>
    at.member.ec2.send(new DeleteSecurityGroupCommand({ GroupId: at.known.of('short-lived group') })),
  ),
];

/** Security groups, their rules, and tags. */
export const securityGroupSteps: readonly Step[] = [...making, ...rules, ...tags];
