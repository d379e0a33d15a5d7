import type {
  GetObjectCommandInput,
  GetObjectCommandOutput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { objectCheck, requireBucket, requireVersion, type VersionInput } from './buckets.ts';
import { checksumMembers } from './checksums.ts';
import { decryptFor, encryptionMembers } from './encryption.ts';
import type { Bucket, ObjectVersion } from './state.ts';
import { refuseCold, storageClassOf, type StorageClass } from './storage-class.ts';

const COMMON = ['Bucket', 'Key', 'VersionId', 'Range', 'ChecksumMode', 'ExpectedBucketOwner'] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and API_HeadObject.html (Permissions) */
const checks = (input: VersionInput, call: Call): readonly Check[] => [
  objectCheck(call, input, { action: input.VersionId === undefined ? 'GetObject' : 'GetObjectVersion' }),
];

interface Span {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

/** One range of bytes. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Range) */
const spanOf = (range: string | undefined, size: number): Span | undefined => {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  // A header that is no range of bytes is ignored, as HTTP asks.
  if (first === undefined || last === undefined || first + last === '') return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from > to)
    throw new ServiceFault('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
  return { from, to };
};

const mayRead = (
  call: Call,
  bucket: Bucket,
  on: { readonly version: ObjectVersion; readonly action: string },
): boolean => {
  const input = { Bucket: bucket.name, Key: on.version.key, VersionId: on.version.versionId };
  return call.decide(objectCheck(call, input, { action: on.action })).verdict === 'allow';
};

/** Lock members, each for who may read it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html */
const lockMembers = (call: Call, bucket: Bucket, version: ObjectVersion) => {
  if (bucket.objectLock === undefined) return {};
  const { retention } = version;
  return {
    ...(retention !== undefined && mayRead(call, bucket, { version, action: 'GetObjectRetention' })
      ? { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: new Date(retention.until) }
      : {}),
    ...(version.legalHold && mayRead(call, bucket, { version, action: 'GetObjectLegalHold' })
      ? { ObjectLockLegalHoldStatus: 'ON' as const }
      : {}),
  };
};

/** "Amazon S3 returns this header for all objects except for S3 Standard": https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
const classMember = (storageClass: StorageClass) =>
  storageClass === 'STANDARD' ? {} : { StorageClass: storageClass };

interface ReadInput extends VersionInput {
  readonly Range?: string | undefined;
  readonly ChecksumMode?: string | undefined;
}

const describe = (
  call: Call,
  bucket: Bucket,
  on: { readonly version: ObjectVersion; readonly input: ReadInput },
) => {
  const { version, input } = on;
  const size = version.body.length;
  const span = spanOf(input.Range, size);
  const members = {
    ...version.headers,
    ContentLength: span === undefined ? size : span.to - span.from + 1,
    ETag: version.etag,
    LastModified: new Date(Math.floor(version.lastModified / 1000) * 1000),
    AcceptRanges: 'bytes',
    Metadata: { ...version.metadata },
    ...(span === undefined ? {} : { ContentRange: `bytes ${span.from}-${span.to}/${size}` }),
    ...(bucket.versioning === undefined ? {} : { VersionId: version.versionId }),
    ...(version.tags.size === 0 ? {} : { TagCount: version.tags.size }),
    // The stored checksum is that of the whole object.
    ...(input.ChecksumMode === 'ENABLED' && span === undefined ? checksumMembers(version.checksums) : {}),
    ...encryptionMembers(version.encryption),
    ...classMember(storageClassOf(bucket, version, call.now)),
    ...lockMembers(call, bucket, version),
  };
  return { span, members };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
const getObject = operation<
  GetObjectCommandInput,
  Omit<GetObjectCommandOutput, '$metadata' | 'Body'> & { Body: Uint8Array }
>({
  checks,
  run: (input, call) => {
    acceptMembers(input, 'GetObject', COMMON);
    const bucket = requireBucket(call, input);
    const version = requireVersion(call, bucket, { input });
    refuseCold(storageClassOf(bucket, version, call.now));
    decryptFor(call, bucket, version);
    const { span, members } = describe(call, bucket, { version, input });
    const body = span === undefined ? version.body : version.body.subarray(span.from, span.to + 1);
    return { ...members, Body: Uint8Array.from(body) };
  },
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
const headObject = operation<HeadObjectCommandInput, Omit<HeadObjectCommandOutput, '$metadata'>>({
  checks,
  run: (input, call) => {
    acceptMembers(input, 'HeadObject', COMMON);
    const bucket = requireBucket(call, input);
    const version = requireVersion(call, bucket, { input, isHead: true });
    // With ChecksumMode and SSE-KMS the caller needs kms:Decrypt as well (same page, Permissions).
    if (input.ChecksumMode === 'ENABLED') decryptFor(call, bucket, version);
    return describe(call, bucket, { version, input }).members;
  },
});

/** Reading of one object. */
export const readOperations: Readonly<Record<string, Operation>> = {
  GetObject: getObject,
  HeadObject: headObject,
};
