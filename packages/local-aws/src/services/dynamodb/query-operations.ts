import { createHash } from 'node:crypto';
import type {
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { compareValues, identityOf, invalidRequest, type Item } from './attribute-value.ts';
import { holds } from './holds.ts';
import { readKeyCondition } from './key-condition.ts';
import { readPage, readView } from './read-page.ts';
import type { Table } from './state.ts';
import { findTable, itemsOf, keyOf, requireTable, tableCheck } from './tables.ts';

const COMMON = [
  'TableName',
  'FilterExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'Limit',
  'ExclusiveStartKey',
  'Select',
  'ConsistentRead',
] as const;

const bySortKey =
  ({ sortKey }: Table, forward: boolean) =>
  (a: Item, b: Item): number => {
    const [left, right] = sortKey === undefined ? [] : [a.get(sortKey.name), b.get(sortKey.name)];
    const order = left === undefined || right === undefined ? 0 : (compareValues(left, right) ?? 0);
    return forward ? order : -order;
  };

/** The partition that a key condition names, without throwing for one that cannot be read: `run` refuses it. */
const leadingKey = (
  input: QueryCommandInput,
  table: Table | undefined,
): Readonly<Record<string, { S?: string; N?: string }>> => {
  if (table === undefined) return {};
  const names = input.ExpressionAttributeNames ?? {};
  const pattern = /([#\w]+)\s*=\s*(:\w+)/g;
  for (const [, name = '', value = ''] of (input.KeyConditionExpression ?? '').matchAll(pattern)) {
    const held = input.ExpressionAttributeValues?.[value];
    const text = held?.S ?? held?.N;
    if ((names[name] ?? name) === table.partitionKey.name && text !== undefined)
      return { [table.partitionKey.name]: { S: text } };
  }
  return {};
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
const query = operation<QueryCommandInput, Omit<QueryCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    tableCheck(call, {
      action: 'Query',
      tableName: input.TableName,
      key: leadingKey(input, findTable(call, input.TableName)),
      request: input,
      context: input.Select === undefined ? {} : { 'dynamodb:Select': input.Select },
    }),
  ],
  run: (input, call) => {
    acceptInput(input, 'Query', [...COMMON, 'KeyConditionExpression', 'ScanIndexForward']);
    const table = requireTable(call, input.TableName);
    const text = input.KeyConditionExpression;
    if (text === undefined)
      throw invalidRequest(
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      );
    const { view, key } = readView(input, {
      table,
      isQuery: true,
      readKey: (placeholders) => readKeyCondition(text, table, placeholders),
    });
    const compare = bySortKey(table, input.ScanIndexForward ?? true);
    const partition = identityOf(key.partition);
    const items = itemsOf(table, call.now).filter((item) => {
      const held = item.get(table.partitionKey.name);
      return (
        held !== undefined &&
        identityOf(held) === partition &&
        (key.sort === undefined || holds(key.sort, item))
      );
    });
    return readPage(input, view, { table, items: items.toSorted(compare), compare });
  },
});

/** Scans go by a hash of the key: an order that means nothing, but is the same in every run. */
const scanOrder = (table: Table, item: Item): string =>
  createHash('sha256').update(keyOf(table, item)).digest('hex');

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
const scan = operation<ScanCommandInput, Omit<ScanCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    tableCheck(call, {
      action: 'Scan',
      tableName: input.TableName,
      request: input,
      context: input.Select === undefined ? {} : { 'dynamodb:Select': input.Select },
    }),
  ],
  run: (input, call) => {
    acceptInput(input, 'Scan', COMMON);
    const table = requireTable(call, input.TableName);
    const { view } = readView(input, { table, isQuery: false, readKey: () => undefined });
    const compare = (a: Item, b: Item): number => (scanOrder(table, a) < scanOrder(table, b) ? -1 : 1);
    return readPage(input, view, { table, items: itemsOf(table, call.now).toSorted(compare), compare });
  },
});

/** Operations that read many items. Indexes are not implemented: `IndexName` answers 501. */
export const queryOperations: Readonly<Record<string, Operation>> = { Query: query, Scan: scan };
