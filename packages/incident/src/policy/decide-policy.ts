import { LEAVES, type Leave, type LeaveName, type Order, type Posture } from '../plan/posture.ts';
import { matchRule, type Match, type PolicyFacts } from './match-rule.ts';
import { namesTags, type Policy, type PolicyRule } from './policy.ts';
import { atMostAsk, strongerLeave, strongestMode, UNSET, type AllSettings, type Mode } from './settings.ts';

/** A rule beside what became of it. */
export interface JudgedRule {
  readonly rule: PolicyRule;
  readonly match: Match;
}

/** What a policy says of one instance and one finding. */
export interface PolicyDecision {
  readonly settings: AllSettings;
  /** Every rule in its order. */
  readonly rules: readonly JudgedRule[];
  /** Plain sentences: the rules that decided, and what could not be read. They hold nothing that an attacker wrote. */
  readonly because: readonly string[];
}

/**
 * Decides by a policy; pure.
 *
 * Rules without tags are read in order, and for each setting the first one that matches and sets it decides; where none does,
 * the mode is `observe` and nothing costly is done. Rules on tags come after them, wherever they stand: each that matches
 * can only make a setting stronger. So no tag delays isolation, and taking a rule on tags away never makes anything stronger.
 *
 * Contents of evidence are kept in the incident's Region unless the first rule that says where says `home`, and is sure to apply.
 *
 * How long a case is kept is the longest that any rule sets which applies, or may apply, and within how long a copy shall end the shortest.
 *
 * Where a fact could not be read, a rule that hangs on it may match or not. The mode is then the strongest that any way of
 * reading it gives; what is costly waits for a person where the ways differ.
 */
export const decidePolicy = ({ rules }: Pick<Policy, 'rules'>, facts: PolicyFacts): PolicyDecision => {
  const judged = rules.map((rule) => ({ rule, match: matchRule(rule.when, facts) }));
  const settings = {
    mode: modeOf(judged),
    order: orderOf(judged),
    ...boundsOf(judged),
    ...residencyOf(judged),
    ...leavesOf(judged),
  };
  return { settings, rules: judged, because: reasonsOf(judged, facts, settings) };
};

const possible = (judged: readonly JudgedRule[]): readonly JudgedRule[] =>
  judged.filter(({ match }) => match !== 'no');
const untagged = (judged: readonly JudgedRule[]): readonly JudgedRule[] =>
  possible(judged).filter(({ rule }) => !namesTags(rule.when));
const tagged = (judged: readonly JudgedRule[]): readonly JudgedRule[] =>
  possible(judged).filter(({ rule }) => namesTags(rule.when));

/** What a setting may be: by each rule that may match, up to the first that does; by none, what it is unset. */
const candidates = <Value>(
  judged: readonly JudgedRule[],
  read: (rule: PolicyRule) => Value | undefined,
  unset: Value,
): readonly Value[] => {
  const values: Value[] = [];
  for (const { rule, match } of untagged(judged)) {
    const value = read(rule);
    if (value === undefined) continue;
    values.push(value);
    if (match === 'yes') return values;
  }
  return [...values, unset];
};

const modeOf = (judged: readonly JudgedRule[]): Mode =>
  strongestMode([
    ...candidates(judged, ({ set }) => set.mode, UNSET.mode),
    ...tagged(judged).flatMap(({ rule }) => rule.set.mode ?? []),
  ]);

/** The cut waits for memory only where that is sure to be meant, and no rule on tags says otherwise. */
const orderOf = (judged: readonly JudgedRule[]): Order =>
  [
    ...candidates(judged, ({ set }) => set.order, UNSET.order),
    ...tagged(judged).flatMap(({ rule }) => rule.set.order ?? []),
  ].every((order) => order === 'memory-first')
    ? 'memory-first'
    : 'contain-first';

/** What no order of rules decides: each can only be made more. */
const boundsOf = (
  judged: readonly JudgedRule[],
): Pick<AllSettings, 'retentionDays' | 'copyWithinMinutes'> => {
  const days = possible(judged).flatMap(({ rule }) => rule.set.retentionDays ?? []);
  const minutes = possible(judged).flatMap(({ rule }) => rule.set.copyWithinMinutes ?? []);
  return {
    ...(days.length === 0 ? {} : { retentionDays: Math.max(...days) }),
    ...(minutes.length === 0 ? {} : { copyWithinMinutes: Math.min(...minutes) }),
  };
};

