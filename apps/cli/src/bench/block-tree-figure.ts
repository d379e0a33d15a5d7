import { blockTree, BLOCK_SIZE_BYTES } from '@cordon/evidence';
import type { Explained } from './drill-figures.ts';
import { figure, median } from './figure.ts';

/** Half a terabyte, written full. */
const BLOCKS = 1_000_000;
/** How often memory is looked at. */
const LOOK_EVERY = 20_000;
const MIB = 2 ** 20;

/** What the bench measures by. */
interface Meters {
  readonly processorMs: () => number;
  /** Resident memory of this process. */
  readonly residentBytes: () => number;
}

/** Builds one tree; gives the processor seconds, and by how many MiB memory had grown at most meanwhile. */
const buildOne = (
  blocks: number,
  { processorMs, residentBytes }: Meters,
): { readonly seconds: number; readonly grownMiB: number } => {
  const sha256 = Buffer.alloc(32, 7);
  const before = residentBytes();
  let most = before;
  const began = processorMs();
  const tree = blockTree({ blockSizeBytes: BLOCK_SIZE_BYTES, volumeSizeGiB: blocks });
  for (let index = 0; index < blocks; index += 1) {
    sha256.writeUInt32BE(index);
    tree.add({ index, lengthBytes: BLOCK_SIZE_BYTES, sha256 });
    if (index % LOOK_EVERY === 0) most = Math.max(most, residentBytes());
  }
  tree.end();
  return { seconds: (processorMs() - began) / 1_000, grownMiB: (most - before) / MIB };
};

/** How long the tree over a disk of half a terabyte takes that is written full, its digests being there; and in how much memory. */
export const blockTreeFigures = (runs: number, meters: Meters, blocks = BLOCKS): readonly Explained[] => {
  const all = Array.from({ length: runs }, () => buildOne(blocks, meters));
  const seconds = median(all.map((one) => one.seconds));
  const grownMiB = Math.max(...all.map((one) => one.grownMiB));
  return [
    {
      figure: figure(`merkle-of-${blocks}-blocks`, { measured: seconds, unit: 's' }, { below: 10 }),
      lines: [`${blocks} leaves and the nodes above them; processor time of one core, ${runs} run(s)`],
    },
    {
      figure: figure('merkle-memory-growth', { measured: grownMiB, unit: 'MiB' }, { below: 64 }),
      lines: ['resident memory at its most, over what it was before; garbage not yet collected is in it'],
    },
  ];
};
