import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeAddressesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type Address,
  type NetworkInterface,
  type Tag,
} from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  ISOLATION_GROUP_NAME,
  mayBound,
  TAGS,
  toLift,
  type ContainmentJournal,
  type IncidentRef,
  type InterfaceNow,
  type Lift,
  type ReleaseFacts,
} from '@cordon/incident';
import { clientFor, type Connection } from '../aws/connection.ts';
import { RELEASE_READS, sessionDenyLook } from '../needs/release.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { instant, ofIncident, type Services } from '../services.ts';
import { describeInstance } from '../steps/inspect/describe.ts';
import { isOurs, readFacts } from '../steps/inspect/read-facts.ts';
import { readBalancers } from './read-balancers.ts';
import { readDns } from './read-dns.ts';
import { readPaths } from './read-paths.ts';
import { readChained, readRoles } from './read-roles.ts';
import { readVolumes } from './read-volumes.ts';
import { heldInstances } from '../store/held-instances.ts';
import { holder } from '../store/incident-table.ts';

/** Everything that the journal names, by kind. */
const named = (journal: ContainmentJournal) => {
  const all = toLift(journal);
  const pick = <Value>(choose: (lift: Lift) => readonly Value[]): readonly Value[] => [
    ...new Set(all.flatMap(({ lift }) => choose(lift))),
  ];
  return {
    lifts: all.map(({ lift }) => lift),
    interfaces: pick((lift) =>
      'networkInterfaceId' in lift
        ? [lift.networkInterfaceId]
        : lift.kind === 'remove-tags'
          ? lift.resourceIds.filter((id) => id.startsWith('eni-'))
          : [],
    ),
    groups: pick((lift) => (lift.kind === 'restore-groups' ? lift.groupIds : [])),
    addresses: pick((lift) => (lift.kind === 'associate-address' ? [lift.allocationId] : [])),
    scalingGroups: pick((lift) => (lift.kind === 'attach-to-auto-scaling' ? [lift.groupName] : [])),
    vpcs: pick((lift) => (lift.kind === 'remove-isolation-group' ? [lift.vpcId] : [])),
    roles: [
      ...new Set(
        all.flatMap(({ lift, on }) => (lift.kind === 'lift-session-deny' && on !== undefined ? [on] : [])),
      ),
    ],
  };
};

type Named = ReturnType<typeof named>;

/** Asks only when there is something to ask for: an empty filter is refused, and without one everything comes. */
const unlessNone = async <Value>(
  ids: readonly string[],
  ask: (ids: string[]) => Promise<readonly Value[] | undefined>,
): Promise<readonly Value[]> => (ids.length === 0 ? [] : ((await ask([...ids])) ?? []));

const filter = (Name: string, Values: string[]) => ({ Filters: [{ Name, Values }] });

const interfacesBy = async (
  ec2: EC2Client,
  name: string,
  values: string[],
): Promise<readonly NetworkInterface[]> =>
  (await ec2.send(new DescribeNetworkInterfacesCommand(filter(name, values)))).NetworkInterfaces ?? [];

const readIsolation = async (
  ec2: EC2Client,
  { vpcs }: Named,
  account: string,
): Promise<ReleaseFacts['isolation']> => {
  const groups = await unlessNone(vpcs, async (ids) => {
    const { SecurityGroups } = await ec2.send(
      new DescribeSecurityGroupsCommand({
        Filters: [
          { Name: 'vpc-id', Values: ids },
          { Name: 'group-name', Values: [ISOLATION_GROUP_NAME] },
        ],
      }),
    );
    return SecurityGroups?.filter((group) => isOurs(group, account));
  });
  return Promise.all(
    groups.map(async ({ GroupId: groupId = '', VpcId: vpcId = '' }) => ({
      groupId,
      vpcId,
      usedBy: (await interfacesBy(ec2, 'group-id', [groupId])).map(
        ({ NetworkInterfaceId }) => NetworkInterfaceId ?? '',
      ),
    })),
  );
};

const interfaceNow = (nic: NetworkInterface): InterfaceNow => ({
  networkInterfaceId: nic.NetworkInterfaceId ?? '',
  groupIds: (nic.Groups ?? []).map(({ GroupId }) => GroupId ?? ''),
  ...(nic.ConnectionTrackingConfiguration?.TcpEstablishedTimeout === undefined
    ? {}
    : { tcpEstablishedSeconds: nic.ConnectionTrackingConfiguration.TcpEstablishedTimeout }),
  ...(nic.Association?.PublicIp !== undefined && nic.Association.AllocationId === undefined
    ? { publicIp: nic.Association.PublicIp }
    : {}),
});

