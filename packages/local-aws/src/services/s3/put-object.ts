import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { currentVersion, objectCheck, requireBucket } from './buckets.ts';
import { checksumMembers, etagOf, hasChecksum, verifyBody } from './checksums.ts';
import { encryptionFor, encryptionMembers } from './encryption.ts';
import { readRetention, remainingDays, requireLockBucket, retentionFor } from './retention.ts';
import type { Bucket, ObjectVersion } from './state.ts';

type Input = Omit<PutObjectCommandInput, 'Body'> & { readonly Body?: Uint8Array | undefined };

const MEMBERS = [
  'Bucket',
  'Key',
  'Body',
  'ContentLength',
  'ContentType',
  'ContentEncoding',
  'ContentDisposition',
  'CacheControl',
  'ContentMD5',
  'ChecksumAlgorithm',
  'ChecksumCRC32',
  'ChecksumSHA1',
  'ChecksumSHA256',
  'ChecksumCRC64NVME',
  'IfNoneMatch',
  'Metadata',
  'Tagging',
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ObjectLockLegalHoldStatus',
  'ExpectedBucketOwner',
] as const satisfies readonly (keyof Input)[];

/** 5 GB in one PUT. https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const MAX_BYTES = 5 * 1024 ** 3;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

const locks = (input: Input): boolean =>
  input.ObjectLockMode !== undefined ||
  input.ObjectLockRetainUntilDate !== undefined ||
  input.ObjectLockLegalHoldStatus !== undefined;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html */
const tagContext = (tagging: string | undefined): Readonly<Record<string, string | readonly string[]>> => {
  if (tagging === undefined) return {};
  const tags = [...new URLSearchParams(tagging)];
  return {
    's3:RequestObjectTagKeys': tags.map(([key]) => key),
    ...Object.fromEntries(tags.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
  };
};

/**
 * PutObject, and a right for each header that needs one more.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (Permissions)
 * Condition keys: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * `s3:if-none-match`: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
const checks = (input: Input, call: Call): readonly Check[] => {
  const lock = {
    's3:object-lock-mode': input.ObjectLockMode,
    's3:object-lock-retain-until-date': input.ObjectLockRetainUntilDate?.toISOString(),
    's3:object-lock-remaining-retention-days': remainingDays(input.ObjectLockRetainUntilDate, call.now),
  };
  const hold = { 's3:object-lock-legal-hold': input.ObjectLockLegalHoldStatus };
  const context = {
    's3:x-amz-server-side-encryption': input.ServerSideEncryption,
    's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
    's3:if-none-match': input.IfNoneMatch,
  };
  const tags = tagContext(input.Tagging);
  const target = { Bucket: input.Bucket, Key: input.Key };
  const withRetention = input.ObjectLockMode !== undefined || input.ObjectLockRetainUntilDate !== undefined;
  return [
    objectCheck(call, target, { action: 'PutObject', context: { ...context, ...lock, ...hold, ...tags } }),
    ...(withRetention ? [objectCheck(call, target, { action: 'PutObjectRetention', context: lock })] : []),
    ...(input.ObjectLockLegalHoldStatus === undefined
      ? []
      : [objectCheck(call, target, { action: 'PutObjectLegalHold', context: hold })]),
    ...(input.Tagging === undefined
      ? []
      : [objectCheck(call, target, { action: 'PutObjectTagging', context: tags })]),
  ];
};

const refusePreconditions = (bucket: Bucket, input: Input): void => {
  if (input.IfNoneMatch === undefined) return;
  if (input.IfNoneMatch !== '*') throw unimplemented(`IfNoneMatch ${input.IfNoneMatch}`, 'PutObject');
  // A key whose current version is a delete marker does not exist.
  if (currentVersion(bucket, input.Key ?? '')?.kind === 'object') {
    throw new ServiceFault(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      { status: 412 },
    );
  }
};

const refuseSize = (input: Input, body: Buffer): void => {
  const key = input.Key ?? '';
  if (key === '') throw new ServiceFault('InvalidRequest', 'The key of an object must not be empty');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new ServiceFault('KeyTooLongError', 'Your key is too long');
  if (body.length > MAX_BYTES)
    throw new ServiceFault('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  if (input.ContentLength !== undefined && input.ContentLength !== body.length) {
    throw new ServiceFault(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
};

const headersOf = (input: Input): ObjectVersion['headers'] => ({
  ContentType: input.ContentType ?? 'application/octet-stream',
  ...(input.ContentEncoding === undefined ? {} : { ContentEncoding: input.ContentEncoding }),
  ...(input.ContentDisposition === undefined ? {} : { ContentDisposition: input.ContentDisposition }),
  ...(input.CacheControl === undefined ? {} : { CacheControl: input.CacheControl }),
});

const newVersion = (call: Call, bucket: Bucket, input: Input): ObjectVersion => {
  const body = Buffer.from(input.Body ?? []);
  refuseSize(input, body);
  const asked = readRetention(input.ObjectLockMode, input.ObjectLockRetainUntilDate, call.now);
  const retention = retentionFor(bucket, asked, call.now);
  if (locks(input)) requireLockBucket(bucket);
  // aws-facts 8.1: a bucket's default retention counts as an Object Lock parameter of every PUT.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
  if ((locks(input) || retention !== undefined) && !hasChecksum(input)) {
    throw new ServiceFault(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  }
  const checksums = verifyBody(body, input);
  const encryption = encryptionFor(call, bucket, input);
  const id = bucket.versioning === 'Enabled' ? call.ids.base32('s3-version', 32) : 'null';
  return {
    kind: 'object',
    key: input.Key ?? '',
    versionId: id,
    lastModified: call.now,
    body,
    checksums,
    etag: etagOf(body, encryption.kind === 'AES256' ? undefined : id),
    headers: headersOf(input),
    metadata: Object.fromEntries(
      Object.entries(input.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    encryption,
    tags: new Map(new URLSearchParams(input.Tagging ?? '')),
    legalHold: input.ObjectLockLegalHoldStatus === 'ON',
    ...(retention === undefined ? {} : { retention }),
  };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const putObject = operation<Input, Omit<PutObjectCommandOutput, '$metadata'>>({
  checks,
  run: (input, call) => {
    acceptMembers(input, 'PutObject', MEMBERS);
    const bucket = requireBucket(call, input);
    refusePreconditions(bucket, input);
    const version = newVersion(call, bucket, input);
    const others = (bucket.versions.get(version.key) ?? []).filter(
      ({ versionId }) => versionId !== version.versionId,
    );
    bucket.versions.set(version.key, [version, ...others]);
    return {
      ETag: version.etag,
      ...checksumMembers(version.checksums),
      ...encryptionMembers(version.encryption),
      ...(bucket.versioning === 'Enabled' ? { VersionId: version.versionId } : {}),
    };
  },
});

/** Writing of objects in one request. Multipart uploads and copies answer 501. */
export const putOperations: Readonly<Record<string, Operation>> = { PutObject: putObject };
