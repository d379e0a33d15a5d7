import { indexKeys } from '../decide/request-keys.ts';
import type { RequestKeys } from '../decide/request-keys.ts';
import type { AuthorizationRequest } from '../decide/request.ts';
import { compileGlob } from '../match/glob.ts';
import type { Constraint } from './claim.ts';
import { globPieces, globLanguage } from './pieces.ts';
import { exactly, union } from './languages.ts';
import { and, atom, implies, member, not, or } from './smt.ts';
import type { Language, Term } from './smt.ts';
import type { SymbolicRequest } from './symbolic-request.ts';

/** Encodes a constraint. */
export function encodeConstraint(constraint: Constraint, request: SymbolicRequest): Term {
  if ('not' in constraint) return not(encodeConstraint(constraint.not, request));
  if ('all' in constraint) return and(constraint.all.map((part) => encodeConstraint(part, request)));
  if ('any' in constraint) return or(constraint.any.map((part) => encodeConstraint(part, request)));
  if ('resource' in constraint) return member(request.resource, globs(constraint.resource));
  const [first, ...others] = request.key(constraint.key).slots;
  if ('is' in constraint) return constraint.is === 'present' ? first.isGiven : not(first.isGiven);
  if ('includes' in constraint) {
    const wanted = exactly(constraint.includes);
    return or([first, ...others].map(({ isGiven, value }) => and([isGiven, member(value, wanted)])));
  }
  if ('sameAs' in constraint) {
    const [other] = request.key(constraint.sameAs).slots;
    return and([first.isGiven, other.isGiven, atom(`(= ${first.value} ${other.value})`)]);
  }
  const language = 'equals' in constraint ? union(constraint.equals.map(exactly)) : globs(constraint.like);
  return and([
    first.isGiven,
    member(first.value, language),
    ...others.map(({ isGiven, value }) => implies(isGiven, member(value, language))),
  ]);
}

function globs(patterns: readonly string[]): Language {
  return union(patterns.map((pattern) => globLanguage(globPieces(pattern))));
}

/** Says whether a constraint holds of a concrete request. */
export function constraintHolds(constraint: Constraint, request: AuthorizationRequest): boolean {
  return holdsOf(constraint, request.resource, indexKeys(request.context));
}

function holdsOf(constraint: Constraint, resource: string, keys: RequestKeys): boolean {
  const holds = (part: Constraint): boolean => holdsOf(part, resource, keys);
  if ('not' in constraint) return !holds(constraint.not);
  if ('all' in constraint) return constraint.all.every(holds);
  if ('any' in constraint) return constraint.any.some(holds);
  if ('resource' in constraint) return matchesSome(constraint.resource, resource);
  const values = keys.values(constraint.key.toLowerCase());
  if ('is' in constraint) return (values !== undefined) === (constraint.is === 'present');
  if (values === undefined) return false;
  if ('includes' in constraint) return values.includes(constraint.includes);
  if ('sameAs' in constraint) {
    const other = keys.single(constraint.sameAs.toLowerCase());
    return other !== undefined && values.length === 1 && values[0] === other;
  }
  return 'equals' in constraint
    ? values.every((value) => constraint.equals.includes(value))
    : values.every((value) => matchesSome(constraint.like, value));
}

function matchesSome(patterns: readonly string[], value: string): boolean {
  return patterns.some((pattern) => compileGlob(pattern)(value));
}
