import type { FlowRecord } from './read-record.ts';

/**
 * A record's first packet may have passed so long before the time that the record names: only what begins later is of packets after it.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html (`start`)
 */
const CAPTURE_LAG_MS = 60_000;
/** "Typically" to CloudWatch Logs, after the interval. https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-basics.html */
const DELIVERY_MS = 300_000;
/** What is waited for beyond that: delivery is on a best-effort basis. */
const LATE_MS = 300_000;
/** What interfaces of Nitro instances are recorded by at most, and the shortest interval of all. */
const SHORTEST_INTERVAL_MS = 60_000;

/** What was read of one interface's flow log. */
export interface InterfaceRecords {
  readonly networkInterfaceId: string;
  /** Its own addresses, so that the far end of a record is known. */
  readonly addresses: readonly string[];
  readonly records: readonly FlowRecord[];
  /** True where there were more records than were read, or some that could not be. */
  readonly partial: boolean;
}

/** Far ends to which packets passed after a time, by interface. */
export interface Accepted {
  readonly networkInterfaceId: string;
  readonly peers: readonly string[];
}

/** What records say of the time after containment. */
export type JudgedRecords =
  | { readonly status: 'proved'; readonly until: number; readonly rejected: number }
  | { readonly status: 'accepted'; readonly accepted: readonly Accepted[] }
  | { readonly status: 'undecided'; readonly because: readonly string[] };

/** From when on a record's packets all came after containment. @param containedAt epoch ms */
const certainFrom = (containedAt: number): number => containedAt + CAPTURE_LAG_MS;

/** The first time at which a whole interval after containment may have been delivered. @param containedAt epoch ms */
export const firstProofLook = (containedAt: number): number =>
  certainFrom(containedAt) + 2 * SHORTEST_INTERVAL_MS + DELIVERY_MS;

/** When records that are still not there are waited for no longer. @param intervalSeconds the longest aggregation interval of the logs */
export const lastProofLook = (containedAt: number, intervalSeconds: number): number =>
  certainFrom(containedAt) + 2 * intervalSeconds * 1_000 + DELIVERY_MS + LATE_MS;

const peerOf = (record: Extract<FlowRecord, { status: 'packets' }>, own: readonly string[]): string =>
  own.includes(record.from) ? record.to : record.from;

/**
 * Whether any packet was accepted after containment, by the records of every interface. A record that straddles the time is of both sides
 * and says nothing; what decides are intervals that lie wholly after it. `proved` needs one of those of each interface, for a log that is
 * silent may only be late. DNS to Amazon's resolver, the metadata service, DHCP and the like are in no flow log, and in no proof. Pure.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-limitations.html
 *
 * @param containedAt epoch ms
 */
export const judgeRecords = (interfaces: readonly InterfaceRecords[], containedAt: number): JudgedRecords => {
  const from = certainFrom(containedAt);
  const after = interfaces.map((one) => ({
    ...one,
    records: one.records.filter(({ start }) => start >= from),
  }));
  const accepted = after.flatMap(({ networkInterfaceId, addresses, records }): readonly Accepted[] => {
    const peers = records.flatMap((record) =>
      record.status === 'packets' && record.action === 'ACCEPT' ? [peerOf(record, addresses)] : [],
    );
    return peers.length === 0 ? [] : [{ networkInterfaceId, peers: [...new Set(peers)].toSorted() }];
  });
  if (accepted.length > 0) return { status: 'accepted', accepted };
  const because = after.flatMap(({ networkInterfaceId, records, partial }) => {
    if (partial) return [`not all records of ${networkInterfaceId} could be read`];
    if (records.some(({ status }) => status === 'skipped'))
      return [`flow log records of ${networkInterfaceId} were skipped by AWS`];
    return records.length === 0
      ? [`no record yet of ${networkInterfaceId} that lies wholly after containment`]
      : [];
  });
  if (because.length > 0 || after.length === 0) return { status: 'undecided', because };
  // Proved is what every interface's records reach to.
  const until = Math.min(...after.map(({ records }) => Math.max(...records.map(({ end }) => end))));
  const rejected = after
    .flatMap(({ records }) => records)
    .filter((record) => record.status === 'packets').length;
  return { status: 'proved', until, rejected };
};
