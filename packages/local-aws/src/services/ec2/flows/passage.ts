import { aclStops, type Crossing } from './acl-rules.ts';
import { familyOf } from './addresses.ts';
import type { Blocked, FlowEnd, NewFlow, PathKind } from './flow.ts';
import { groupsAdmit, needsTracking, type EndView } from './group-rules.ts';
import type { Picture, PicturedInterface } from './picture.ts';
import { wayOf, wayRefuses, type Way } from './way.ts';

/** A flow whose ends have addresses. */
export type Addressed = NewFlow & { readonly localAddress: string; readonly remoteAddress: string };

/** One end with its interface. */
export interface End {
  readonly held: PicturedInterface;
  readonly view: EndView;
}

/** What may be said of a flow that nobody has opened yet. */
export type Opening =
  | { readonly allowed: true; readonly flow: Addressed; readonly way: Way; readonly ends: readonly FlowEnd[] }
  | ({
      readonly allowed: false;
      /** What was sent in vain, where a group or an ACL rejects it. */
      readonly attempt?: { readonly flow: Addressed; readonly ends: readonly FlowEnd[] };
    } & Blocked);

/** Gives both ends their addresses: those of the remote's family. */
const addressed = (picture: Picture, local: PicturedInterface, flow: NewFlow): Addressed | Blocked => {
  const { remote } = flow;
  const given =
    'address' in remote
      ? remote.address
      : picture.networkInterface(remote.networkInterfaceId)?.privateIpAddress;
  if (given === undefined)
    return { obstacle: 'interface', because: `the remote interface of ${local.networkInterfaceId} is gone` };
  const own = familyOf(given) === 'ipv4' ? local.privateIpAddress : local.ipv6Addresses[0];
  if (own === undefined)
    return { obstacle: 'address', because: `${local.networkInterfaceId} has no IPv6 address` };
  return { ...flow, localAddress: own, remoteAddress: given };
};

/** The ends whose interfaces the organization knows: the local one first. */
export const endsOf = (flow: Addressed, local: PicturedInterface, { remote }: Way): readonly End[] => {
  const { protocol, localPort = 0, remotePort = 0 } = flow;
  const outbound = flow.direction === 'outbound';
  const near: EndView = {
    protocol,
    opener: outbound,
    ownPort: localPort,
    peerPort: remotePort,
    peerAddress: flow.remoteAddress,
    peerGroups: remote?.groups ?? [],
  };
  const far: EndView = {
    protocol,
    opener: !outbound,
    ownPort: remotePort,
    peerPort: localPort,
    peerAddress: flow.localAddress,
    peerGroups: local.groups,
  };
  return [{ held: local, view: near }, ...(remote === undefined ? [] : [{ held: remote, view: far }])];
};

/**
 * Neither groups nor ACLs filter the resolver and the metadata service.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export const isUnfiltered = ({ kind }: Way): boolean => kind === 'resolver' || kind === 'metadata';

/** Both packets of an exchange between a subnet and something outside of it. */
const bothWays = (
  flow: Addressed,
  at: Pick<Crossing, 'subnetId' | 'networkInterfaceId'> & {
    other: string;
    ownPort: number;
    otherPort: number;
    opener: boolean;
  },
): readonly Crossing[] => {
  const { other: otherAddress, ownPort, otherPort, opener, ...place } = at;
  const common = { ...place, otherAddress, protocol: flow.protocol };
  return [
    { ...common, direction: 'egress', destinationPort: otherPort, isReply: !opener },
    { ...common, direction: 'ingress', destinationPort: ownPort, isReply: opener },
  ];
};

/**
 * Where packets of a flow enter or leave a subnet, in both directions: an ACL sees each, and none of what stays within a subnet.
 * At a NAT gateway's subnet they pass on both sides of it; its own port is taken to be the local one (it is some port of 1024-65535).
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
 */
export const crossingsOf = (flow: Addressed, local: PicturedInterface, way: Way): readonly Crossing[] => {
  const { localPort = 0, remotePort = 0 } = flow;
  const { remote, nat } = way;
  if (isUnfiltered(way) || remote?.subnetId === local.subnetId) return [];
  const opener = flow.direction === 'outbound';
  const near = { ownPort: localPort, otherPort: remotePort, opener };
  const far = { ownPort: remotePort, otherPort: localPort, opener: !opener };
  const outside = { ...near, other: flow.remoteAddress };
  const placeOf = ({ subnetId, networkInterfaceId }: PicturedInterface) => ({ subnetId, networkInterfaceId });
  return [
    // A NAT gateway in the same subnet: only its own packets leave.
    ...(nat?.subnetId === local.subnetId ? [] : bothWays(flow, { ...outside, ...placeOf(local) })),
    ...(nat === undefined ? [] : bothWays(flow, { ...outside, subnetId: nat.subnetId })),
    ...(nat === undefined || nat.subnetId === local.subnetId
      ? []
      : bothWays(flow, { ...far, subnetId: nat.subnetId, other: flow.localAddress })),
    ...(remote === undefined ? [] : bothWays(flow, { ...far, ...placeOf(remote), other: flow.localAddress })),
  ];
};

/** What an ACL stops of a flow, if anything. */
export const aclsStop = (picture: Picture, crossings: readonly Crossing[]): Blocked | undefined => {
  for (const packet of crossings) {
    const stop = aclStops(picture, packet);
    if (stop !== undefined) return stop;
  }
  return undefined;
};

