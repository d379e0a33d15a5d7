import type { InstanceFacts } from './facts.ts';
import type { MemoryCapture } from './memory-steps.ts';
import type { Posture } from './posture.ts';
import { BLOCKS_PER_GIB, readInTime, secondsToRead, type HashingRight } from '../workflow/hashing-pace.ts';

/** Of which volumes blocks are hashed, and what a person should know of it. */
export interface Hashing {
  readonly volumeIds: readonly string[];
  readonly reasons: readonly string[];
}

/** In us-east-1, as listed in 2026; other Regions ask more. https://aws.amazon.com/ebs/pricing/ (EBS direct APIs) */
export const DOLLARS_PER_1000_BLOCKS = 0.003;

/**
 * A GiB and second of a function, in us-east-1 as listed in 2026. Two hashers of 1 GiB read, and the step of 1 GiB waits for them.
 * https://aws.amazon.com/lambda/pricing/
 */
const DOLLARS_PER_PART_SECOND = 3 * 0.000_016_666_7;

const inDollars = (amount: number): string => `$${(Math.ceil(amount * 100) / 100).toFixed(2)}`;

/**
 * What hashing the blocks of volumes of these sizes costs at most: each block that was ever written is read of the source and of
 * the copy. How many were written nobody knows before they are listed, so this is what full disks cost.
 */
export const costOf = (sizesGiB: readonly number[]): string => {
  const gib = sizesGiB.reduce((sum, size) => sum + size, 0);
  const calls = 2 * BLOCKS_PER_GIB * gib;
  const functions = secondsToRead(gib, { partsAtOnce: 1 }) * DOLLARS_PER_PART_SECOND;
  return `at most ${calls} calls of GetSnapshotBlock, about ${inDollars((calls / 1_000) * DOLLARS_PER_1000_BLOCKS)} by the list price of us-east-1, and ${inDollars(functions)} of functions; as many again where the roots differ`;
};

/** Hours of seconds, as a person reads them. */
const hours = (seconds: number): string => `${Math.ceil(seconds / 360) / 10}`;

interface Judged {
  readonly sizeGiB: number;
  /** Why its blocks are not hashed; undefined where they are. */
  readonly why: string | undefined;
}

/** Of each volume, in order, whether its blocks are hashed, for there is room and time. */
const judge = <Volume extends { readonly sizeGiB: number }>(
  volumes: readonly Volume[],
  right: HashingRight,
): readonly (Volume & Judged)[] => {
  const small = volumes.filter(({ sizeGiB }) => sizeGiB <= right.upToGiB);
  const times = readInTime(
    small.map(({ sizeGiB }) => sizeGiB),
    right,
  );
  const inTime = new Set(small.filter((_, at) => times[at]));
  return volumes.map((volume) => {
    const { sizeGiB } = volume;
    if (inTime.has(volume)) return { ...volume, why: undefined };
    if (sizeGiB > right.upToGiB)
      return {
        ...volume,
        why: `it has ${sizeGiB} GiB, and \`evidence.blockHashes\` ends at ${right.upToGiB}`,
      };
    const why =
      `written full, its ${sizeGiB} GiB take ${hours(secondsToRead(sizeGiB, right))} hours with ${right.partsAtOnce} part(s) at once, ` +
      `and \`evidence.blockHashes\` has the seal wait ${right.hoursAtMost} at most for all disks`;
    return { ...volume, why };
  });
};

/**
 * Decides of which volumes every written block is hashed, of source and copy: where the policy wants it, and the deployment lets it for
 * volumes of that size, and has the seal wait for as long as full ones take. Pure.
 */
export const hashing = (
  { volumes }: Pick<InstanceFacts, 'volumes'>,
  { blockHashes }: Pick<Posture, 'blockHashes'>,
  right: HashingRight | undefined,
): Hashing => {
  if (blockHashes !== 'automatic' || volumes.length === 0) return { volumeIds: [], reasons: [] };
  if (right === undefined)
    return {
      volumeIds: [],
      reasons: ['no block is hashed: the policy wants it, and the deployment has no `evidence.blockHashes`'],
    };
  const judged = judge(volumes, right);
  const hashed = judged.filter(({ why }) => why === undefined);
  return {
    volumeIds: hashed.map(({ volumeId }) => volumeId),
    reasons: [
      ...(hashed.length === 0 ? [] : [hashedReason(hashed, right)]),
      ...judged.flatMap(({ volumeId, why }) =>
        why === undefined ? [] : [`the blocks of ${volumeId} are not hashed: ${why}`],
      ),
    ],
  };
};

const hashedReason = (hashed: readonly Judged[], right: HashingRight): string => {
  const sizes = hashed.map(({ sizeGiB }) => sizeGiB);
  const longest = Math.max(...sizes);
  return (
    `the blocks of ${hashed.length} volume(s) are hashed, of source and copy: ${costOf(sizes)}; ` +
    `the largest takes ${hours(secondsToRead(longest, right))} hour(s) if it is full, and the seal waits ${right.hoursAtMost} at most`
  );
};

/**
 * The capture of memory with the hashing of the volume that takes it, where the policy wants blocks hashed and the deployment lets it for
 * volumes of that size. Pure.
 */
export const hashingOfMemory = (
  memory: MemoryCapture,
  { blockHashes }: Pick<Posture, 'blockHashes'>,
  right: HashingRight | undefined,
): MemoryCapture => {
  const { step, reasons } = memory;
  if (step === undefined || blockHashes !== 'automatic' || right === undefined) return memory;
  const { volumeGiB } = step;
  const why = judge([{ sizeGiB: volumeGiB }], right)[0]?.why;
  if (why !== undefined)
    return {
      ...memory,
      reasons: [...reasons, `the blocks of the volume that takes the memory are not hashed: ${why}`],
    };
  const effectOnOthers = `${step.effectOnOthers}; then the blocks of its volume are hashed: ${costOf([volumeGiB])}`;
  return { ...memory, step: { ...step, hashBlocks: true, effectOnOthers } };
};
