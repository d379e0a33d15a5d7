import { invalidRequest, type Value } from './attribute-value.ts';
import { readCondition, type Condition, type Operand } from './condition-expression.ts';
import type { Placeholders } from './expression-reader.ts';
import type { KeyAttribute, Table } from './state.ts';

/** What a query asks of the key: one partition, and a condition on the sort key. */
export interface KeyCondition {
  readonly partition: Value;
  readonly sort?: Condition;
}

const unsupported = (): Error => invalidRequest('Query key condition not supported');

const parts = (condition: Condition): readonly Condition[] => {
  if (condition.kind === 'and') return [...parts(condition.left), ...parts(condition.right)];
  if (condition.kind === 'or' || condition.kind === 'not' || condition.kind === 'in') {
    throw invalidRequest(`Invalid operator used in KeyConditionExpression: ${condition.kind.toUpperCase()}`);
  }
  return [condition];
};

const attributeOf = (operand: Operand): string => {
  if (operand.kind === 'path' && operand.path.length === 1) return operand.path[0];
  throw invalidRequest(
    'Invalid KeyConditionExpression: KeyConditionExpressions must compare an attribute with a value',
  );
};

const valueOf = (operand: Operand): Value => {
  if (operand.kind === 'value') return operand.value;
  throw invalidRequest(
    'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on two attributes',
  );
};

/** The attribute that a part of the condition is about, and the values it is compared with. */
const subjectOf = (part: Condition): { readonly name: string; readonly values: readonly Value[] } => {
  switch (part.kind) {
    case 'compare':
      if (part.comparator === '<>')
        throw invalidRequest('Invalid operator used in KeyConditionExpression: <>');
      return { name: attributeOf(part.left), values: [valueOf(part.right)] };
    case 'between':
      return { name: attributeOf(part.operand), values: [valueOf(part.low), valueOf(part.high)] };
    case 'begins-with':
      return { name: attributeOf(part.operand), values: [valueOf(part.prefix)] };
    case 'in':
    case 'and':
    case 'or':
    case 'not':
    case 'exists':
    case 'type':
    case 'contains':
      throw invalidRequest(`Invalid operator used in KeyConditionExpression: ${part.kind}`);
  }
};

const checkType = (key: KeyAttribute, values: readonly Value[]): void => {
  if (values.some(({ type }) => type !== key.type)) {
    throw invalidRequest(
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    );
  }
};

/**
 * Reads a KeyConditionExpression: equality on the partition key, and at most one of = < <= > >= BETWEEN begins_with on the sort key.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 *
 * @throws ServiceFault ValidationException
 */
export const readKeyCondition = (text: string, table: Table, placeholders: Placeholders): KeyCondition => {
  const found = parts(readCondition(text, 'KeyConditionExpression', placeholders)).map((part) => ({
    part,
    ...subjectOf(part),
  }));
  if (new Set(found.map(({ name }) => name)).size !== found.length) {
    throw invalidRequest('KeyConditionExpressions must only contain one condition per key');
  }
  const partition = found.find(({ name }) => name === table.partitionKey.name);
  if (partition === undefined)
    throw invalidRequest(`Query condition missed key schema element: ${table.partitionKey.name}`);
  const rest = found.filter((one) => one !== partition);
  const { sortKey } = table;
  const stray = rest.find(({ name }) => name !== sortKey?.name);
  if (stray !== undefined) {
    throw invalidRequest(
      sortKey === undefined
        ? 'Query key condition not supported'
        : `Query condition missed key schema element: ${sortKey.name}`,
    );
  }
  const [value] = partition.values;
  if (partition.part.kind !== 'compare' || partition.part.comparator !== '=' || value === undefined)
    throw unsupported();
  checkType(table.partitionKey, partition.values);
  const [sort] = rest;
  if (sort === undefined || sortKey === undefined) return { partition: value };
  checkType(sortKey, sort.values);
  return { partition: value, sort: sort.part };
};
