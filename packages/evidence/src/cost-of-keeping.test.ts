import { expect, it } from 'vitest';
import { costOfKeeping } from './cost-of-keeping.ts';
import type { EvidenceItem } from './manifest.ts';
import { sha256Hex } from './sha256.ts';

const snapshot = (sizeGiB: number, until: string): EvidenceItem => ({
  kind: 'snapshot',
  volumeId: 'vol-0aaaaaaaaaaaaaaaa',
  snapshotId: 'snap-0bbbbbbbbbbbbbbbb',
  account: '555555555555',
  region: 'eu-central-1',
  keyArn: 'arn:aws:kms:eu-central-1:555555555555:key/k',
  sizeGiB,
  lock: { mode: 'governance', until },
  digest: sha256Hex('x'),
});
const object = (sizeBytes: number): EvidenceItem => ({
  kind: 'object',
  label: 'memory.raw',
  key: 'incidents/inc-1/objects/memory.raw',
  versionId: 'v',
  sha256: sha256Hex('x'),
  sizeBytes,
  lock: { mode: 'GOVERNANCE', until: '2027-01-01T00:00:00Z' },
});

it('adds up volumes and objects of all ledgers at the listed prices, and says until when they are locked', () => {
  const items = [snapshot(100, '2027-03-01T00:00:00Z'), object(10 * 2 ** 30)];
  expect(costOfKeeping([{ items }, { items: [snapshot(60, '2027-02-28T23:59:59.5Z')] }])).toEqual({
    volumesGiB: 160,
    objectsGiB: 10,
    monthlyUsd: 8.23,
    archivedMonthlyUsd: 2.04,
    restoreUsd: 5.1,
    lockedUntil: '2027-03-01T00:00:00Z',
  });
});

it('leaves small objects where they are, and counts a case that is kept for longer than its locks said', () => {
  const items = [object(2 ** 20)];
  const retention = { days: 400, until: '2028-01-01T00:00:00Z' };
  const many = Array.from({ length: 1_024 }, () => ({ items, retention }));
  expect(costOfKeeping(many)).toMatchObject({
    monthlyUsd: 0.02,
    archivedMonthlyUsd: 0.02,
    restoreUsd: 0,
    lockedUntil: retention.until,
  });
});

it('costs nothing where nothing is kept', () => {
  expect(costOfKeeping([{ items: [] }])).toMatchObject({ monthlyUsd: 0, lockedUntil: null });
});
