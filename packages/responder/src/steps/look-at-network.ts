import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type NetworkInterface,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { rulesThatOpen, stepsOf, stepsToDo, type OpenPath, type VerifyInput } from '@cordon/incident';
import { clientFor, type Connection } from '../aws/connection.ts';
import { describeBranches } from './inspect/describe-network.ts';
import { elasticAddresses, isEmpty, isOurs } from './inspect/read-facts.ts';
import type { Look } from './look-at-host.ts';
import { hasExactly, isOpeningOf } from './opening-group.ts';

/** Reads back every interface of the instance, its pods' included: in an empty group of ours, without public addresses, idle timeouts as planned. */
export const lookAtNetwork = async (connection: Connection, input: VerifyInput): Promise<Look> => {
  const { incident, plan } = input;
  const ec2 = clientFor(EC2Client, connection);
  const { NetworkInterfaces: own = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'attachment.instance-id', Values: [incident.instanceId] }],
    }),
  );
  const interfaces = [...own, ...(await describeBranches(ec2, own))];
  const groups = await groupsOf(ec2, interfaces);
  const wanted: Wanted = {
    holds: new Set(
      groups
        .filter((group) => isOurs(group, incident.account) && isEmpty(group))
        .map(({ GroupId }) => GroupId),
    ),
    kept: keptPaths(groups, input),
    lifted: new Set(plan.lifted),
    giveUp: new Set(stepsOf(plan, 'give-up-public-ip').map((step) => step.networkInterfaceId)),
    timeouts: new Map(
      stepsOf(plan, 'shorten-connection-timeout').map((step) => [
        step.networkInterfaceId,
        step.tcpEstablishedSeconds,
      ]),
    ),
  };
  return {
    open: interfaces.flatMap((nic) => openAt(nic, wanted)),
    maySettle: false,
    subnetIds: interfaces.flatMap(({ SubnetId }) => SubnetId ?? []),
  };
};

/** What an interface is held against. */
interface Wanted {
  /** Empty isolation groups of ours. */
  readonly holds: ReadonlySet<string | undefined>;
  readonly kept: ReadonlySet<string>;
  /** What people had lifted is open by their will: the statement names it (`leftOpen`). */
  readonly lifted: ReadonlySet<string>;
  readonly giveUp: ReadonlySet<string>;
  readonly timeouts: ReadonlyMap<string, number>;
}

const openAt = (nic: NetworkInterface, wanted: Wanted): readonly OpenPath[] => {
  const id = nic.NetworkInterfaceId ?? 'an interface without an id';
  const at = { subnetId: nic.SubnetId, vpcId: nic.VpcId };
  // An ACL or missing routes end what leads out of the subnet; what a group lets through inside it they do not.
  return [
    ...byGroups(nic, id, wanted).map((what) => ({ what, reach: 'subnet' as const, ...at })),
    ...byAddresses(nic, id, wanted).map((what) => ({ what, reach: 'outside' as const, ...at })),
  ];
};

const byGroups = (
  nic: NetworkInterface,
  id: string,
  { holds, kept, lifted, timeouts }: Wanted,
): readonly string[] => {
  const groups = (nic.Groups ?? []).map(({ GroupId }) => GroupId);
  const byPeople = lifted.has(`restore-groups:${id}`);
  const leaking = groups.filter((group) => !holds.has(group) && !kept.has(`${id}/${group}`));
  return [
    ...(byPeople || leaking.length > 0 || groups.some((group) => holds.has(group))
      ? []
      : [`${id} is in no isolation group`]),
    ...(byPeople || leaking.length === 0
      ? []
      : [`${id} is in ${leaking.join(', ')}, which is no empty isolation group of ours`]),
    ...(keepsLong(nic, timeouts.get(id)) ? [`${id} keeps idle connections for longer than planned`] : []),
  ];
};

const byAddresses = (nic: NetworkInterface, id: string, { lifted, giveUp }: Wanted): readonly string[] => [
  ...elasticAddresses(nic)
    .filter(({ allocationId }) => !lifted.has(`associate-address:${allocationId}`))
    .map(({ publicIp }) => `${id} still has the Elastic IP ${publicIp}`),
  ...(giveUp.has(id) && nic.Association?.PublicIp !== undefined && nic.Association.AllocationId === undefined
    ? [`${id} still has its auto-assigned address ${nic.Association.PublicIp}`]
    : []),
];

/** An interface whose type has a timeout to set, and on which another stands than the plan's. */
const keepsLong = (nic: NetworkInterface, planned: number | undefined): boolean => {
  const set = nic.ConnectionTrackingConfiguration?.TcpEstablishedTimeout;
  return planned !== undefined && set !== undefined && set !== planned;
};

const groupsOf = async (
  ec2: EC2Client,
  interfaces: readonly NetworkInterface[],
): Promise<readonly SecurityGroup[]> => {
  const ids = new Set(
    interfaces.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId }) => GroupId ?? [])),
  );
  if (ids.size === 0) return [];
  const { SecurityGroups: groups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [...ids] }] }),
  );
  return groups;
};

/** Groups that keep an allowed management path, as `eni-1/sg-1`: of this incident, on the plan's interface, with exactly the planned rules. */
const keptPaths = (groups: readonly SecurityGroup[], input: VerifyInput): ReadonlySet<string> =>
  new Set(
    stepsToDo(input, 'keep-management-path').flatMap((step) =>
      groups
        .filter(
          (group) =>
            isOpeningOf(group, { opens: 'management-path', ...input.incident }) &&
            hasExactly(group, rulesThatOpen(step)),
        )
        .map(({ GroupId }) => `${step.networkInterfaceId}/${GroupId}`),
    ),
  );
