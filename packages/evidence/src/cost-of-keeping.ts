import type { Manifest } from './manifest.ts';

/**
 * List prices in US dollars in us-east-1, without tax; other Regions differ. Written down on the day that is named: those of snapshots from a stored copy of AWS's pages, those of
 * S3 Standard and Glacier Instant Retrieval from memory. Look at the pages before you decide by them: https://aws.amazon.com/ebs/pricing/,
 * https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-pricing.html and https://aws.amazon.com/s3/pricing/.
 */
export const PRICES = {
  seenOn: '2026-11-21',
  snapshotGiBMonth: 0.05,
  archivedGiBMonth: 0.0125,
  restoredGiB: 0.03,
  objectGiBMonth: 0.023,
  /** Glacier Instant Retrieval. */
  archivedObjectGiBMonth: 0.004,
  archivedObjectReadGiB: 0.03,
} as const;

/**
 * What keeping some evidence costs, at most: snapshots are billed by the blocks that were written, which a manifest does not say. Parts of block manifests
 * that a stretch lists are not counted: 80 MB for each TiB that was written full.
 */
export type KeepingCost = {
  readonly volumesGiB: number;
  readonly objectsGiB: number;
  /** As it lies: snapshots in the standard tier, objects in S3 Standard. */
  readonly monthlyUsd: number;
  /** With snapshots in the archive tier and larger objects in Glacier Instant Retrieval: each stays 90 days at least. */
  readonly archivedMonthlyUsd: number;
  /** To read all that was archived, once: copies must be restored for it. */
  readonly restoreUsd: number;
  /** When the last lock ends, ISO 8601; null when nothing is kept. */
  readonly lockedUntil: string | null;
};

const GIB = 2 ** 30;

/** Larger objects are archived, where the deployment archives: ledgers and manifests are far smaller. */
export const ARCHIVED_FROM_BYTES = 1 << 20;

const cents = (usd: number): number => Math.round(usd * 100) / 100;

/** What the evidence of these manifests costs to keep. Pure. */
export const costOfKeeping = (manifests: readonly Pick<Manifest, 'items' | 'retention'>[]): KeepingCost => {
  const items = manifests.flatMap((manifest) => manifest.items);
  const volumesGiB = items.reduce((sum, item) => sum + (item.kind === 'snapshot' ? item.sizeGiB : 0), 0);
  const objectsGiB =
    items.reduce((sum, item) => sum + (item.kind === 'object' ? item.sizeBytes : 0), 0) / GIB;
  const largeGiB =
    items.reduce(
      (sum, item) =>
        sum + (item.kind === 'object' && item.sizeBytes > ARCHIVED_FROM_BYTES ? item.sizeBytes : 0),
      0,
    ) / GIB;
  const objects = objectsGiB * PRICES.objectGiBMonth;
  const archivedObjects =
    (objectsGiB - largeGiB) * PRICES.objectGiBMonth + largeGiB * PRICES.archivedObjectGiBMonth;
  return {
    volumesGiB,
    objectsGiB: Math.round(objectsGiB * 1_000) / 1_000,
    monthlyUsd: cents(volumesGiB * PRICES.snapshotGiBMonth + objects),
    archivedMonthlyUsd: cents(volumesGiB * PRICES.archivedGiBMonth + archivedObjects),
    restoreUsd: cents(volumesGiB * PRICES.restoredGiB + largeGiB * PRICES.archivedObjectReadGiB),
    lockedUntil: [
      ...items.map(({ lock }) => lock.until),
      ...manifests.flatMap(({ retention }) => retention?.until ?? []),
    ].reduce<string | null>(
      (latest, until) => (latest === null || Date.parse(until) > Date.parse(latest) ? until : latest),
      null,
    ),
  };
};
