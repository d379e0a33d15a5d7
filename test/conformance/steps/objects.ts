import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { FURNITURE } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const Bucket = FURNITURE.bucket;
const Key = 'incidents/inc-1/ledger/000001.json';
const UNTIL = new Date('2099-01-01T00:00:00Z');
const EARLIER = new Date('2098-01-01T00:00:00Z');

const put = (at: At, more: Partial<PutObjectCommandInput> = {}) =>
  at.member.s3.send(
    new PutObjectCommand({ Bucket, Key, Body: 'one', ContentType: 'application/json', ...more }),
  );

const read = async (at: At, key: string) => {
  const { Body, ...rest } = await at.member.s3.send(new GetObjectCommand({ Bucket, Key: key }));
  return { ...rest, text: await Body?.transformToString() };
};

const writing: readonly Step[] = [
  step(
    's3: puts an object that is not there',
    (at) => put(at, { IfNoneMatch: '*', Metadata: { kind: 'entry' } }),
    {
      keep: ({ VersionId }) => ({ 'first version': VersionId }),
    },
  ),
  step('s3: refuses to put an object that is there', (at) => put(at, { IfNoneMatch: '*' })),
  step(
    's3: puts an object with its digest and retention',
    (at) =>
      put(at, {
        Key: 'incidents/inc-1/objects/finding.json',
        ChecksumAlgorithm: 'SHA256',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: UNTIL,
      }),
    { keep: ({ VersionId }) => ({ 'locked version': VersionId }) },
  ),
  step('s3: refuses an object whose digest is another', (at) =>
    put(at, {
      Bucket: FURNITURE.plainBucket,
      Key: 'broken',
      ChecksumSHA256: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    }),
  ),
  step('s3: refuses an object for a bucket that is not there', (at) =>
    put(at, { Bucket: 'conformance-absent' }),
  ),
  step('s3: reads an object', (at) => read(at, Key)),
  step('s3: reads an object with its retention', (at) => read(at, 'incidents/inc-1/objects/finding.json')),
  step('s3: reads a part of an object', async (at) => {
    const { Body, ...rest } = await at.member.s3.send(
      new GetObjectCommand({ Bucket, Key, Range: 'bytes=1-2' }),
    );
    return { ...rest, text: await Body?.transformToString() };
  }),
  step('s3: heads an object', (at) => at.member.s3.send(new HeadObjectCommand({ Bucket, Key }))),
  step('s3: refuses to head an object that is not there', (at) =>
    at.member.s3.send(new HeadObjectCommand({ Bucket, Key: 'absent' })),
  ),
  step('s3: refuses to read an object that is not there', (at) => read(at, 'absent')),
  step('s3: puts a second version', (at) => put(at, { Body: 'two' })),
  step(
    's3: lists objects in order of their keys',
    (at) => at.member.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'incidents/inc-1/' })),
    { ordered: true },
  ),
  step('s3: lists objects by folder', (at) =>
    at.member.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'incidents/inc-1/', Delimiter: '/' })),
  ),
  step('s3: lists the first of several objects', (at) =>
    at.member.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 })),
  ),
  step(
    's3: lists versions, the latest first',
    (at) => at.member.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key })),
    { ordered: true },
  ),
];

const locks: readonly Step[] = [
  step('s3: reads how a bucket locks', (at) =>
    at.member.s3.send(new GetObjectLockConfigurationCommand({ Bucket })),
  ),
  step('s3: refuses to say how a bucket locks that does not', (at) =>
    at.member.s3.send(new GetObjectLockConfigurationCommand({ Bucket: FURNITURE.plainBucket })),
  ),
  step('s3: reads whether a bucket keeps versions', (at) =>
    at.member.s3.send(new GetBucketVersioningCommand({ Bucket })),
  ),
  step('s3: retains a version', (at) =>
    at.member.s3.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key,
        VersionId: at.known.of('first version'),
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: UNTIL },
      }),
    ),
  ),
  step('s3: reads the retention of a version', (at) =>
    at.member.s3.send(
      new GetObjectRetentionCommand({ Bucket, Key, VersionId: at.known.of('first version') }),
    ),
  ),
  step('s3: refuses to read a retention that is not there', (at) =>
    at.member.s3.send(new GetObjectRetentionCommand({ Bucket, Key })),
  ),
  step('s3: refuses to shorten a retention', (at) =>
    at.member.s3.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key,
        VersionId: at.known.of('first version'),
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: EARLIER },
      }),
    ),
  ),
  step('s3: refuses to delete a retained version', (at) =>
    at.member.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: at.known.of('first version') })),
  ),
  step('s3: refuses a retention in a bucket without locks', async (at) => {
    await put(at, { Bucket: FURNITURE.plainBucket, Key: 'plain' });
    return at.member.s3.send(
      new PutObjectRetentionCommand({
        Bucket: FURNITURE.plainBucket,
        Key: 'plain',
        Retention: { Mode: 'COMPLIANCE', RetainUntilDate: UNTIL },
      }),
    );
  }),
  step('s3: holds a version', (at) =>
    at.member.s3.send(
      new PutObjectLegalHoldCommand({
        Bucket,
        Key,
        VersionId: at.known.of('first version'),
        LegalHold: { Status: 'ON' },
      }),
    ),
  ),
  step('s3: reads the hold of a version', (at) =>
    at.member.s3.send(
      new GetObjectLegalHoldCommand({ Bucket, Key, VersionId: at.known.of('first version') }),
    ),
  ),
  step('s3: reads a hold that is not there', (at) =>
    at.member.s3.send(new GetObjectLegalHoldCommand({ Bucket, Key })),
  ),
  step('s3: lifts a hold', (at) =>
    at.member.s3.send(
      new PutObjectLegalHoldCommand({
        Bucket,
        Key,
        VersionId: at.known.of('first version'),
        LegalHold: { Status: 'OFF' },
      }),
    ),
  ),
  step('s3: deletes an object, which leaves its versions', (at) =>
    at.member.s3.send(new DeleteObjectCommand({ Bucket, Key })),
  ),
  step('s3: refuses to read a deleted object', (at) => read(at, Key)),
  step(
    's3: lists versions and the mark of the deletion',
    (at) => at.member.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key })),
    { ordered: true },
  ),
];

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'tls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: `arn:aws:s3:::${FURNITURE.plainBucket}/*`,
      Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
    },
  ],
});

const policies: readonly Step[] = [
  step('s3: refuses to read a bucket policy that is not there', (at) =>
    at.member.s3.send(new GetBucketPolicyCommand({ Bucket: FURNITURE.plainBucket })),
  ),
  step('s3: writes a bucket policy', (at) =>
    at.member.s3.send(new PutBucketPolicyCommand({ Bucket: FURNITURE.plainBucket, Policy: policy })),
  ),
  step('s3: reads a bucket policy', (at) =>
    at.member.s3.send(new GetBucketPolicyCommand({ Bucket: FURNITURE.plainBucket })),
  ),
  step('s3: deletes a bucket policy', (at) =>
    at.member.s3.send(new DeleteBucketPolicyCommand({ Bucket: FURNITURE.plainBucket })),
  ),
];

/** Objects, versions, locks and policies of the vault's kind of bucket. */
export const objectSteps: readonly Step[] = [...writing, ...locks, ...policies];
