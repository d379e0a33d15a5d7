import { compileRule, isFields, patternError, type Fields, type FieldTest } from './pattern-rule.ts';

/** Says whether an event matches. */
export type EventPattern = (event: Fields) => boolean;

/**
 * Compiles an event pattern: nested fields, lists of values and of content filters, and `$or`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 *
 * @throws Error naming the path of anything that is not documented or not implemented
 */
export const compileEventPattern = (pattern: unknown): EventPattern => {
  if (!isFields(pattern) || Object.keys(pattern).length === 0)
    throw patternError('the pattern', pattern, 'an object with at least one field');
  return compileFields(pattern, '');
};

const compileFields = (pattern: Fields, path: string): EventPattern => {
  const tests = Object.entries(pattern).map(([name, value]) => {
    const place = path === '' ? name : `${path}.${name}`;
    return name === '$or' ? compileAlternatives(value, place) : compileField(name, value, place);
  });
  return (event) => tests.every((test) => test(event));
};

/** Two or more patterns of which one must match, together with the fields beside them. */
const compileAlternatives = (value: unknown, place: string): EventPattern => {
  if (!Array.isArray(value) || value.length < 2)
    throw patternError(place, value, 'a list of two or more patterns');
  const alternatives = value.map((item: unknown, index) => {
    if (!isFields(item)) throw patternError(`${place}[${index}]`, item, 'a pattern');
    return compileFields(item, `${place}[${index}]`);
  });
  return (event) => alternatives.some((test) => test(event));
};

const compileField = (name: string, value: unknown, place: string): EventPattern => {
  if (Array.isArray(value)) {
    if (value.length === 0) throw patternError(place, value, 'at least one value');
    const rules: readonly FieldTest[] = value.map((item: unknown) => compileRule(item, place));
    return (event) => rules.some((rule) => rule(event[name]));
  }
  if (!isFields(value)) throw patternError(place, value, 'a list of values, or an object of fields');
  const inner = compileFields(value, place);
  // What is absent may still satisfy {"exists": false}; of a list of objects one must match.
  return (event) => asObjects(event[name]).some(inner);
};

const asObjects = (value: unknown): readonly Fields[] => {
  if (isFields(value)) return [value];
  if (Array.isArray(value)) return value.filter(isFields);
  return [{}];
};
