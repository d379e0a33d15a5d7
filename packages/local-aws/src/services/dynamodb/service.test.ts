import { describe, expect, it } from 'vitest';
import { ACCOUNT, OTHER_ACCOUNT, REGION, START, bench, rootOf, type Bench } from '../testing.ts';
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

describe('items', () => {
  it('gives back what was put, by table name and by ARN', async () => {
    const on = table();
    await put(on, 'a', 1, { note: { S: 'x' } });
    const { Item } = await on.perform<{ Item: object }>('GetItem', {
      TableName: ARN,
      Key: key('a', 1),
      ConsistentRead: true,
    });
    expect(Item).toEqual({ ...key('a', 1), note: { S: 'x' } });
    expect(await get(on, 'a', 2)).toEqual({});
  });

  it('lets one of two conditional puts win and shows the loser the holder', async () => {
    const on = table();
    const lock = (holder: string) =>
      on.perform('PutItem', {
        TableName: 'incidents',
        Item: { ...key('lock', 0), holder: { S: holder } },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    await lock('first');
    await expect(lock('second')).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      fields: { Item: { holder: { S: 'first' } } },
    });
  });

  it('creates, changes and returns by UpdateItem', async () => {
    const on = table();
    const update = (returnValues: string) =>
      on.perform('UpdateItem', {
        TableName: 'incidents',
        Key: key('a', 1),
        UpdateExpression: 'ADD #v :one SET seen = :yes',
        ExpressionAttributeNames: { '#v': 'version' },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':yes': { BOOL: true } },
        ReturnValues: returnValues,
      });
    expect(await update('ALL_OLD')).toEqual({});
    expect(await update('UPDATED_NEW')).toEqual({
      Attributes: { version: { N: '2' }, seen: { BOOL: true } },
    });
    expect(await update('UPDATED_OLD')).toEqual({
      Attributes: { version: { N: '2' }, seen: { BOOL: true } },
    });
    expect(await update('ALL_NEW')).toEqual({
      Attributes: { ...key('a', 1), version: { N: '4' }, seen: { BOOL: true } },
    });
  });

  it('deletes and returns the old item', async () => {
    const on = table();
    await put(on, 'a', 1);
    expect(
      await on.perform('DeleteItem', { TableName: 'incidents', Key: key('a', 1), ReturnValues: 'ALL_OLD' }),
    ).toEqual({ Attributes: key('a', 1) });
    expect(await get(on, 'a', 1)).toEqual({});
  });

  it('keeps an expired item for days, so that nobody may wait for it to go', async () => {
    const on = table({ TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } });
    await put(on, 'a', 1, { expiresAt: { N: String(START / 1000 + 60) } });
    await on.pass(24 * 3_600_000);
    expect(await get(on, 'a', 1)).toHaveProperty('Item');
    await on.pass(25 * 3_600_000);
    expect(await get(on, 'a', 1)).toEqual({});
  });

  const refusals: readonly [string, string, object, string, string][] = [
    [
      'a missing table',
      'GetItem',
      { TableName: 'other', Key: key('a', 1) },
      'ResourceNotFoundException',
      'not found',
    ],
    [
      'a key of another shape',
      'GetItem',
      { TableName: 'incidents', Key: { pk: { S: 'a' } } },
      'ValidationException',
      'does not match the schema',
    ],
    [
      'a key of another type',
      'PutItem',
      { TableName: 'incidents', Item: { pk: { S: 'a' }, sk: { S: '1' } } },
      'ValidationException',
      'Type mismatch for key sk expected: N actual: S',
    ],
    [
      'an item without its key',
      'PutItem',
      { TableName: 'incidents', Item: { pk: { S: 'a' } } },
      'ValidationException',
      'Missing the key sk',
    ],
    [
      'an empty key',
      'PutItem',
      { TableName: 'incidents', Item: { pk: { S: '' }, sk: { N: '1' } } },
      'ValidationException',
      'empty string value',
    ],
    [
      'over 400 KB',
      'PutItem',
      { TableName: 'incidents', Item: { ...key('a', 1), big: { S: 'x'.repeat(410_000) } } },
      'ValidationException',
      'maximum allowed size',
    ],
    [
      'an unused name',
      'PutItem',
      {
        TableName: 'incidents',
        Item: key('a', 1),
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#x': 'x' },
      },
      'ValidationException',
      'unused in expressions: keys: {#x}',
    ],
    [
      'an unused value',
      'PutItem',
      {
        TableName: 'incidents',
        Item: key('a', 1),
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      },
      'ValidationException',
      'unused in expressions: keys: {:x}',
    ],
    [
      'a change of the key',
      'UpdateItem',
      {
        TableName: 'incidents',
        Key: key('a', 1),
        UpdateExpression: 'SET sk = :x',
        ExpressionAttributeValues: { ':x': { N: '2' } },
      },
      'ValidationException',
      'part of the key',
    ],
    [
      'a member of the old API',
      'PutItem',
      { TableName: 'incidents', Item: key('a', 1), Expected: {} },
      'UnsupportedOperation',
      'Expected',
    ],
    [
      'an index',
      'Query',
      { TableName: 'incidents', IndexName: 'x', KeyConditionExpression: 'pk = :p' },
      'UnsupportedOperation',
      'IndexName',
    ],
  ];
  it.each(refusals)('refuses %s', async (_, name, input, code, message) => {
    await expect(table().perform(name, input)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});

describe('Query and Scan', () => {
  const filled = async (): Promise<Bench> => {
    const on = table();
    for (const sk of [10, 9, 2, -1]) await put(on, 'a', sk, { even: { BOOL: sk % 2 === 0 } });
    await put(on, 'b', 5);
    return on;
  };
  const query = async (on: Bench, condition: string, more: object = {}, values: object = {}) => {
    const found = await on.perform<{
      Items: { sk: { N: string } }[];
      LastEvaluatedKey?: object;
      Count: number;
      ScannedCount: number;
    }>('Query', {
      TableName: 'incidents',
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ':p': { S: 'a' }, ...values },
      ...more,
    });
    return { ...found, keys: found.Items.map(({ sk }) => Number(sk.N)) };
  };

  const cases: readonly [string, object, number[]][] = [
    ['pk = :p', {}, [-1, 2, 9, 10]],
    ['pk = :p AND sk > :x', { ':x': { N: '2' } }, [9, 10]],
    ['pk = :p AND sk <= :x', { ':x': { N: '2' } }, [-1, 2]],
    ['pk = :p AND sk = :x', { ':x': { N: '9.0' } }, [9]],
    ['pk = :p AND sk BETWEEN :x AND :y', { ':x': { N: '0' }, ':y': { N: '9' } }, [2, 9]],
  ];
  it.each(cases)('%s', async (condition, values, expected) => {
    expect((await query(await filled(), condition, {}, values)).keys).toEqual(expected);
  });

  it('pages in either direction; the filter comes after the limit', async () => {
    const on = await filled();
    const first = await query(
      on,
      'pk = :p',
      { Limit: 3, ScanIndexForward: false, FilterExpression: 'even = :e' },
      { ':e': { BOOL: true } },
    );
    expect(first).toMatchObject({ keys: [10, 2], Count: 2, ScannedCount: 3, LastEvaluatedKey: key('a', 2) });
    const rest = await query(on, 'pk = :p', {
      ScanIndexForward: false,
      ExclusiveStartKey: first.LastEvaluatedKey,
    });
    expect(rest.keys).toEqual([-1]);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  const refused: readonly [string, object, string][] = [
    ['sk = :p', {}, 'missed key schema element: pk'],
    ['pk > :p', {}, 'Query key condition not supported'],
    ['pk = :p OR pk = :p', {}, 'Invalid operator used in KeyConditionExpression: OR'],
    ['pk = :p AND sk = :p', {}, 'does not match schema type'],
    ['pk = :p', { FilterExpression: 'sk = :p' }, 'non-primary key attributes'],
  ];
  it.each(refused)('refuses %s', async (condition, more, message) => {
    await expect(query(await filled(), condition, more)).rejects.toThrow(message);
  });

  it('scans everything, page by page', async () => {
    const on = await filled();
    const seen: unknown[] = [];
    let from: object | undefined;
    do {
      const page: { Items: unknown[]; LastEvaluatedKey?: object } = await on.perform('Scan', {
        TableName: 'incidents',
        Limit: 2,
        ExclusiveStartKey: from,
      });
      seen.push(...page.Items);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    expect(seen).toHaveLength(5);
  });
});

describe('tables', () => {
  it('makes a global table of one Region, as TableV2 writes it', async () => {
    const on = bench(dynamodbService);
    const created = on.create('AWS::DynamoDB::GlobalTable', {
      ...SCHEMA,
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      Replicas: [
        {
          Region: REGION,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: true,
          SSESpecification: { KMSMasterKeyId: 'key' },
          ResourcePolicy: {
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { AWS: OTHER_ACCOUNT },
                  Action: 'dynamodb:GetItem',
                  Resource: '*',
                },
              ],
            },
          },
        },
      ],
    });
    expect(created).toEqual({ ref: 'incidents', attributes: { Arn: ARN } });
    await put(on, 'a', 1);
    expect(on.resourcePolicy(ARN)).toMatchObject({ mode: 'alone-suffices' });
    const [check] = on.checksOf(
      'GetItem',
      { TableName: ARN, Key: key('a', 1) },
      { caller: rootOf(OTHER_ACCOUNT) },
    );
    expect(check).toMatchObject({ account: ACCOUNT, resource: ARN });
  });

  it.each([
    ['AWS::DynamoDB::Table', { GlobalSecondaryIndexes: [] }, 'GlobalSecondaryIndexes'],
    ['AWS::DynamoDB::Table', { KeySchema: [] }, 'one HASH key'],
    [
      'AWS::DynamoDB::Table',
      { KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }] },
      'an attribute of AttributeDefinitions',
    ],
    [
      'AWS::DynamoDB::GlobalTable',
      { Replicas: [{ Region: REGION }, { Region: 'us-east-1' }] },
      'exactly one replica',
    ],
  ])('refuses %s with %j', (type, more, message) => {
    expect(() => bench(dynamodbService).create(type, { ...SCHEMA, ...more })).toThrow(message);
  });
});
