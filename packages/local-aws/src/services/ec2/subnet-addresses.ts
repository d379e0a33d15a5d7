import { ServiceFault } from '../../core/fault.ts';
import type { Ids } from '../../core/ids.ts';
import type { NetworkInterface, Subnet } from './state.ts';

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const toAddress = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

/** The first four addresses and the last of a subnet are AWS's. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const RESERVED_AT_START = 4;

/** First and last IPv4 address of a CIDR block as numbers. */
const bounds = (cidr: string): { readonly first: number; readonly last: number } => {
  const [address = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(toNumber(address) / size) * size;
  return { first, last: first + size - 1 };
};

/** Interfaces in a subnet, of its owner and of those that it is shared with. */
const interfacesIn = (subnet: Subnet): readonly NetworkInterface[] =>
  [...subnet.interfacesByAccount.values()]
    .flatMap((interfaces) => [...interfaces.values()])
    .filter((held) => held.subnetId === subnet.subnetId);

/** Number of addresses of a subnet that no interface has and AWS does not keep. */
export const freeAddressCount = (subnet: Subnet): number => {
  const { first, last } = bounds(subnet.cidr);
  return last - first - RESERVED_AT_START - interfacesIn(subnet).length;
};

/**
 * The lowest private IPv4 address of `subnet` that no interface has.
 *
 * @throws ServiceFault InsufficientFreeAddressesInSubnet
 */
export const freePrivateAddress = (subnet: Subnet): string => {
  const { first, last } = bounds(subnet.cidr);
  const taken = new Set(interfacesIn(subnet).map((held) => held.privateIpAddress));
  for (let number = first + RESERVED_AT_START; number < last; number += 1) {
    const address = toAddress(number);
    if (!taken.has(address)) return address;
  }
  throw new ServiceFault(
    'InsufficientFreeAddressesInSubnet',
    `The specified subnet '${subnet.subnetId}' does not have enough free addresses to satisfy the request.`,
  );
};

/** A public IPv4 address out of 198.18.0.0/15, which RFC 2544 keeps from the real internet. */
export const newPublicAddress = (ids: Ids): string =>
  toAddress(toNumber('198.18.0.0') + (Number.parseInt(ids.hex('public-ip', 8), 16) % 2 ** 17));
