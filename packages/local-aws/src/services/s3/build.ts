import { createHash } from 'node:crypto';
import type { World } from '../../core/world.ts';
import type { Ids } from '../../core/ids.ts';
import { etagOf } from './checksums.ts';
import { s3State, type ObjectVersion } from './state.ts';

/** What an object is made from. */
export interface ObjectSpec {
  readonly bucket: string;
  readonly key: string;
  readonly body: string;
}

/**
 * Puts an object into a bucket that is there, as its owner has done before the world began: with its SHA-256, encrypted by S3.
 *
 * @param making ids, and virtual epoch ms
 * @throws Error for a bucket that is not there, or that encrypts by a key
 */
export const addObject = (
  world: World,
  { bucket: name, key, body: text }: ObjectSpec,
  { ids, now }: { readonly ids: Ids; readonly now: number },
): ObjectVersion => {
  const bucket = world.of(s3State, '', '').buckets.get(name);
  if (bucket?.defaultEncryption.kind !== 'AES256')
    throw new Error(`there is no bucket ${name} of objects that S3 encrypts by itself`);
  const body = Buffer.from(text);
  const version: ObjectVersion = {
    kind: 'object',
    key,
    versionId: bucket.versioning === 'Enabled' ? ids.base32('s3-version', 32) : 'null',
    lastModified: now,
    body,
    checksums: { SHA256: createHash('sha256').update(body).digest('base64') },
    etag: etagOf(body, undefined),
    headers: { ContentType: 'application/octet-stream' },
    metadata: {},
    encryption: { kind: 'AES256' },
    tags: new Map(),
    legalHold: false,
  };
  bucket.versions.set(key, [version, ...(bucket.versions.get(key) ?? [])]);
  return version;
};
