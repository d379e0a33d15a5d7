/** An address as one number, with the width of its family. */
export interface IpAddress {
  readonly bits: bigint;
  readonly width: 32 | 128;
}

/** A network: the leading `prefix` bits of an address. */
export interface IpRange {
  readonly address: IpAddress;
  readonly prefix: number;
}

/** Reads an IPv4 (`203.0.113.7`) or IPv6 (`2001:db8::1`, `::ffff:203.0.113.7`) address; undefined when the text is none. */
export function parseIpAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/**
 * Reads a network in CIDR form, or an IPv4 address alone (a /32); undefined when the text is neither. An IPv6 address alone is
 * refused: AWS's default of /32 would mean a fraction of the Internet there.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
 */
export function parseIpRange(text: string): IpRange | undefined {
  const [base = '', length, ...rest] = text.split('/');
  const address = parseIpAddress(base);
  if (address === undefined || rest.length > 0) return undefined;
  if (length === undefined) return address.width === 32 ? { address, prefix: 32 } : undefined;
  if (!/^\d{1,3}$/.test(length) || Number(length) > address.width) return undefined;
  return { address, prefix: Number(length) };
}

/** Says whether `address` lies in `range`; families never mix. */
export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.width !== range.address.width) return false;
  const hostBits = BigInt(address.width - range.prefix);
  return address.bits >> hostBits === range.address.bits >> hostBits;
}

function parseIpv4(text: string): IpAddress | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let bits = 0n;
  for (const octet of octets) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) return undefined;
    bits = (bits << 8n) | BigInt(octet);
  }
  return { bits, width: 32 };
}

function parseIpv6(text: string): IpAddress | undefined {
  const unmapped = spellOutIpv4Tail(text);
  const halves = unmapped?.split('::') ?? [];
  if (halves.length < 1 || halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const tail = groupsOf(halves[1] ?? '');
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  let bits = 0n;
  for (const group of groups) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    bits = (bits << 16n) | BigInt(`0x${group}`);
  }
  return { bits, width: 128 };
}

function groupsOf(half: string): readonly string[] {
  return half === '' ? [] : half.split(':');
}

/** `::ffff:203.0.113.7` ends in an IPv4 address: gives the same text with that tail as two hexadecimal groups. */
function spellOutIpv4Tail(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const cut = text.lastIndexOf(':') + 1;
  const tail = parseIpv4(text.slice(cut));
  if (tail === undefined) return undefined;
  return `${text.slice(0, cut)}${(tail.bits >> 16n).toString(16)}:${(tail.bits & 0xffffn).toString(16)}`;
}
