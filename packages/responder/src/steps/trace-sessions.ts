import {
  accountsToRead,
  afterTurn,
  atNextLook,
  beginTrace,
  chainOf,
  decideChained,
  lookupsNow,
  nextLookIn,
  stepsToDo,
  withQuestions,
  type ChainedDeny,
  type SessionDenyWay,
  type StepOutcome,
  type Trace,
  type TraceInput,
  type TraceOutput,
} from '@cordon/incident';
import { instant, type Services } from '../services.ts';
import { askAbout, type Judged } from './trace/ask-about.ts';
import { readBack } from './trace/read-back.ts';
import { readRegions } from './trace/read-regions.ts';
import { lookUp } from './trace/look-up.ts';
import { tellChained } from './trace/tell-chained.ts';

/** A deny that was not read back is tried again so often. */
const MOST_TRIES = 3;
/** CloudTrail takes two lookups in a second. */
const NEXT_TURN_SECONDS = 1;
/** While people are asked, what they said is looked for so often. */
const NEXT_ANSWER_SECONDS = 60;

/**
 * Looks in CloudTrail for roles that the instance assumed from its own, and has their sessions denied. Each call makes as many lookups as
 * AWS takes in a second, in every Region side by side, and says when to be called again:
 *
 *     look: regions -> lookups -> ... -> all read -> deny what is new -> read back -> the next look, minutes later
 *
 * Decides nothing itself, changes nothing: the denies are made by revoke-credentials, with another duty.
 */
export const traceSessions = async (input: TraceInput, services: Services): Promise<TraceOutput> => {
  const { incident } = input;
  const step = stepsToDo(input, 'trace-sessions')[0];
  const before = input.trace ?? beginTrace(instant(services));
  if (step === undefined) return ended(before, []);
  let trace = await readBack(before, { incident, services, by: step.by });
  trace = await readRegions(trace, accountsToRead(trace, incident), { incident, services });
  trace = withQuestions(trace, incident);
  const lookups = lookupsNow(trace);
  if (lookups.length > 0) {
    trace = afterTurn(trace, await lookUp(lookups, trace, { incident, services }), incident);
    return { next: 'look', trace, deny: [], recheckAfterSeconds: NEXT_TURN_SECONDS, outcomes: [] };
  }
  const first = judge(trace, { by: step.by, incident, now: services.now() });
  const asked = await askAbout(trace, first, { incident, services });
  const { judged, waits } = asked;
  trace = asked.trace;
  const deny = toDeny(trace, step.by, judged);
  trace = await tellChained(trace, judged, { incident, services });
  if (deny.length > 0)
    return { next: 'deny', trace: tried(trace, deny), deny, recheckAfterSeconds: 0, outcomes: [] };
  const wait = nextLookIn(trace, services.now());
  // An answer is not left lying until the next look, nor given up with the last.
  if (waits && (wait === undefined || wait > NEXT_ANSWER_SECONDS))
    return { next: 'look', trace, deny: [], recheckAfterSeconds: NEXT_ANSWER_SECONDS, outcomes: [] };
  return wait === undefined
    ? ended(trace, [outcomeOf(step.id, { trace, judged, input, services })])
    : { next: 'look', trace: atNextLook(trace), deny: [], recheckAfterSeconds: wait, outcomes: [] };
};

const ended = (trace: Trace, outcomes: StepOutcome[]): TraceOutput => ({
  next: 'done',
  // What was read is no use any more, and the execution's history need not hold it once more.
  trace: { ...trace, todo: [], links: [], uses: [] },
  deny: [],
  recheckAfterSeconds: 0,
  outcomes,
});

const judge = (
  trace: Trace,
  on: {
    readonly by: SessionDenyWay;
    readonly incident: TraceInput['incident'];
    readonly now: number;
  },
): readonly Judged[] => {
  const { sessions } = chainOf(trace, on.incident);
  const { links, uses, outside } = trace;
  return sessions.map((session) => ({
    session,
    verdict: decideChained(session, {
      by: on.by,
      links,
      uses,
      sessions,
      instance: on.incident,
      outside,
      now: on.now,
    }),
  }));
};

const toDeny = (trace: Trace, by: SessionDenyWay, judged: readonly Judged[]): ChainedDeny[] =>
  judged.flatMap(({ session, verdict }) => {
    if (verdict.decision !== 'deny') return [];
    const held = trace.denies.find(({ id }) => id === session.id);
    return held !== undefined && (held.held || held.tries >= MOST_TRIES)
      ? []
      : [{ session, by, keys: [...verdict.keys] }];
  });

const tried = (trace: Trace, deny: readonly ChainedDeny[]): Trace => ({
  ...trace,
  denies: [
    ...trace.denies.filter(({ id }) => !deny.some(({ session }) => session.id === id)),
    ...deny.map(({ session: { id } }) => ({
      id,
      tries: (trace.denies.find((one) => one.id === id)?.tries ?? 0) + 1,
      held: false,
    })),
  ],
});

/** At the end: done when every session that lives is denied and everything could be read; else what is left, for a person. */
const outcomeOf = (
  id: string,
  found: {
    readonly trace: Trace;
    readonly judged: readonly Judged[];
    readonly input: TraceInput;
    readonly services: Services;
  },
): StepOutcome => {
  const { trace, judged, input, services } = found;
  const held = new Set(trace.denies.filter((one) => one.held).map((one) => one.id));
  const open = judged.flatMap(({ session, verdict }): readonly string[] => {
    const name = `session "${session.sessionName}" of ${session.roleArn}`;
    if (verdict.decision === 'ask' || verdict.decision === 'by-hand')
      return [`${name} is NOT denied: ${verdict.because}`];
    return verdict.decision === 'deny' && !held.has(session.id)
      ? [`the deny of ${name} was not read back`]
      : [];
  });
  const more = chainOf(trace, input.incident).goesOn ? ['the chain goes on beyond what is followed'] : [];
  const left = [...open, ...more, ...trace.gaps];
  const looked = `CloudTrail was looked at ${trace.look + 1} times: ${judged.length} session(s) go back to the instance, ${held.size} denied`;
  return {
    id,
    status: left.length === 0 ? 'done' : 'refused',
    detail: [looked, ...left].join('; ').slice(0, 3_000),
    at: instant(services),
  };
};
