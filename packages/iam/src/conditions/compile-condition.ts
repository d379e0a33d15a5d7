import type { ConditionClause } from '../policy/policy.ts';
import type { Place } from '../policy/json.ts';
import { refusal, shown } from '../policy/json.ts';
import type { RequestKeys } from '../decide/request-keys.ts';
import { compileValue } from './compile-value.ts';
import { findOperator } from './operators.ts';

/** Tests one clause of a `Condition` block against a request. */
export type ConditionTest = (keys: RequestKeys) => boolean;

/**
 * Compiles one clause. What it answers when the request has no such key:
 *
 *   positive operator            false        ...IfExists    true
 *   negated operator             true         Null: "true"   true
 *   ForAllValues                 true         Null: "false"  false
 *   ForAnyValue                  false        (with ...IfExists true: the suffix asks for exactly this case; `lint` reports it)
 *
 * A list of empty strings counts as no key under the set operators. Several values under an operator without a set operator
 * throw RequestError: AWS leaves that undefined, and a guess would make the verdict depend on their order.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function compileCondition(
  clause: ConditionClause,
  allowVariables: boolean,
  place: Place,
): ConditionTest {
  const key = clause.key.toLowerCase();
  if (clause.operator === 'Null') return nullTest(clause, place);
  const operator = findOperator(clause.operator);
  if (operator === undefined) throw refusal(place, `unknown condition operator ${shown(clause.operator)}`);
  const setting = { comparison: operator.comparison, allowVariables, place };
  const tests = clause.values.map((value) => compileValue(value, setting));
  const holds = (value: string, keys: RequestKeys): boolean =>
    tests.some((test) => test(value, keys)) !== operator.negated;

  switch (clause.quantifier) {
    case 'single': {
      const whenAbsent = clause.ifExists || operator.negated;
      return (keys) => {
        const value = keys.single(key);
        return value === undefined ? whenAbsent : holds(value, keys);
      };
    }
    case 'for-all-values':
      return (keys) => presentValues(keys, key).every((value) => holds(value, keys));
    case 'for-any-value':
      return (keys) =>
        clause.ifExists && keys.values(key) === undefined
          ? true
          : presentValues(keys, key).some((value) => holds(value, keys));
  }
}

function presentValues(keys: RequestKeys, key: string): readonly string[] {
  const values = keys.values(key) ?? [];
  return values.every((value) => value === '') ? [] : values;
}

function nullTest(clause: ConditionClause, place: Place): ConditionTest {
  const key = clause.key.toLowerCase();
  const accepted = new Set(
    clause.values.map((value) => {
      const lower = value.toLowerCase();
      if (lower !== 'true' && lower !== 'false')
        throw refusal(place, `Null value ${shown(value)}; want "true" or "false"`);
      return lower === 'true';
    }),
  );
  return (keys) => accepted.has(keys.values(key) === undefined);
}
