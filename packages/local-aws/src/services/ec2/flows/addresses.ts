import { isIP } from 'node:net';
import { inCidr } from '../cidr.ts';

/** The family of a textual IP address; throws for any other text. */
export const familyOf = (address: string): 'ipv4' | 'ipv6' => {
  const version = isIP(address);
  if (version === 0) throw new Error(`${address} is no IP address: give one such as 198.51.100.7`);
  return version === 4 ? 'ipv4' : 'ipv6';
};

/** True for two spellings of one address. */
export const sameAddress = (a: string, b: string): boolean =>
  inCidr(a, `${b}/${familyOf(b) === 'ipv4' ? 32 : 128}`);

/** The block of all addresses of a family: what a rule for all traffic names. */
export const everywhere = (family: 'ipv4' | 'ipv6'): string => (family === 'ipv4' ? '0.0.0.0/0' : '::/0');

/** The `offset`th IPv4 address of a block. */
export const addressAt = (cidr: string, offset: number): string => {
  const [network = ''] = cidr.split('/');
  const number = network.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
};
