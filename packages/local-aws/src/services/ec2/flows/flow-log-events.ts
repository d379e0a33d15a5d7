import type { World } from '../../../core/world.ts';
import type { FlowLog } from '../network-state.ts';
import { ec2State } from '../state.ts';
import { familyOf } from './addresses.ts';
import type { Flow, FlowEnd } from './flow.ts';
import { attemptState, flowState, type Attempt } from './flow-store.ts';

/** An event of CloudWatch Logs; times in virtual epoch ms. */
export interface LogEvent {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** Interfaces of Nitro-based instances are recorded by the minute, whatever the flow log asks for. https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-basics.html#flow-logs-aggregration-interval */
const WINDOW_MS = 60_000;
/** "Typically", after the end of the interval. https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-basics.html */
const PUBLISHED_AFTER_MS = 300_000;
/** The model's figures: what a flow that keeps sending sends in each direction. */
const PACKETS_PER_SECOND = 1;
const BYTES_PER_PACKET = 100;

/** Packets of one direction at one interface, for as long as they are sent. */
interface Traffic {
  readonly flow: Attempt['flow'];
  readonly end: FlowEnd;
  readonly isLocal: boolean;
  readonly direction: 'ingress' | 'egress';
  readonly action: 'ACCEPT' | 'REJECT';
  readonly from: number;
  readonly until: number;
}

/** Neither the resolver's nor the metadata service's traffic is recorded. https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-limitations.html */
const isRecorded = ({ path }: Flow): boolean => path.kind !== 'resolver' && path.kind !== 'metadata';

const BOTH = ['egress', 'ingress'] as const;

const rejected = ({ at, flow, ends, rejectedAt }: Attempt): readonly Traffic[] =>
  ends.flatMap((end, index) =>
    end.networkInterfaceId === rejectedAt.networkInterfaceId
      ? [
          {
            flow,
            end,
            isLocal: index === 0,
            direction: rejectedAt.direction,
            action: 'REJECT',
            from: at,
            until: at + 1,
          },
        ]
      : [],
  );

/** What a flow sent until `now`; where a group or an ACL cut one that kept sending, also its next packet, which is rejected. */
const trafficOf = (flow: Flow, now: number): readonly Traffic[] => {
  const { state, idleSince, openedAt, ends } = flow;
  const last = Math.min(now, idleSince ?? now, state.kind === 'cut' ? state.at : now);
  const until = Math.max(last, openedAt + 1);
  const accepted = ends.flatMap((end, index) =>
    BOTH.map((direction): Traffic => ({
      flow,
      end,
      isLocal: index === 0,
      direction,
      action: 'ACCEPT',
      from: openedAt,
      until,
    })),
  );
  if (state.kind !== 'cut' || state.rejectedAt === undefined || idleSince !== undefined) return accepted;
  return [...accepted, ...rejected({ at: state.at, flow, ends, rejectedAt: state.rejectedAt })];
};

/** An account's flow logs see its own interfaces: those of participants in its subnets are taken not to be among them (UNCONFIRMED). */
const covers = (log: FlowLog, account: string, { end, action }: Traffic): boolean =>
  end.account === account &&
  [end.networkInterfaceId, end.subnetId, end.vpcId].includes(log.resourceId) &&
  (log.trafficType === 'ALL' || log.trafficType === action);

interface Window extends Traffic {
  readonly region: string;
  readonly packets: number;
  readonly start: number;
  readonly endsAt: number;
}

const seconds = (ms: number): string => String(Math.floor(ms / 1000));
const PROTOCOL = { tcp: '6', udp: '17' } as const;

/** Source first. */
const addressesOf = ({ flow, isLocal, direction }: Traffic): readonly [string, string] =>
  isLocal === (direction === 'egress')
    ? [flow.localAddress, flow.remoteAddress]
    : [flow.remoteAddress, flow.localAddress];
const portsOf = ({ flow, isLocal, direction }: Traffic): readonly [number, number] => {
  const { protocol, localPort = 0, remotePort = 0 } = flow;
  if (protocol === 'icmp') return [0, 0];
  return isLocal === (direction === 'egress') ? [localPort, remotePort] : [remotePort, localPort];
};
const protocolOf = ({ protocol, remoteAddress }: Attempt['flow']): string => {
  if (protocol !== 'icmp') return PROTOCOL[protocol];
  return familyOf(remoteAddress) === 'ipv4' ? '1' : '58';
};

/** Fields by name, with the version that has them first. https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html */
const FIELDS: Readonly<Record<string, readonly [number, (window: Window) => string]>> = {
  'account-id': [2, ({ end }) => end.account],
  'interface-id': [2, ({ end }) => end.networkInterfaceId],
  srcaddr: [2, (window) => addressesOf(window)[0]],
  dstaddr: [2, (window) => addressesOf(window)[1]],
  srcport: [2, (window) => String(portsOf(window)[0])],
  dstport: [2, (window) => String(portsOf(window)[1])],
  protocol: [2, ({ flow }) => protocolOf(flow)],
  packets: [2, ({ packets }) => String(packets)],
  bytes: [2, ({ packets }) => String(packets * BYTES_PER_PACKET)],
  start: [2, ({ start }) => seconds(start)],
  end: [2, ({ endsAt }) => seconds(endsAt)],
  action: [2, ({ action }) => action],
  'log-status': [2, () => 'OK'],
  'vpc-id': [3, ({ end }) => end.vpcId],
  'subnet-id': [3, ({ end }) => end.subnetId],
  'instance-id': [3, ({ end }) => end.instanceId ?? '-'],
  type: [3, ({ flow }) => (familyOf(flow.remoteAddress) === 'ipv4' ? 'IPv4' : 'IPv6')],
  region: [4, ({ region }) => region],
  'flow-direction': [5, ({ direction }) => direction],
};

const messageOf = (log: FlowLog, window: Window): string => {
  const names = [...log.format.matchAll(/\$\{([a-z-]+)\}/g)].map(([, name = '']) => name);
  const unknown = names.find((name) => name !== 'version' && FIELDS[name] === undefined);
  if (unknown !== undefined)
    throw new Error(
      `the local organization does not implement field ${unknown} of flow log ${log.flowLogId}: leave it out of its format`,
    );
  const version = Math.max(2, ...names.map((name) => FIELDS[name]?.[0] ?? 2));
  return names.map((name) => FIELDS[name]?.[1](window) ?? String(version)).join(' ');
};

/** One record for each interval in which something was sent while the flow log was there, once it is published. */
const eventsOf = (
  log: FlowLog,
  traffic: Traffic,
  at: { region: string; now: number },
): readonly LogEvent[] => {
  const from = Math.max(traffic.from, log.createdAt);
  const events: LogEvent[] = [];
  for (let opens = Math.floor(from / WINDOW_MS) * WINDOW_MS; opens < traffic.until; opens += WINDOW_MS) {
    const ingestionTime = opens + WINDOW_MS + PUBLISHED_AFTER_MS;
    if (ingestionTime > at.now) break;
    const start = Math.max(from, opens);
    const endsAt = Math.min(traffic.until, opens + WINDOW_MS);
    if (endsAt <= start) continue;
    const packets = Math.ceil(((endsAt - start) / 1000) * PACKETS_PER_SECOND);
    const message = messageOf(log, { ...traffic, region: at.region, packets, start, endsAt });
    // The stream is named for the interface and what is recorded; that an event bears its first packet's time is UNCONFIRMED.
    const logStreamName = `${traffic.end.networkInterfaceId}-${log.trafficType.toLowerCase()}`;
    events.push({ logStreamName, timestamp: start, ingestionTime, message });
  }
  return events;
};

/**
 * What the flow logs of an account and Region have written to a log group by `now`, the oldest first. Derived from the history of
 * flows and of attempts that were refused, so that nothing is done while nobody reads.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html
 *
 * @param of `now` in virtual epoch ms
 * @throws Error for a field that the local organization does not implement
 */
export const flowLogEvents = (
  world: World,
  of: {
    readonly account: string;
    readonly region: string;
    readonly logGroupName: string;
    readonly now: number;
  },
): readonly LogEvent[] => {
  const { account, region, logGroupName, now } = of;
  const logs = [...world.of(ec2State, account, region).flowLogs.values()].filter(
    ({ destination }) => destination.kind === 'cloud-watch-logs' && destination.logGroupName === logGroupName,
  );
  if (logs.length === 0) return [];
  const traffic = [
    ...world
      .all(flowState)
      .flatMap(({ state }) => [...state.values()].filter(isRecorded).flatMap((flow) => trafficOf(flow, now))),
    ...world.all(attemptState).flatMap(({ state }) => state.flatMap(rejected)),
  ];
  return logs
    .flatMap((log) =>
      traffic
        .filter((one) => covers(log, account, one))
        .flatMap((one) => eventsOf(log, one, { region, now })),
    )
    .sort((a, b) => a.timestamp - b.timestamp);
};
