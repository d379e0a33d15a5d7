import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { START, bench, type Bench, type BenchOptions } from '../testing.ts';
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
const governed = (options: BenchOptions = {}): Bench =>
  vault(
    {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Years: 1 } },
      },
    },
    options,
  );
const put = (on: Bench, more: object = {}) =>
  on.perform<{ VersionId: string; ETag: string; ChecksumSHA256?: string }>('PutObject', {
    Bucket: 'vault',
    Key: 'a/1',
    Body: BODY,
    ChecksumSHA256: SHA,
    ...more,
  });

describe('versions and Object Lock', () => {
  it('hides by a delete marker and keeps the version', async () => {
    const on = vault();
    const { VersionId } = await put(on);
    const marker = await on.perform<{ VersionId: string }>('DeleteObject', { Bucket: 'vault', Key: 'a/1' });
    expect(marker).toMatchObject({ DeleteMarker: true });
    await expect(on.perform('GetObject', { Bucket: 'vault', Key: 'a/1' })).rejects.toMatchObject({
      code: 'NoSuchKey',
      status: 404,
    });
    await expect(on.perform('HeadObject', { Bucket: 'vault', Key: 'a/1' })).rejects.toMatchObject({
      code: 'NotFound',
      status: 404,
    });
    await expect(
      on.perform('HeadObject', { Bucket: 'vault', Key: 'a/1', VersionId: marker.VersionId }),
    ).rejects.toMatchObject({ status: 405 });
    expect(await on.perform('GetObject', { Bucket: 'vault', Key: 'a/1', VersionId })).toMatchObject({
      ContentLength: 8,
    });
    expect(await on.perform('ListObjectVersions', { Bucket: 'vault' })).toMatchObject({
      Versions: [{ VersionId, IsLatest: false }],
      DeleteMarkers: [{ IsLatest: true }],
    });
  });

  it('answers 403 for a missing key to who may not list', async () => {
    const on = vault({}, { decide: ({ action }) => (action === 's3:ListBucket' ? 'deny' : 'allow') });
    await expect(on.perform('GetObject', { Bucket: 'vault', Key: 'none' })).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
    });
  });

  it('keeps a COMPLIANCE version from everyone until its date', async () => {
    const on = vault();
    const { VersionId } = await put(on);
    const remove = () =>
      on.perform('DeleteObject', { Bucket: 'vault', Key: 'a/1', VersionId, BypassGovernanceRetention: true });
    await expect(remove()).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
    await on.pass(31 * DAY);
    expect(await remove()).toEqual({ VersionId });
  });

  it('yields GOVERNANCE only to the header together with the permission', async () => {
    const remove = async (bypass: boolean, options: BenchOptions = {}) => {
      const on = governed(options);
      const { VersionId } = await put(on);
      return on.perform('DeleteObject', {
        Bucket: 'vault',
        Key: 'a/1',
        VersionId,
        BypassGovernanceRetention: bypass,
      });
    };
    await expect(remove(false)).rejects.toMatchObject({ status: 403 });
    await expect(
      remove(true, {
        decide: ({ action }) => (action === 's3:BypassGovernanceRetention' ? 'deny' : 'allow'),
      }),
    ).rejects.toMatchObject({ status: 403 });
    await expect(remove(true)).resolves.toHaveProperty('VersionId');
  });

  it('holds a version by legal hold whatever its retention', async () => {
    const on = governed();
    const { VersionId } = await put(on, { ObjectLockLegalHoldStatus: 'ON' });
    const target = { Bucket: 'vault', Key: 'a/1', VersionId };
    await expect(
      on.perform('DeleteObject', { ...target, BypassGovernanceRetention: true }),
    ).rejects.toMatchObject({ status: 403 });
    await on.perform('PutObjectLegalHold', { ...target, LegalHold: { Status: 'OFF' } });
    await expect(on.perform('DeleteObject', { ...target, BypassGovernanceRetention: true })).resolves.toEqual(
      { VersionId },
    );
  });

  const changes: readonly [string, 'GOVERNANCE' | 'COMPLIANCE', object, number, boolean][] = [
    ['extends COMPLIANCE', 'COMPLIANCE', { Mode: 'COMPLIANCE' }, 60, true],
    ['never shortens COMPLIANCE', 'COMPLIANCE', { Mode: 'COMPLIANCE' }, 10, false],
    ['never makes COMPLIANCE into GOVERNANCE', 'COMPLIANCE', { Mode: 'GOVERNANCE' }, 60, false],
    ['makes GOVERNANCE into COMPLIANCE', 'GOVERNANCE', { Mode: 'COMPLIANCE' }, 60, true],
    ['does not shorten GOVERNANCE without bypass', 'GOVERNANCE', { Mode: 'GOVERNANCE' }, 10, false],
  ];
  it.each(changes)('%s', async (_, mode, asked, days, allowed) => {
    const on = vault();
    await put(on, { ObjectLockMode: mode, ObjectLockRetainUntilDate: new Date(START + 30 * DAY) });
    const changed = on.perform('PutObjectRetention', {
      Bucket: 'vault',
      Key: 'a/1',
      Retention: { ...asked, RetainUntilDate: new Date(START + days * DAY) },
    });
    const outcome = await changed.then(
      () => 'changed',
      (error: unknown) => (error instanceof ServiceFault ? `${error.status} ${error.code}` : error),
    );
    expect(outcome).toBe(allowed ? 'changed' : '403 AccessDenied');
  });

  it('tells of its configuration, and refuses locks where there is none', async () => {
    expect(await vault().perform('GetObjectLockConfiguration', { Bucket: 'vault' })).toEqual({
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } },
      },
    });
    expect(await vault().perform('GetBucketVersioning', { Bucket: 'vault' })).toEqual({ Status: 'Enabled' });
    const plain = bench(s3Service);
    plain.create('AWS::S3::Bucket', { BucketName: 'vault' });
    await expect(plain.perform('GetObjectLockConfiguration', { Bucket: 'vault' })).rejects.toMatchObject({
      code: 'ObjectLockConfigurationNotFoundError',
    });
    await expect(put(plain, { ObjectLockLegalHoldStatus: 'ON' })).rejects.toMatchObject({
      code: 'InvalidRequest',
    });
  });
});
