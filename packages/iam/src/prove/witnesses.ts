import { Expressions } from './expression.ts';
import type { Expression } from './expression.ts';
import type { Language } from './smt.ts';

/** One text for each way of belonging to some of the languages and not to the others. */
export interface Witness {
  readonly text: string;
  /** For each language, in order, whether the text belongs to it. */
  readonly belongs: readonly boolean[];
}

/** Beyond this many states the search is given up; the solver then works with the languages themselves. */
const STATES = 20_000;
/** More texts than this serve the solver no better than the languages. */
const WITNESSES = 400;

/**
 * Finds, for every combination of belonging and not belonging that any text has, a shortest text that has it: of what is
 * only ever asked for membership, no other text need be considered. Walks the product of the languages' automata.
 *
 * Undefined when there are too many states or texts. Throws ProofError for a language that cannot be read.
 */
export function findWitnesses(languages: readonly Language[]): readonly Witness[] | undefined {
  const expressions = new Expressions();
  const start = languages.map((language) => expressions.read(language));
  const alphabet = expressions.alphabet();
  const witnesses = new Map<string, Witness>();
  const seen = new Set([keyOf(start)]);
  let frontier: (readonly [text: string, state: readonly Expression[]])[] = [['', start]];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const [text, state] of frontier) {
      const belongs = state.map(({ nullable }) => nullable);
      const signature = belongs.map(Number).join('');
      if (!witnesses.has(signature)) witnesses.set(signature, { text, belongs });
      for (const character of alphabet) {
        const reached = state.map((expression) => expressions.derive(expression, character));
        const key = keyOf(reached);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push([text + character, reached]);
      }
    }
    if (seen.size > STATES || witnesses.size > WITNESSES) return undefined;
    frontier = next;
  }
  return [...witnesses.values()];
}

function keyOf(state: readonly Expression[]): string {
  return state.map(({ id }) => id).join(',');
}
