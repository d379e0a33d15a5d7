import { compileValue } from '../conditions/compile-value.ts';
import { findOperator } from '../conditions/operators.ts';
import type { Comparison } from '../conditions/operators.ts';
import type { RequestKeys } from '../decide/request-keys.ts';
import type { Place } from '../policy/json.ts';
import type { ConditionClause, PolicyVersion } from '../policy/policy.ts';
import { ProofError } from './claim.ts';
import { isOrdered } from './key-uses.ts';
import { equalsPieces, matchesArn, matchesPieces } from './encode-pieces.ts';
import { readPieces } from './pieces.ts';
import { anyCase, exactly, union } from './languages.ts';
import { and, implies, member, not, or, truth } from './smt.ts';
import type { Term, Text } from './smt.ts';
import type { SymbolicKey, SymbolicRequest } from './symbolic-request.ts';

/** What a clause is encoded against. */
export interface ConditionSetting {
  readonly request: SymbolicRequest;
  readonly version: PolicyVersion;
  readonly place: Place;
}

/**
 * Encodes one clause of a `Condition` block, exactly: where a key is absent, it answers as `compileCondition` does. Throws
 * ProofError for BinaryEquals, and for a variable where its value would have to be compared without regard to case.
 */
export function encodeCondition(clause: ConditionClause, setting: ConditionSetting): Term {
  const key = setting.request.key(clause.key);
  const [first] = key.slots;
  if (clause.operator === 'Null') {
    const accepted = clause.values.map((value) => value.toLowerCase() === 'true');
    return or(accepted.map((isAbsent) => (isAbsent ? not(first.isGiven) : first.isGiven)));
  }
  const operator = findOperator(clause.operator);
  if (operator === undefined) throw new ProofError(`condition operator ${clause.operator} cannot be encoded`);
  const holds = (value: Text): Term => {
    const matched = or(
      clause.values.map((text) =>
        encodeValue(text, { ...setting, value, key, comparison: operator.comparison }),
      ),
    );
    return operator.negated ? not(matched) : matched;
  };
  const areAllEmpty = and(
    key.slots.map(({ isGiven, value }) => implies(isGiven, member(value, exactly('')))),
  );
  switch (clause.quantifier) {
    case 'single':
      return clause.ifExists || operator.negated
        ? implies(first.isGiven, holds(first.value))
        : and([first.isGiven, holds(first.value)]);
    case 'for-all-values':
      return or([areAllEmpty, and(key.slots.map(({ isGiven, value }) => implies(isGiven, holds(value))))]);
    case 'for-any-value':
      return or([
        clause.ifExists ? not(first.isGiven) : truth(false),
        and([not(areAllEmpty), or(key.slots.map(({ isGiven, value }) => and([isGiven, holds(value)])))]),
      ]);
  }
}

interface ValueSetting extends ConditionSetting {
  readonly value: Text;
  readonly key: SymbolicKey;
  readonly comparison: Comparison;
}

function encodeValue(text: string, setting: ValueSetting): Term {
  const { comparison, place, request, value, version } = setting;
  if (isOrdered(comparison)) return encodeOrdered(text, setting);
  const pieces = (wildcards: boolean): ReturnType<typeof readPieces> =>
    readPieces(text, { wildcards, version, place });
  switch (comparison.kind) {
    case 'text':
      return comparison.ignoreCase
        ? member(value, anyCase(fixedText(text, setting)))
        : equalsPieces(value, pieces(false), request);
    case 'pattern':
      return matchesPieces(value, pieces(true), request);
    case 'arn':
      return matchesArn(value, pieces(true), request);
    case 'bool':
      return member(value, anyCase(fixedText(text, setting)));
    case 'binary':
      throw new ProofError(`${place.policy}, ${place.at}: BinaryEquals cannot be encoded`);
  }
}

function fixedText(text: string, { place, version }: ValueSetting): string {
  return readPieces(text, { wildcards: false, version, place })
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      throw new ProofError(
        `${place.policy}, ${place.at}: "${text}" compares a variable without regard to case, which cannot be encoded`,
      );
    })
    .join('');
}

const NO_KEYS: RequestKeys = { values: () => undefined, single: () => undefined };

/** Asks the engine itself which of the key's representatives pass. */
function encodeOrdered(text: string, { comparison, key, place, value }: ValueSetting): Term {
  const passes = compileValue(text, { comparison, allowVariables: false, place });
  const passing = (key.representatives ?? []).filter((candidate) => passes(candidate, NO_KEYS));
  return member(value, union(passing.map(exactly)));
}
