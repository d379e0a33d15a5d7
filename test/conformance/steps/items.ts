import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { FURNITURE } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const TableName = FURNITURE.table;

type Item = Record<string, AttributeValue>;

const keyOf = (pk: string, sk: string): Item => ({ pk: { S: pk }, sk: { S: sk } });

const putNew = (at: At, item: Item) =>
  at.member.dynamodb.send(
    new PutItemCommand({ TableName, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
  );

const get = (at: At, pk: string, sk: string) =>
  at.member.dynamodb.send(new GetItemCommand({ TableName, Key: keyOf(pk, sk), ConsistentRead: true }));

const update = (at: At, more: Partial<UpdateItemCommandInput>) =>
  at.member.dynamodb.send(
    new UpdateItemCommand({ TableName, Key: keyOf('inc-1', 'state'), ReturnValues: 'ALL_NEW', ...more }),
  );

const query = (at: At, more: Partial<QueryCommandInput>) =>
  at.member.dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'inc-1' } },
      ...more,
    }),
  );

const STATE: Item = {
  ...keyOf('inc-1', 'state'),
  status: { S: 'open' },
  count: { N: '1.50' },
  tags: { SS: ['b', 'a'] },
  place: { M: { region: { S: 'eu-west-1' }, zones: { L: [{ S: 'a' }, { S: 'b' }] } } },
  closed: { BOOL: false },
  nothing: { NULL: true },
};

const writes: readonly Step[] = [
  step('dynamodb: puts an item that is not there', (at) => putNew(at, STATE)),
  step('dynamodb: refuses to put an item that is there', (at) => putNew(at, STATE)),
  step('dynamodb: gives the item that a condition met', (at) =>
    at.member.dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: STATE,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ),
  ),
  step('dynamodb: reads an item', (at) => get(at, 'inc-1', 'state')),
  step('dynamodb: reads an item that is not there', (at) => get(at, 'inc-1', 'absent')),
  step('dynamodb: reads some attributes', (at) =>
    at.member.dynamodb.send(
      new GetItemCommand({
        TableName,
        Key: keyOf('inc-1', 'state'),
        ProjectionExpression: '#s, place.zones[1]',
        ExpressionAttributeNames: { '#s': 'status' },
      }),
    ),
  ),
  step('dynamodb: counts up, adds and removes', (at) =>
    update(at, {
      UpdateExpression:
        'SET #c = #c + :one, place.zones = list_append(place.zones, :more), seen = if_not_exists(seen, :one) REMOVE nothing ADD tags :tag',
      ConditionExpression: '#s = :open AND size(tags) < :five AND begins_with(place.#r, :eu)',
      ExpressionAttributeNames: { '#c': 'count', '#s': 'status', '#r': 'region' },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':more': { L: [{ S: 'c' }] },
        ':tag': { SS: ['c'] },
        ':open': { S: 'open' },
        ':five': { N: '5' },
        ':eu': { S: 'eu-' },
      },
    }),
  ),
  step('dynamodb: refuses a change whose condition does not hold', (at) =>
    update(at, {
      UpdateExpression: 'SET closed = :yes',
      ConditionExpression: '#s IN (:a, :b) OR NOT contains(tags, :c)',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: {
        ':yes': { BOOL: true },
        ':a': { S: 'sealed' },
        ':b': { S: 'closed' },
        ':c': { S: 'c' },
      },
    }),
  ),
  step('dynamodb: refuses an expression with a reserved word', (at) =>
    update(at, { UpdateExpression: 'SET status = :s', ExpressionAttributeValues: { ':s': { S: 'x' } } }),
  ),
  step('dynamodb: refuses a value that its expression does not use', (at) =>
    update(at, {
      UpdateExpression: 'SET closed = :s',
      ExpressionAttributeValues: { ':s': { BOOL: true }, ':unused': { S: 'x' } },
    }),
  ),
  step('dynamodb: refuses to change a key', (at) =>
    update(at, { UpdateExpression: 'SET sk = :s', ExpressionAttributeValues: { ':s': { S: 'x' } } }),
  ),
  step('dynamodb: refuses an item without its sort key', (at) =>
    at.member.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'inc-1' } } })),
  ),
  step('dynamodb: refuses a table that is not there', (at) =>
    at.member.dynamodb.send(new GetItemCommand({ TableName: 'absent', Key: keyOf('a', 'b') })),
  ),
  step('dynamodb: makes an item by an update', (at) =>
    update(at, {
      Key: keyOf('inc-1', 'made'),
      UpdateExpression: 'SET a = :a',
      ExpressionAttributeValues: { ':a': { N: '7' } },
      ReturnValues: 'UPDATED_NEW',
    }),
  ),
];

