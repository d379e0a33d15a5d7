import type { InstanceFacts } from './facts.ts';
import type { MemoryCapture } from './memory-steps.ts';
import type { Posture } from './posture.ts';

/** Of how large volumes the deployment lets blocks be hashed. */
export interface HashingRight {
  readonly upToGiB: number;
}

/** Of which volumes blocks are hashed, and what a person should know of it. */
export interface Hashing {
  readonly volumeIds: readonly string[];
  readonly reasons: readonly string[];
}

/** Blocks of 512 KiB. https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-elements.html */
export const BLOCKS_PER_GIB = 2_048;

/** In us-east-1, as listed in 2026; other Regions ask more. https://aws.amazon.com/ebs/pricing/ (EBS direct APIs) */
export const DOLLARS_PER_1000_BLOCKS = 0.003;

/**
 * What hashing the blocks of volumes of these sizes costs at most: each block that was ever written is read of the source and of
 * the copy. How many were written nobody knows before they are listed, so this is what full disks cost.
 */
export const costOf = (sizesGiB: readonly number[]): string => {
  const calls = 2 * BLOCKS_PER_GIB * sizesGiB.reduce((sum, size) => sum + size, 0);
  const dollars = Math.ceil((calls / 1_000) * DOLLARS_PER_1000_BLOCKS * 100) / 100;
  return `at most ${calls} calls of GetSnapshotBlock, about $${dollars.toFixed(2)} by the list price of us-east-1; as many again where the roots differ`;
};

/**
 * Decides of which volumes every written block is hashed, of source and copy: where the policy wants it, and the deployment lets it for
 * volumes of that size. Pure.
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
  const hashed = volumes.filter(({ sizeGiB }) => sizeGiB <= right.upToGiB);
  const tooLarge = volumes.filter(({ sizeGiB }) => sizeGiB > right.upToGiB);
  return {
    volumeIds: hashed.map(({ volumeId }) => volumeId),
    reasons: [
      ...(hashed.length === 0
        ? []
        : [
            `the blocks of ${hashed.length} volume(s) are hashed, of source and copy: ${costOf(hashed.map(({ sizeGiB }) => sizeGiB))}`,
          ]),
      ...tooLarge.map(
        ({ volumeId, sizeGiB }) =>
          `the blocks of ${volumeId} are not hashed: it has ${sizeGiB} GiB, and \`evidence.blockHashes\` ends at ${right.upToGiB}`,
      ),
    ],
  };
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
  if (volumeGiB > right.upToGiB)
    return {
      ...memory,
      reasons: [
        ...reasons,
        `the blocks of the volume that takes the memory are not hashed: it has ${volumeGiB} GiB, and \`evidence.blockHashes\` ends at ${right.upToGiB}`,
      ],
    };
  const effectOnOthers = `${step.effectOnOthers}; then the blocks of its volume are hashed: ${costOf([volumeGiB])}`;
  return { ...memory, step: { ...step, hashBlocks: true, effectOnOthers } };
};
