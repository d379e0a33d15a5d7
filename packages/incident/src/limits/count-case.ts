import { SEVERE_FROM, type Limits } from './limits.ts';
import { breakerName, type BreakerRow, type Scope, type Tier } from './limit-row.ts';

/** What one case is counted against. */
export interface CountedCase {
  /** Instances that one finding names together are one case and count once. */
  readonly caseId: string;
  readonly severity: number;
  readonly account: string;
  /** The unit that the account is directly in; undefined where there is none, or it could not be read: no unit is counted then. */
  readonly unit?: string | undefined;
}

/** One budget that a case counts against. */
export interface Budget {
  readonly name: string;
  readonly scope: Scope;
  readonly id: string;
  readonly most: number;
  /** What people call it when they reset it (halt.ts); of both tiers at once. */
  readonly resetScope: string;
}

/** Whether a case may be contained without asking, and what is to be written if it is opened so. */
export interface Counted {
  readonly automatic: boolean;
  /** Rows by name as they are to be; unchanged ones are left out. */
  readonly writes: Readonly<Record<string, BreakerRow>>;
  /** Budgets that this case tripped just now, for whoever is to be told. */
  readonly tripped: readonly Budget[];
  /** Plain sentences: why it is not automatic; empty when it is. */
  readonly because: readonly string[];
}

/** What has been counted and reset so far. */
export interface CountedSoFar {
  readonly rows: Readonly<Record<string, BreakerRow>>;
  readonly resets: Readonly<Record<string, number>>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The budget that a severity counts against. */
const tierOf = (severity: number): Tier => (severity >= SEVERE_FROM ? 'severe' : 'ordinary');

/** The budgets that a case counts against, the narrowest first; none where a deployment has no limits. */
export const budgetsOf = (limits: Limits, of: CountedCase): readonly Budget[] => {
  if (limits === 'off') return [];
  const tier = tierOf(of.severity);
  const budget = (scope: Scope, id: string): Budget => ({
    name: breakerName(scope, id, tier),
    scope,
    id,
    most: limits[tier][scope],
    resetScope: scope === 'organization' ? scope : `${scope}:${id}`,
  });
  return [
    budget('account', of.account),
    ...(of.unit === undefined ? [] : [budget('unit', of.unit)]),
    budget('organization', 'all'),
  ];
};

/** Whether a breaker is tripped: for a window from when it tripped, unless people reset it since. */
const isTripped = ({ trippedAt }: BreakerRow, now: number, since: number): boolean =>
  trippedAt !== undefined && trippedAt > since && trippedAt <= now;

/**
 * Decides whether a case may be contained without asking. The narrowest budget is asked first, and only a case that every budget
 * admits is counted, against all of them: what an account is refused beyond its own budget uses up nothing of its unit's
 * or the organization's. The case that finds a budget full trips its breaker; it stays tripped for a window, so that an incident
 * more is not let through each time an old one falls out of the window. What people reset counts from then on alone. Pure; a
 * row that is absent has counted nothing. `resets`: by `resetScope`, epoch milliseconds.
 *
 *     window 60 min, 2 allowed    |A....B....C.......................|A out  |B out        |
 *                                 1    2    trip: tripped for 60 min from here ............| again 2
 */
export const countCase = (limits: Limits, of: CountedCase, { rows, resets, now }: CountedSoFar): Counted => {
  if (limits === 'off') return { automatic: true, writes: {}, tripped: [], because: [] };
  const windowMs = limits.windowMinutes * 60_000;
  const writes: Record<string, BreakerRow> = {};
  for (const budget of budgetsOf(limits, of)) {
    const row = rows[budget.name] ?? { cases: [] };
    const since = Math.max(now - windowMs, resets[budget.resetScope] ?? Number.NEGATIVE_INFINITY);
    const counted = row.cases.filter(({ at }) => at > since);
    // An instance more of a case that was let through is let through, tripped or not; the case lasts as long as its last one.
    if (counted.some(({ caseId }) => caseId === of.caseId)) {
      const others = counted.filter(({ caseId }) => caseId !== of.caseId);
      writes[budget.name] = { ...row, cases: [...others, { caseId: of.caseId, at: now }] };
      continue;
    }
    if (isTripped(row, now, since))
      return {
        automatic: false,
        writes: {},
        tripped: [],
        because: [`${wordsOf(budget)} is tripped: ${why(budget, limits.windowMinutes)}`],
      };
    if (counted.length >= budget.most) {
      const because = [`${wordsOf(budget)} trips: ${why(budget, limits.windowMinutes)}`];
      const trip = { cases: counted, trippedAt: now };
      return { automatic: false, writes: { [budget.name]: trip }, tripped: [budget], because };
    }
    writes[budget.name] = { cases: [...counted, { caseId: of.caseId, at: now }] };
  }
  return { automatic: true, writes, tripped: [], because: [] };
};

const wordsOf = ({ scope, id }: Budget): string =>
  scope === 'organization' ? "the organization's circuit breaker" : `the circuit breaker of ${scope} ${id}`;

const why = ({ most }: Budget, minutes: number): string =>
  `${most} case(s) were contained without asking within ${minutes} minutes`;
