import { parseDate } from '../conditions/date.ts';
import { parseIpRange } from '../conditions/ip-address.ts';
import { parseNumber } from '../conditions/numeric.ts';
import { ProofError } from './claim.ts';
import type { KeyUse, OrderedComparison } from './key-uses.ts';

/**
 * Texts that stand for all values of a key compared by order alone. The policies' bounds cut the values into regions, within
 * which every comparison answers alike:
 *
 *   not a number | below 3 | 3 | between 3 and 7 | 7 | above 7
 *
 * so a request exists with any value exactly when one exists with a representative. Each region has one text more than
 * constraints name constants, hence always one that equals none of them.
 */
export function representativesOf({ constants, name, ordered }: KeyUse): readonly string[] | undefined {
  if (ordered === undefined) return undefined;
  const variants = constants.length + 1;
  const spelled = (write: (variant: number) => string): readonly string[] =>
    Array.from({ length: variants }, (_, variant) => write(variant));
  // Empty is apart from other nonsense: a list of empty strings counts as no key.
  const nonsense = ['', ...spelled((variant) => 'x'.repeat(variant + 1))];
  return [...new Set([...constants, ...nonsense, ...regionsOf(name, ordered, spelled)])];
}

type Spell = (write: (variant: number) => string) => readonly string[];

function regionsOf(
  name: string,
  { bounds, kind }: { readonly kind: OrderedComparison['kind']; readonly bounds: readonly string[] },
  spelled: Spell,
): readonly string[] {
  switch (kind) {
    case 'number':
      return pointsAround(bounds.map(parseNumber)).flatMap((point) =>
        spelled((variant) => checked(name, writeNumber(point, variant), parseNumber)),
      );
    case 'date':
      return pointsAround(bounds.map(parseDate)).flatMap((point) =>
        spelled((variant) => checked(name, writeDate(point, variant), parseDate)),
      );
    case 'ip-address':
      return networkStarts(bounds).flatMap(({ bits, width }) =>
        spelled((variant) => writeAddress((bits + BigInt(variant)) % (1n << BigInt(width)), width)),
      );
  }
}

/** Each bound, a point between each two neighbours, one below all and one above. */
function pointsAround(bounds: readonly (number | undefined)[]): readonly number[] {
  const sorted = bounds.filter((bound) => bound !== undefined).toSorted((one, other) => one - other);
  return sorted.flatMap((bound, index) => {
    const next = sorted[index + 1] ?? bound + 2;
    return index === 0 ? [bound - 1, bound, (bound + next) / 2] : [bound, (bound + next) / 2];
  });
}

/** `7`, `7.0`, `7.00`: the same number in as many ways as wanted. */
function writeNumber(point: number, variant: number): string {
  const text = String(point);
  const dot = text.includes('.') || variant === 0 ? '' : '.';
  return `${text}${dot}${'0'.repeat(variant)}`;
}

/** ISO 8601 in milliseconds, then with up to six zeros behind them. */
function writeDate(point: number, variant: number): string {
  return new Date(Math.floor(point)).toISOString().replace('Z', `${'0'.repeat(variant)}Z`);
}

function checked(name: string, text: string, parse: (text: string) => number | undefined): string {
  if (parse(text) !== undefined) return text;
  throw new ProofError(
    `condition key ${name} is compared with bounds near "${text}", for which no other text can be written; prove it without`,
  );
}

/** Networks begin and end where one region gives way to the next: the first address of each, and the first one after. */
function networkStarts(
  bounds: readonly string[],
): readonly { readonly bits: bigint; readonly width: 32 | 128 }[] {
  const families = ([32, 128] as const).map((width) => ({ bits: 0n, width }));
  const edges = bounds.flatMap((bound) => {
    const range = parseIpRange(bound);
    if (range === undefined) return [];
    const { bits, width } = range.address;
    const size = 1n << BigInt(width - range.prefix);
    const start = bits - (bits % size);
    return [start, (start + size) % (1n << BigInt(width))].map((edge) => ({ bits: edge, width }));
  });
  return [...families, ...edges];
}

function writeAddress(bits: bigint, width: 32 | 128): string {
  const [group, groups, radix, separator] =
    width === 32 ? ([8n, 4, 10, '.'] as const) : ([16n, 8, 16, ':'] as const);
  const mask = (1n << group) - 1n;
  return Array.from({ length: groups }, (_, index) =>
    ((bits >> (BigInt(groups - 1 - index) * group)) & mask).toString(radix),
  ).join(separator);
}