const addressNow = (address: Address): ReleaseFacts['addresses'][number] => ({
  allocationId: address.AllocationId ?? '',
  ...(address.NetworkInterfaceId === undefined
    ? {}
    : {
        associatedWith: {
          networkInterfaceId: address.NetworkInterfaceId,
          ...(address.PrivateIpAddress === undefined ? {} : { privateIpAddress: address.PrivateIpAddress }),
        },
      }),
});

const scalingGroupNow = (group: AutoScalingGroup): ReleaseFacts['scalingGroups'][number] => ({
  name: group.AutoScalingGroupName ?? '',
  desired: group.DesiredCapacity ?? 0,
  max: group.MaxSize ?? 0,
});

/** Whether a thing carries the incident's tag. */
export const carries = (tags: readonly Tag[] | undefined, incidentId: string): boolean =>
  (tags ?? []).some(({ Key, Value }) => Key === TAGS.incident && Value === incidentId);

/** What subnets and VPCs have, each read in the account that owns it. */
const readNetwork = async (
  lifts: readonly Lift[],
  of: { readonly services: Services; readonly incident: IncidentRef },
): Promise<Pick<ReleaseFacts, 'paths' | 'dns'>> => {
  const [paths, dns] = await Promise.all([readPaths(lifts, of), readDns(lifts, of)]);
  return { paths, dns };
};

const readMember = async (
  connection: Connection,
  wanted: Named,
  of: { readonly services: Services; readonly incident: IncidentRef },
): Promise<Omit<ReleaseFacts, 'heldByAnother' | 'othersContained'>> => {
  const { services, incident } = of;
  const { incidentId, instanceId } = incident;
  const ec2 = clientFor(EC2Client, connection);
  const iam = clientFor(IAMClient, connection);
  const [
    described,
    interfaces,
    groups,
    addresses,
    scalingGroups,
    isolation,
    roles,
    chained,
    network,
    balancers,
    ended,
  ] = await Promise.all([
    describeInstance(connection, incident.instanceId, { wanted: 'for-release' }),
    unlessNone(wanted.interfaces, (ids) => interfacesBy(ec2, 'network-interface-id', ids)),
    unlessNone(
      wanted.groups,
      async (ids) =>
        (await ec2.send(new DescribeSecurityGroupsCommand(filter('group-id', ids)))).SecurityGroups,
    ),
    unlessNone(
      wanted.addresses,
      async (ids) => (await ec2.send(new DescribeAddressesCommand(filter('allocation-id', ids)))).Addresses,
    ),
    unlessNone(
      wanted.scalingGroups,
      async (AutoScalingGroupNames) =>
        (
          await clientFor(AutoScalingClient, connection).send(
            new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }),
          )
        ).AutoScalingGroups,
    ),
    readIsolation(ec2, wanted, incident.account),
    readRoles(iam, wanted.roles, of),
    readChained(wanted.lifts, of),
    readNetwork(wanted.lifts, of),
    readBalancers(wanted.lifts, of),
    readVolumes(ec2, wanted.lifts, incident),
  ]);
  return {
    instance: readFacts(described, incident, instant(services)),
    interfaces: interfaces.map(interfaceNow),
    ...network,
    balancers,
    ...ended,
    groupIds: groups.map(({ GroupId }) => GroupId ?? ''),
    addresses: addresses.map(addressNow),
    scalingGroups: scalingGroups.map(scalingGroupNow),
    isolation,
    roles,
    mayBound: mayBound(services.config.containment),
    chained,
    tagged: [
      ...(carries(described.instance?.Tags, incidentId) ? [instanceId] : []),
      ...interfaces.flatMap((nic) => (carries(nic.TagSet, incidentId) ? [nic.NetworkInterfaceId ?? ''] : [])),
      ...ended.tagged,
    ],
  };
};

/** Reads all that a release is decided from, with the release duty, in one round side by side. Changes nothing. */
export const readReleaseFacts = async (
  services: Services,
  incident: IncidentRef,
  journal: ContainmentJournal,
): Promise<ReleaseFacts> => {
  const wanted = named(journal);
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'release',
    policy: sessionPolicy({
      reads: RELEASE_READS,
      on: [
        {
          actions: sessionDenyLook(services.config.containment),
          resources: wanted.roles,
        },
      ],
    }),
  });
  const [member, held, others] = await Promise.all([
    readMember(connection, wanted, { services, incident }),
    holder(services, incident),
    heldInstances(services, incident),
  ]);
  return {
    ...member,
    heldByAnother: held !== undefined && held !== incident.incidentId,
    othersContained: others.filter((other) => other.incident.incidentId !== incident.incidentId).length,
  };
};