/** Contents leave their Region only where every way of reading the rules says so; a rule on tags can keep them there, and take none away. */
const residencyOf = (judged: readonly JudgedRule[]): Pick<AllSettings, 'residency'> =>
  candidates(judged, ({ set }) => set.residency, 'region').every((value) => value === 'home') &&
  tagged(judged).every(({ rule }) => rule.set.residency !== 'region')
    ? { residency: 'home' }
    : {};

const leaveOf = (judged: readonly JudgedRule[], name: LeaveName): Leave => {
  const values = new Set(candidates(judged, ({ set }) => set[name], UNSET[name]));
  const [only = UNSET[name]] = values;
  const base: Leave = values.size === 1 ? only : 'ask';
  return tagged(judged).reduce<Leave>((held, { rule, match }) => {
    const value = rule.set[name];
    if (value === undefined) return held;
    return strongerLeave(held, match === 'yes' ? value : atMostAsk(value));
  }, base);
};

const leavesOf = (judged: readonly JudgedRule[]): Readonly<Record<LeaveName, Leave>> => ({
  memory: leaveOf(judged, 'memory'),
  stop: leaveOf(judged, 'stop'),
  crash: leaveOf(judged, 'crash'),
  detachVolumes: leaveOf(judged, 'detachVolumes'),
  remoteAddresses: leaveOf(judged, 'remoteAddresses'),
  dnsFirewall: leaveOf(judged, 'dnsFirewall'),
  subnetAcl: leaveOf(judged, 'subnetAcl'),
  routeTable: leaveOf(judged, 'routeTable'),
  internetGateway: leaveOf(judged, 'internetGateway'),
  replacement: leaveOf(judged, 'replacement'),
  metadataOff: leaveOf(judged, 'metadataOff'),
  untracking: leaveOf(judged, 'untracking'),
  managementPath: leaveOf(judged, 'managementPath'),
  blockHashes: leaveOf(judged, 'blockHashes'),
  image: leaveOf(judged, 'image'),
  liveResponse: leaveOf(judged, 'liveResponse'),
});

const reasonsOf = (
  judged: readonly JudgedRule[],
  facts: PolicyFacts,
  settings: AllSettings,
): readonly string[] => {
  const missing = (['units', 'accountTags', 'instanceTags'] as const).filter(
    (name) =>
      facts[name] === undefined &&
      judged.some(({ rule, match }) => match === 'maybe' && rule.when[name] !== undefined),
  );
  const deciding = judged.filter((one) => decides(one, judged, settings));
  const none =
    deciding.length === 0 ? ['no rule of the policy applies, so the instance is only observed'] : [];
  return [
    ...deciding.map(
      ({ rule, match }) => `rule ${rule.name}${match === 'maybe' ? ' may apply' : ''}: ${rule.because}`,
    ),
    ...none,
    ...missing.map(
      (name) =>
        `${MISSING[name]} could not be read: rules on them are taken to apply where that is stronger, and what is costly waits for a person`,
    ),
  ];
};

const MISSING = {
  units: "the account's organizational units",
  accountTags: "the account's tags",
  instanceTags: "the instance's tags",
} as const;

/** Whether a rule had a hand in the outcome: it set the mode that was taken, or a technique that is not `never`. */
const decides = (one: JudgedRule, judged: readonly JudgedRule[], settings: AllSettings): boolean => {
  if (one.match === 'no') return false;
  const { set, when } = one.rule;
  const first = (read: (rule: PolicyRule) => unknown): boolean =>
    namesTags(when) ||
    untagged(judged)
      .slice(0, untagged(judged).indexOf(one))
      .every(({ rule, match }) => match === 'maybe' || read(rule) === undefined);
  const setsMode = set.mode === settings.mode && first((rule) => rule.set.mode);
  return (
    setsMode ||
    (set.residency === 'home' && settings.residency === 'home' && first((rule) => rule.set.residency)) ||
    (['retentionDays', 'copyWithinMinutes'] as const).some(
      (name) => set[name] !== undefined && set[name] === settings[name],
    ) ||
    LEAVES.some(
      (name) =>
        set[name] !== undefined &&
        set[name] !== 'never' &&
        settings[name] !== 'never' &&
        first((rule) => rule.set[name]),
    )
  );
};

/** The posture that a decision gives an incident; `observe` gives none, for there is no incident. */
export const postureOf = ({ settings, because }: PolicyDecision): Posture | undefined => {
  const { mode, ...leaves } = settings;
  if (mode === 'observe') return undefined;
  return { containment: mode, ...leaves, because: because.map((reason) => reason.slice(0, 1_000)) };
};
