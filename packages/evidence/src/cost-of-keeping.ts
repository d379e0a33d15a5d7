import type { Manifest } from './manifest.ts';

/**
 * List prices in US dollars in us-east-1, without tax; other Regions differ. As of 2026-11-21, from
 * https://aws.amazon.com/ebs/pricing/, https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-pricing.html and
 * https://aws.amazon.com/s3/pricing/.
 */
export const PRICES = {
  seenOn: '2026-11-21',
  snapshotGiBMonth: 0.05,
  archivedGiBMonth: 0.0125,
  restoredGiB: 0.03,
  objectGiBMonth: 0.023,
} as const;

/** What keeping some evidence costs, at most: snapshots are billed by the blocks that were written, which a manifest does not say. */
export type KeepingCost = {
  readonly volumesGiB: number;
  readonly objectsGiB: number;
  /** As it lies: snapshots in the standard tier, objects in S3 Standard. */
  readonly monthlyUsd: number;
  /** With the snapshots in the archive tier, in which each stays 90 days at least. */
  readonly archivedMonthlyUsd: number;
  /** To read them again out of the archive tier, once. */
  readonly restoreUsd: number;
  /** When the last lock ends, ISO 8601; null when nothing is kept. */
  readonly lockedUntil: string | null;
};

const GIB = 2 ** 30;

const cents = (usd: number): number => Math.round(usd * 100) / 100;

/** What the evidence of these manifests costs to keep. Pure. */
export const costOfKeeping = (manifests: readonly Pick<Manifest, 'items'>[]): KeepingCost => {
  const items = manifests.flatMap((manifest) => manifest.items);
  const volumesGiB = items.reduce((sum, item) => sum + (item.kind === 'snapshot' ? item.sizeGiB : 0), 0);
  const objectsGiB =
    items.reduce((sum, item) => sum + (item.kind === 'object' ? item.sizeBytes : 0), 0) / GIB;
  const objects = objectsGiB * PRICES.objectGiBMonth;
  return {
    volumesGiB,
    objectsGiB: Math.round(objectsGiB * 1_000) / 1_000,
    monthlyUsd: cents(volumesGiB * PRICES.snapshotGiBMonth + objects),
    archivedMonthlyUsd: cents(volumesGiB * PRICES.archivedGiBMonth + objects),
    restoreUsd: cents(volumesGiB * PRICES.restoredGiB),
    lockedUntil: items
      .map(({ lock }) => lock.until)
      .reduce<string | null>(
        (latest, until) => (latest === null || Date.parse(until) > Date.parse(latest) ? until : latest),
        null,
      ),
  };
};
