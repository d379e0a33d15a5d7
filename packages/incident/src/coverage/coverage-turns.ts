import type { CoverageRow } from './coverage-row.ts';
import { whyOpen } from './judge-place.ts';

/** What changed for accounts by a batch of tries. */
export interface Turn {
  readonly kind: 'account-covered' | 'account-uncovered' | 'account-late';
  readonly accounts: readonly string[];
  readonly reasons: readonly string[];
}

/** One account in all Regions, before and after it was tried. */
export interface Tried {
  readonly account: string;
  readonly before: readonly CoverageRow[];
  readonly after: readonly CoverageRow[];
}

/** Reasons that one event holds; the table has all. An event of EventBridge takes 256 KB. */
const MOST_REASONS = 20;

const isCovered = (rows: readonly CoverageRow[], regions: number): boolean =>
  rows.length >= regions && rows.every(({ verdict }) => verdict === 'protected');

const deadlineOf = ({ firstSeen }: CoverageRow, withinMinutes: number): number =>
  Date.parse(firstSeen) + withinMinutes * 60_000;

/** Places that should be protected by now and are not. @param now epoch milliseconds */
export const latePlaces = (
  rows: readonly CoverageRow[],
  { withinMinutes, now }: { readonly withinMinutes: number; readonly now: number },
): readonly CoverageRow[] =>
  rows.filter((row) => row.verdict !== 'protected' && deadlineOf(row, withinMinutes) <= now);

const reasonsOf = (rows: readonly CoverageRow[]): readonly string[] => {
  const all = rows.flatMap((row) =>
    whyOpen(row).map((because) => `${row.account} in ${row.region}: ${because}`),
  );
  const more = all.length - MOST_REASONS;
  return more > 0
    ? [...all.slice(0, MOST_REASONS), `and ${more} more; cordon coverage --not-protected has all`]
    : all;
};

const turn = (kind: Turn['kind'], tried: readonly Tried[]): readonly Turn[] =>
  tried.length === 0
    ? []
    : [
        {
          kind,
          accounts: tried.map(({ account }) => account),
          reasons: reasonsOf(tried.flatMap(({ after }) => after)),
        },
      ];

/**
 * What people and machines are told of a batch: accounts that became covered in every Region, that ceased to be, and that were tried for the
 * first time since their time was over. One event for all of a kind: a policy at the root turns thousands at once.
 *
 * @param at the Regions' number, the policy's minutes, and now in epoch milliseconds
 */
export const coverageTurns = (
  batch: readonly Tried[],
  at: { readonly regions: number; readonly withinMinutes: number; readonly now: number },
): readonly Turn[] => {
  const was = (tried: Tried): boolean => isCovered(tried.before, at.regions);
  const is = (tried: Tried): boolean => isCovered(tried.after, at.regions);
  const justLate = (tried: Tried): boolean =>
    latePlaces(tried.after, at).some((row) => {
      const last = tried.before.find(({ region }) => region === row.region);
      return Date.parse(last?.tried ?? row.firstSeen) < deadlineOf(row, at.withinMinutes);
    });
  return [
    ...turn(
      'account-covered',
      batch.filter((tried) => is(tried) && !was(tried)),
    ),
    ...turn(
      'account-uncovered',
      batch.filter((tried) => was(tried) && !is(tried)),
    ),
    ...turn(
      'account-late',
      batch.filter((tried) => !was(tried) && justLate(tried)),
    ),
  ];
};
