import { liftIdsOf, type ContainmentJournal } from './journal.ts';

/** How long a release may be at work on a step: its function ends after four minutes, and what it said is kept after it. */
const UNDER_WAY_MS = 10 * 60_000;

/** A release that people approved, and what became of its steps so far. */
export interface ApprovedLifts {
  /** The last plan of containment when it was approved. */
  readonly revision: number;
  readonly approvedAt: string;
  readonly steps: readonly {
    readonly id: string;
    /** Absent where nobody has said anything yet. */
    readonly said?: { readonly status: 'done' | 'refused' | 'failed'; readonly at: string };
  }[];
}

const isContainedAgain = ({ plans, found = [] }: ContainmentJournal, id: string, since: number): boolean =>
  [...plans.flatMap(({ revision, plan }) => plan.steps.map((step) => ({ revision, step }))), ...found].some(
    ({ revision, step }) => revision > since && liftIdsOf(step).includes(id),
  );

/**
 * What people had lifted, by the ids of a release: what the watch leaves as it is. A step counts while its release may be at work on it,
 * so that nothing is shut behind the hands of people; and no longer once a later plan contained the same thing again, as a finding
 * does. Pure; `now` is epoch milliseconds.
 */
export const liftedBy = (
  journal: ContainmentJournal,
  releases: readonly ApprovedLifts[],
  now: number,
): ReadonlySet<string> =>
  new Set(
    releases.flatMap(({ revision, approvedAt, steps }) =>
      steps
        .filter(({ said }) =>
          said?.status === 'done'
            ? true
            : said?.status !== 'refused' && now < Date.parse(said?.at ?? approvedAt) + UNDER_WAY_MS,
        )
        .map(({ id }) => id)
        .filter((id) => !isContainedAgain(journal, id, revision)),
    ),
  );
