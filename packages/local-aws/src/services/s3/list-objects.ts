import type {
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { bucketCheck, requireBucket, type BucketInput } from './buckets.ts';
import type { AnyVersion, Bucket } from './state.ts';
import { storageClassOf } from './storage-class.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (MaxKeys) */
const MAX_KEYS = 1000;

interface ListInput extends BucketInput {
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly MaxKeys?: number | undefined;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const listCheck = (call: Call, input: ListInput, action: string): readonly Check[] => {
  const context = {
    ...(input.Prefix === undefined ? {} : { 's3:prefix': input.Prefix }),
    ...(input.Delimiter === undefined ? {} : { 's3:delimiter': input.Delimiter }),
    ...(input.MaxKeys === undefined ? {} : { 's3:max-keys': String(input.MaxKeys) }),
  };
  return [bucketCheck(call, input, { action, context })];
};

const pageSize = ({ MaxKeys: asked = MAX_KEYS }: ListInput): number => {
  if (asked < 0)
    throw new ServiceFault('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647');
  return Math.min(asked, MAX_KEYS);
};

/** Keys go by their UTF-8 bytes. */
const keysOf = (bucket: Bucket, prefix: string | undefined): readonly string[] =>
  [...bucket.versions.keys()]
    .filter((key) => key.startsWith(prefix ?? ''))
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

const isAfter = (key: string, marker: string): boolean =>
  Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0;

const encodeToken = (key: string): string => Buffer.from(JSON.stringify([key])).toString('base64url');

const decodeToken = (token: string): string => {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(read) && typeof read[0] === 'string') return read[0];
  } catch {
    // Whatever it is, it is none of our tokens: refused below.
  }
  throw new ServiceFault('InvalidArgument', 'The continuation token provided is incorrect');
};

interface Entry {
  readonly name: string;
  readonly isPrefix: boolean;
}

/** Keys, those that share a prefix up to the delimiter rolled up into one. */
const entriesOf = (
  keys: readonly string[],
  { Prefix: prefix = '', Delimiter: delimiter }: ListInput,
): readonly Entry[] => {
  if (delimiter === undefined) return keys.map((name) => ({ name, isPrefix: false }));
  const entries = new Map<string, Entry>();
  for (const key of keys) {
    const end = key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? key : key.slice(0, end + delimiter.length);
    entries.set(name, { name, isPrefix: end >= 0 });
  }
  return [...entries.values()];
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const listObjects = operation<ListObjectsV2CommandInput, Omit<ListObjectsV2CommandOutput, '$metadata'>>({
  checks: (input, call) => listCheck(call, input, 'ListBucket'),
  run: (input, call) => {
    acceptMembers(input, 'ListObjectsV2', [
      'Bucket',
      'Prefix',
      'Delimiter',
      'MaxKeys',
      'ContinuationToken',
      'StartAfter',
      'ExpectedBucketOwner',
    ]);
    const bucket = requireBucket(call, input);
    const size = pageSize(input);
    const token = input.ContinuationToken === undefined ? undefined : decodeToken(input.ContinuationToken);
    const marker = token ?? input.StartAfter ?? '';
    const current = keysOf(bucket, input.Prefix).filter(
      (key) => bucket.versions.get(key)?.[0]?.kind === 'object',
    );
    const entries = entriesOf(current, input).filter(({ name }) => isAfter(name, marker));
    const page = entries.slice(0, size);
    const last = page.at(-1);
    const isTruncated = size > 0 && entries.length > page.length;
    const contents = page.flatMap(({ name, isPrefix }) => {
      const version = isPrefix ? undefined : bucket.versions.get(name)?.[0];
      if (version?.kind !== 'object') return [];
      return [
        {
          Key: name,
          LastModified: new Date(version.lastModified),
          ETag: version.etag,
          Size: version.body.length,
          StorageClass: storageClassOf(bucket, version, call.now),
        },
      ];
    });
    const prefixes = page.filter(({ isPrefix }) => isPrefix).map(({ name }) => ({ Prefix: name }));
    return {
      Name: bucket.name,
      Prefix: input.Prefix ?? '',
      MaxKeys: size,
      KeyCount: page.length,
      IsTruncated: isTruncated,
      ...(input.Delimiter === undefined ? {} : { Delimiter: input.Delimiter }),
      ...(input.StartAfter === undefined ? {} : { StartAfter: input.StartAfter }),
      ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
      ...(contents.length > 0 ? { Contents: contents } : {}),
      ...(prefixes.length > 0 ? { CommonPrefixes: prefixes } : {}),
      ...(isTruncated && last !== undefined ? { NextContinuationToken: encodeToken(last.name) } : {}),
    };
  },
});

interface Listed {
  readonly version: AnyVersion;
  readonly isLatest: boolean;
}

const afterMarker = (listed: readonly Listed[], input: ListObjectVersionsCommandInput): readonly Listed[] => {
  const { KeyMarker: keyMarker, VersionIdMarker: versionMarker } = input;
  if (keyMarker === undefined) {
    if (versionMarker === undefined) return listed;
    throw new ServiceFault(
      'InvalidArgument',
      'A version-id marker cannot be specified without a key marker.',
    );
  }
  if (versionMarker === undefined) return listed.filter(({ version }) => isAfter(version.key, keyMarker));
  const at = listed.findIndex(
    ({ version }) => version.key === keyMarker && version.versionId === versionMarker,
  );
  return at < 0 ? listed.filter(({ version }) => isAfter(version.key, keyMarker)) : listed.slice(at + 1);
};

const common = ({ version, isLatest }: Listed) => ({
  Key: version.key,
  VersionId: version.versionId,
  IsLatest: isLatest,
  LastModified: new Date(version.lastModified),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
const listVersions = operation<
  ListObjectVersionsCommandInput,
  Omit<ListObjectVersionsCommandOutput, '$metadata'>
>({
  checks: (input, call) => listCheck(call, input, 'ListBucketVersions'),
  run: (input, call) => {
    acceptMembers(input, 'ListObjectVersions', [
      'Bucket',
      'Prefix',
      'MaxKeys',
      'KeyMarker',
      'VersionIdMarker',
      'ExpectedBucketOwner',
    ]);
    const bucket = requireBucket(call, input);
    const size = pageSize(input);
    const all = keysOf(bucket, input.Prefix).flatMap((key) =>
      (bucket.versions.get(key) ?? []).map((version, index): Listed => ({ version, isLatest: index === 0 })),
    );
    const rest = afterMarker(all, input);
    const page = rest.slice(0, size);
    const last = page.at(-1)?.version;
    const isTruncated = size > 0 && rest.length > page.length;
    const versions = page.flatMap((listed) =>
      listed.version.kind === 'object'
        ? [
            {
              ...common(listed),
              ETag: listed.version.etag,
              Size: listed.version.body.length,
              StorageClass: 'STANDARD' as const,
            },
          ]
        : [],
    );
    const markers = page.filter(({ version }) => version.kind === 'delete-marker').map(common);
    return {
      Name: bucket.name,
      Prefix: input.Prefix ?? '',
      MaxKeys: size,
      IsTruncated: isTruncated,
      ...(versions.length > 0 ? { Versions: versions } : {}),
      ...(markers.length > 0 ? { DeleteMarkers: markers } : {}),
      ...(isTruncated && last !== undefined
        ? { NextKeyMarker: last.key, NextVersionIdMarker: last.versionId }
        : {}),
    };
  },
});

/** Listing of objects and of versions. */
export const listOperations: Readonly<Record<string, Operation>> = {
  ListObjectsV2: listObjects,
  ListObjectVersions: listVersions,
};