const TRACKED_ANYWAY: ReadonlySet<PathKind> = new Set([
  'egress-only-internet-gateway',
  'nat-gateway',
  'network-load-balancer',
  'interface-endpoint',
]);

/**
 * Paths whose connections are tracked whatever the rules say; of gateway endpoints those of DynamoDB alone. Interfaces of Lambda
 * functions too. (Global Accelerator and Network Firewall, which the page names as well, are not in the local organization.)
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#automatic-tracking
 */
const isTrackedAnyway = (way: Way, { held }: End): boolean => {
  if (TRACKED_ANYWAY.has(way.kind)) return true;
  if (way.kind === 'gateway-endpoint') return way.serviceName?.endsWith('.dynamodb') === true;
  return [held.interfaceType, way.remote?.interfaceType].includes('lambda');
};

/** Whether an end tracks a flow that its groups admit now. */
export const isTracked = (picture: Picture, way: Way, end: End): boolean =>
  isTrackedAnyway(way, end) || needsTracking(picture, end.held, end.view);

/** What the groups of an end say against opening a flow now. */
export const groupsStop = (picture: Picture, { held, view }: End): Blocked | undefined =>
  groupsAdmit(picture, held, view)
    ? undefined
    : {
        obstacle: 'groups',
        rejectedAt: {
          networkInterfaceId: held.networkInterfaceId,
          direction: view.opener ? 'egress' : 'ingress',
        },
        because: `no rule of ${held.groups.join(', ') || 'no group'} lets ${held.networkInterfaceId} ${view.opener ? 'open' : 'accept'} ${view.protocol} ${view.opener ? `to ${view.peerAddress} port ${view.peerPort}` : `from ${view.peerAddress} on port ${view.ownPort}`}`,
      };

/** An end as the flow keeps it. */
const kept = ({ held, view }: End, tracked: boolean): FlowEnd => ({
  networkInterfaceId: held.networkInterfaceId,
  account: held.account,
  vpcId: held.vpcId,
  subnetId: held.subnetId,
  ...(held.instanceId === undefined ? {} : { instanceId: held.instanceId }),
  opener: view.opener,
  tracked,
});

/** What the resolver's firewall says against a query, if anything: it filters by name what no group and no ACL sees. */
export const firewallStops = (
  picture: Picture,
  { kind }: Way,
  { local, asks }: { readonly local: PicturedInterface; readonly asks: string | undefined },
): Blocked | undefined => {
  if (kind !== 'resolver' || asks === undefined) return undefined;
  const because = picture.refusesName(local.vpcId, asks);
  return because === undefined ? undefined : { obstacle: 'dns-firewall', because };
};

/** What stands against a new flow on this way, if anything. */
const wayStops = (
  picture: Picture,
  on: { flow: Addressed; local: PicturedInterface; way: Way; ends: readonly End[] },
): Blocked | undefined => {
  const { flow, local, way, ends } = on;
  const refused =
    wayRefuses(local, flow, way) ??
    ends.find(({ held }) => held.down !== undefined)?.held.down ??
    aclsStop(picture, crossingsOf(flow, local, way)) ??
    firewallStops(picture, way, { local, asks: flow.asks });
  if (refused !== undefined || isUnfiltered(way)) return refused;
  return ends.map((end) => groupsStop(picture, end)).find((stop) => stop !== undefined);
};

const openWith = (picture: Picture, local: PicturedInterface, given: NewFlow): Opening => {
  const flow = addressed(picture, local, given);
  if ('obstacle' in flow) return { allowed: false, ...flow };
  const found = wayOf(picture, local, flow);
  // Not a refusal: silence here would look like containment.
  if ('unfollowable' in found)
    throw new Error(`the local organization cannot follow flows through ${found.unfollowable}`);
  if (!('way' in found)) return { allowed: false, ...found };
  const { way } = found;
  if (
    'networkInterfaceId' in flow.remote &&
    way.remote?.networkInterfaceId !== flow.remote.networkInterfaceId
  ) {
    const because = `${local.subnetId} has no route to ${flow.remote.networkInterfaceId}`;
    return { allowed: false, obstacle: 'route', because };
  }
  const ends = endsOf(flow, local, way);
  const stop = wayStops(picture, { flow, local, way, ends });
  if (stop !== undefined) {
    const attempt = { flow, ends: ends.map((end) => kept(end, false)) };
    return { allowed: false, ...stop, ...(stop.rejectedAt === undefined ? {} : { attempt }) };
  }
  // What no group sees, none remembers.
  const tracks = (end: End): boolean => !isUnfiltered(way) && isTracked(picture, way, end);
  return { allowed: true, flow, way, ends: ends.map((end) => kept(end, tracks(end))) };
};

/**
 * Whether a new flow may be opened now: its interfaces work, a route leads there, addresses suffice, and no ACL or group says no.
 * Pure.
 *
 * @throws Error for what the local organization cannot follow, by name
 */
export const openingOf = (picture: Picture, flow: NewFlow): Opening => {
  const local = picture.networkInterface(flow.networkInterfaceId);
  if (local !== undefined) return openWith(picture, local, flow);
  return { allowed: false, obstacle: 'interface', because: `${flow.networkInterfaceId} does not exist` };
};
