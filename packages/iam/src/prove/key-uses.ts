import { findOperator } from '../conditions/operators.ts';
import type { Comparison } from '../conditions/operators.ts';
import type { ConditionClause } from '../policy/policy.ts';
import type { Bearing } from './bearing.ts';
import type { Constraint } from './claim.ts';
import { ProofError } from './claim.ts';
import { readPieces } from './pieces.ts';

/** Comparisons by order, which are encoded over representative values. */
export type OrderedComparison = Extract<Comparison, { kind: 'number' | 'date' | 'ip-address' }>;

/** How one condition key is used by the statements and constraints of a query. */
export interface KeyUse {
  /** As first written. */
  readonly name: string;
  /** Values that a counterexample may need; 1 unless the key is used with a set operator. */
  readonly slots: number;
  /** The one kind of ordered comparison, with its policy values; undefined when the key is compared as text. */
  readonly ordered:
    | { readonly kind: OrderedComparison['kind']; readonly bounds: readonly string[] }
    | undefined;
  /** Texts that constraints compare the key with. */
  readonly constants: readonly string[];
  /** The only value that the facts leave to the key, if they name one. */
  readonly pinned: string | undefined;
}

/** What a claim says of keys beyond the statements that bear on a query. */
export interface KeySetting {
  /** Every request satisfies these. */
  readonly facts: readonly Constraint[];
  readonly others: readonly Constraint[];
  /** Keys, in lower case, that may have several values unless a bearing statement takes them for one. */
  readonly setKeys: ReadonlySet<string>;
}

interface Tally {
  readonly name: string;
  isSingle: boolean;
  isText: boolean;
  constraints: number;
  /** Distinct set clauses: each may need one value of its own as witness. */
  readonly quantified: Set<string>;
  readonly bounds: Map<OrderedComparison['kind'], Set<string>>;
  readonly constants: Set<string>;
}

/**
 * Finds how each key is used, by its lower-case name. Throws ProofError for a key with both single-valued and set operators
 * (AWS leaves several values under a single-valued one undefined), and for one compared both by order and as text.
 */
export function findKeyUses(
  bearings: readonly Bearing[],
  { facts, others, setKeys }: KeySetting,
): ReadonlyMap<string, KeyUse> {
  const tallies = new Map<string, Tally>();
  const tallyOf = (name: string): Tally => {
    const key = name.toLowerCase();
    const tally = tallies.get(key) ?? {
      name,
      isSingle: false,
      isText: false,
      constraints: 0,
      quantified: new Set(),
      bounds: new Map(),
      constants: new Set(),
    };
    tallies.set(key, tally);
    return tally;
  };
  for (const bearing of bearings) tallyBearing(bearing, tallyOf);
  for (const constraint of [...facts, ...others]) tallyConstraint(constraint, tallyOf);
  const pins = new Map(facts.flatMap(pinsOf));
  return new Map(
    [...tallies].map(([key, tally]) => [key, { ...settle(tally, setKeys.has(key)), pinned: pins.get(key) }]),
  );
}

function pinsOf(fact: Constraint): readonly (readonly [key: string, value: string])[] {
  if ('all' in fact) return fact.all.flatMap(pinsOf);
  if (!('equals' in fact)) return [];
  const [only, ...more] = fact.equals;
  return only === undefined || more.length > 0 ? [] : [[fact.key.toLowerCase(), only]];
}

function tallyBearing({ policy, statement }: Bearing, tallyOf: (name: string) => Tally): void {
  const place = { policy: policy.name, at: `statement ${statement.sid}` };
  const templates = [
    ...(statement.resource?.patterns ?? []),
    ...statement.conditions.filter(takesVariables).flatMap((clause) => clause.values),
  ];
  for (const text of templates) {
    for (const piece of readPieces(text, { wildcards: false, version: policy.version, place })) {
      if (piece.kind !== 'variable') continue;
      const tally = tallyOf(piece.key);
      tally.isSingle = true;
      tally.isText = true;
    }
  }
  for (const clause of statement.conditions) tallyClause(clause, tallyOf(clause.key));
}

function takesVariables({ operator }: ConditionClause): boolean {
  const comparison = findOperator(operator)?.comparison;
  return comparison !== undefined && !isOrdered(comparison);
}

/** Says whether a comparison is by order, and so encoded over representative values. */
export function isOrdered(comparison: Comparison): comparison is OrderedComparison {
  return comparison.kind === 'number' || comparison.kind === 'date' || comparison.kind === 'ip-address';
}

function tallyClause(clause: ConditionClause, tally: Tally): void {
  const comparison = findOperator(clause.operator)?.comparison;
  // Null asks for presence alone: no value matters to it.
  if (comparison === undefined) return;
  if (clause.quantifier === 'single') tally.isSingle = true;
  else tally.quantified.add(JSON.stringify([clause.quantifier, clause.operator, clause.values]));
  if (!isOrdered(comparison)) {
    tally.isText = true;
    return;
  }
  const bounds = tally.bounds.get(comparison.kind) ?? new Set<string>();
  tally.bounds.set(comparison.kind, bounds);
  for (const value of clause.values) bounds.add(value);
}

function tallyConstraint(constraint: Constraint, tallyOf: (name: string) => Tally): void {
  if ('not' in constraint) tallyConstraint(constraint.not, tallyOf);
  else if ('all' in constraint) for (const part of constraint.all) tallyConstraint(part, tallyOf);
  else if ('any' in constraint) for (const part of constraint.any) tallyConstraint(part, tallyOf);
  else if ('key' in constraint) tallyKeyConstraint(constraint, tallyOf);
}

function tallyKeyConstraint(
  constraint: Extract<Constraint, { key: string }>,
  tallyOf: (name: string) => Tally,
): void {
  const tally = tallyOf(constraint.key);
  if ('is' in constraint) return;
  tally.constraints += 1;
  if ('equals' in constraint) {
    for (const text of constraint.equals) tally.constants.add(text);
  } else if ('includes' in constraint) {
    tally.constants.add(constraint.includes);
  } else if ('like' in constraint) {
    tally.isText = true;
  } else {
    for (const one of [tally, tallyOf(constraint.sameAs)]) {
      one.isSingle = true;
      one.isText = true;
    }
  }
}

function settle(tally: Tally, isElsewhereSet: boolean): Omit<KeyUse, 'pinned'> {
  const { bounds, constants, name, quantified } = tally;
  const isSet = quantified.size > 0 || (isElsewhereSet && !tally.isSingle);
  if (quantified.size > 0 && tally.isSingle) {
    throw new ProofError(
      `condition key ${name} is used with a set operator and as a single value; AWS leaves that undefined: use one of the two`,
    );
  }
  const [ordered, ...others] = [...bounds];
  if (ordered !== undefined && (others.length > 0 || tally.isText)) {
    throw new ProofError(
      `condition key ${name} is compared by order (${[...bounds.keys()].join(', ')}) and otherwise too; use one comparison`,
    );
  }
  return {
    name,
    // A subset of a request's values that keeps one witness per clause decides alike, given one more that is not empty: a
    // list of empty strings counts as no key.
    slots: isSet ? quantified.size + tally.constraints + 1 : 1,
    ordered: ordered === undefined ? undefined : { kind: ordered[0], bounds: [...ordered[1]] },
    constants: [...constants],
  };
}
