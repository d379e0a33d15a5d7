import { createHash } from 'node:crypto';
import { dynamodbService } from '../dynamodb/service.ts';
import { s3Service } from '../s3/service.ts';
import { s3State } from '../s3/state.ts';
import { bench, START } from '../testing.ts';
import { TAG, type FurnishedWorld } from './furnished-world.ts';
import type { Sample, Samples } from './sample.ts';

const Tags = Object.entries(TAG).map(([Key, Value]) => ({ Key, Value }));
const Body = Buffer.from('evidence');
const until = new Date(START + 30 * 86_400_000);
const VersionId = 'version-1';

/** A bucket with Object Lock, and in it one held version under a key, with tags. */
const furnishBucket = ({ world, key }: FurnishedWorld): void => {
  bench(s3Service, {}, world).create('AWS::S3::Bucket', {
    BucketName: 'vault',
    ObjectLockEnabled: true,
    Tags,
  });
  world
    .of(s3State, '', '')
    .buckets.get('vault')
    ?.versions.set('held', [
      {
        kind: 'object',
        key: 'held',
        versionId: VersionId,
        lastModified: START,
        body: Body,
        etag: '"etag"',
        checksums: {},
        headers: { ContentType: 'text/plain' },
        metadata: {},
        encryption: { kind: 'aws:kms', keyArn: key.arn, bucketKey: true },
        tags: new Map(Object.entries(TAG)),
        legalHold: false,
        retention: { mode: 'GOVERNANCE', until: until.getTime() },
      },
    ]);
};

const reads = (): readonly Sample[] => {
  const held = { Bucket: 'vault', Key: 'held' };
  return [
    { operation: 'GetObject', late: true, input: held },
    { operation: 'GetObject', what: 'of a version', late: true, input: { ...held, VersionId } },
    { operation: 'HeadObject', late: true, input: { ...held, ChecksumMode: 'ENABLED' } },
    {
      operation: 'ListObjectsV2',
      input: { Bucket: 'vault', Prefix: 'incidents/', Delimiter: '/', MaxKeys: 10 },
    },
    { operation: 'ListObjectVersions', input: { Bucket: 'vault', Prefix: 'incidents/' } },
    { operation: 'GetObjectRetention', input: { ...held, VersionId } },
    { operation: 'GetObjectLegalHold', input: { ...held, VersionId } },
    { operation: 'GetObjectLockConfiguration', input: { Bucket: 'vault' } },
    { operation: 'GetBucketPolicy', input: { Bucket: 'vault' } },
    { operation: 'GetBucketVersioning', input: { Bucket: 'vault' } },
    { operation: 'GetBucketLocation', input: { Bucket: 'vault' } },
    { operation: 'GetBucketEncryption', input: { Bucket: 'vault' } },
  ];
};

const writes = ({ key }: FurnishedWorld): readonly Sample[] => {
  const held = { Bucket: 'vault', Key: 'held' };
  return [
    { operation: 'PutObject', input: { Bucket: 'vault', Key: 'new', Body } },
    {
      operation: 'PutObject',
      what: 'locked, held, tagged, encrypted, written once',
      late: true,
      input: {
        Bucket: 'vault',
        Key: 'new',
        Body,
        ChecksumSHA256: createHash('sha256').update(Body).digest('base64'),
        IfNoneMatch: '*',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: until,
        ObjectLockLegalHoldStatus: 'ON',
        Tagging: 'team=shop',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: key.arn,
      },
    },
    { operation: 'DeleteObject', input: held },
    {
      operation: 'DeleteObject',
      what: 'of a held version, past its retention',
      late: true,
      input: { ...held, VersionId, BypassGovernanceRetention: true },
    },
    {
      operation: 'PutObjectRetention',
      input: { ...held, VersionId, Retention: { Mode: 'GOVERNANCE', RetainUntilDate: until } },
    },
    { operation: 'PutObjectLegalHold', input: { ...held, VersionId, LegalHold: { Status: 'ON' } } },
    { operation: 'PutBucketPolicy', input: { Bucket: 'vault', Policy: '{}' } },
    { operation: 'DeleteBucketPolicy', input: { Bucket: 'vault' } },
  ];
};

/** Requests to S3. */
export const s3Samples: Samples = (on) => {
  furnishBucket(on);
  return [...reads(), ...writes(on)];
};

const TableName = 'incidents';
const Key = { pk: { S: 'inc-1' } };

/** Requests to DynamoDB. */
export const dynamodbSamples: Samples = ({ world }) => {
  bench(dynamodbService, {}, world).create('AWS::DynamoDB::Table', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    Tags,
  });
  const update = {
    TableName,
    Key,
    UpdateExpression: 'SET #s = :s',
    ExpressionAttributeNames: { '#s': 'status' },
    ExpressionAttributeValues: { ':s': { S: 'open' } },
  };
  const condition = { TableName, Key, ConditionExpression: 'attribute_exists(pk)' };
  return [
    {
      operation: 'PutItem',
      input: { TableName, Item: { ...Key, status: { S: 'open' } }, ReturnValues: 'ALL_OLD' },
    },
    { operation: 'GetItem', input: { TableName, Key, ProjectionExpression: 'shown' } },
    { operation: 'UpdateItem', input: { ...update, ReturnValues: 'ALL_NEW' } },
    { operation: 'DeleteItem', input: { ...condition, ReturnValues: 'ALL_OLD' } },
    {
      operation: 'Query',
      input: {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': Key.pk },
        Select: 'ALL_ATTRIBUTES',
      },
    },
    { operation: 'Scan', input: { TableName, FilterExpression: 'attribute_exists(open)', Select: 'COUNT' } },
    {
      operation: 'TransactWriteItems',
      input: {
        TransactItems: [
          { Put: { TableName, Item: Key } },
          { Update: update },
          { Delete: condition },
          { ConditionCheck: condition },
        ],
      },
    },
  ];
};
