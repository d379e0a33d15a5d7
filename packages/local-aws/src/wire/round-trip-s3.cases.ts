import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateBucketCommand,
  type CreateBucketCommandInput,
  DeleteObjectCommand,
  type DeleteObjectCommandInput,
  DeleteObjectsCommand,
  type DeleteObjectsCommandInput,
  GetBucketLocationCommand,
  type GetBucketLocationCommandInput,
  GetBucketPolicyCommand,
  type GetBucketPolicyCommandInput,
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  GetObjectRetentionCommand,
  type GetObjectRetentionCommandInput,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  ListBucketsCommand,
  type ListBucketsCommandInput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectRetentionCommand,
  type PutObjectRetentionCommandInput,
  PutObjectTaggingCommand,
  type PutObjectTaggingCommandInput,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { row } from './round-trip.ts';

const SECOND = new Date('2026-03-04T05:06:07.000Z');
const AT = new Date('2026-03-04T05:06:07.089Z');
const KEY = "incidents/i-1/a b+c&d=e'(1)é/../x";
const BODY = new TextEncoder().encode('custody entry');
const BODY_CRC32 = Buffer.from(crc32(BODY).toString(16).padStart(8, '0'), 'hex').toString('base64');
const BODY_SHA256 = createHash('sha256').update(BODY).digest('base64');

