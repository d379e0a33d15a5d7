import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, bench, type Bench } from '../testing.ts';
import { dynamodbService } from './service.ts';

const ARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/incidents`;
const SCHEMA = {
  TableName: 'incidents',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

const table = (more: object = {}): Bench => {
  const made = bench(dynamodbService);
  made.create('AWS::DynamoDB::Table', { ...SCHEMA, ...more });
  return made;
};
const key = (pk: string, sk: number) => ({ pk: { S: pk }, sk: { N: String(sk) } });
const put = (on: Bench, pk: string, sk: number, more: object = {}) =>
  on.perform('PutItem', { TableName: 'incidents', Item: { ...key(pk, sk), ...more } });
const get = (on: Bench, pk: string, sk: number) =>
  on.perform<{ Item?: object }>('GetItem', { TableName: 'incidents', Key: key(pk, sk) });

describe('TransactWriteItems', () => {
  const update = (pk: string, condition: string) => ({
    Update: {
      TableName: 'incidents',
      Key: key(pk, 1),
      UpdateExpression: 'SET done = :d',
      ConditionExpression: condition,
      ExpressionAttributeValues: { ':d': { BOOL: true } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });
  const write = (pk: string) => ({ Put: { TableName: 'incidents', Item: key(pk, 1) } });

  it('writes all or nothing, with a reason for each item', async () => {
    const on = table();
    await put(on, 'a', 1);
    const items = [
      write('new'),
      update('a', 'attribute_not_exists(pk)'),
      { Delete: { TableName: 'incidents', Key: key('z', 1) } },
    ];
    await expect(on.perform('TransactWriteItems', { TransactItems: items })).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Item: key('a', 1) },
          { Code: 'None' },
        ],
      },
    });
    expect(await get(on, 'new', 1)).toEqual({});
    await on.perform('TransactWriteItems', {
      TransactItems: [write('new'), update('a', 'attribute_exists(pk)')],
    });
    expect(await get(on, 'a', 1)).toMatchObject({ Item: { done: { BOOL: true } } });
    expect(await get(on, 'new', 1)).toHaveProperty('Item');
  });

  it('takes a token for ten minutes', async () => {
    const on = table();
    const send = (pk: string) =>
      on.perform('TransactWriteItems', { TransactItems: [write(pk)], ClientRequestToken: 'token' });
    await send('a');
    await on.perform('DeleteItem', { TableName: 'incidents', Key: key('a', 1) });
    await send('a');
    expect(await get(on, 'a', 1)).toEqual({});
    await expect(send('b')).rejects.toMatchObject({ code: 'IdempotentParameterMismatchException' });
    await on.pass(601_000);
    await send('a');
    expect(await get(on, 'a', 1)).toHaveProperty('Item');
  });

  it.each([
    [[write('a'), update('a', 'attribute_exists(pk)')], 'multiple operations on one item'],
    [[], 'length greater than or equal to 1'],
    [Array.from({ length: 101 }, (_, index) => write(String(index))), 'less than or equal to 100'],
    [[{ ...write('a'), ...update('b', 'attribute_exists(pk)') }], 'can only contain one of'],
  ])('refuses transaction %#', async (items, message) => {
    await expect(table().perform('TransactWriteItems', { TransactItems: items })).rejects.toThrow(message);
  });

  it('checks the right of each action on its table', () => {
    const items = [
      write('a'),
      {
        ConditionCheck: {
          TableName: 'incidents',
          Key: key('b', 1),
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
    ];
    expect(table().checksOf('TransactWriteItems', { TransactItems: items })).toEqual(
      [
        ['PutItem', 'a'],
        ['ConditionCheckItem', 'b'],
      ].map(([action, leading]) => ({
        action: `dynamodb:${action}`,
        resource: ARN,
        account: ACCOUNT,
        context: {
          'dynamodb:LeadingKeys': [leading],
          'dynamodb:Attributes': ['pk', 'sk'],
          'dynamodb:EnclosingOperation': 'TransactWriteItems',
        },
      })),
    );
  });
});
