import * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { ObjectLockMode } from '../custody-event.ts';
import { Instant, Label, Name, SchemaVersion, SnapshotId, VolumeId } from '../identifiers.ts';
import { Sha256 } from '../sha256.ts';
import { blockPartLabel, partsOf, type BlockReading } from './block-manifest.ts';
import type { VolumeShape } from './block-row.ts';
import { BlockTreeState } from './block-tree.ts';
import { BlockComparison } from './compare-blocks.ts';

/**
 * How many parts are built into roots at a time: 512 GiB, a million blocks of each snapshot. It is what the recorder has time for in one
 * call, and a volume of 64 TiB has 128 of them.
 */
const PARTS_IN_STRETCH = 32;

/** Below this lie the stretches of block manifests. The recorder makes them itself: what it is asked to deposit has no folder in its label. */
export const STRETCHES_PREFIX = 'block-stretches/';

/** One part of a manifest as it lies in the vault. Its label follows from its place. */
const ListedPart = z
  .strictObject({
    versionId: Name,
    sha256: Sha256,
    sizeBytes: z.int().min(1),
    lock: z.strictObject({ mode: ObjectLockMode, until: Instant }).readonly(),
  })
  .readonly();

/** The parts of one snapshot in a stretch, in order, and where its tree stands behind the last of them. */
const StretchSide = z
  .strictObject({
    snapshotId: SnapshotId,
    parts: z.array(ListedPart).min(1).max(PARTS_IN_STRETCH).readonly(),
    tree: BlockTreeState,
  })
  .readonly();
/** One snapshot in a stretch. */
export type StretchSide = z.infer<typeof StretchSide>;

/**
 * One stretch of the block manifests of one reading: which parts lie in the vault, by digest and version, and where the building of both
 * roots stands behind them. It is an object of the ledger as others are, and stands there for its parts, so that a ledger of a volume of
 * thousands of parts is no longer than others; and whoever builds the roots goes on from it.
 */
export const BlockStretch = z
  .strictObject({
    schemaVersion: SchemaVersion,
    kind: z.literal('block-stretch'),
    volumeId: VolumeId,
    reading: z.int().min(1).max(2),
    blockSizeBytes: z.int().min(1),
    volumeSizeGiB: z.int().min(1),
    /** From 0. */
    stretch: z.int().min(0),
    copy: StretchSide,
    /** Absent where the source cannot be read. */
    source: StretchSide.optional(),
    /** How the two compare up to here. */
    comparison: BlockComparison,
  })
  .readonly();
export type BlockStretch = z.infer<typeof BlockStretch>;

/** What stretches are of: both snapshots of a reading, or the copy alone. */
export interface StretchesOf {
  readonly volumeId: string;
  readonly snapshotId: string;
  readonly reading: number;
  readonly sides: 'both' | 'copy';
}

/** The label of a stretch, by the copy: `block-stretches/vol-0abc/snap-0def/1-both-00000`. */
export const stretchLabel = (
  { volumeId, snapshotId, reading, sides }: StretchesOf,
  stretch: number,
): string =>
  Label.parse(
    `${STRETCHES_PREFIX}${volumeId}/${snapshotId}/${reading}-${sides}-${String(stretch).padStart(5, '0')}`,
  );

/** How many stretches the manifests of a volume have. */
export const stretchesOf = (shape: VolumeShape): number => Math.ceil(partsOf(shape) / PARTS_IN_STRETCH);

/** The numbers of the parts in a stretch. */
export const partsInStretch = (shape: VolumeShape, stretch: number): readonly number[] => {
  const first = stretch * PARTS_IN_STRETCH;
  const count = Math.min(PARTS_IN_STRETCH, partsOf(shape) - first);
  return Array.from({ length: Math.max(0, count) }, (_, at) => first + at);
};

/** Writes a stretch in its one form. */
export const encodeStretch = (stretch: BlockStretch): Buffer =>
  Buffer.from(canonicalJson(BlockStretch.parse(stretch)));

/**
 * Reads a stretch. What it reads may be hostile.
 *
 * @throws Error for bytes that `encodeStretch` would not have written, and where it lists another number of parts than it has
 */
export const readStretch = (bytes: Uint8Array): BlockStretch => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const stretch = BlockStretch.parse(JSON.parse(text));
  if (canonicalJson(stretch) !== text) throw new Error('a stretch of a block manifest is not canonical JSON');
  const wanted = partsInStretch(stretch, stretch.stretch).length;
  for (const { parts } of [stretch.copy, ...(stretch.source === undefined ? [] : [stretch.source])])
    if (parts.length !== wanted)
      throw new Error(
        `stretch ${stretch.stretch} of a block manifest lists ${parts.length} parts, wanted ${wanted}`,
      );
  return stretch;
};

/** A part that a stretch lists, with the label that follows from its place. */
export type StretchPart = z.infer<typeof ListedPart> & { readonly label: string };

/** The parts that a stretch lists, of both snapshots. Pure. */
export const partsListed = (of: BlockStretch): readonly StretchPart[] =>
  [of.copy, ...(of.source === undefined ? [] : [of.source])].flatMap(({ snapshotId, parts }) => {
    const reading: BlockReading = { volumeId: of.volumeId, snapshotId, reading: of.reading };
    return parts.map((part, at) => ({
      ...part,
      label: blockPartLabel(reading, of.stretch * PARTS_IN_STRETCH + at),
    }));
  });
