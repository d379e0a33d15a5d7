import { addressAt, familyOf, sameAddress } from './addresses.ts';
import type { Blocked, NewFlow, PathKind } from './flow.ts';
import type { Picture, PicturedInterface, PicturedTarget } from './picture.ts';

/** How packets travel between an interface and an address now. */
export interface Way {
  readonly kind: PathKind;
  readonly through?: string;
  /** The interface at the other end, where the organization knows it. */
  readonly remote?: PicturedInterface;
  /** The NAT gateway on the way. */
  readonly nat?: { readonly subnetId: string; readonly privateIp: string };
  /** Of a gateway endpoint, such as `com.amazonaws.eu-west-1.dynamodb`. */
  readonly serviceName?: string;
}

/** What the routes give: a way, a reason why there is none, or what the local organization cannot follow. */
export type Found = { readonly way: Way } | Blocked | { readonly unfollowable: string };

const noRoute = (because: string): Blocked => ({ obstacle: 'route', because });

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
const METADATA = ['169.254.169.254', 'fd00:ec2::254'];

/** https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html : beside "VPC+2", the base of the primary block plus two. */
const RESOLVER = ['169.254.169.253', 'fd00:ec2::253'];
const DNS_PORT = 53;

const isAmong = (address: string, addresses: readonly string[]): boolean =>
  addresses.some((one) => sameAddress(address, one));

/** Services of the host, which no route leads to and nothing in the subnet filters. */
const onHost = (
  picture: Picture,
  local: PicturedInterface,
  flow: NewFlow & { remoteAddress: string },
): Found | undefined => {
  const { remoteAddress } = flow;
  if (isAmong(remoteAddress, METADATA)) {
    if (local.metadata) return { way: { kind: 'metadata' } };
    return {
      obstacle: 'metadata-options',
      because: `the metadata service of ${local.instanceId} is turned off`,
    };
  }
  const [primary] = picture.vpcCidrs(local.vpcId);
  const own = primary === undefined ? [] : [addressAt(primary, 2)];
  if (!isAmong(remoteAddress, [...RESOLVER, ...own])) return undefined;
  if (flow.remotePort === DNS_PORT && flow.protocol !== 'icmp') return { way: { kind: 'resolver' } };
  return noRoute(`the resolver at ${remoteAddress} answers on port ${DNS_PORT} alone`);
};

/** What the interface at the other end makes of the path. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html */
const localKind = (local: PicturedInterface, remote: PicturedInterface): PathKind => {
  if (remote.interfaceType === 'network_load_balancer') return 'network-load-balancer';
  if (remote.interfaceType === 'vpc_endpoint') return 'interface-endpoint';
  return remote.subnetId === local.subnetId ? 'in-subnet' : 'in-vpc';
};

const within = (picture: Picture, local: PicturedInterface, address: string): Found => {
  const remote = picture.interfaceAt(local.vpcId, address);
  if (remote === undefined) return noRoute(`no interface of ${local.vpcId} has ${address}`);
  return { way: { kind: localKind(local, remote), remote } };
};

/** The other VPC must have a route back. https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html */
const overPeering = (
  picture: Picture,
  local: PicturedInterface,
  on: { address: string; target: PicturedTarget & { kind: 'peering' } },
): Found => {
  const { address, target } = on;
  const remote = picture.interfaceAt(target.peerVpcId, address);
  if (remote === undefined) return noRoute(`no interface of ${target.peerVpcId} has ${address}`);
  const own = familyOf(address) === 'ipv4' ? local.privateIpAddress : local.ipv6Addresses[0];
  const back = own === undefined ? undefined : picture.target(remote.subnetId, own);
  if (back?.id !== target.id || back.down !== undefined)
    return noRoute(`${remote.subnetId} has no route back through ${target.id}`);
  return { way: { kind: 'peering', through: target.id, remote } };
};

/** A public NAT gateway needs the internet gateway. https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html */
const overNat = (
  picture: Picture,
  address: string,
  target: PicturedTarget & { kind: 'nat-gateway' },
): Found => {
  if (target.connectivity === 'private' || familyOf(address) === 'ipv6')
    return { unfollowable: `${target.id} as a private gateway or for IPv6: route IPv4 to a public one` };
  const next = picture.target(target.subnetId, address);
  if (next?.kind !== 'internet-gateway' || next.down !== undefined)
    return noRoute(`${target.id} has no way to ${address} from ${target.subnetId}`);
  const { subnetId, privateIp } = target;
  return { way: { kind: 'nat-gateway', through: target.id, nat: { subnetId, privateIp } } };
};

/**
 * The way between a local interface and the flow's remote address, or why there is none. It follows the route table of the local
 * interface's subnet, for flows that the remote opens as well: their answers need it. Addresses that a gateway asks for are
 * `addressLacks`'s.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export const wayOf = (
  picture: Picture,
  local: PicturedInterface,
  flow: NewFlow & { remoteAddress: string },
): Found => {
  const address = flow.remoteAddress;
  const host = onHost(picture, local, flow);
  if (host !== undefined) return host;
  const target = picture.target(local.subnetId, address);
  if (target === undefined) return noRoute(`${local.subnetId} has no route to ${address}`);
  if (target.down !== undefined)
    return noRoute(`the route of ${local.subnetId} to ${address} leads nowhere: ${target.down}`);
  switch (target.kind) {
    case 'local':
      return within(picture, local, address);
    case 'peering':
      return overPeering(picture, local, { address, target });
    case 'nat-gateway':
      return overNat(picture, address, target);
    case 'gateway-endpoint':
      return { way: { kind: 'gateway-endpoint', through: target.id, serviceName: target.serviceName } };
    case 'internet-gateway':
    case 'egress-only-internet-gateway':
      return { way: { kind: target.kind, through: target.id } };
    case 'unknown':
      return { unfollowable: `${target.id}: take the route of ${local.subnetId} to ${address} away` };
  }
};

/** Paths on which only the inside can open. https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html , vpc-nat-gateway.html and privatelink/gateway-endpoints.html beside it */
const ONE_WAY: ReadonlySet<PathKind> = new Set([
  'egress-only-internet-gateway',
  'nat-gateway',
  'gateway-endpoint',
  'interface-endpoint',
  'resolver',
  'metadata',
]);

/**
 * What a new flow on this way lacks: a public IPv4 for an internet gateway, or a path that lets others in.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
 */
export const wayRefuses = (
  local: PicturedInterface,
  flow: NewFlow & { remoteAddress: string },
  { kind, through }: Way,
): Blocked | undefined => {
  const id = local.networkInterfaceId;
  if (flow.direction === 'inbound' && ONE_WAY.has(kind))
    return noRoute(`nothing can be opened from outside through ${through ?? `the ${kind}`}`);
  const needsPublic = kind === 'internet-gateway' && familyOf(flow.remoteAddress) === 'ipv4';
  if (needsPublic && local.publicIp === undefined)
    return { obstacle: 'address', because: `${id} has no public IPv4 address` };
  return undefined;
};
