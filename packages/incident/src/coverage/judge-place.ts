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
  const open = checks.filter((check) => countsAs(check, before) !== 'ok');
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
  const verdict = verdictOf(checks, before);
  return {
    account,
    region,
    verdict,
    checks: [...checks],
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
