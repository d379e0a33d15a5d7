import {
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type EC2Client,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { ISOLATION_GROUP_NAME, TAGS } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { isEmpty, isOurs } from './inspect/read-facts.ts';

const find = async (
  ec2: EC2Client,
  filter: { readonly Name: string; readonly Values: string[] }[],
): Promise<SecurityGroup | undefined> => {
  const { SecurityGroups: groups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: filter }));
  return groups?.[0];
};

/** A group that is not provably empty isolates nothing: this is thrown as what AWS would call a wrong state. */
const notIsolating = (group: string, because: string): Error =>
  Object.assign(new Error(`group ${group} ${because}`), {
    name: 'IncorrectIsolationGroup',
    code: 'IncorrectIsolationGroup',
  });

/**
 * What a new group lets out: 0.0.0.0/0 always, ::/0 where the VPC has an IPv6 block (aws-facts 2.1). Each is revoked by a
 * call of its own, side by side: one that is not there must not keep the other.
 */
export const DEFAULT_EGRESS: readonly IpPermission[] = [
  { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] },
];

/**
 * Gives the VPC's isolation group, made on first use and *read back and proved empty* before it is given.
 *
 *     create (tagged) -> revoke default egress -> read back -> anything left is revoked -> read back again
 *
 * Safe to run twice at once: the loser of a race finds the winner's group. A group of the name that is not ours is refused.
 */
export const isolationGroup = async (ec2: EC2Client, account: string, vpcId: string): Promise<string> => {
  const ofVpc = [
    { Name: 'group-name', Values: [ISOLATION_GROUP_NAME] },
    { Name: 'vpc-id', Values: [vpcId] },
  ];
  const created = await create(ec2, vpcId);
  if (created !== undefined) await revoke(ec2, created, { egress: DEFAULT_EGRESS, ingress: [] });
  const group = await find(ec2, created === undefined ? ofVpc : [{ Name: 'group-id', Values: [created] }]);
  if (group?.GroupId === undefined)
    throw notIsolating(ISOLATION_GROUP_NAME, `of ${vpcId} was made but cannot be read back`);
  if (!isOurs(group, account))
    throw notIsolating(group.GroupId, `has our name but was not made by us; rename it, then redrive`);
  if (isEmpty(group)) return group.GroupId;
  await revoke(ec2, group.GroupId, {
    egress: group.IpPermissionsEgress ?? [],
    ingress: group.IpPermissions ?? [],
  });
  const emptied = await find(ec2, [{ Name: 'group-id', Values: [group.GroupId] }]);
  if (emptied === undefined || !isEmpty(emptied))
    throw notIsolating(group.GroupId, 'still has rules after they were revoked');
  return group.GroupId;
};

const create = async (ec2: EC2Client, vpcId: string): Promise<string | undefined> => {
  try {
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: ISOLATION_GROUP_NAME,
        Description: 'Holds contained instances. Never add a rule.',
        VpcId: vpcId,
        TagSpecifications: [
          { ResourceType: 'security-group', Tags: [{ Key: TAGS.isolation, Value: 'true' }] },
        ],
      }),
    );
    return GroupId;
  } catch (error) {
    if (faultCode(error) === 'InvalidGroup.Duplicate') return undefined;
    throw error;
  }
};

const revoke = async (
  ec2: EC2Client,
  GroupId: string,
  rules: { readonly egress: readonly IpPermission[]; readonly ingress: readonly IpPermission[] },
): Promise<void> => {
  const tolerate = (error: unknown): void => {
    if (faultCode(error) !== 'InvalidPermission.NotFound') throw error;
  };
  await Promise.all([
    ...rules.egress.map((rule) =>
      ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [rule] })).catch(tolerate),
    ),
    ...rules.ingress.map((rule) =>
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] })).catch(tolerate),
    ),
  ]);
};
