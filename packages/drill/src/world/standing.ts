import {
  autoScalingState,
  dnsFirewallState,
  ec2State,
  iamState,
  loadBalancingState,
  type World,
} from '@cordon/local-aws';

/** How an instance stands in all that containment may change, as plain data: two are compared byte for byte. */
export interface Standing {
  readonly state: string;
  readonly attributes: Readonly<Record<string, string | boolean>>;
  /** Devices with whether they go with the instance, and the tags of their volumes. */
  readonly devices: readonly string[];
  readonly tags: readonly string[];
  /** Interfaces with their groups in order, addresses and tags. */
  readonly interfaces: readonly {
    readonly networkInterfaceId: string;
    readonly groups: readonly string[];
    readonly elasticIps: readonly string[];
    readonly autoAssigned: boolean;
    readonly tags: readonly string[];
  }[];
  readonly profile: string;
  readonly autoScalingGroup: string;
  /** Target groups and classic balancers that send to it, by its id or an address. */
  readonly balancers: readonly string[];
  /** The role behind its profile at the time: tags, attached and inline policies. */
  readonly role: readonly string[];
  /** What DNS Firewall has in its account and Region: lists with what they hold, rule groups, what is at which VPC. */
  readonly dnsFirewall: readonly string[];
  /** Security groups of its VPCs by name. */
  readonly groups: readonly string[];
}

/** Where an instance is, and the role that is looked at beside it. */
export interface StandingOf {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  readonly roleArn?: string;
}

const pairs = (tags: ReadonlyMap<string, string> | undefined): readonly string[] =>
  [...(tags ?? [])].map(([key, value]) => `${key}=${value}`).toSorted();

const balancersOf = (
  world: World,
  { account, region, instanceId }: StandingOf,
  addresses: readonly string[],
): readonly string[] => {
  const { targetGroups, classic } = world.of(loadBalancingState, account, region);
  const sent = (
    name: string,
    registrations: readonly { readonly id: string; readonly port: number; readonly drainsUntil?: number }[],
  ) =>
    registrations
      .filter(
        ({ id, drainsUntil }) => (id === instanceId || addresses.includes(id)) && drainsUntil === undefined,
      )
      .map(({ id, port }) => `${name} ${id}:${port}`);
  return [
    ...[...targetGroups.values()].flatMap(({ arn, registrations }) => sent(arn, registrations)),
    ...[...classic.values()].flatMap(({ name, registrations }) => sent(name, registrations)),
  ].toSorted();
};

const dnsFirewallOf = (world: World, { account, region }: StandingOf): readonly string[] => {
  const { domainLists, ruleGroups, associations } = world.of(dnsFirewallState, account, region);
  return [
    ...[...domainLists.values()].map(({ id, specifications }) => [id, ...specifications].join(' ')),
    ...[...ruleGroups.values()].map(({ id, rules }) => [id, ...rules.keys()].join(' ')),
    ...[...associations.values()].map(({ ruleGroupId, vpcId, status }) =>
      [ruleGroupId, vpcId, status].join(' '),
    ),
  ].toSorted();
};

/** Reads how an instance stands from the organization's state. */
export const standingOf = (world: World, of: StandingOf): Standing => {
  const state = world.of(ec2State, of.account, of.region);
  const instance = state.instances.get(of.instanceId);
  const nics = (instance?.networkInterfaceIds ?? []).flatMap((id) => state.networkInterfaces.get(id) ?? []);
  const role = world.of(iamState, of.account, '').roles.get(of.roleArn?.split('/').at(-1) ?? '');
  const group = [...world.of(autoScalingState, of.account, of.region).groups.values()].find(({ members }) =>
    members.has(of.instanceId),
  );
  const vpcs = new Set(nics.map(({ vpcId }) => vpcId));
  const association = [...state.profileAssociations.values()].find(
    ({ instanceId }) => instanceId === of.instanceId,
  );
  return {
    state: instance?.state ?? 'gone',
    attributes: {
      disableApiTermination: instance?.disableApiTermination ?? false,
      disableApiStop: instance?.disableApiStop ?? false,
      shutdownBehavior: instance?.shutdownBehavior ?? '',
    },
    devices: (instance?.blockDevices ?? [])
      .map(({ deviceName, volumeId, deleteOnTermination }) =>
        [
          deviceName,
          volumeId,
          deleteOnTermination ? 'goes' : 'stays',
          ...pairs(state.volumes.get(volumeId)?.tags),
        ].join(' '),
      )
      .toSorted(),
    tags: pairs(instance?.tags),
    interfaces: nics.map((nic) => ({
      networkInterfaceId: nic.networkInterfaceId,
      groups: [...nic.groups],
      elasticIps: [...state.addresses.values()]
        .filter(({ association: held }) => held?.networkInterfaceId === nic.networkInterfaceId)
        .map(({ allocationId }) => allocationId),
      autoAssigned: nic.publicIp !== undefined,
      tags: pairs(nic.tags),
    })),
    profile: association?.profileArn ?? '',
    autoScalingGroup: group?.name ?? '',
    balancers: balancersOf(
      world,
      of,
      nics.map(({ privateIpAddress }) => privateIpAddress),
    ),
    role:
      role === undefined
        ? []
        : [...pairs(role.tags), ...role.attached.toSorted(), ...[...role.inline.keys()].toSorted()],
    dnsFirewall: dnsFirewallOf(world, of),
    groups: [...state.securityGroups.values()]
      .filter(({ vpcId }) => vpcs.has(vpcId))
      .map(({ name, groupId }) => `${name} ${groupId}`)
      .toSorted(),
  };
};
