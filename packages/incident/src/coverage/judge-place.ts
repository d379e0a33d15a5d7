import { mayStayUnknown } from './names.ts';
import type { CoverageCheck, CoverageRow } from './coverage-row.ts';

/** Without these an instance is not even cut off. */
const CUTS: ReadonlySet<string> = new Set(['role-inspect', 'probe-inspect', 'role-contain', 'probe-contain']);

/**
 * What a check counts for. What could not be looked at counts as it was found the last time, once: a throttled call says nothing of an account,
 * but a second one in a row leaves nothing that was shown.
 */
const countsAs = (check: CoverageCheck, before: CoverageRow | undefined): CoverageCheck['result'] =>
  check.result === 'unknown'
    ? (before?.checks.find(({ id }) => id === check.id)?.result ?? 'unknown')
    : check.result;

const verdictOf = (
  checks: readonly CoverageCheck[],
  before: CoverageRow | undefined,
): CoverageRow['verdict'] => {
  const open = checks.filter((check) => {
    const result = countsAs(check, before);
    return result !== 'ok' && !mayStayUnknown({ id: check.id, result });
  });
  if (checks.length === 0 || open.some(({ id }) => CUTS.has(id))) return 'not';
  return open.length === 0 ? 'protected' : 'partly';
};

/** One look at a place. */
export interface Look {
  readonly account: string;
  readonly region: string;
  readonly checks: readonly CoverageCheck[];
  /** When the place was first seen, ISO 8601; what the row before says goes first. */
  readonly firstSeen: string;
}

/**
 * The row after a look: `not` where an instance could not be cut off, `partly` where something else of the response would fail, and `protected`
 * only when all that was tried worked.
 *
 * @param now ISO 8601
 */
export const judgePlace = (
  { account, region, checks, firstSeen }: Look,
  before: CoverageRow | undefined,
  now: string,
): CoverageRow => {
  // What a simulation denied stays denied until one says otherwise: nobody closes it by taking the right to simulate away.
  const kept = checks.map((check) =>
    mayStayUnknown(check)
      ? (before?.checks.find(({ id, result }) => id === check.id && result === 'failed') ?? check)
      : check,
  );
  const verdict = verdictOf(kept, before);
  return {
    account,
    region,
    verdict,
    checks: kept,
    firstSeen: before?.firstSeen ?? firstSeen,
    tried: now,
    ...(verdict === 'protected' ? { protectedSince: before?.protectedSince ?? now } : {}),
  };
};

/** A place that nobody has tried yet. */
export const untriedPlace = (account: string, region: string, now: string): CoverageRow => ({
  account,
  region,
  verdict: 'not',
  checks: [],
  firstSeen: now,
});

/** Why a place is not protected: what was found, or that nobody has looked yet. Empty where it is. */
export const whyOpen = (row: CoverageRow): readonly string[] => {
  if (row.verdict === 'protected') return [];
  if (row.tried === undefined) return ['it was not tried yet'];
  return row.checks.filter(({ result }) => result !== 'ok').map(({ id, says }) => `${id}: ${says}`);
};
