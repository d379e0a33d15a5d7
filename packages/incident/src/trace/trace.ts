import * as z from 'zod';
import { sessionDenyWay } from '../plan/session-deny.ts';
import {
  chainedSession,
  chainedSessions,
  linkOf,
  linkSchema,
  MOST_LINKS,
  sessionArnOf,
  userIdOf,
  type Chain,
} from './chained-sessions.ts';
import { callerSchema, LONGEST_SESSION_MS, type TrailEvent } from './read-event.ts';

/**
 * When CloudTrail is looked at, in seconds after the first look: events arrive "within an average of about 5 minutes", not guaranteed.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 */
export const LOOKS_AFTER_SECONDS = [0, 60, 300, 900, 1_800] as const;

/** Lookups that an account's Region takes in a second. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const LOOKUPS_AT_A_TIME = 2;
/** Pages of 50 events that one lookup reads of a Region at most: a host that calls without end must not hold the trace up. */
const MOST_PAGES = 10;
/** Rounds of one look: three for each link of a chain, and pages. */
const MOST_TURNS = 60;
const MOST_KEPT = 120;

const lookup = z.object({
  account: z.string(),
  region: z.string(),
  attribute: z.enum(['Username', 'ResourceName']),
  value: z.string(),
  page: z.int(),
  token: z.string().optional(),
});
/** One page of one lookup of the event history. */
export type TrailLookup = z.infer<typeof lookup>;

/** Where a trace stands; it travels through the workflow. */
export const traceSchema = z.object({
  startedAt: z.iso.datetime(),
  /** Which of `LOOKS_AFTER_SECONDS`. */
  look: z.int(),
  /** Turns of this look. */
  turn: z.int(),
  /** Regions by account; an account whose Regions could not be read has none. */
  regions: z.record(z.string(), z.array(z.string())),
  outside: z.array(z.string()),
  todo: z.array(lookup),
  /** What this look has asked for. */
  asked: z.array(z.string()),
  links: z.array(linkSchema),
  uses: z.array(callerSchema),
  /** Sessions that were denied, by id; `held` once that was read back. */
  denies: z.array(z.object({ id: z.string(), tries: z.int(), held: z.boolean() })),
  /** What people were asked about sessions whose name others use; the last question of each. */
  questions: z.array(
    z.object({ id: z.string(), hash: z.string(), asked: z.int(), expiresAt: z.iso.datetime() }),
  ),
  /** Ids of sessions that were told and recorded. */
  told: z.array(z.string()),
  /** What this look could not read, in plain sentences. */
  gaps: z.array(z.string()),
});
/** Where a trace stands. */
export type Trace = z.infer<typeof traceSchema>;

/** A session to deny, and how. */
export const chainedDeny = z.object({
  session: chainedSession,
  by: sessionDenyWay,
  /** Tag keys of ours that may be used. */
  keys: z.array(z.string()),
});
/** A session to deny, and how. */
export type ChainedDeny = z.infer<typeof chainedDeny>;

/** Whose sessions are traced. */
interface Instance {
  readonly account: string;
  readonly instanceId: string;
}

/** A trace that has not looked yet. */
export const beginTrace = (startedAt: string): Trace => ({
  startedAt,
  look: 0,
  turn: 0,
  regions: {},
  outside: [],
  todo: [],
  asked: [],
  links: [],
  uses: [],
  denies: [],
  questions: [],
  told: [],
  gaps: [],
});

/** The chain as far as it is known. */
export const chainOf = ({ links }: Pick<Trace, 'links'>, instance: Instance): Chain =>
  chainedSessions(links, instance);

/** Accounts whose Regions are to be read before the look goes on. */
export const accountsToRead = (trace: Trace, instance: Instance): readonly string[] => [
  ...new Set(
    [instance.account, ...chainOf(trace, instance).sessions.map(({ account }) => account)].filter(
      (account) => trace.regions[account] === undefined && !trace.outside.includes(account),
    ),
  ),
];

interface Question {
  readonly account: string;
  readonly attribute: TrailLookup['attribute'];
  readonly value: string;
}

/** What is asked for: the calls of each session, by its name, and who assumed it. */
const questionsOf = (trace: Trace, instance: Instance): readonly Question[] => [
  { account: instance.account, attribute: 'Username', value: instance.instanceId },
  ...chainOf(trace, instance).sessions.flatMap((session): readonly Question[] => [
    { account: session.account, attribute: 'Username', value: session.sessionName },
    { account: session.account, attribute: 'ResourceName', value: sessionArnOf(session) },
  ]),
];

