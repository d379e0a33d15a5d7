import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  PutObjectLegalHoldCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { faultCode } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { piecesOfObject } from '../aws/pieces-of-object.ts';
import type { Bucket, VaultFile } from './vault.ts';

const hexOf = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString('hex');

/**
 * One bucket of the evidence account's vaults; refuses a bucket that somebody else owns under its name (aws-facts 8.1).
 *
 * @param connection in the bucket's own Region
 */
export const openBucket = (
  { bucket, owner, isHome }: { readonly bucket: string; readonly owner: string; readonly isHome: boolean },
  connection: Connection,
): Bucket => {
  const at = { Bucket: bucket, ExpectedBucketOwner: owner };
  const s3 = clientFor(S3Client, connection);
  return {
    put: async (key, body, contentType) => {
      try {
        // A lock bucket refuses a put without a checksum (aws-facts 8.1); SHA-256 is the one that evidence is judged by.
        await s3.send(
          new PutObjectCommand({
            ...at,
            Key: key,
            Body: body,
            ContentType: contentType,
            ChecksumAlgorithm: 'SHA256',
            IfNoneMatch: '*',
          }),
        );
        return { written: true };
      } catch (error) {
        const code = faultCode(error);
        if (code === 'PreconditionFailed' || code === 'ConditionalRequestConflict') return { written: false };
        throw error;
      }
    },
    get: async (key) => {
      const { Body: body } = await s3.send(new GetObjectCommand({ ...at, Key: key }));
      if (body === undefined) throw new Error(`object ${key} of the vault has no body`);
      return body.transformToByteArray();
    },
    head: async (key) => {
      const head = await s3.send(new HeadObjectCommand({ ...at, Key: key, ChecksumMode: 'ENABLED' }));
      const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = head;
      if ((mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') || until === undefined) {
        throw new Error(
          `object ${key} lies in the vault without a lock; look at the bucket's default retention`,
        );
      }
      return {
        key,
        versionId: head.VersionId ?? '',
        sha256: hexOf(head.ChecksumSHA256),
        sizeBytes: head.ContentLength ?? 0,
        mode,
        retainUntil: until.toISOString(),
        ...(isHome ? {} : { bucket }),
      };
    },
    hold: async (key, status) => {
      await s3.send(new PutObjectLegalHoldCommand({ ...at, Key: key, LegalHold: { Status: status } }));
    },
    retain: async (key, { mode, retainUntil }) => {
      await s3.send(
        new PutObjectRetentionCommand({
          ...at,
          Key: key,
          Retention: { Mode: mode, RetainUntilDate: new Date(retainUntil) },
        }),
      );
    },
    ...listingOf(s3, at),
  };
};

/** What every call names. */
interface At {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

const filesBelow = async (s3: S3Client, at: At, prefix: string): ReturnType<Bucket['files']> => {
  const files: (VaultFile & { readonly key: string })[] = [];
  for await (const { Contents: found = [] } of paginateListObjectsV2(
    { client: s3 },
    { ...at, Prefix: prefix },
  ))
    for (const { Key: key, Size: sizeBytes } of found)
      if (key !== undefined && sizeBytes !== undefined)
        files.push({ key, sizeBytes, pieces: () => piecesOfObject(s3, { ...at, Key: key, sizeBytes }) });
  return files.toSorted((one, other) => (one.key < other.key ? -1 : 1));
};

/** What tells which objects there are. */
const listingOf = (s3: S3Client, at: At): Pick<Bucket, 'files' | 'list' | 'folders' | 'versions'> => ({
  files: (prefix) => filesBelow(s3, at, prefix),
  list: async (prefix) => (await filesBelow(s3, at, prefix)).map(({ key }) => key),
  folders: async (prefix, after) => {
    const folders: string[] = [];
    const from = after === undefined ? {} : { StartAfter: after };
    for await (const page of paginateListObjectsV2(
      { client: s3 },
      { ...at, Prefix: prefix, Delimiter: '/', ...from },
    ))
      folders.push(...(page.CommonPrefixes ?? []).flatMap(({ Prefix }) => Prefix ?? []));
    return folders.toSorted();
  },
  versions: async (prefix) => {
    const found: { key: string; versionId: string }[] = [];
    let from: Pick<ListObjectVersionsCommandOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> | undefined;
    do {
      const page = await s3.send(
        new ListObjectVersionsCommand({
          ...at,
          Prefix: prefix,
          ...(from?.NextKeyMarker === undefined ? {} : { KeyMarker: from.NextKeyMarker }),
          ...(from?.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: from.NextVersionIdMarker }),
        }),
      );
      found.push(
        ...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key = '', VersionId = '' }) => ({
          key: Key,
          versionId: VersionId,
        })),
      );
      from = page.IsTruncated === true ? page : undefined;
    } while (from !== undefined);
    return found;
  },
});
