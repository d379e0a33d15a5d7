import { refuse } from './place.ts';
import type { Place } from './place.ts';

const IPV4_BLOCK = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** What `Fn::Cidr` is asked: the IPv4 block, how many parts (1 to 256), and the host bits of each part. */
export interface CidrRequest {
  readonly block: string;
  readonly count: number;
  readonly hostBits: number;
}

/**
 * Gives the first `count` parts of an IPv4 block, each with a mask of 32 - `hostBits`.
 * Throws a TemplateError for anything but an IPv4 block at its own network address, and for parts that do not fit in it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 */
export function cidrBlocks({ block, count, hostBits }: CidrRequest, place: Place): readonly string[] {
  const found = IPV4_BLOCK.exec(block);
  if (found === null) return refuse(place, `got '${block}', wanted an IPv4 block such as 10.0.0.0/16`);
  const [a = 256, b = 256, c = 256, d = 256, mask = 33] = found.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || mask > 32) refuse(place, `'${block}' is not a valid IPv4 block`);
  if (!(count >= 1 && count <= 256)) refuse(place, `got a count of ${count}, wanted 1 to 256`);
  // Plain arithmetic, for JavaScript's bit operators are signed at 32 bits.
  const start = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - mask);
  const step = 2 ** hostBits;
  if (start % size !== 0) refuse(place, `'${block}' has host bits set; wanted the network address itself`);
  if (!(hostBits >= 1 && count * step <= size)) {
    refuse(place, `${count} blocks of ${hostBits} host bits do not fit in '${block}'`);
  }
  return Array.from({ length: count }, (_, index) => `${dotted(start + index * step)}/${32 - hostBits}`);
}

function dotted(address: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join('.');
}
