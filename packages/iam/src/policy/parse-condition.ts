import { findOperator } from '../conditions/operators.ts';
import type { ConditionClause, Quantifier } from './policy.ts';
import { isJsonObject, refusal, shown } from './json.ts';
import type { Place } from './json.ts';

const QUANTIFIERS: ReadonlyMap<string, Quantifier> = new Map([
  ['ForAllValues', 'for-all-values'],
  ['ForAnyValue', 'for-any-value'],
]);

/**
 * Parses a `Condition` element into one clause per (operator, key).
 *
 * Throws PolicyError naming an unknown operator, a set operator or `IfExists` on `Null`, an empty value list, or a key that one
 * operator holds twice in different case.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
export function parseConditions(value: unknown, place: Place): readonly ConditionClause[] {
  if (!isJsonObject(value)) throw refusal(place, `got ${shown(value)}; want an object of operators`);
  return Object.entries(value).flatMap(([written, keys]) => {
    const operator = parseOperator(written, place);
    if (!isJsonObject(keys)) throw refusal(place, `${written} holds ${shown(keys)}; want an object of keys`);
    refuseRepeatedKeys(Object.keys(keys), { ...place, at: `${place.at}.${written}` });
    return Object.entries(keys).map(([key, values]) => {
      if (!key.includes(':')) throw refusal(place, `condition key ${shown(key)}; want "service:name"`);
      if (key.includes('${'))
        throw refusal(place, `condition key ${shown(key)} holds a variable; AWS fills them into values only`);
      return {
        ...operator,
        key,
        values: readValues(values, { ...place, at: `${place.at}.${written}.${key}` }),
      };
    });
  });
}

function refuseRepeatedKeys(keys: readonly string[], place: Place): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key.toLowerCase()))
      throw refusal(place, `condition key ${shown(key)} is there twice, differing only in case; keep one`);
    seen.add(key.toLowerCase());
  }
}

function parseOperator(
  written: string,
  place: Place,
): Pick<ConditionClause, 'operator' | 'quantifier' | 'ifExists'> {
  const colon = written.indexOf(':');
  const quantifier = colon < 0 ? 'single' : QUANTIFIERS.get(written.slice(0, colon));
  if (quantifier === undefined) throw refusal(place, `unknown set operator in ${shown(written)}`);
  const bare = colon < 0 ? written : written.slice(colon + 1);
  const ifExists = bare.endsWith('IfExists');
  const operator = ifExists ? bare.slice(0, -'IfExists'.length) : bare;
  if (operator === 'Null') {
    if (ifExists || quantifier !== 'single')
      throw refusal(place, `${shown(written)}: Null takes no prefix and no suffix`);
  } else if (findOperator(operator) === undefined) {
    throw refusal(place, `unknown condition operator ${shown(written)}`);
  }
  return { operator, quantifier, ifExists };
}

function readValues(value: unknown, place: Place): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw refusal(place, 'empty array; want at least one value');
  return list.map((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'boolean' || typeof item === 'number') return String(item);
    throw refusal(place, `got ${shown(item)}; want a string, a number or a boolean`);
  });
}
