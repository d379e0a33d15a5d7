import { compareValues, identityOf, type Item, type Value } from './attribute-value.ts';
import type { Comparator, Condition, Operand } from './condition-expression.ts';
import { valueAt } from './document-path.ts';

const sizeOf = (value: Value | undefined): Value | undefined => {
  switch (value?.type) {
    case 'S':
    case 'B':
    case 'L':
    case 'SS':
    case 'NS':
    case 'BS':
      return { type: 'N', value: String(value.value.length) };
    case 'M':
      return { type: 'N', value: String(value.value.size) };
    case 'N':
    case 'BOOL':
    case 'NULL':
    case undefined:
      return undefined;
  }
};

const valueOf = (operand: Operand, item: Item): Value | undefined => {
  switch (operand.kind) {
    case 'path':
      return valueAt(item, operand.path);
    case 'value':
      return operand.value;
    case 'size':
      return sizeOf(valueAt(item, operand.of));
  }
};

const equal = (left: Value | undefined, right: Value | undefined): boolean =>
  left !== undefined && right !== undefined && identityOf(left) === identityOf(right);

const compares = (comparator: Comparator, left: Value | undefined, right: Value | undefined): boolean => {
  if (comparator === '=') return equal(left, right);
  // An attribute that is absent differs from every value.
  if (comparator === '<>') return !equal(left, right);
  const order = left === undefined || right === undefined ? undefined : compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
};

const beginsWith = (value: Value | undefined, prefix: Value | undefined): boolean => {
  if (value?.type === 'S' && prefix?.type === 'S') return value.value.startsWith(prefix.value);
  if (value?.type === 'B' && prefix?.type === 'B')
    return value.value.subarray(0, prefix.value.length).equals(prefix.value);
  return false;
};

const contains = (value: Value | undefined, element: Value | undefined): boolean => {
  if (value === undefined || element === undefined) return false;
  if (value.type === 'S' && element.type === 'S') return value.value.includes(element.value);
  if (value.type === 'B' && element.type === 'B') return value.value.includes(element.value);
  if (value.type === 'SS' && element.type === 'S') return value.value.includes(element.value);
  if (value.type === 'NS' && element.type === 'N') return value.value.includes(element.value);
  if (value.type === 'BS' && element.type === 'B')
    return value.value.some((bytes) => bytes.equals(element.value));
  if (value.type === 'L') return value.value.some((held) => equal(held, element));
  return false;
};

/**
 * Whether a condition holds for an item; an item that does not exist is the empty one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export const holds = (condition: Condition, item: Item): boolean => {
  switch (condition.kind) {
    case 'compare':
      return compares(condition.comparator, valueOf(condition.left, item), valueOf(condition.right, item));
    case 'between': {
      const value = valueOf(condition.operand, item);
      return (
        compares('>=', value, valueOf(condition.low, item)) &&
        compares('<=', value, valueOf(condition.high, item))
      );
    }
    case 'in':
      return condition.options.some((option) =>
        equal(valueOf(condition.operand, item), valueOf(option, item)),
      );
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.wanted;
    case 'type':
      return valueAt(item, condition.path)?.type === condition.type;
    case 'begins-with':
      return beginsWith(valueOf(condition.operand, item), valueOf(condition.prefix, item));
    case 'contains':
      return contains(valueOf(condition.operand, item), valueOf(condition.element, item));
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
  }
};
