import { isIP } from 'node:net';

/** An address as a number, with how many bits its family has. */
interface Address {
  readonly family: 'ipv4' | 'ipv6';
  readonly value: bigint;
}

const WIDTH = { ipv4: 32, ipv6: 128 } as const;

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

const ipv6Value = (text: string): bigint => {
  // A tail in dotted form is two groups.
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...parts: readonly string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].reduce(
    (sum, group) => sum * 65_536n + BigInt(`0x${group}`),
    0n,
  );
};

const readAddress = (text: string): Address | undefined => {
  // A zone index is a link's own business: no address in a VPC has one.
  if (text.includes('%')) return undefined;
  switch (isIP(text)) {
    case 4:
      return { family: 'ipv4', value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
    case 6:
      return { family: 'ipv6', value: ipv6Value(text) };
    default:
      return undefined;
  }
};

/** Texts that are remembered, at most: an organization has hundreds, and flows are held against each of them all the time. */
const REMEMBERED = 4_096;

/** Reads each text once: the same text means the same for ever. */
const remembering = <Read>(read: (text: string) => Read): ((text: string) => Read) => {
  const known = new Map<string, Read>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = read(text);
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, made);
    return made;
  };
};

const parseAddress = remembering(readAddress);

const format = ({ family, value }: Address): string => {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 65_535n).toString(16),
  );
  // URLs write IPv6 in its shortest form (RFC 5952), which is also AWS's.
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
};

/** A block of addresses. */
export interface Cidr {
  readonly family: 'ipv4' | 'ipv6';
  /** Length of the prefix in bits. */
  readonly bits: number;
  /** The block with no bit set outside of its prefix, in the shortest form. */
  readonly text: string;
  readonly first: bigint;
  readonly last: bigint;
}

/** A block without its canonical text, which takes longer to write than all the rest: flows are held against blocks all the time. */
type Range = Omit<Cidr, 'text'>;

const readRange = (text: string): Range | undefined => {
  const slash = text.indexOf('/');
  if (slash === -1 || !/^\d{1,3}$/.test(text.slice(slash + 1))) return undefined;
  const parsed = parseAddress(text.slice(0, slash));
  const bits = Number(text.slice(slash + 1));
  if (parsed === undefined || bits > WIDTH[parsed.family]) return undefined;
  const size = 1n << BigInt(WIDTH[parsed.family] - bits);
  const first = (parsed.value / size) * size;
  return { family: parsed.family, bits, first, last: first + size - 1n };
};

const parseRange = remembering(readRange);

/** The block that a text such as `10.1.2.3/16` means, in canonical form; undefined for what is no block. */
export const parseCidr = (text: string): Cidr | undefined => {
  const range = parseRange(text);
  return range && { ...range, text: `${format({ family: range.family, value: range.first })}/${range.bits}` };
};

/** Whether `address` lies in `cidr`; false for another family, and for what is no address. */
export const inCidr = (address: string, cidr: string): boolean => {
  const block = parseRange(cidr);
  if (block === undefined) return false;
  const parsed = parseAddress(address);
  return parsed?.family === block.family && parsed.value >= block.first && parsed.value <= block.last;
};

/** Whether every address of `inner` lies in `outer`. */
export const isWithin = (inner: Cidr, outer: Cidr): boolean =>
  inner.family === outer.family && inner.first >= outer.first && inner.last <= outer.last;
