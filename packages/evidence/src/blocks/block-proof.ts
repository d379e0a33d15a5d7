import { hash } from 'node:crypto';
import * as z from 'zod';
import { SchemaVersion } from '../identifiers.ts';
import { Sha256 } from '../sha256.ts';
import { leafOf, nodeOf, rootOf, type BlockPath, type BlockRoot } from './block-tree.ts';

const Count = z.int().min(0).max(0xffff_ffff);

/**
 * That one block is among the written ones of a volume with this root. It stands alone: with the root, which is in a signed
 * custody entry, and the block's bytes, nothing else of the volume is needed to verify it.
 */
export const BlockProof = z
  .strictObject({
    schemaVersion: SchemaVersion,
    kind: z.literal('block-inclusion'),
    blockSizeBytes: Count,
    volumeSizeGiB: Count,
    /** How many blocks of the volume are written. */
    blocks: Count,
    /** The block's place on the volume, in blocks. */
    index: Count,
    lengthBytes: Count,
    sha256: Sha256,
    /** The block's place among the written ones, from 0. */
    position: Count,
    /** The nodes beside the way from the block's leaf to the tree's top. */
    path: z.array(Sha256).max(32).readonly(),
    root: Sha256,
  })
  .readonly();
export type BlockProof = z.infer<typeof BlockProof>;

/** The proof of a block, from the finished tree that kept its path. */
export const blockProof = (tree: BlockRoot, { row, position, path }: BlockPath): BlockProof =>
  BlockProof.parse({
    schemaVersion: 1,
    kind: 'block-inclusion',
    blockSizeBytes: tree.blockSizeBytes,
    volumeSizeGiB: tree.volumeSizeGiB,
    blocks: tree.blocks,
    index: row.index,
    lengthBytes: row.lengthBytes,
    sha256: Buffer.from(row.sha256).toString('hex'),
    position,
    path: path.map((node) => node.toString('hex')),
    root: tree.root,
  });

const fromHex = (digest: Sha256): Buffer => Buffer.from(digest, 'hex');

/** The tree's top that follows from leaf, place and path: RFC 9162 section 2.1.3.2; undefined when the path does not fit the place. */
const topOf = ({ position, blocks, path }: BlockProof, leaf: Buffer): Buffer | undefined => {
  if (position >= blocks) return undefined;
  let own = position;
  let last = blocks - 1;
  let top = leaf;
  for (const beside of path) {
    if (last === 0) return undefined;
    if (own % 2 === 1 || own === last) {
      top = nodeOf(fromHex(beside), top);
      // The last one of a level without a partner goes up as it is.
      while (own % 2 === 0 && own !== 0) {
        own /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      top = nodeOf(top, fromHex(beside));
    }
    own = Math.floor(own / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? top : undefined;
};

/**
 * Why a proof does not hold; undefined when it does. Pure, and never throws.
 *
 * @param data the block's own bytes, where they are to be held against it
 */
export const whyNoProof = (proof: BlockProof, data?: Uint8Array): string | undefined => {
  const row = { index: proof.index, lengthBytes: proof.lengthBytes, sha256: fromHex(proof.sha256) };
  const top = topOf(proof, leafOf(row));
  if (top === undefined) return `its path fits no block at place ${proof.position} of ${proof.blocks}`;
  if (rootOf(proof, top) !== proof.root) return 'block and path do not lead to the root';
  if (data === undefined) return undefined;
  if (data.length !== proof.lengthBytes)
    return `the data has ${data.length} bytes, the block ${proof.lengthBytes}`;
  const actual = hash('sha256', data, 'hex');
  return actual === proof.sha256 ? undefined : `the data has digest ${actual}, the block ${proof.sha256}`;
};
