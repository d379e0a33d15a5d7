import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { s3State, type AnyVersion, type Bucket, type ObjectVersion } from './state.ts';

/** What every request to a bucket carries. */
export interface BucketInput {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** A request's bucket, if there is one. */
const findBucket = (call: Call, input: BucketInput): Bucket | undefined =>
  call.world.of(s3State, '', '').buckets.get(input.Bucket ?? '');

const accessDenied = (message: string): ServiceFault =>
  new ServiceFault('AccessDenied', message, { status: 403 });

/**
 * A request's bucket.
 *
 * @throws ServiceFault NoSuchBucket (404); AccessDenied (403) for an unexpected owner; PermanentRedirect (301) in another
 * Region. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export const requireBucket = (call: Call, input: BucketInput): Bucket => {
  const bucket = findBucket(call, input);
  if (bucket === undefined)
    throw new ServiceFault('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
  if (bucket.region !== call.region) {
    const message =
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';
    throw new ServiceFault('PermanentRedirect', message, { status: 301 });
  }
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== bucket.account)
    throw accessDenied('Access Denied');
  return bucket;
};

type Context = Record<string, string | readonly string[]>;

/** The check of one action on a bucket. */
export const bucketCheck = (
  call: Call,
  input: BucketInput,
  on: { readonly action: string; readonly context?: Context },
): Check => {
  const account = findBucket(call, input)?.account;
  const context = {
    // What the SDK signs, and how. https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    's3:authType': 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    ...(account === undefined ? {} : { 's3:ResourceAccount': account }),
    ...on.context,
  };
  return {
    action: `s3:${on.action}`,
    resource: `arn:${call.world.facts.partition}:s3:::${input.Bucket ?? ''}`,
    ...(account === undefined ? {} : { account }),
    context,
  };
};

/** Actions that know the version; those of Object Lock do not. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const OF_A_VERSION = new Set(['GetObjectVersion', 'DeleteObjectVersion']);

/** Actions that know the tags of the object as it is. */
const READS_TAGS = new Set(['GetObject', 'GetObjectVersion', 'PutObjectTagging']);

interface ObjectInput extends BucketInput {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html */
const existingTags = (call: Call, input: ObjectInput): Context => {
  const versions = findBucket(call, input)?.versions.get(input.Key ?? '') ?? [];
  const version =
    input.VersionId === undefined
      ? versions[0]
      : versions.find(({ versionId }) => versionId === input.VersionId);
  if (version?.kind !== 'object') return {};
  return Object.fromEntries([...version.tags].map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));
};

/** The check of one action on an object; absent values of the context are left out. */
export const objectCheck = (
  call: Call,
  input: ObjectInput,
  on: {
    readonly action: string;
    readonly context?: Readonly<Record<string, string | readonly string[] | undefined>>;
  },
): Check => {
  const context: Context = {};
  if (input.VersionId !== undefined && OF_A_VERSION.has(on.action)) context['s3:versionid'] = input.VersionId;
  if (READS_TAGS.has(on.action)) Object.assign(context, existingTags(call, input));
  for (const [key, value] of Object.entries(on.context ?? {})) if (value !== undefined) context[key] = value;
  const check = bucketCheck(call, input, { action: on.action, context });
  return { ...check, resource: `${check.resource}/${input.Key ?? ''}` };
};

/** Whether the caller may list the bucket: otherwise a key that does not exist is answered with 403. */
const mayList = (call: Call, bucket: Bucket): boolean =>
  call.decide(bucketCheck(call, { Bucket: bucket.name }, { action: 'ListBucket' })).verdict === 'allow';

/** The newest version of a key, a delete marker included. */
export const currentVersion = (bucket: Bucket, key: string): AnyVersion | undefined =>
  bucket.versions.get(key)?.[0];

/** The version that a request names, or the current one. */
export interface VersionInput extends BucketInput {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

const missing = (call: Call, bucket: Bucket, isHead: boolean): ServiceFault => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (Permissions)
  if (!mayList(call, bucket)) return accessDenied('Access Denied');
  return isHead
    ? new ServiceFault('NotFound', 'Not Found', { status: 404 })
    : new ServiceFault('NoSuchKey', 'The specified key does not exist.', { status: 404 });
};

/**
 * The object version that a request reads.
 *
 * @throws ServiceFault NoSuchKey (NotFound for HEAD), NoSuchVersion, MethodNotAllowed for a delete marker by its version,
 * AccessDenied where the key does not exist and the caller may not list.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export const requireVersion = (
  call: Call,
  bucket: Bucket,
  on: { readonly input: VersionInput; readonly isHead?: boolean },
): ObjectVersion => {
  const { Key: key = '', VersionId: versionId } = on.input;
  const isHead = on.isHead === true;
  const held = bucket.versions.get(key) ?? [];
  if (versionId === undefined) {
    const [current] = held;
    if (current?.kind === 'object') return current;
    throw missing(call, bucket, isHead);
  }
  const version = held.find((one) => one.versionId === versionId);
  if (version?.kind === 'object') return version;
  if (version !== undefined) {
    throw new ServiceFault('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      status: 405,
    });
  }
  if (isHead) throw missing(call, bucket, true);
  throw new ServiceFault('NoSuchVersion', 'The specified version does not exist.', { status: 404 });
};
