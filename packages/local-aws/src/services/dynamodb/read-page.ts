import {
  invalidRequest,
  itemBytes,
  readItem,
  writeItem,
  type Item,
  type WireItem,
} from './attribute-value.ts';
import { readCondition, readProjection, type Condition } from './condition-expression.ts';
import { project, type DocumentPath } from './document-path.ts';
import {
  placeholdersOf,
  refuseUnused,
  type PlaceholderInput,
  type Placeholders,
} from './expression-reader.ts';
import { holds } from './holds.ts';
import type { Table } from './state.ts';
import { checkKey, isKeyAttribute, keyItem, keyOf } from './tables.ts';

/** A page holds 1 MB at most, before filtering. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html */
const PAGE_BYTES = 1024 * 1024;

/** What Query and Scan have in common. */
export interface PageInput extends PlaceholderInput {
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly Limit?: number | undefined;
  readonly ExclusiveStartKey?: WireItem | undefined;
  readonly Select?: string | undefined;
}

/** How a page is filtered and shown. */
export interface PageView {
  readonly filter?: Condition;
  readonly paths?: readonly DocumentPath[];
  readonly countOnly: boolean;
}

const refuseKeyInFilter = (table: Table, filter: Condition): void => {
  const names = pathsIn(filter).map(([name]) => name);
  const key = names.find((name) => isKeyAttribute(table, name));
  if (key !== undefined)
    throw invalidRequest(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`,
    );
};

const pathsIn = (condition: Condition): readonly DocumentPath[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...pathsIn(condition.left), ...pathsIn(condition.right)];
    case 'not':
      return pathsIn(condition.condition);
    case 'exists':
    case 'type':
      return [condition.path];
    case 'compare':
    case 'between':
    case 'in':
    case 'begins-with':
    case 'contains':
      return operandsOf(condition).flatMap((operand) =>
        operand.kind === 'path' ? [operand.path] : operand.kind === 'size' ? [operand.of] : [],
      );
  }
};

const operandsOf = (
  condition: Extract<Condition, { kind: 'compare' | 'between' | 'in' | 'begins-with' | 'contains' }>,
) => {
  switch (condition.kind) {
    case 'compare':
      return [condition.left, condition.right];
    case 'between':
      return [condition.operand, condition.low, condition.high];
    case 'in':
      return [condition.operand, ...condition.options];
    case 'begins-with':
      return [condition.operand, condition.prefix];
    case 'contains':
      return [condition.operand, condition.element];
  }
};

/**
 * Reads the expressions of a Query or Scan.
 *
 * @param readKey reads the key condition with the same placeholders, before unused ones are refused
 * @throws ServiceFault ValidationException
 */
export const readView = <Key>(
  input: PageInput,
  on: {
    readonly table: Table;
    readonly isQuery: boolean;
    readonly readKey: (placeholders: Placeholders) => Key;
  },
): { readonly view: PageView; readonly key: Key } => {
  const placeholders = placeholdersOf(input);
  const key = on.readKey(placeholders);
  const filter =
    input.FilterExpression === undefined
      ? undefined
      : readCondition(input.FilterExpression, 'FilterExpression', placeholders);
  const paths =
    input.ProjectionExpression === undefined
      ? undefined
      : readProjection(input.ProjectionExpression, placeholders);
  refuseUnused(placeholders);
  if (on.isQuery && filter !== undefined) refuseKeyInFilter(on.table, filter);
  const select = input.Select ?? (paths === undefined ? 'ALL_ATTRIBUTES' : 'SPECIFIC_ATTRIBUTES');
  if (!['ALL_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES', 'COUNT'].includes(select))
    throw invalidRequest(`Select type ${select} is only supported when querying an index`);
  if ((select === 'SPECIFIC_ATTRIBUTES') !== (paths !== undefined))
    throw invalidRequest(`Cannot specify the ProjectionExpression when choosing to get ${select}`);
  return {
    key,
    view: {
      ...(filter === undefined ? {} : { filter }),
      ...(paths === undefined ? {} : { paths }),
      countOnly: select === 'COUNT',
    },
  };
};

const afterStart = (
  input: PageInput,
  on: {
    readonly table: Table;
    readonly items: readonly Item[];
    readonly compare: (a: Item, b: Item) => number;
  },
): readonly Item[] => {
  if (input.ExclusiveStartKey === undefined) return on.items;
  const start = checkKey(on.table, readItem(input.ExclusiveStartKey));
  return on.items.filter(
    (item) => keyOf(on.table, item) !== keyOf(on.table, start) && on.compare(item, start) > 0,
  );
};

const countThatFits = (items: readonly Item[], limit: number): number => {
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    bytes += itemBytes(item);
    if (index >= limit || bytes > PAGE_BYTES) return index;
  }
  return items.length;
};

/**
 * One page of items: the limit counts items before the filter.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 *
 * @param on `items` in the order of `compare`
 */
export const readPage = (
  input: PageInput,
  view: PageView,
  on: {
    readonly table: Table;
    readonly items: readonly Item[];
    readonly compare: (a: Item, b: Item) => number;
  },
) => {
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  if (limit < 1)
    throw invalidRequest(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  const items = afterStart(input, on);
  const count = countThatFits(items, limit);
  const scanned = items.slice(0, count);
  const { filter, paths } = view;
  const matching = filter === undefined ? scanned : scanned.filter((item) => holds(filter, item));
  const last = scanned.at(-1);
  // With a Limit that is reached, DynamoDB gives a key to go on from even when nothing follows.
  const hasMore = count < items.length || count === limit;
  return {
    Count: matching.length,
    ScannedCount: scanned.length,
    ...(view.countOnly
      ? {}
      : { Items: matching.map((item) => writeItem(paths === undefined ? item : project(item, paths))) }),
    ...(hasMore && last !== undefined ? { LastEvaluatedKey: writeItem(keyItem(on.table, last)) } : {}),
  };
};
