import { describe, expect, it } from 'vitest';
import { refuseCold, storageClassOf } from './storage-class.ts';
import type { ObjectVersion, Transition } from './state.ts';

const DAY = 86_400_000;
const version = (key: string, bytes: number): ObjectVersion => ({
  kind: 'object',
  key,
  versionId: 'v',
  lastModified: 0,
  body: Buffer.alloc(bytes),
  etag: '"e"',
  checksums: {},
  headers: { ContentType: 'text/plain' },
  metadata: {},
  encryption: { kind: 'AES256' },
  tags: new Map(),
  legalHold: false,
});
const move: Transition = {
  prefix: 'incidents/',
  storageClass: 'GLACIER_IR',
  afterDays: 30,
  largerThan: 1_000,
};

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
describe('the storage class of an object', () => {
  it('changes when its rule is due, for larger objects below the prefix', () => {
    const at = (key: string, bytes: number, days: number) =>
      storageClassOf({ transitions: [move] }, version(key, bytes), days * DAY);
    expect(at('incidents/a', 1_001, 29.9)).toBe('STANDARD');
    expect(at('incidents/a', 1_001, 30)).toBe('GLACIER_IR');
    expect(at('incidents/a', 1_000, 30)).toBe('STANDARD');
    expect(at('others/a', 1_001, 30)).toBe('STANDARD');
  });

  it('is that of the colder rule where two are due, and small objects stay where no size is said', () => {
    const { largerThan: _size, ...anySize } = move;
    const colder: Transition = { ...anySize, storageClass: 'DEEP_ARCHIVE', afterDays: 60 };
    const of = (bytes: number) =>
      storageClassOf({ transitions: [colder, anySize] }, version('incidents/a', bytes), 60 * DAY);
    expect(of(128 * 1024)).toBe('DEEP_ARCHIVE');
    expect(of(128 * 1024 - 1)).toBe('STANDARD');
  });

  it('lets everything be read at once but what lies in the two coldest', () => {
    for (const warm of ['STANDARD', 'STANDARD_IA', 'GLACIER_IR'] as const)
      expect(() => refuseCold(warm)).not.toThrow();
    for (const cold of ['GLACIER', 'DEEP_ARCHIVE'] as const)
      expect(() => refuseCold(cold)).toThrow(expect.objectContaining({ code: 'InvalidObjectState' }));
  });
});