const transactions: readonly Step[] = [
  step('dynamodb: writes several items at once', (at) =>
    at.member.dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: { ...keyOf('inc-1', 'outcome#2'), at: { N: '2' } } } },
          { Put: { TableName, Item: { ...keyOf('inc-1', 'outcome#1'), at: { N: '1' } } } },
          { Delete: { TableName, Key: keyOf('inc-1', 'made') } },
        ],
      }),
    ),
  ),
  step('dynamodb: refuses all writes when one condition does not hold', (at) =>
    at.member.dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: keyOf('inc-1', 'never') } },
          {
            Put: {
              TableName,
              Item: STATE,
              ConditionExpression: 'attribute_not_exists(pk)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      }),
    ),
  ),
  step('dynamodb: a refused transaction wrote nothing', (at) => get(at, 'inc-1', 'never')),
  step('dynamodb: refuses two writes of one item in a transaction', (at) =>
    at.member.dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: keyOf('inc-1', 'twice') } },
          { Delete: { TableName, Key: keyOf('inc-1', 'twice') } },
        ],
      }),
    ),
  ),
];

const reads: readonly Step[] = [
  step('dynamodb: queries a partition in order', (at) => query(at, {}), { ordered: true }),
  step('dynamodb: queries backwards, one', (at) => query(at, { ScanIndexForward: false, Limit: 1 }), {
    ordered: true,
  }),
  step(
    'dynamodb: queries by the beginning of the sort key',
    (at) =>
      query(at, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': { S: 'inc-1' }, ':sk': { S: 'outcome#' } },
      }),
    { ordered: true },
  ),
  step(
    'dynamodb: queries between two sort keys, filtered',
    (at) =>
      query(at, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        FilterExpression: '#at >= :two',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: {
          ':pk': { S: 'inc-1' },
          ':from': { S: 'outcome#0' },
          ':to': { S: 'outcome#9' },
          ':two': { N: '2' },
        },
      }),
    { ordered: true },
  ),
  step('dynamodb: refuses a query without its partition key', (at) =>
    query(at, { KeyConditionExpression: 'sk = :pk' }),
  ),
  step('dynamodb: scans with a filter', (at) =>
    at.member.dynamodb.send(
      new ScanCommand({
        TableName,
        FilterExpression: 'attribute_exists(tags)',
        ProjectionExpression: 'pk, sk',
      }),
    ),
  ),
  step('dynamodb: deletes an item and gives it', (at) =>
    at.member.dynamodb.send(
      new DeleteItemCommand({
        TableName,
        Key: keyOf('inc-1', 'outcome#1'),
        ReturnValues: 'ALL_OLD',
        ConditionExpression: 'attribute_exists(pk)',
      }),
    ),
  ),
  step('dynamodb: refuses to delete on a condition an item that is not there', (at) =>
    at.member.dynamodb.send(
      new DeleteItemCommand({
        TableName,
        Key: keyOf('inc-1', 'outcome#1'),
        ConditionExpression: 'attribute_exists(pk)',
      }),
    ),
  ),
  step('dynamodb: deletes an item that is not there', (at) =>
    at.member.dynamodb.send(new DeleteItemCommand({ TableName, Key: keyOf('inc-1', 'outcome#1') })),
  ),
];

/** Items: conditions, expressions, transactions, queries. */
export const itemSteps: readonly Step[] = [...writes, ...transactions, ...reads];
