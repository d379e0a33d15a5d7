import { hash } from 'node:crypto';
import * as z from 'zod';
import { Sha256 } from '../sha256.ts';
import { DIGEST_BYTES, whyNoRow, type BlockRow, type VolumeShape } from './block-row.ts';

/*
 * The Merkle tree over the written blocks of a volume, in the shape of RFC 9162 section 2.1.1 (https://www.rfc-editor.org/rfc/rfc9162):
 *
 *   leaf = SHA-256(00 | index | length | SHA-256 of the block)       node = SHA-256(01 | left | right)
 *   root = SHA-256(02 | "cordon blocks 1" | block size | volume size in GiB | number of blocks | tree)
 *
 * Whole numbers are of four bytes, the greatest first. The first byte keeps leaf, node and root apart, so that none can be passed off as
 * another; a leaf binds its place, so that no block can be moved; the root binds how many there are.
 */
const LEAF = 0;
const NODE = 1;
const ROOT = 2;
const NAME = Buffer.from('cordon blocks 1', 'ascii');

/** What a finished tree says of a volume. */
export interface BlockRoot extends VolumeShape {
  /** How many blocks are written. */
  readonly blocks: number;
  readonly root: Sha256;
}

/** Where one block stands among the written ones, and the nodes beside its way to the root. */
export interface BlockPath {
  readonly row: BlockRow;
  /** From 0. */
  readonly position: number;
  readonly path: readonly Buffer[];
}

/** Where the building of a tree stands: all that is needed to go on with it elsewhere, a few dozen digests whatever the tree's size. */
export const BlockTreeState = z
  .strictObject({
    /** How many blocks were added. */
    blocks: z.int().min(0),
    /** Index of the last one; -1 before the first. */
    last: z.int().min(-1),
    /** Whole subtrees of 2^level leaves, from the left. */
    subtrees: z
      .array(z.strictObject({ level: z.int().min(0).max(31), hash: Sha256 }).readonly())
      .max(32)
      .readonly(),
  })
  .readonly();
export type BlockTreeState = z.infer<typeof BlockTreeState>;

/** A tree that is being built, row by row in ascending order of index. */
export interface BlockTree {
  /** @throws Error for a row that cannot follow */
  add(row: BlockRow): void;
  /** Where it stands, for whoever goes on with it. */
  state(): BlockTreeState;
  end(): BlockRoot & { readonly proved?: BlockPath };
}

const leafBytes = Buffer.alloc(1 + 4 + 4 + DIGEST_BYTES);
const nodeBytes = Buffer.alloc(1 + 2 * DIGEST_BYTES);

/** The leaf of one block. */
export const leafOf = ({ index, lengthBytes, sha256 }: BlockRow): Buffer => {
  leafBytes[0] = LEAF;
  leafBytes.writeUInt32BE(index, 1);
  leafBytes.writeUInt32BE(lengthBytes, 5);
  leafBytes.set(sha256, 9);
  return hash('sha256', leafBytes, 'buffer');
};

/** The node above two others. */
export const nodeOf = (left: Uint8Array, right: Uint8Array): Buffer => {
  nodeBytes[0] = NODE;
  nodeBytes.set(left, 1);
  nodeBytes.set(right, 1 + DIGEST_BYTES);
  return hash('sha256', nodeBytes, 'buffer');
};

/** The root of a volume whose written blocks have this tree; of none, the tree is SHA-256 of nothing (RFC 9162). */
export const rootOf = (
  { blockSizeBytes, volumeSizeGiB, blocks }: VolumeShape & { readonly blocks: number },
  tree: Uint8Array,
): Sha256 => {
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(blockSizeBytes, 0);
  numbers.writeUInt32BE(volumeSizeGiB, 4);
  numbers.writeUInt32BE(blocks, 8);
  return Sha256.parse(hash('sha256', Buffer.concat([Buffer.of(ROOT), NAME, numbers, tree]), 'hex'));
};

/** A whole subtree of 2^level leaves; `holds` when the block to be proved is below it. */
interface Subtree {
  readonly level: number;
  readonly hash: Buffer;
  readonly holds: boolean;
}

/** Where every tree begins. */
const EMPTY: BlockTreeState = { blocks: 0, last: -1, subtrees: [] };

/** The subtrees of a state. @throws Error where they are not those of as many blocks: one for each bit of the count, the greatest first */
const subtreesOf = ({ blocks, last, subtrees }: BlockTreeState): Subtree[] => {
  const counted = subtrees.reduce((sum, { level }) => sum + 2 ** level, 0);
  const isDescending = subtrees.every(({ level }, at) => at === 0 || level < (subtrees[at - 1]?.level ?? 0));
  if (counted !== blocks || !isDescending || (blocks === 0) !== (last === -1))
    throw new Error(
      `cannot go on with a tree of blocks: its ${subtrees.length} subtrees hold ${counted} blocks where it says ${blocks}`,
    );
  return subtrees.map((one) => ({ level: one.level, hash: Buffer.from(one.hash, 'hex'), holds: false }));
};

/**
 * Begins a tree, or goes on with one. Memory stays flat: of n blocks it keeps one subtree for each bit of n, and the path of one block.
 *
 * @param prove index of the block whose path is kept; `end` gives it where that block was among the rows
 * @param from where another one stood, which then need not see those rows again
 */
export const blockTree = (shape: VolumeShape, prove?: number, from = EMPTY): BlockTree => {
  const frontier: Subtree[] = subtreesOf(from);
  const path: Buffer[] = [];
  let { blocks, last } = from;
  let proved: Pick<BlockPath, 'row' | 'position'> | undefined;
  const join = (left: Subtree, right: Subtree): Subtree => {
    if (left.holds) path.push(right.hash);
    else if (right.holds) path.push(left.hash);
    return {
      level: Math.max(left.level, right.level) + 1,
      hash: nodeOf(left.hash, right.hash),
      holds: left.holds || right.holds,
    };
  };
  const joinLast = (): boolean => {
    const [left, right] = frontier.splice(-2);
    if (left === undefined || right === undefined) return false;
    frontier.push(join(left, right));
    return true;
  };
  return {
    add: (row) => {
      const wrong = whyNoRow(shape, row, last);
      if (wrong !== undefined) throw new Error(`cannot add to a tree of blocks: ${wrong}`);
      const holds = row.index === prove;
      if (holds) proved = { row, position: blocks };
      frontier.push({ level: 0, hash: leafOf(row), holds });
      while (frontier.length > 1 && frontier.at(-1)?.level === frontier.at(-2)?.level) joinLast();
      blocks += 1;
      last = row.index;
    },
    state: () => ({
      blocks,
      last,
      subtrees: frontier.map((one) => ({
        level: one.level,
        hash: Sha256.parse(one.hash.toString('hex')),
      })),
    }),
    end: () => {
      while (frontier.length > 1) joinLast();
      const tree = frontier[0]?.hash ?? hash('sha256', '', 'buffer');
      const { blockSizeBytes, volumeSizeGiB } = shape;
      const root = rootOf({ blockSizeBytes, volumeSizeGiB, blocks }, tree);
      return {
        blockSizeBytes,
        volumeSizeGiB,
        blocks,
        root,
        ...(proved === undefined ? {} : { proved: { ...proved, path } }),
      };
    },
  };
};