/** The trace with what is to be asked now, in every Region of an account: a token of any Region's endpoint holds in all (aws-facts 5.4). */
export const withQuestions = (trace: Trace, instance: Instance): Trace => {
  const asked = new Set(trace.asked);
  const todo: TrailLookup[] = [];
  for (const question of questionsOf(trace, instance)) {
    const { account, attribute, value } = question;
    const name = `${account} ${attribute} ${value}`;
    const regions = trace.regions[account];
    if (asked.has(name) || regions === undefined) continue;
    asked.add(name);
    todo.push(...regions.map((region) => ({ ...question, region, page: 1 })));
  }
  return { ...trace, asked: [...asked], todo: [...trace.todo, ...todo] };
};

/** The lookups that may be made at once. */
export const lookupsNow = ({ todo }: Pick<Trace, 'todo'>): readonly TrailLookup[] => {
  const places = new Map<string, number>();
  return todo.filter(({ account, region }) => {
    const before = places.get(`${account} ${region}`) ?? 0;
    places.set(`${account} ${region}`, before + 1);
    return before < LOOKUPS_AT_A_TIME;
  });
};

/** Since when a lookup reads, in epoch milliseconds: no session of a chain that lives still is older. Undefined: all that there is. */
export const readsSince = ({ attribute }: TrailLookup, { startedAt }: Pick<Trace, 'startedAt'>) =>
  // Role chaining limits every link after the first to an hour: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
  attribute === 'Username' ? Date.parse(startedAt) - LONGEST_SESSION_MS - MOST_LINKS * 3_600_000 : undefined;

/** What a lookup gave. */
export interface LookedUp {
  readonly lookup: TrailLookup;
  readonly events: readonly TrailEvent[];
  readonly token?: string;
  /** `later`: AWS has enough of us for now; anything else is why the Region cannot be read. */
  readonly fault?: string;
}

const unique = <One>(all: readonly One[]): One[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];

const goesOn = ({ lookup: { page }, token }: LookedUp): boolean => token !== undefined && page < MOST_PAGES;

const gapOf = ({ lookup: { account, region, page }, token, fault }: LookedUp): readonly string[] => {
  if (fault !== undefined && fault !== 'later')
    return [`CloudTrail of ${account} in ${region} could not be read: ${fault}`];
  return token !== undefined && page >= MOST_PAGES
    ? [`CloudTrail of ${account} in ${region} has more events of one name than are read`]
    : [];
};

/** The trace after a turn of lookups. */
export const afterTurn = (trace: Trace, answers: readonly LookedUp[], instance: Instance): Trace => {
  const done = new Set(answers.filter(({ fault }) => fault !== 'later').map(({ lookup: one }) => one));
  const turn = trace.turn + 1;
  const events = answers.flatMap((answer) => answer.events);
  const links = unique([...trace.links, ...events.flatMap((event) => linkOf(event) ?? [])]);
  // Of who called, only what bears on a chained session is kept.
  const chained = new Set(chainOf({ links }, instance).sessions.map(userIdOf));
  const uses = [...trace.uses, ...events.map(({ caller }) => caller)].filter(({ principalId }) =>
    chained.has(principalId),
  );
  const over = turn >= MOST_TURNS;
  const todo = over
    ? []
    : [
        ...trace.todo.filter((one) => !done.has(one)),
        ...answers
          .filter((answer) => goesOn(answer))
          .map(({ lookup: one, token }) => ({
            ...one,
            page: one.page + 1,
            ...(token === undefined ? {} : { token }),
          })),
      ];
  return {
    ...trace,
    turn,
    todo,
    links: links.slice(0, MOST_KEPT),
    uses: unique(uses).slice(0, MOST_KEPT),
    gaps: unique([
      ...trace.gaps,
      ...answers.flatMap(gapOf),
      ...(over ? ['a look at CloudTrail was broken off: there is more than is followed'] : []),
      ...(links.length > MOST_KEPT ? ['more roles were assumed than are followed'] : []),
    ]).slice(0, MOST_KEPT),
  };
};

/** Seconds until the next look; undefined after the last. `now` is in epoch milliseconds. */
export const nextLookIn = ({ look, startedAt }: Trace, now: number): number | undefined => {
  const next = LOOKS_AFTER_SECONDS[look + 1];
  return next === undefined
    ? undefined
    : Math.max(1, Math.ceil((Date.parse(startedAt) + next * 1_000 - now) / 1_000));
};

/** The trace at the beginning of its next look, which may read what this could not. */
export const atNextLook = (trace: Trace): Trace => ({
  ...trace,
  regions: Object.fromEntries(Object.entries(trace.regions).filter(([, regions]) => regions.length > 0)),
  look: trace.look + 1,
  turn: 0,
  todo: [],
  asked: [],
  gaps: [],
});
