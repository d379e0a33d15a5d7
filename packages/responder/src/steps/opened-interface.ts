import {
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type NetworkAclEntry,
} from '@aws-sdk/client-ec2';
import { isPathClosed, OPENINGS, type IncidentRef, type StepOf } from '@cordon/incident';
import { NotDone } from './attempt.ts';
import { hasNoWayOut } from './cut-network.ts';
import { isEmpty, isOurs } from './inspect/read-facts.ts';
import { isOpeningOf } from './opening-group.ts';

/** An interface as it is now. */
export interface InterfaceNow {
  readonly instanceId: string | undefined;
  readonly groupIds: readonly string[];
  readonly privateIp: string | undefined;
}

/** The interface now; undefined when there is none. */
export const interfaceNow = async (
  ec2: EC2Client,
  networkInterfaceId: string,
): Promise<InterfaceNow | undefined> => {
  const { NetworkInterfaces: [nic] = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'network-interface-id', Values: [networkInterfaceId] }],
    }),
  );
  return nic === undefined
    ? undefined
    : {
        instanceId: nic.Attachment?.InstanceId,
        groupIds: (nic.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
        privateIp: nic.PrivateIpAddress,
      };
};

/**
 * The empty isolation group in which the interface is, alone or beside groups that open it for the same incident. Throws where it is
 * in anything else: what is not isolated is not opened, for its closing would look like containment.
 */
export const isolatedIn = async (
  ec2: EC2Client,
  groupIds: readonly string[],
  { account, incidentId }: Pick<IncidentRef, 'account' | 'incidentId'>,
): Promise<string> => {
  const { SecurityGroups: groups = [] } =
    groupIds.length === 0
      ? {}
      : await ec2.send(
          new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [...groupIds] }] }),
        );
  const [only, ...more] = groups.filter(
    (group) => !OPENINGS.some((opens) => isOpeningOf(group, { opens, account, incidentId })),
  );
  if (only?.GroupId === undefined || more.length > 0 || !isOurs(only, account) || !isEmpty(only))
    throw new NotDone(
      `the interface is in ${groupIds.join(', ') || 'no group'}, not in one empty isolation group of ours alone; nothing was opened`,
    );
  return only.GroupId;
};

const entryOf = (entry: NetworkAclEntry) => ({
  ruleNumber: entry.RuleNumber ?? 0,
  egress: entry.Egress === true,
  allow: entry.RuleAction === 'allow',
  all: entry.Protocol === '-1',
  cidr: entry.CidrBlock ?? entry.Ipv6CidrBlock ?? '',
});

/** Throws unless the way to what the findings name is closed now: read, not taken from the plan. */
export const refuseOpenPath = async (
  ec2: EC2Client,
  { subnetId, closedTo }: StepOf<'untrack-connections'>,
): Promise<void> => {
  const ofSubnet = [{ Name: 'association.subnet-id', Values: [subnetId] }];
  const [{ NetworkAcls: [acl] = [] }, { RouteTables: [table] = [] }] = await Promise.all([
    ec2.send(new DescribeNetworkAclsCommand({ Filters: ofSubnet })),
    ec2.send(new DescribeRouteTablesCommand({ Filters: ofSubnet })),
  ]);
  // A subnet without a table of its own has the VPC's main one, which nothing of ours closes.
  const now = {
    entries: acl?.Entries?.map(entryOf),
    leadsOut: table === undefined || !hasNoWayOut(table),
  };
  if (!isPathClosed(now, closedTo))
    throw new NotDone(
      `neither the network ACL nor the routes of ${subnetId} close the way to ${closedTo.join(', ') || 'what the findings name'} now; nothing was opened`,
    );
};
