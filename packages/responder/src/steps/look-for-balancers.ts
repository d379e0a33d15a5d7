import {
  DescribeInstanceHealthCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingClient,
  type LoadBalancerDescription,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type TargetGroup,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { BalancerFacts } from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';

/** The instance, as load balancers may name it. */
export interface Sought {
  readonly instanceId: string;
  /** VPCs of its interfaces. */
  readonly vpcIds: readonly string[];
  /** Private addresses of its interfaces. */
  readonly addresses: readonly string[];
}

/** Pages of 400 that are read of target groups and of classic balancers: a Region has 3,000 target groups by default. */
const MOST_PAGES = 10;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html */
const PAGE_SIZE = 400;
/** Groups that are asked at once: hundreds at once would spend the account's request rate, which its own people need too. */
const AT_ONCE = 10;

const pages = async <Item>(
  read: (
    marker: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>,
): Promise<{ readonly items: readonly Item[]; readonly whole: boolean }> => {
  const items: Item[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await read(marker);
    items.push(...answer.items);
    if (answer.next === undefined) return { items, whole: true };
    marker = answer.next;
  }
  return { items, whole: false };
};

/** Runs one task for each item, a few at a time; gives the results in order. */
const aFewAtATime = async <Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const mine = next;
      next += 1;
      const item = items[mine];
      if (item !== undefined) results[mine] = await act(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
};

type Part = Pick<BalancerFacts, 'targets' | 'ambiguous' | 'unread'>;

const names = ({ Target }: TargetHealthDescription, { instanceId, addresses }: Sought): boolean =>
  Target?.Id !== undefined && (Target.Id === instanceId || addresses.includes(Target.Id));

/** What one group says: a target that is being deregistered already is left alone, by whomever it is. */
const inGroup = (group: TargetGroup, described: readonly TargetHealthDescription[], sought: Sought): Part => {
  const mine = described.filter((one) => names(one, sought) && one.TargetHealth?.State !== 'draining');
  const targetGroupArn = group.TargetGroupArn ?? '';
  if (mine.length > 0 && !sought.vpcIds.includes(group.VpcId ?? ''))
    return { targets: [], ambiguous: [targetGroupArn], unread: [] };
  const othersHealthy = described.filter(
    (one) => !names(one, sought) && one.TargetHealth?.State === 'healthy',
  ).length;
  return {
    targets: mine.flatMap(({ Target }) =>
      Target?.Id === undefined || Target.Port === undefined
        ? []
        : [
            {
              targetGroupArn,
              targetId: Target.Id,
              port: Target.Port,
              // The zone of an address in the VPC is found by AWS; only `all` must be said again.
              ...(Target.AvailabilityZone === 'all' ? { availabilityZone: Target.AvailabilityZone } : {}),
              othersHealthy,
            },
          ],
    ),
    ambiguous: [],
    unread: [],
  };
};

const lookInGroups = async (connection: Connection, sought: Sought): Promise<Part> => {
  const client = clientFor(ElasticLoadBalancingV2Client, connection);
  const { items, whole } = await pages(async (Marker) => {
    const answer = await client.send(new DescribeTargetGroupsCommand({ PageSize: PAGE_SIZE, Marker }));
    return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
  });
  // An instance id is a target in its own VPC alone; an address may be one of a group elsewhere.
  const groups = items.filter(
    ({ TargetType, VpcId }) =>
      TargetType === 'ip' || (TargetType === 'instance' && sought.vpcIds.includes(VpcId ?? '')),
  );
  const parts = await aFewAtATime(groups, async (group): Promise<Part> => {
    try {
      const { TargetHealthDescriptions: described = [] } = await client.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: group.TargetGroupArn }),
      );
      return inGroup(group, described, sought);
    } catch (error) {
      return { targets: [], ambiguous: [], unread: [`${group.TargetGroupArn}: ${faultLine(error)}`] };
    }
  });
  return {
    targets: parts.flatMap(({ targets }) => targets),
    ambiguous: parts.flatMap(({ ambiguous }) => ambiguous),
    unread: [
      ...parts.flatMap(({ unread }) => unread),
      ...(whole ? [] : [`the Region has more than ${MOST_PAGES * PAGE_SIZE} target groups`]),
    ],
  };
};

type ClassicPart = Pick<BalancerFacts, 'classic' | 'unread'>;

const lookInClassic = async (connection: Connection, { instanceId }: Sought): Promise<ClassicPart> => {
  const client = clientFor(ElasticLoadBalancingClient, connection);
  const { items, whole } = await pages(async (Marker) => {
    const answer = await client.send(new DescribeLoadBalancersCommand({ PageSize: PAGE_SIZE, Marker }));
    return { items: answer.LoadBalancerDescriptions ?? [], next: answer.NextMarker };
  });
  const holding = items.filter(({ Instances = [] }) =>
    Instances.some(({ InstanceId }) => InstanceId === instanceId),
  );
  const classic = await aFewAtATime(holding, async ({ LoadBalancerName }: LoadBalancerDescription) => {
    const { InstanceStates: states = [] } = await client.send(
      new DescribeInstanceHealthCommand({ LoadBalancerName }),
    );
    return {
      name: LoadBalancerName ?? '',
      othersInService: states.filter(
        ({ InstanceId, State }) => InstanceId !== instanceId && State === 'InService',
      ).length,
    };
  });
  return {
    classic: [...classic],
    unread: whole ? [] : [`the Region has more than ${MOST_PAGES * PAGE_SIZE} classic balancers`],
  };
};

/**
 * Finds the target groups and classic balancers that have the instance, by its id or one of its addresses. There is no look-up the other
 * way, so that each group is asked, a few at a time (aws-facts 2.8). What cannot be read is said, and keeps nothing else from being found.
 */
export const lookForBalancers = async (connection: Connection, sought: Sought): Promise<BalancerFacts> => {
  const nothing = (what: string) => (error: unknown) => ({
    targets: [],
    classic: [],
    ambiguous: [],
    unread: [`${what}: ${faultLine(error)}`],
  });
  const [groups, balancers] = await Promise.all([
    lookInGroups(connection, sought).catch(nothing('target groups')),
    lookInClassic(connection, sought).catch(nothing('classic balancers')),
  ]);
  return {
    targets: [...groups.targets],
    ambiguous: [...groups.ambiguous],
    classic: [...balancers.classic],
    unread: [...groups.unread, ...balancers.unread],
  };
};
