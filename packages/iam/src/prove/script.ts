import { and, finiteTexts, member, membershipsOf, print, replaceMemberships } from './smt.ts';
import type { Language, Term, Text } from './smt.ts';
import { exactly, union } from './languages.ts';
import { findWitnesses } from './witnesses.ts';

/** The makings of a Z3 script: declared constants, and what is asserted of them. */
export interface Script {
  readonly declare: (name: string, sort: 'Bool' | 'String') => Text;
  readonly assert: (term: Term) => void;
  /** All that was asserted, as one term. */
  readonly asserted: () => Term;
  readonly text: () => string;
}

/** Starts an empty script. */
export function startScript(): Script {
  const declarations: string[] = [];
  const texts: Text[] = [];
  const terms: Term[] = [];
  const asserted = (): Term => and(terms);
  return {
    declare: (name, sort) => {
      declarations.push(`(declare-const ${name} ${sort})`);
      if (sort === 'String') texts.push(name);
      return name;
    },
    assert: (term) => {
      terms.push(term);
    },
    asserted,
    text: () => {
      const whole = texts.reduce(overWitnesses, asserted());
      const conjuncts = whole.kind === 'and' ? whole.parts : [whole];
      return [...declarations, ...conjuncts.map((term) => `(assert ${print(term)})`)].join('\n');
    },
  };
}

/**
 * Lets a text that is only asked for membership range over one witness for each way of belonging: as good as all texts, and
 * what took the solver minutes of unfolding is then a choice from a list.
 */
function overWitnesses(whole: Term, value: Text): Term {
  const languages: readonly Language[] | undefined = membershipsOf(whole, value);
  // Finite languages are equalities for the solver, which cost it nothing.
  if (languages === undefined || languages.every((language) => finiteTexts(language) !== undefined))
    return whole;
  const witnesses = findWitnesses(languages);
  if (witnesses === undefined) return whole;
  const textsOf = new Map(
    languages.map((language, index) => [
      language,
      union(witnesses.filter(({ belongs }) => belongs[index] === true).map(({ text }) => exactly(text))),
    ]),
  );
  const chosen = replaceMemberships(whole, value, (language) => textsOf.get(language) ?? language);
  return and([chosen, member(value, union(witnesses.map(({ text }) => exactly(text))))]);
}
