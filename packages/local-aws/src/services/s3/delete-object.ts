import type { DeleteObjectCommandInput, DeleteObjectCommandOutput } from '@aws-sdk/client-s3';
import { operation, type Call, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { objectCheck, requireBucket } from './buckets.ts';
import { refuseHeld } from './retention.ts';
import type { Bucket, DeleteMarker } from './state.ts';

/** Removes one version for good; a version that does not exist is no error. */
const deleteVersion = (
  call: Call,
  bucket: Bucket,
  on: { readonly key: string; readonly versionId: string; readonly bypass: boolean | undefined },
) => {
  const held = bucket.versions.get(on.key) ?? [];
  const version = held.find(({ versionId }) => versionId === on.versionId);
  if (version === undefined) return { VersionId: on.versionId };
  if (version.kind === 'object') refuseHeld(call, bucket, { version, bypass: on.bypass });
  const rest = held.filter((one) => one !== version);
  if (rest.length === 0) bucket.versions.delete(on.key);
  else bucket.versions.set(on.key, rest);
  return { VersionId: on.versionId, ...(version.kind === 'delete-marker' ? { DeleteMarker: true } : {}) };
};

const hide = (call: Call, bucket: Bucket, key: string) => {
  if (bucket.versioning === undefined) {
    bucket.versions.delete(key);
    return {};
  }
  const versionId = bucket.versioning === 'Enabled' ? call.ids.base32('s3-version', 32) : 'null';
  const marker: DeleteMarker = { kind: 'delete-marker', key, versionId, lastModified: call.now };
  const others = (bucket.versions.get(key) ?? []).filter((one) => one.versionId !== versionId);
  bucket.versions.set(key, [marker, ...others]);
  return { DeleteMarker: true, VersionId: versionId };
};

/**
 * Without a version a delete marker is put on top, held versions or not; with one the version goes, unless it is held.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 */
const deleteObject = operation<DeleteObjectCommandInput, Omit<DeleteObjectCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    objectCheck(call, input, {
      action: input.VersionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion',
    }),
  ],
  run: (input, call) => {
    acceptMembers(input, 'DeleteObject', [
      'Bucket',
      'Key',
      'VersionId',
      'BypassGovernanceRetention',
      'ExpectedBucketOwner',
    ]);
    const bucket = requireBucket(call, input);
    const key = input.Key ?? '';
    return input.VersionId === undefined
      ? hide(call, bucket, key)
      : deleteVersion(call, bucket, {
          key,
          versionId: input.VersionId,
          bypass: input.BypassGovernanceRetention,
        });
  },
});

/** Deleting of objects. */
export const deleteOperations: Readonly<Record<string, Operation>> = { DeleteObject: deleteObject };
