import { isIP } from 'node:net';

/** One record of a flow log, as far as it bears on a proof; times in epoch milliseconds. */
export type FlowRecord =
  | {
      readonly status: 'packets';
      readonly action: 'ACCEPT' | 'REJECT';
      readonly from: string;
      readonly to: string;
      /** When the first packet of the interval was seen, and the last. */
      readonly start: number;
      readonly end: number;
    }
  /** Nothing was sent or received in the interval. */
  | { readonly status: 'no-data'; readonly start: number; readonly end: number }
  /** Records of the interval were lost: nothing follows from what is not there. */
  | { readonly status: 'skipped'; readonly start: number; readonly end: number };

/** The fields without which a record says nothing about packets that passed. */
const NEEDED = ['srcaddr', 'dstaddr', 'start', 'end', 'action'] as const;

/** The names of the fields of a flow log's format, in order, and those that a proof needs and that are not among them. */
export const fieldsOf = (
  format: string,
): { readonly names: readonly string[]; readonly lacking: readonly string[] } => {
  const names = [...format.matchAll(/\$\{([a-z0-9-]+)\}/g)].map(([, name = '']) => name);
  return { names, lacking: NEEDED.filter((name) => !names.includes(name)) };
};

const MOST_SECONDS = 100_000_000_000;

/**
 * Reads one record; undefined for what is none. Whatever is not an address, an action or a time is refused, for parts of a record are of
 * whoever sends packets. Pure. https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 *
 * @param names the fields of the format, in order
 */
export const readRecord = (message: string, names: readonly string[]): FlowRecord | undefined => {
  const values = message.split(' ');
  if (values.length !== names.length) return undefined;
  const of = (name: string): string => values[names.indexOf(name)] ?? '-';
  const [start, end] = [Number(of('start')), Number(of('end'))];
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > MOST_SECONDS)
    return undefined;
  const times = { start: start * 1_000, end: end * 1_000 };
  const status = of('log-status');
  if (status === 'NODATA') return { status: 'no-data', ...times };
  if (status === 'SKIPDATA') return { status: 'skipped', ...times };
  const [action, from, to] = [of('action'), of('srcaddr'), of('dstaddr')];
  if (action !== 'ACCEPT' && action !== 'REJECT') return undefined;
  return isIP(from) === 0 || isIP(to) === 0 ? undefined : { status: 'packets', action, from, to, ...times };
};
