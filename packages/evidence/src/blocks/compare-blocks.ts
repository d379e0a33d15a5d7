import { hash } from 'node:crypto';
import * as z from 'zod';
import type { Sha256 } from '../sha256.ts';
import type { BlockRow } from './block-row.ts';

/** How many places a comparison names. */
const NAMED = 10;

const Count = z.int().min(0);

/** Two lists of written blocks, held against each other. */
export const BlockComparison = z
  .strictObject({
    /** Blocks that both have, with one digest. */
    same: Count,
    /** Blocks that both have, with different digests or lengths. */
    differing: Count,
    /** Blocks that one of them alone has, and that hold more than zeros. */
    onlyOne: Count,
    /** Blocks of zeros that one of them alone lists: a volume reads the same with and without them. */
    onlyZeros: Count,
    /** The first places that are not the same, in blocks; blocks of zeros aside. */
    first: z.array(Count).max(NAMED).readonly(),
  })
  .readonly();
export type BlockComparison = z.infer<typeof BlockComparison>;

const zerosBySize = new Map<number, Buffer>();
const zeros = (lengthBytes: number): Buffer => {
  const known = zerosBySize.get(lengthBytes);
  if (known !== undefined) return known;
  const made = hash('sha256', Buffer.alloc(lengthBytes), 'buffer');
  zerosBySize.set(lengthBytes, made);
  return made;
};

const isEqual = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** A comparison that is being made, part by part, in memory that stays flat. */
export interface BlockComparer {
  /** The rows of the same part of both, in ascending order of index. */
  add(source: readonly BlockRow[], copy: readonly BlockRow[]): void;
  end(): BlockComparison;
}

const NOTHING: BlockComparison = { same: 0, differing: 0, onlyOne: 0, onlyZeros: 0, first: [] };

/** Begins to compare the written blocks of two snapshots of one volume, or goes on from where another comparison ended. */
export const compareBlocks = (from = NOTHING): BlockComparer => {
  const { first: named, ...counts } = from;
  const first: number[] = [...named];
  const name = (index: number): void => {
    if (first.length < NAMED) first.push(index);
  };
  const alone = ({ index, lengthBytes, sha256 }: BlockRow): void => {
    if (isEqual(sha256, zeros(lengthBytes))) counts.onlyZeros += 1;
    else {
      counts.onlyOne += 1;
      name(index);
    }
  };
  const both = (one: BlockRow, other: BlockRow): void => {
    if (one.lengthBytes === other.lengthBytes && isEqual(one.sha256, other.sha256)) counts.same += 1;
    else {
      counts.differing += 1;
      name(one.index);
    }
  };
  return {
    add: (source, copy) => {
      let [left, right] = [0, 0];
      for (;;) {
        const [one, other] = [source[left], copy[right]];
        if (one === undefined && other === undefined) return;
        const side = (one?.index ?? Infinity) - (other?.index ?? Infinity);
        if (one !== undefined && other !== undefined && side === 0) both(one, other);
        else if (one !== undefined && side < 0) alone(one);
        else if (other !== undefined) alone(other);
        if (side <= 0) left += 1;
        if (side >= 0) right += 1;
      }
    },
    end: () => ({ ...counts, first }),
  };
};

/** The roots of one reading of both snapshots. */
export interface RootPair {
  readonly source: Sha256;
  readonly copy: Sha256;
}

/**
 * What unequal roots mean. `tampered`: both snapshots were read twice and stayed as they were, blocks of them agree, so digests
 * do survive the copy, and other blocks do not agree. `not-shown`: anything else, with the reason.
 */
export interface BlockVerdict {
  readonly verdict: 'not-shown' | 'tampered';
  readonly because: string;
}

/** Decides what unequal roots mean, from both readings and the second one's comparison. Pure. */
export const judgeUnequal = (
  first: RootPair,
  second: RootPair & { readonly comparison: BlockComparison },
): BlockVerdict => {
  const { same, differing, onlyOne, onlyZeros, first: places } = second.comparison;
  for (const side of ['source', 'copy'] as const)
    if (first[side] !== second[side])
      return {
        verdict: 'not-shown',
        because: `the ${side} gave another root when it was read again, and a snapshot does not change: one reading was wrong`,
      };
  if (differing + onlyOne === 0)
    return {
      verdict: 'not-shown',
      because: `the two differ only in ${onlyZeros} block(s) of zeros that one of them does not list: ${same} agree, none differs`,
    };
  if (same === 0)
    return {
      verdict: 'not-shown',
      because: `no block agrees (${differing} differ, ${onlyOne} are in one alone): digests that do not survive the copy would look the same`,
    };
  return {
    verdict: 'tampered',
    because: `${differing} block(s) differ and ${onlyOne} are in one alone, while ${same} agree: first at ${places.join(', ')}; read twice, the same each time`,
  };
};