/** restXml. */
export const S3_ROUND_TRIPS = [
  row('s3:PutObject', {
    send: (aws, input: PutObjectCommandInput) => aws.s3.send(new PutObjectCommand(input)),
    input: {
      Bucket: 'vault-1',
      Key: KEY,
      Body: BODY,
      IfNoneMatch: '*',
      ContentType: 'application/json',
      Metadata: { incident: 'i-1', 'custody-entry': '7' },
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: AT,
      ObjectLockLegalHoldStatus: 'ON',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'arn:key',
      BucketKeyEnabled: true,
      Tagging: 'a=b&c=d',
    },
    output: {
      ETag: '"abc"',
      VersionId: 'v1',
      ServerSideEncryption: 'aws:kms',
      BucketKeyEnabled: true,
      Size: 13,
    },
    arrives: expectAlso({
      Body: BODY,
      ChecksumAlgorithm: 'CRC32',
      ChecksumCRC32: BODY_CRC32,
      ContentLength: 13,
    }),
  }),
  row('s3:PutObject', {
    // Path style, and a checksum that the caller asks for.
    send: (aws, input: PutObjectCommandInput) => aws.s3PathStyle.send(new PutObjectCommand(input)),
    input: { Bucket: 'vault.with.dots', Key: KEY, Body: BODY, ChecksumAlgorithm: 'SHA256' },
    output: { ETag: '"abc"', ChecksumSHA256: BODY_SHA256 },
    arrives: expectAlso({ Bucket: 'vault.with.dots', Key: KEY, Body: BODY, ChecksumSHA256: BODY_SHA256 }),
  }),
  row('s3:PutObject', {
    // A stream is sent aws-chunked, with its checksum in a trailer.
    send: (aws, input: PutObjectCommandInput) =>
      aws.s3.send(new PutObjectCommand({ ...input, Body: Readable.from([BODY.slice(0, 5), BODY.slice(5)]) })),
    input: { Bucket: 'vault-1', Key: 'stream', ContentLength: 13, ContentEncoding: 'gzip' },
    output: { ETag: '"abc"' },
    arrives: expectAlso({
      Body: BODY,
      ContentEncoding: 'gzip',
      ContentLength: 13,
      ChecksumCRC32: BODY_CRC32,
    }),
  }),
  row('s3:GetObject', {
    send: (aws, input: GetObjectCommandInput) => aws.s3.send(new GetObjectCommand(input)).then(withBytes),
    input: {
      Bucket: 'vault-1',
      Key: KEY,
      VersionId: 'v1',
      Range: 'bytes=0-12',
      IfModifiedSince: SECOND,
      ChecksumMode: 'ENABLED',
    },
    output: {
      Body: BODY,
      ContentLength: 13,
      LastModified: SECOND,
      ETag: '"abc"',
      Metadata: { incident: 'i-1' },
      ObjectLockRetainUntilDate: AT,
      ChecksumSHA256: BODY_SHA256,
    },
  }),
  row('s3:HeadObject', {
    send: (aws, input: HeadObjectCommandInput) => aws.s3.send(new HeadObjectCommand(input)),
    input: { Bucket: 'vault-1', Key: 'k', ChecksumMode: 'ENABLED' },
    output: {
      ContentLength: 13,
      ETag: '"abc"',
      LastModified: SECOND,
      Metadata: {},
      ObjectLockMode: 'COMPLIANCE',
    },
  }),
  row('s3:CopyObject', {
    send: (aws, input: CopyObjectCommandInput) => aws.s3.send(new CopyObjectCommand(input)),
    input: { Bucket: 'vault-1', Key: 'k', CopySource: 'other/k2' },
    output: { CopyObjectResult: { ETag: '"x"', LastModified: AT }, VersionId: 'v' },
  }),
  row('s3:UploadPart', {
    send: (aws, input: UploadPartCommandInput) => aws.s3.send(new UploadPartCommand(input)),
    input: { Bucket: 'vault-1', Key: 'k', PartNumber: 3, UploadId: 'u/1', Body: BODY },
    output: { ETag: '"p"' },
    arrives: expectAlso({ PartNumber: 3, UploadId: 'u/1', Body: BODY }),
  }),
  row('s3:DeleteObject', {
    send: (aws, input: DeleteObjectCommandInput) => aws.s3.send(new DeleteObjectCommand(input)),
    input: { Bucket: 'vault-1', Key: 'k', VersionId: 'v', BypassGovernanceRetention: true },
    output: { DeleteMarker: true, VersionId: 'v' },
  }),
  row('s3:DeleteObjects', {
    send: (aws, input: DeleteObjectsCommandInput) => aws.s3.send(new DeleteObjectsCommand(input)),
    input: {
      Bucket: 'vault-1',
      Delete: { Objects: [{ Key: 'a&b' }, { Key: 'c', VersionId: 'v' }], Quiet: true },
    },
    output: { Errors: [{ Key: 'c', Code: 'AccessDenied', Message: 'locked' }] },
    arrives: expectAlso({ Delete: { Objects: [{ Key: 'a&b' }, { Key: 'c', VersionId: 'v' }], Quiet: true } }),
  }),
  row('s3:ListObjectsV2', {
    send: (aws, input: ListObjectsV2CommandInput) => aws.s3.send(new ListObjectsV2Command(input)),
    input: { Bucket: 'vault-1', Prefix: 'a b/', Delimiter: '/', MaxKeys: 2, ContinuationToken: 't+/=' },
    output: {
      Name: 'vault-1',
      Prefix: 'a b/',
      KeyCount: 2,
      MaxKeys: 2,
      IsTruncated: false,
      Contents: [
        {
          Key: KEY,
          Size: 1,
          LastModified: AT,
          ETag: '"e"',
          StorageClass: 'STANDARD',
          ChecksumAlgorithm: ['SHA256'],
        },
      ],
      CommonPrefixes: [{ Prefix: 'a b/c/' }],
    },
  }),
  row('s3:ListObjectVersions', {
    send: (aws, input: ListObjectVersionsCommandInput) => aws.s3.send(new ListObjectVersionsCommand(input)),
    input: { Bucket: 'vault-1', KeyMarker: 'k' },
    output: {
      Versions: [{ Key: 'k', VersionId: 'v', IsLatest: true, Size: 0 }],
      DeleteMarkers: [{ Key: 'd', VersionId: 'w', IsLatest: false }],
    },
  }),
  row('s3:PutObjectRetention', {
    send: (aws, input: PutObjectRetentionCommandInput) => aws.s3.send(new PutObjectRetentionCommand(input)),
    input: { Bucket: 'vault-1', Key: KEY, Retention: { Mode: 'COMPLIANCE', RetainUntilDate: AT } },
    output: {},
    arrives: expectAlso({ Key: KEY, Retention: { Mode: 'COMPLIANCE', RetainUntilDate: AT } }),
  }),
  row('s3:GetObjectRetention', {
    send: (aws, input: GetObjectRetentionCommandInput) => aws.s3.send(new GetObjectRetentionCommand(input)),
    input: { Bucket: 'vault-1', Key: KEY, VersionId: 'v' },
    output: { Retention: { Mode: 'GOVERNANCE', RetainUntilDate: AT } },
  }),
  row('s3:PutObjectTagging', {
    send: (aws, input: PutObjectTaggingCommandInput) => aws.s3.send(new PutObjectTaggingCommand(input)),
    input: { Bucket: 'vault-1', Key: 'k', Tagging: { TagSet: [{ Key: '<k>', Value: ' v ' }] } },
    output: { VersionId: 'v' },
    arrives: expectAlso({ Tagging: { TagSet: [{ Key: '<k>', Value: ' v ' }] } }),
  }),
  row('s3:CreateBucket', {
    send: (aws, input: CreateBucketCommandInput) => aws.s3.send(new CreateBucketCommand(input)),
    input: { Bucket: 'vault-2', ObjectLockEnabledForBucket: true },
    output: { Location: '/vault-2' },
    // The client adds its own Region.
    arrives: expectAlso({
      ObjectLockEnabledForBucket: true,
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    }),
  }),
  row('s3:GetBucketLocation', {
    send: (aws, input: GetBucketLocationCommandInput) => aws.s3.send(new GetBucketLocationCommand(input)),
    input: { Bucket: 'vault-1' },
    output: { LocationConstraint: 'eu-west-1' },
  }),
  row('s3:GetBucketPolicy', {
    send: (aws, input: GetBucketPolicyCommandInput) =>
      aws.s3PathStyle.send(new GetBucketPolicyCommand(input)),
    input: { Bucket: 'vault-1' },
    output: { Policy: '{"Statement":[]}' },
  }),
  row('s3:ListBuckets', {
    send: (aws, input: ListBucketsCommandInput) => aws.s3.send(new ListBucketsCommand(input)),
    input: {},
    output: { Buckets: [{ Name: 'vault-1', CreationDate: AT }] },
  }),
];

/** What must arrive besides what the client adds of its own. */
function expectAlso(members: object): object {
  const matcher: object = expect.objectContaining(members);
  return matcher;
}

async function withBytes(output: GetObjectCommandOutput) {
  return { ...output, Body: await output.Body?.transformToByteArray() };
}
