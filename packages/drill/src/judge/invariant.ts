import type { Scene } from './scene.ts';

/** What the judge says of one invariant. */
export type Verdict =
  | { readonly status: 'held' | 'broken'; readonly detail: string }
  | { readonly status: 'not-judged'; readonly why: string };

/** One invariant of docs/architecture.md, and how a run is held against it. Pure. */
export interface Invariant {
  /** Kebab-case; what `invariants[].id` says. */
  readonly id: string;
  readonly judge: (scene: Scene) => Verdict;
}

/** Breaks of one rule shown at most; more are counted. */
const SHOWN = 5;

/** Broken with what is wrong, or held with what was looked at. */
export const verdictOn = (wrong: readonly string[], held: string): Verdict => {
  if (wrong.length === 0) return { status: 'held', detail: held };
  const more = wrong.length > SHOWN ? `; and ${wrong.length - SHOWN} more` : '';
  return { status: 'broken', detail: `${wrong.slice(0, SHOWN).join('; ')}${more}` };
};

/** The run could not have broken it. */
export const notJudged = (why: string): Verdict => ({ status: 'not-judged', why });
