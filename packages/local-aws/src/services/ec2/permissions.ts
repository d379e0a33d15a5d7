import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import type { Ids } from '../../core/ids.ts';
import { acceptMembers } from './accept-input.ts';
import { parseCidr } from './cidr.ts';
import type { Permission, SecurityGroup } from './state.ts';

/** A permission that has no id yet. */
export type NewPermission = Omit<Permission, 'ruleId'>;

/** Gives a permission its id. */
export const withRuleId = (permission: NewPermission, ids: Ids): Permission => ({
  ruleId: `sgr-${ids.hex('security-group-rule', 17)}`,
  ...permission,
});

/** Protocols that EC2 answers by name when given by number. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
const NAMES: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6' };

const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameterValue', message);

/** A range is a CIDR block, not only text that looks like one. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html */
const targetsOf = (
  given: IpPermission,
): readonly { target: Permission['target']; description: string | undefined }[] => {
  for (const pair of given.UserIdGroupPairs ?? []) {
    acceptMembers(pair, 'IpPermission.UserIdGroupPairs', ['GroupId', 'UserId', 'Description']);
  }
  return [
    ...(given.IpRanges ?? []).map(({ CidrIp = '', Description }) => {
      if (parseCidr(CidrIp)?.family !== 'ipv4') throw invalid(`CIDR block ${CidrIp} is malformed`);
      return { target: { kind: 'ipv4', cidr: CidrIp } as const, description: Description };
    }),
    ...(given.Ipv6Ranges ?? []).map(({ CidrIpv6 = '', Description }) => {
      if (parseCidr(CidrIpv6)?.family !== 'ipv6') throw invalid(`CIDR block ${CidrIpv6} is malformed`);
      return { target: { kind: 'ipv6', cidr: CidrIpv6 } as const, description: Description };
    }),
    ...(given.UserIdGroupPairs ?? []).map(({ GroupId = '', Description }) => ({
      target: { kind: 'group', groupId: GroupId } as const,
      description: Description,
    })),
    ...(given.PrefixListIds ?? []).map(({ PrefixListId = '', Description }) => ({
      target: { kind: 'prefix-list', prefixListId: PrefixListId } as const,
      description: Description,
    })),
  ];
};

/**
 * The permissions that a request's `IpPermissions` mean: one for each source or destination.
 *
 * @throws ServiceFault InvalidParameterValue, MissingParameter for what EC2 would refuse
 */
export const parsePermissions = (
  given: readonly IpPermission[],
  direction: Permission['direction'],
): readonly NewPermission[] =>
  given.flatMap((permission) => {
    if (permission.IpProtocol === undefined)
      throw new ServiceFault('MissingParameter', 'The request must contain the parameter ipProtocol');
    const protocol = NAMES[permission.IpProtocol] ?? permission.IpProtocol.toLowerCase();
    const targets = targetsOf(permission);
    if (targets.length === 0) throw new ServiceFault('MissingParameter', 'Source group ID missing.');
    if (
      (protocol === 'tcp' || protocol === 'udp') &&
      (permission.FromPort === undefined || permission.ToPort === undefined)
    ) {
      throw invalid(`Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`);
    }
    return targets.map(({ target, description }) => ({
      direction,
      protocol,
      // All protocols means all ports: what the request says of ports is dropped.
      fromPort: protocol === '-1' ? undefined : permission.FromPort,
      toPort: protocol === '-1' ? undefined : permission.ToPort,
      target,
      ...(description === undefined ? {} : { description }),
    }));
  });

const targetKey = (target: Permission['target']): string => {
  switch (target.kind) {
    case 'ipv4':
    case 'ipv6':
      return target.cidr.toLowerCase();
    case 'group':
      return target.groupId;
    case 'prefix-list':
      return target.prefixListId;
  }
};

/** Equal for permissions that EC2 takes for the same rule: descriptions do not count. */
export const permissionKey = (permission: NewPermission): string =>
  [
    permission.direction,
    permission.protocol,
    permission.fromPort,
    permission.toPort,
    targetKey(permission.target),
  ].join(' ');

/** One direction's permissions as `IpPermissions` lists them: grouped by protocol and ports. */
export const renderPermissions = (
  group: SecurityGroup,
  direction: Permission['direction'],
): IpPermission[] => {
  const byPorts = new Map<
    string,
    Required<Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'UserIdGroupPairs' | 'PrefixListIds'>> &
      IpPermission
  >();
  for (const permission of group.permissions.filter((held) => held.direction === direction)) {
    const key = `${permission.protocol} ${permission.fromPort} ${permission.toPort}`;
    const entry = byPorts.get(key) ?? {
      IpProtocol: permission.protocol,
      FromPort: permission.fromPort,
      ToPort: permission.toPort,
      IpRanges: [],
      Ipv6Ranges: [],
      UserIdGroupPairs: [],
      PrefixListIds: [],
    };
    byPorts.set(key, entry);
    const { target, description: Description } = permission;
    if (target.kind === 'ipv4') entry.IpRanges?.push({ CidrIp: target.cidr, Description });
    else if (target.kind === 'ipv6') entry.Ipv6Ranges?.push({ CidrIpv6: target.cidr, Description });
    else if (target.kind === 'group')
      entry.UserIdGroupPairs?.push({ GroupId: target.groupId, UserId: group.ownerId, Description });
    else entry.PrefixListIds?.push({ PrefixListId: target.prefixListId, Description });
  }
  return [...byPorts.values()];
};

/** A permission as DescribeSecurityGroupRules shows it: absent ports are -1. */
export const renderRule = (group: SecurityGroup, permission: Permission): SecurityGroupRule => ({
  SecurityGroupRuleId: permission.ruleId,
  GroupId: group.groupId,
  GroupOwnerId: group.ownerId,
  IsEgress: permission.direction === 'egress',
  IpProtocol: permission.protocol,
  FromPort: permission.fromPort ?? -1,
  ToPort: permission.toPort ?? -1,
  CidrIpv4: permission.target.kind === 'ipv4' ? permission.target.cidr : undefined,
  CidrIpv6: permission.target.kind === 'ipv6' ? permission.target.cidr : undefined,
  PrefixListId: permission.target.kind === 'prefix-list' ? permission.target.prefixListId : undefined,
  ReferencedGroupInfo:
    permission.target.kind === 'group'
      ? { GroupId: permission.target.groupId, UserId: group.ownerId }
      : undefined,
  Description: permission.description,
});
