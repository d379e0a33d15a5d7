import { inCidr } from '../cidr.ts';
import { familyOf } from './addresses.ts';
import type { Blocked, FlowProtocol } from './flow.ts';
import type { Picture, PicturedSubnet } from './picture.ts';

/** A packet that enters or leaves a subnet. */
export interface Crossing {
  readonly subnetId: string;
  /** The interface of the subnet that it comes from or goes to. */
  readonly networkInterfaceId?: string;
  /** `egress` when it leaves. */
  readonly direction: 'ingress' | 'egress';
  readonly protocol: FlowProtocol;
  /** Source of a packet that enters, destination of one that leaves. */
  readonly otherAddress: string;
  readonly destinationPort: number;
  /** Of ICMP: the answer to an echo rather than the echo. */
  readonly isReply: boolean;
}

const NUMBERS = { tcp: '6', udp: '17' } as const;
const ICMP = {
  ipv4: { protocol: '1', request: 8, reply: 0 },
  ipv6: { protocol: '58', request: 128, reply: 129 },
} as const;

type Entry = PicturedSubnet['acl'][number];

const matches = (entry: Entry, packet: Crossing): boolean => {
  if (entry.egress !== (packet.direction === 'egress')) return false;
  if (!inCidr(packet.otherAddress, entry.source.cidr)) return false;
  if (entry.protocol === '-1') return true;
  if (packet.protocol === 'icmp') {
    const { protocol, request, reply } = ICMP[familyOf(packet.otherAddress)];
    const { type = -1 } = entry.icmp ?? {};
    return entry.protocol === protocol && [-1, packet.isReply ? reply : request].includes(type);
  }
  if (entry.protocol !== NUMBERS[packet.protocol]) return false;
  const { from = 0, to = 65_535 } = entry.portRange ?? {};
  return packet.destinationPort >= from && packet.destinationPort <= to;
};

/**
 * What stops a packet at a subnet's border, if anything. Entries of its direction are looked at by number, the lowest first, and the
 * first that matches decides; a packet that none matches is denied. Nothing is remembered of earlier packets.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export const aclStops = (picture: Picture, packet: Crossing): Blocked | undefined => {
  const subnet = picture.subnet(packet.subnetId);
  if (subnet === undefined) return { obstacle: 'network-acl', because: `subnet ${packet.subnetId} is gone` };
  let decisive: Entry | undefined;
  for (const entry of subnet.acl)
    if (matches(entry, packet) && (decisive === undefined || entry.ruleNumber < decisive.ruleNumber))
      decisive = entry;
  if (decisive?.action === 'allow') return undefined;
  const rule = decisive === undefined ? 'no rule' : `rule ${decisive.ruleNumber}`;
  const where = packet.direction === 'egress' ? `to ${packet.otherAddress}` : `from ${packet.otherAddress}`;
  const { networkInterfaceId, direction } = packet;
  return {
    obstacle: 'network-acl',
    ...(networkInterfaceId === undefined ? {} : { rejectedAt: { networkInterfaceId, direction } }),
    because: `${rule} of ${subnet.networkAclId} denies ${packet.protocol} ${where} port ${packet.destinationPort} at ${packet.subnetId}`,
  };
};
