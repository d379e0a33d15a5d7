import type { Ids } from '../../core/ids.ts';
import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import { defineState, type World } from '../../core/world.ts';
import { ec2State } from '../ec2/state.ts';
import { plantFinding } from './build.ts';
import { instanceDetails } from './instance-details.ts';
import { occurrenceToldAfterMs, tellFinding, TOLD_AFTER_MS } from './occurrences.ts';
import { guardDutyState, type Detector } from './state.ts';

/** AWS gives no number of minutes between a query and its finding: assumed. */
export const FOUND_AFTER_MS = 600_000;

/**
 * The name by which GuardDuty can be tried, and what it makes of a query for it; High is 7.0 to 8.9, of which a sample of this type has 8.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-ec2.html#backdoor-ec2-ccactivitybdns
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
 */
const KNOWN_NAMES: Readonly<Record<string, { readonly type: string; readonly severity: number }>> = {
  'guarddutyc2activityb.com': { type: 'Backdoor:EC2/C&CActivity.B!DNS', severity: 8 },
};

/** A query that the VPC's resolver answered. */
export interface HeardQuery {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
  readonly name: string;
}

/** Where GuardDuty hears. */
export interface HearingStage {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly host: Pick<Host, 'deliverEvent'>;
}

/** One activity: all queries of an instance for a name. */
interface Activity {
  readonly findingId: string;
  readonly first: number;
  last: number;
  count: number;
  /** Its finding, or its next occurrence, is on the way. */
  isDue: boolean;
  /** When its finding was made; absent until it was. */
  foundAt?: number;
}

/** Activities by instance and name, per account and Region. */
const activityState = defineState<Map<string, Activity>>('guardduty-activity', 'regional', () => new Map());

/** Whose findings a member's are, too. https://docs.aws.amazon.com/guardduty/latest/ug/administrator_member_relationships.html */
const administratorOf = (world: World, account: string, region: string): string =>
  world
    .all(guardDutyState)
    .find(
      ({ region: at, state }) =>
        at === region &&
        state.detector?.members.has(account) === true &&
        state.detector.autoEnable !== undefined,
    )?.account ?? account;

const findingOf = (
  { world, timeline }: HearingStage,
  { account, region, instanceId, name }: HeardQuery,
  { activity, detector, details }: { activity: Activity; detector: Detector; details: object },
): Readonly<Record<string, unknown>> => {
  const { partition } = world.facts;
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    schemaVersion: '2.0',
    accountId: account,
    region,
    partition,
    id: activity.findingId,
    arn: `arn:${partition}:guardduty:${region}:${account}:detector/${detector.detectorId}/finding/${activity.findingId}`,
    ...KNOWN_NAMES[name],
    createdAt: iso(activity.foundAt ?? timeline.now()),
    updatedAt: iso(timeline.now()),
    title: `The EC2 instance ${instanceId} is querying a domain name of a command and control server.`,
    description: `EC2 instance ${instanceId} is querying a domain name that is associated with a known command and control server.`,
    resource: { resourceType: 'Instance', instanceDetails: details },
    service: {
      serviceName: 'guardduty',
      detectorId: detector.detectorId,
      // https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DnsRequestAction.html
      action: {
        actionType: 'DNS_REQUEST',
        dnsRequestAction: { domain: name, protocol: 'UDP', blocked: false, domainWithSuffix: name },
      },
      resourceRole: 'TARGET',
      additionalInfo: { domain: name },
      eventFirstSeen: iso(activity.first),
      eventLastSeen: iso(activity.last),
      archived: false,
      count: activity.count,
    },
  };
};

/**
 * Lets GuardDuty hear of a query that the VPC's resolver has answered: it reads the logs of that resolver and of no other
 * (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_data-sources.html#guardduty_dns). A name that it knows becomes a finding of the member, which the administrator
 * has too; a further query adds to that finding, and is told as often as the detector says (https://docs.aws.amazon.com/guardduty/latest/ug/finding-aggregation.html).
 * Nothing happens where GuardDuty is not enabled. To be called once the client of GuardDuty is loaded.
 */
export const hearQuery = (stage: HearingStage, query: HeardQuery): void => {
  const { world, timeline, ids } = stage;
  const { account, region, instanceId, name } = query;
  const { detector } = world.of(guardDutyState, account, region);
  const ec2 = world.of(ec2State, account, region);
  const instance = ec2.instances.get(instanceId);
  if (!Object.hasOwn(KNOWN_NAMES, name) || detector?.status !== 'ENABLED' || instance === undefined) return;
  const details = instanceDetails(ec2, instance, region);
  const now = timeline.now();
  const activities = world.of(activityState, account, region);
  const key = `${instanceId} ${name}`;
  const activity: Activity = activities.get(key) ?? {
    findingId: ids.hex('finding', 32),
    first: now,
    last: now,
    count: 0,
    isDue: false,
  };
  activities.set(key, activity);
  activity.last = now;
  activity.count += 1;
  if (activity.isDue) return;
  activity.isDue = true;
  timeline.at(
    now + (activity.foundAt === undefined ? FOUND_AFTER_MS : occurrenceToldAfterMs(detector)),
    () => {
      activity.isDue = false;
      activity.foundAt ??= timeline.now();
      const administrator = administratorOf(world, account, region);
      const finding = findingOf(stage, query, { activity, detector, details });
      plantFinding(world, { administrator, region, finding, generatedAt: timeline.now() }).catch(
        (error: unknown) => timeline.fail(error),
      );
      timeline.at(timeline.now() + TOLD_AFTER_MS, () => {
        for (const on of new Set([administrator, account]))
          tellFinding({ world, host: stage.host, account: on, region }, finding);
      });
    },
  );
};
