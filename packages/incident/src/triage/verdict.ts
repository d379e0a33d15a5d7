import type { Subject } from '../finding/finding.ts';

/** What is done about a finding, from the weakest to the strongest. */
export type Decision = 'ignore' | 'observe' | 'respond';

/** The rule that decided. */
export type Ground =
  | 'sample'
  | 'archived'
  | 'no-instance'
  | 'never-contained'
  | 'account-excluded'
  | 'type-excluded'
  | 'attempt-from-outside'
  | 'severity-unknown'
  | 'policy-observes'
  | 'policy-responds';

/** The answer of triage to one finding. */
export interface Verdict {
  readonly decision: Decision;
  readonly because: Ground;
  /** Plain sentences. Of the finding they hold only its type and validated ids, never its words. */
  readonly reasons: readonly string[];
  /** Whether a person is to be called now. */
  readonly page: boolean;
  /** The instances to open an incident for: none unless the decision is `respond`, and never one that must not be contained. */
  readonly respondTo: readonly Subject[];
}

const RANK: Readonly<Record<Decision, number>> = { ignore: 0, observe: 1, respond: 2 };

/** Whether the first decision is stronger than the second. */
export function isStronger(one: Decision, other: Decision): boolean {
  return RANK[one] > RANK[other];
}

/**
 * The strongest of some verdicts, the earliest among equals, and `undefined` for none. It pages when any of them does: a
 * weaker verdict's call for a person is not lost.
 */
export function strongest(verdicts: readonly Verdict[]): Verdict | undefined {
  const [first, ...rest] = verdicts;
  if (first === undefined) return undefined;
  const best = rest.reduce((held, next) => (isStronger(next.decision, held.decision) ? next : held), first);
  return { ...best, page: verdicts.some((verdict) => verdict.page) };
}
