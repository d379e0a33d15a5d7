import { blockPartLabel, treeOfParts } from '../blocks/block-manifest.ts';
import { blockProof, type BlockProof } from '../blocks/block-proof.ts';
import type { CustodyEvent } from '../custody-event.ts';
import { exportPaths } from '../vault-keys.ts';
import { partsFrom } from './check-blocks.ts';
import { loadExport, type ExportFiles } from './load-export.ts';

type Hashed = Extract<CustodyEvent, { kind: 'blocks-hashed' }>;

/** Which block is to be proved: its place on the volume in blocks, in the manifest of source or copy. */
export interface WantedBlock {
  readonly volumeId: string;
  readonly of: Hashed['of'];
  readonly index: number;
}

/** A proof with the entry of the ledger that states its root; or why there is none. */
export type ProvedBlock =
  | { readonly status: 'proved'; readonly proof: BlockProof; readonly hashed: Hashed; readonly entry: string }
  | { readonly status: 'not-hashed' }
  | { readonly status: 'not-written'; readonly hashed: Hashed };

/** The last reading of that snapshot that the ledger tells of. */
const lastHashed = (
  files: ExportFiles,
  { volumeId, of }: WantedBlock,
): { readonly hashed: Hashed; readonly entry: string } | undefined =>
  loadExport(files)
    .entries.flatMap(({ file, signed: { entry } }) =>
      entry.event.kind === 'blocks-hashed' ? [{ hashed: entry.event, entry: file }] : [],
    )
    .findLast(({ hashed }) => hashed.sourceVolumeId === volumeId && hashed.of === of);

/**
 * Proves one block from an exported folder, offline. The folder is verified first by `verifyExport`: of one that is broken this proves nothing.
 *
 * @throws Error when a part of the manifest is missing or no part, as `verifyExport` tells
 */
export const proveBlock = (files: ExportFiles, wanted: WantedBlock): ProvedBlock => {
  const found = lastHashed(files, wanted);
  if (found === undefined) return { status: 'not-hashed' };
  const { hashed, entry } = found;
  const { sourceVolumeId: volumeId, snapshotId, reading } = hashed;
  const shape = { blockSizeBytes: hashed.blockSizeBytes, volumeSizeGiB: hashed.volumeSizeGiB };
  const parts = partsFrom(files, shape, (number) =>
    exportPaths.object(blockPartLabel({ volumeId, snapshotId, reading }, number)),
  );
  const { proved, ...root } = treeOfParts(shape, parts, wanted.index);
  return proved === undefined
    ? { status: 'not-written', hashed }
    : { status: 'proved', proof: blockProof(root, proved), hashed, entry };
};
