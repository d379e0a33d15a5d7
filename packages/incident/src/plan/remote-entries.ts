import { BlockList, isIP } from 'node:net';
import { sha256Hex } from '@cordon/evidence';
import type { InstanceFacts } from './facts.ts';

/** Addresses that are denied for one plan at most: an ACL holds 20 entries in a direction by default, its owner's among them. */
const MOST_ADDRESSES = 6;
/** Ours are below the 100 that AWS's own first entry has, also where no entry allows anything. */
const HIGHEST_NUMBER = 99;
/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const ENTRIES_PER_DIRECTION = 20;

/** An entry that denies one address in one direction. */
export interface DenyEntry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  readonly cidr: string;
}

type NetworkAcl = InstanceFacts['networkAcls'][number];

/** What no ACL of a neighbour's subnet is filled for: private, shared, link-local, loopback, multicast and unspecified addresses. */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv6');

/**
 * The addresses of a finding that may be denied to a whole subnet: public ones alone. A private address is a neighbour, and
 * whoever writes packets into the suspect's network could have any neighbour named.
 */
export const deniableAddresses = (addresses: readonly string[]): readonly string[] =>
  [...new Set(addresses)]
    .filter((address) => {
      const family = isIP(address);
      return family !== 0 && !NOT_PUBLIC.check(address, family === 4 ? 'ipv4' : 'ipv6');
    })
    .slice(0, MOST_ADDRESSES);

/** The one address as a range. */
export const cidrOf = (address: string): string => (isIP(address) === 4 ? `${address}/32` : `${address}/128`);

/**
 * The numbers that come before every entry that allows something, for an ACL is read from its lowest number on;
 * from a number of the incident's own on, so that incidents in one subnet at one time rarely want the same.
 */
const freeNumbers = ({ entries }: NetworkAcl, egress: boolean, incidentId: string): readonly number[] => {
  const mine = entries.filter((entry) => entry.egress === egress);
  const firstAllow = Math.min(
    32_767,
    ...mine.filter(({ allow }) => allow).map(({ ruleNumber }) => ruleNumber),
  );
  const taken = new Set(mine.map(({ ruleNumber }) => ruleNumber));
  // Whether the last entry, which cannot be removed, counts is not documented: it is counted.
  const room = ENTRIES_PER_DIRECTION - mine.length;
  const free = Array.from({ length: Math.min(firstAllow - 1, HIGHEST_NUMBER) }, (_, index) => index + 1);
  const untaken = free.filter((number) => !taken.has(number));
  const from = Number.parseInt(sha256Hex(incidentId).slice(0, 8), 16) % Math.max(1, untaken.length);
  return [...untaken.slice(from), ...untaken.slice(0, from)].slice(0, Math.max(0, room));
};

/** Whether an ACL denies a range in one direction before it allows anything. */
export const isDenied = ({ entries }: NetworkAcl, egress: boolean, cidr: string): boolean => {
  const mine = entries.filter((entry) => entry.egress === egress);
  const deny = mine.find((entry) => !entry.allow && entry.cidr === cidr);
  return deny !== undefined && !mine.some(({ allow, ruleNumber }) => allow && ruleNumber < deny.ruleNumber);
};

/**
 * Entries that deny the addresses in both directions of an ACL, and the addresses for which it has no room. `again` leaves
 * out what the ACL denies already: an earlier plan of the incident put it there. A first plan adds its own beside another
 * incident's, so that the release of one opens nothing to the other.
 */
export const denyEntries = (
  acl: NetworkAcl,
  addresses: readonly string[],
  { incidentId, again }: { readonly incidentId: string; readonly again: boolean },
): { readonly entries: readonly DenyEntry[]; readonly noRoomFor: readonly string[] } => {
  const free = { in: [...freeNumbers(acl, false, incidentId)], out: [...freeNumbers(acl, true, incidentId)] };
  const entries: DenyEntry[] = [];
  const noRoomFor: string[] = [];
  for (const address of addresses) {
    const cidr = cidrOf(address);
    if (again && isDenied(acl, false, cidr) && isDenied(acl, true, cidr)) continue;
    const [ingress, egress] = [free.in.shift(), free.out.shift()];
    if (ingress === undefined || egress === undefined) {
      noRoomFor.push(address);
      continue;
    }
    // Outwards first: that is the direction of a command-and-control channel.
    entries.push({ ruleNumber: egress, egress: true, cidr }, { ruleNumber: ingress, egress: false, cidr });
  }
  return { entries, noRoomFor };
};
