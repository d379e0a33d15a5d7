import { blockPartLabel, partsOf, treeOfParts } from '../blocks/block-manifest.ts';
import type { CustodyEvent } from '../custody-event.ts';
import { exportPaths } from '../vault-keys.ts';
import type { VolumeShape } from '../blocks/block-row.ts';
import type { ExportFiles, LoadedExport } from './load-export.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

type Hashed = Extract<CustodyEvent, { kind: 'blocks-hashed' }>;
type Equal = Extract<CustodyEvent, { kind: 'blocks-equal' }>;

/** How many block manifests were built up to their root again, and what did not fit. */
export type BlockCheck = { readonly manifests: number; readonly problems: readonly Problem[] };

/**
 * Checks that each root that the ledger states follows from the parts of its manifest, and that each statement of equality rests on two
 * such roots. Never throws.
 *
 * @param isDestroyed whether a signed certificate says that a file of the folder was disposed of: a root over it can no longer be built
 */
export const checkBlocks = (
  loaded: LoadedExport,
  isDestroyed: (file: string) => boolean = () => false,
): BlockCheck => {
  const events = loaded.entries.map(({ file, signed }) => ({ file, event: signed.entry.event }));
  const hashed = events.flatMap(({ file, event }) =>
    event.kind === 'blocks-hashed' ? [{ file, event }] : [],
  );
  const equal = events.flatMap(({ file, event }) => (event.kind === 'blocks-equal' ? [{ file, event }] : []));
  return {
    manifests: hashed.length,
    problems: [
      ...hashed.flatMap(({ file, event }) => checkRoot(file, event, { ...loaded, isDestroyed })),
      ...equal.flatMap(({ file, event }) =>
        checkEqual(
          file,
          event,
          hashed.map((each) => each.event),
        ),
      ),
    ],
  };
};

const REFETCH = 'fetch the parts of this manifest again from the vault, or read the snapshot again';

/** One part after the other: of large volumes they are not all in memory at a time. */
export function* partsFrom(
  files: ExportFiles,
  shape: VolumeShape,
  pathOf: (number: number) => string,
): Generator<Uint8Array> {
  for (let number = 0; number < partsOf(shape); number += 1) {
    const bytes = files.get(pathOf(number));
    if (bytes === undefined)
      throw new Error(`${pathOf(number)} is missing; export the incident again from the vault`);
    yield bytes;
  }
}

const checkRoot = (
  file: string,
  event: Hashed,
  { files, isDestroyed }: Pick<LoadedExport, 'files'> & { readonly isDestroyed: (file: string) => boolean },
): readonly Problem[] => {
  const shape = { blockSizeBytes: event.blockSizeBytes, volumeSizeGiB: event.volumeSizeGiB };
  const { sourceVolumeId: volumeId, snapshotId, reading } = event;
  const labelOf = (part: number): string =>
    exportPaths.object(blockPartLabel({ volumeId, snapshotId, reading }, part));
  for (let number = 0; number < partsOf(shape); number += 1) {
    const part = labelOf(number);
    if (files.has(part)) continue;
    return isDestroyed(part)
      ? []
      : [problemIn(part, `${file} states a root over it, and it is missing`, REFETCH)];
  }
  try {
    const { root, blocks } = treeOfParts(shape, partsFrom(files, shape, labelOf));
    if (root === event.root && blocks === event.blocks) return [];
    const problem = `it states root ${event.root} over ${event.blocks} blocks, the manifest gives ${root} over ${blocks}`;
    return [problemIn(file, problem, REFETCH)];
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return [problemIn(labelOf(0), problem, REFETCH)];
  }
};

const checkEqual = (file: string, event: Equal, hashed: readonly Hashed[]): readonly Problem[] => {
  const stated = (of: Hashed['of'], snapshotId: string): boolean =>
    hashed.some(
      (one) =>
        one.of === of &&
        one.snapshotId === snapshotId &&
        one.sourceVolumeId === event.sourceVolumeId &&
        one.root === event.root &&
        one.blocks === event.blocks,
    );
  if (stated('source', event.sourceSnapshotId) && stated('copy', event.snapshotId)) return [];
  const problem = `it says that the blocks of ${event.snapshotId} are those of ${event.sourceSnapshotId}, and no two manifests of this ledger have that root`;
  return [
    problemIn(file, problem, 'the statement does not rest on what the ledger holds: do not rely on it'),
  ];
};
