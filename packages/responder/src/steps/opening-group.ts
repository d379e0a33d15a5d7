import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  type EC2Client,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { ruleText, TAGS, type OpeningKind, type OpeningRule } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { NotDone } from './attempt.ts';
import { DEFAULT_EGRESS } from './isolation-group.ts';

/** Which group opens, of which incident. */
export interface OpeningGroup {
  readonly opens: OpeningKind;
  readonly name: string;
  readonly vpcId: string;
  readonly account: string;
  readonly incidentId: string;
}

const textsOf = (direction: OpeningRule['direction'], rules: readonly IpPermission[]): readonly string[] =>
  rules.flatMap(({ IpProtocol, FromPort, ToPort, IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs }) => {
    const peers = [
      ...(IpRanges ?? []).map(({ CidrIp }) => CidrIp),
      ...(Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
      ...(PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
      ...(UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    ];
    return peers.map((peer) => `${direction} ${IpProtocol} ${FromPort}-${ToPort} ${peer}`);
  });

/** True when a group has exactly these rules. */
export const hasExactly = (group: SecurityGroup, rules: readonly OpeningRule[]): boolean => {
  const wanted = new Set(rules.map(ruleText));
  const held = new Set([
    ...textsOf('ingress', group.IpPermissions ?? []),
    ...textsOf('egress', group.IpPermissionsEgress ?? []),
  ]);
  return held.size === wanted.size && [...wanted].every((rule) => held.has(rule));
};

/** True when it was made by us, for this incident and for nothing else. */
export const isOpeningOf = (
  group: SecurityGroup,
  { opens, account, incidentId }: Pick<OpeningGroup, 'opens' | 'account' | 'incidentId'>,
): boolean => {
  const tags = new Map((group.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  return (
    group.OwnerId === account && tags.get(TAGS.isolation) === opens && tags.get(TAGS.incident) === incidentId
  );
};

/** The incident's group, if there is one: looked for by its name, then by its marks. */
export const findOpeningGroup = async (
  ec2: EC2Client,
  of: OpeningGroup,
): Promise<SecurityGroup | undefined> => {
  const { SecurityGroups: named = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'group-name', Values: [of.name] },
        { Name: 'vpc-id', Values: [of.vpcId] },
      ],
    }),
  );
  return named.find((group) => isOpeningOf(group, of));
};

/** Takes the group away; one that is gone already is as good. */
export const deleteOpeningGroup = async (ec2: EC2Client, GroupId: string): Promise<void> => {
  try {
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  } catch (error) {
    if (faultCode(error) !== 'InvalidGroup.NotFound') throw error;
  }
};

const permissionOf = ({ protocol, fromPort, toPort, peer }: OpeningRule): IpPermission => ({
  IpProtocol: protocol,
  FromPort: fromPort,
  ToPort: toPort,
  ...(peer.startsWith('pl-')
    ? { PrefixListIds: [{ PrefixListId: peer }] }
    : peer.includes(':')
      ? { Ipv6Ranges: [{ CidrIpv6: peer }] }
      : { IpRanges: [{ CidrIp: peer }] }),
});

const create = async (ec2: EC2Client, of: OpeningGroup): Promise<void> => {
  try {
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: of.name,
        Description: 'Opens a contained instance for a bounded time. Cordon takes it away.',
        VpcId: of.vpcId,
        TagSpecifications: [
          {
            ResourceType: 'security-group',
            Tags: [
              { Key: TAGS.isolation, Value: of.opens },
              { Key: TAGS.incident, Value: of.incidentId },
            ],
          },
        ],
      }),
    );
    await Promise.all(
      DEFAULT_EGRESS.map((rule) =>
        ec2
          .send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [rule] }))
          .catch((error: unknown) => {
            if (faultCode(error) !== 'InvalidPermission.NotFound') throw error;
          }),
      ),
    );
  } catch (error) {
    if (faultCode(error) !== 'InvalidGroup.Duplicate') throw error;
  }
};

const add = async (ec2: EC2Client, GroupId: string, missing: readonly OpeningRule[]): Promise<void> => {
  const of = (direction: OpeningRule['direction']): IpPermission[] =>
    missing.filter((rule) => rule.direction === direction).map(permissionOf);
  const [ingress, egress] = [of('ingress'), of('egress')];
  await Promise.all([
    ...(ingress.length === 0
      ? []
      : [ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: ingress }))]),
    ...(egress.length === 0
      ? []
      : [ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: egress }))]),
  ]);
};

/** What a new group lets out by itself, where an earlier try broke off before it was revoked. */
const revokeDefault = async (ec2: EC2Client, { GroupId, IpPermissionsEgress = [] }: SecurityGroup) => {
  const left = IpPermissionsEgress.filter(({ IpProtocol }) => IpProtocol === '-1');
  if (left.length > 0) await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: left }));
};

/**
 * Gives the incident's group with exactly these rules, read back before it is given: nothing has it before all of them are there.
 * Safe to run twice. A group of the name that is not ours, or that holds another rule, is refused.
 */
export const openingGroup = async (
  ec2: EC2Client,
  of: OpeningGroup,
  rules: readonly OpeningRule[],
): Promise<string> => {
  await create(ec2, of);
  const made = await findOpeningGroup(ec2, of);
  if (made?.GroupId === undefined)
    throw new NotDone(
      `the group ${of.name} of ${of.vpcId} is not ours, or cannot be read back; nothing was opened`,
    );
  const { GroupId } = made;
  await revokeDefault(ec2, made);
  const held = new Set([
    ...textsOf('ingress', made.IpPermissions ?? []),
    ...textsOf('egress', made.IpPermissionsEgress ?? []),
  ]);
  await add(
    ec2,
    GroupId,
    rules.filter((rule) => !held.has(ruleText(rule))),
  );
  const ready = await findOpeningGroup(ec2, of);
  if (ready === undefined || !hasExactly(ready, rules))
    throw new NotDone(
      `the group ${GroupId} does not hold exactly the rules that were planned; nothing was opened`,
    );
  return GroupId;
};
