import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addKey } from '../kms/build.ts';
import {
  ACCOUNT,
  OTHER_ACCOUNT,
  REGION,
  START,
  bench,
  rootOf,
  testWorld,
  type Bench,
  type BenchOptions,
} from '../testing.ts';
import { ServiceFault } from '../../core/fault.ts';
import { s3Service } from './service.ts';

const DAY = 86_400_000;
const BODY = Buffer.from('evidence');
const SHA = createHash('sha256').update(BODY).digest('base64');
const LOCKED = {
  BucketName: 'vault',
  ObjectLockEnabled: true,
  ObjectLockConfiguration: {
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } },
  },
};
const vault = (more: object = {}, options: BenchOptions = {}): Bench => {
  const made = bench(s3Service, options);
  made.create('AWS::S3::Bucket', { ...LOCKED, ...more });
  return made;
};
const put = (on: Bench, more: object = {}) =>
  on.perform<{ VersionId: string; ETag: string; ChecksumSHA256?: string }>('PutObject', {
    Bucket: 'vault',
    Key: 'a/1',
    Body: BODY,
    ChecksumSHA256: SHA,
    ...more,
  });

describe('PutObject', () => {
  it('stores, answers with version and checksum, and gives back the same bytes', async () => {
    const on = vault();
    const stored = await put(on, { ContentType: 'text/plain', Metadata: { Case: '7' } });
    expect(stored).toMatchObject({
      ChecksumSHA256: SHA,
      ServerSideEncryption: 'AES256',
      ETag: `"${createHash('md5').update(BODY).digest('hex')}"`,
    });
    const read = await on.perform('GetObject', {
      Bucket: 'vault',
      Key: 'a/1',
      VersionId: stored.VersionId,
      ChecksumMode: 'ENABLED',
    });
    expect(read).toMatchObject({
      Body: Uint8Array.from(BODY),
      ContentType: 'text/plain',
      Metadata: { case: '7' },
      ChecksumSHA256: SHA,
      ObjectLockMode: 'COMPLIANCE',
    });
    expect(await on.perform('GetObject', { Bucket: 'vault', Key: 'a/1', Range: 'bytes=0-3' })).toMatchObject({
      Body: Uint8Array.from(Buffer.from('evid')),
      ContentRange: 'bytes 0-3/8',
    });
  });

  it('applies the default retention, or what the request says instead', async () => {
    const on = vault();
    await put(on);
    expect(await on.perform('HeadObject', { Bucket: 'vault', Key: 'a/1' })).toMatchObject({
      ObjectLockRetainUntilDate: new Date(START + 30 * DAY),
    });
    await put(on, { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(START + DAY) });
    expect(await on.perform('GetObjectRetention', { Bucket: 'vault', Key: 'a/1' })).toEqual({
      Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(START + DAY) },
    });
  });

  it('writes a key once with If-None-Match, and again once it is hidden', async () => {
    const on = vault();
    await put(on, { IfNoneMatch: '*' });
    await expect(put(on, { IfNoneMatch: '*' })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
    });
    await on.perform('DeleteObject', { Bucket: 'vault', Key: 'a/1' });
    await expect(put(on, { IfNoneMatch: '*' })).resolves.toHaveProperty('VersionId');
  });

  it('computes the CRC-64/NVME of an upload without a checksum', async () => {
    const on = bench(s3Service);
    on.create('AWS::S3::Bucket', { BucketName: 'vault' });
    // The check value of the algorithm: CRC-64/NVME of "123456789" is ae8b14860a799888.
    const stored = await put(on, { Body: Buffer.from('123456789'), ChecksumSHA256: undefined });
    expect(stored).toMatchObject({
      ChecksumCRC64NVME: Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
    });
    expect(stored.VersionId).toBeUndefined();
  });

  const refused: readonly [string, object, string, string][] = [
    [
      'no checksum under retention',
      { ChecksumSHA256: undefined },
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    ],
    ['another checksum', { Body: Buffer.from('changed') }, 'BadDigest', 'SHA256'],
    [
      'another Content-MD5',
      { ChecksumSHA256: undefined, ContentMD5: createHash('md5').update('x').digest('base64') },
      'BadDigest',
      'Content-MD5',
    ],
    ['a mode without a date', { ObjectLockMode: 'COMPLIANCE' }, 'InvalidArgument', 'must both be supplied'],
    [
      'a date that is past',
      { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(START) },
      'InvalidArgument',
      'must be in the future',
    ],
    ['an unexpected owner', { ExpectedBucketOwner: OTHER_ACCOUNT }, 'AccessDenied', 'Access Denied'],
    ['a missing bucket', { Bucket: 'other' }, 'NoSuchBucket', 'does not exist'],
    ['what is not implemented', { ACL: 'private' }, 'UnsupportedOperation', 'ACL'],
  ];
  it.each(refused)('refuses %s', async (_, more, code, message) => {
    await expect(put(vault(), more)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('is refused in another Region', async () => {
    const on = vault();
    await expect(
      on.perform('HeadObject', { Bucket: 'vault', Key: 'a/1' }, { region: 'us-east-1' }),
    ).rejects.toMatchObject({ status: 301 });
  });

  it('asks for a right for each header, with the condition keys of the request', () => {
    const until = new Date(START + 10 * DAY);
    const checks = vault().checksOf(
      'PutObject',
      {
        Bucket: 'vault',
        Key: 'k',
        IfNoneMatch: '*',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: until,
        ObjectLockLegalHoldStatus: 'ON',
        Tagging: 'a=b',
      },
      { caller: rootOf(OTHER_ACCOUNT) },
    );
    expect(checks.map(({ action }) => action)).toEqual([
      's3:PutObject',
      's3:PutObjectRetention',
      's3:PutObjectLegalHold',
      's3:PutObjectTagging',
    ]);
    expect(checks[0]).toEqual({
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::vault/k',
      account: ACCOUNT,
      context: {
        's3:authType': 'REST-HEADER',
        's3:signatureversion': 'AWS4-HMAC-SHA256',
        's3:ResourceAccount': ACCOUNT,
        's3:RequestObjectTagKeys': ['a'],
        's3:RequestObjectTag/a': 'b',
        's3:if-none-match': '*',
        's3:object-lock-mode': 'COMPLIANCE',
        's3:object-lock-retain-until-date': until.toISOString(),
        's3:object-lock-remaining-retention-days': '10',
        's3:object-lock-legal-hold': 'ON',
      },
    });
  });
});

describe('SSE-KMS', () => {
  const encrypted = (options: BenchOptions = {}, state: 'Enabled' | 'Disabled' = 'Enabled') => {
    const world = testWorld();
    const on = bench(s3Service, options, world);
    const key = addKey(world, { account: ACCOUNT, region: REGION, state }, { ids: on.ids, now: START });
    on.create('AWS::S3::Bucket', {
      ...LOCKED,
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.arn },
          },
        ],
      },
    });
    return { on, key };
  };

  it('has KMS check the writer and the reader through S3', async () => {
    const { on, key } = encrypted();
    expect(await put(on)).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: key.arn,
      BucketKeyEnabled: true,
    });
    await on.perform('GetObject', { Bucket: 'vault', Key: 'a/1' });
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
      expect(on.checks.find((check) => check.action === action)).toMatchObject({
        resource: key.arn,
        account: ACCOUNT,
        context: {
          'kms:ViaService': `s3.${REGION}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::vault',
        },
      });
    }
  });

  it('refuses who may not use the key, and a key that is off', async () => {
    const denied = encrypted({ decide: ({ action }) => (action.startsWith('kms:') ? 'deny' : 'allow') });
    await expect(put(denied.on)).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
    await expect(put(encrypted({}, 'Disabled').on)).rejects.toMatchObject({ code: 'KMS.DisabledException' });
  });
});

describe('ListObjectsV2', () => {
  it('pages in key order, rolls up prefixes, and checks the prefix', async () => {
    const on = vault();
    for (const Key of ['b', 'a/2', 'a/1', 'c/9']) await put(on, { Key });
    const list = (more: object) =>
      on.perform<{ NextContinuationToken?: string }>('ListObjectsV2', { Bucket: 'vault', ...more });
    expect(await list({ Prefix: 'a/' })).toMatchObject({
      KeyCount: 2,
      Contents: [{ Key: 'a/1', Size: 8 }, { Key: 'a/2' }],
      IsTruncated: false,
    });
    const first = await list({ Delimiter: '/', MaxKeys: 2 });
    expect(first).toMatchObject({
      CommonPrefixes: [{ Prefix: 'a/' }],
      Contents: [{ Key: 'b' }],
      IsTruncated: true,
    });
    expect(await list({ Delimiter: '/', ContinuationToken: first.NextContinuationToken })).toMatchObject({
      CommonPrefixes: [{ Prefix: 'c/' }],
      KeyCount: 1,
    });
    expect(on.checksOf('ListObjectsV2', { Bucket: 'vault', Prefix: 'a/' })).toMatchObject([
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::vault', context: { 's3:prefix': 'a/' } },
    ]);
    await expect(list({ ContinuationToken: 'x' })).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});

describe('bucket policies', () => {
  const policy = (Principal: unknown, Condition: object = {}) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::vault/*', Condition },
    ],
  });

  it('come with the template and govern the bucket and its objects', async () => {
    const on = vault();
    on.create('AWS::S3::BucketPolicy', { Bucket: 'vault', PolicyDocument: policy({ AWS: OTHER_ACCOUNT }) });
    for (const arn of ['arn:aws:s3:::vault', 'arn:aws:s3:::vault/a/1'])
      expect(on.resourcePolicy(arn)).toMatchObject({ mode: 'alone-suffices' });
    expect(on.resourcePolicy('arn:aws:s3:::other')).toBeUndefined();
    await on.perform('DeleteBucketPolicy', { Bucket: 'vault' });
    await expect(on.perform('GetBucketPolicy', { Bucket: 'vault' })).rejects.toMatchObject({
      code: 'NoSuchBucketPolicy',
    });
  });

  const cases: readonly [string, object, string][] = [
    ['one account', policy({ AWS: OTHER_ACCOUNT }), 'accepted'],
    [
      'everyone of an organization',
      policy('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-test000000' } }),
      'accepted',
    ],
    ['everyone', policy('*'), 'AccessDenied'],
    ['everyone with TLS', policy('*', { Bool: { 'aws:SecureTransport': 'true' } }), 'AccessDenied'],
    ['nothing that is a policy', { Statement: 1 }, 'MalformedPolicy'],
  ];
  it.each(cases)('allowing %s', async (_, document, expected) => {
    const done = vault().perform('PutBucketPolicy', { Bucket: 'vault', Policy: JSON.stringify(document) });
    const outcome = await done.then(
      () => 'accepted',
      (error: unknown) => (error instanceof ServiceFault ? error.code : error),
    );
    expect(outcome).toBe(expected);
  });

  it('are out of reach of another account', async () => {
    await expect(
      vault().perform('GetBucketPolicy', { Bucket: 'vault' }, { caller: rootOf(OTHER_ACCOUNT) }),
    ).rejects.toMatchObject({ status: 405 });
  });
});

describe('AWS::S3::Bucket', () => {
  it.each([
    [{ AccelerateConfiguration: {} }, 'AccelerateConfiguration'],
    [{ VersioningConfiguration: { Status: 'Suspended' } }, 'Enabled, as Object Lock needs it'],
    [{ ObjectLockEnabled: false }, 'ObjectLockEnabled: true beside it'],
    [{ BucketName: 'Bad_Name' }, 'a bucket name'],
  ])('refuses %j', (more, message) => {
    expect(() => vault(more)).toThrow(message);
  });
});
