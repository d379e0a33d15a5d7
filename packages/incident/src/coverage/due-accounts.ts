import { mayStayUnknown } from './names.ts';
import type { CoverageRow } from './coverage-row.ts';
import type { SeenAccount } from './who-needs-coverage.ts';

/** What holds is tried again after so long. */
const AGAIN_AFTER_MS = 24 * 3_600_000;

/** What is remembered of an account: its rows, and where it was when each was written. */
export interface KnownPlace {
  readonly row: CoverageRow;
  readonly path: string;
}

/** What is known of all accounts, by account and then by Region. */
export type Known = ReadonlyMap<string, ReadonlyMap<string, KnownPlace>>;

interface Due {
  readonly account: SeenAccount;
  /** 0 for one that was never tried or has moved, 1 where something is open, 2 where it is time again. */
  readonly rank: number;
  /** Epoch milliseconds of the oldest try. */
  readonly oldest: number;
}

const dueOf = (
  account: SeenAccount,
  {
    regions,
    known,
    now,
  }: { readonly regions: readonly string[]; readonly known: Known; readonly now: number },
): Due | undefined => {
  const places = regions.map((region) => known.get(account.id)?.get(region));
  const tries = places.map((place) => Date.parse(place?.row.tried ?? '') || 0);
  const oldest = Math.min(...tries);
  // Another unit has other control policies: what was shown before the move shows nothing now.
  if (oldest === 0 || places.some((place) => place?.path !== account.path))
    return { account, rank: 0, oldest };
  const open = places.some(
    (place) =>
      place?.row.verdict !== 'protected' ||
      place.row.checks.some((check) => check.result === 'unknown' && !mayStayUnknown(check)),
  );
  if (open) return { account, rank: 1, oldest };
  return now - oldest >= AGAIN_AFTER_MS ? { account, rank: 2, oldest } : undefined;
};

/**
 * The accounts to try now, the most urgent first: those that came or moved, then those where something is open (every run), then those
 * whose last try is a day old. Among equals the one that waited longest goes first, so that a run that ends early leaves none out for good.
 *
 * @param now epoch milliseconds
 */
export const dueAccounts = (
  needed: readonly SeenAccount[],
  at: { readonly regions: readonly string[]; readonly known: Known; readonly now: number },
): readonly SeenAccount[] =>
  needed
    .flatMap((account) => dueOf(account, at) ?? [])
    .toSorted((a, b) => a.rank - b.rank || a.oldest - b.oldest || a.account.id.localeCompare(b.account.id))
    .map(({ account }) => account);
