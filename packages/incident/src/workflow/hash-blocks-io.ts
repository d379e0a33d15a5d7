import * as z from 'zod';
import { partHashed, partToHash } from './hashing.ts';
import { diskInput, diskOutput } from './steps-io.ts';

/** hash-blocks, in a child of the distributed Map: has some parts of the volume hashed. */
const someParts = diskInput.extend({ part: partToHash });

/**
 * hash-blocks: looks which parts of a disk are missing, and compares when none is. `hashed` is what became of those that it named before,
 * as far as it is known. With `part`: has those hashed.
 */
export const hashBlocksInput = z.union([
  someParts,
  diskInput.extend({ hashed: z.array(partHashed).default([]) }),
]);
/** What hash-blocks is given. */
export type HashBlocksInput = z.infer<typeof hashBlocksInput>;

/**
 * The volume after the step with the parts that are to be hashed next, side by side: none when it is over, or both snapshots are to be read
 * again. Of one part: what became of it.
 */
export const hashBlocksOutput = z.union([
  diskOutput.extend({
    parts: z.array(partToHash),
    /** How many of them side by side, each of both snapshots. */
    partsAtOnce: z.int().min(1),
  }),
  z.object({ hashed: z.array(partHashed) }),
]);
/** What hash-blocks answers. */
export type HashBlocksOutput = z.infer<typeof hashBlocksOutput>;
