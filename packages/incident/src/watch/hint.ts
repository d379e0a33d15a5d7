import * as z from 'zod';
import { accountId, region } from '../ids.ts';
import { CHANGE_SOURCES } from './change-events.ts';

/** What a change says of where to look. It is a member's word: it may cause a look, and nothing else follows from it. */
export interface ChangeHint {
  readonly account: string;
  /** Absent where the service is global: then any Region of the account. */
  readonly region?: string;
  /** Instances that it names; empty where it names none, as a change of a group or a route. */
  readonly instanceIds: readonly string[];
  /** Target groups of the account that it names. */
  readonly targetGroupArns: readonly string[];
  /** Classic balancers that it names. */
  readonly classic: readonly string[];
}

/** `account` and `region` are EventBridge's: a sender cannot choose them. https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
const envelope = z.object({
  account: accountId,
  region,
  source: z.enum(CHANGE_SOURCES),
  detail: z.record(z.string(), z.unknown()),
});

/** Texts below a value, some levels deep: AWS writes sets of items into lists of objects. */
const textsIn = (value: unknown, depth = 6): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.values(value).flatMap((inner) => textsIn(inner, depth - 1));
};

const MOST_NAMED = 20;
const INSTANCE = /^i-[0-9a-f]{8,17}$/;
const TARGET_GROUP =
  /^arn:[a-z-]+:elasticloadbalancing:([a-z0-9-]+):(\d{12}):targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/;
/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateLoadBalancer.html */
const CLASSIC = /^[A-Za-z0-9-]{1,32}$/;

/**
 * Reads a change as far as it says where to look; undefined for what is none. Pure. Ids and names are taken only in the form that AWS gives
 * them, and a target group only of the account and Region that the event came from.
 */
export const hintFrom = (body: string): ChangeHint | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  const { data } = envelope.safeParse(parsed);
  if (data === undefined) return undefined;
  const { account, region: where, source, detail } = data;
  const asked = detail['requestParameters'];
  const texts = [...new Set(textsIn([asked, detail['instance-id']]))];
  const instanceIds = texts.filter((text) => INSTANCE.test(text));
  const classic = Object(asked)['loadBalancerName'];
  return {
    account,
    // IAM's calls are recorded in one Region, wherever the instances are.
    ...(source === 'aws.iam' ? {} : { region: where }),
    // Whoever names very many could hide one among them: then it names none, and all of the account count.
    instanceIds: instanceIds.length > MOST_NAMED ? [] : instanceIds,
    targetGroupArns: texts
      .filter((text) => {
        const [, ofRegion, ofAccount] = TARGET_GROUP.exec(text) ?? [];
        return ofRegion === where && ofAccount === account;
      })
      .slice(0, MOST_NAMED),
    classic: typeof classic === 'string' && CLASSIC.test(classic) ? [classic] : [],
  };
};
