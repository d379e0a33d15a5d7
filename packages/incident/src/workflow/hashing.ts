import { BLOCK_SIZE_BYTES, partsOf } from '@cordon/evidence';
import * as z from 'zod';

const text = z.string().max(2_000);

/** The two snapshots whose blocks are compared: what was shared with the evidence account, and the evidence copy. */
const hashedSides = ['source', 'copy'] as const;
/** One of the two snapshots. */
export type HashedSide = (typeof hashedSides)[number];

/**
 * How far the hashing of a disk's blocks is. The two snapshots are hashed part by part; each part is kept as it is done, so that whoever
 * goes on begins where the last one ended.
 *
 *     parts of source and copy -> compared by the recorder -> equal
 *        ^                                 | unequal
 *        +------ both once more -----------+ -> not shown | tampered
 */
export const hashingState = z.object({
  /** When it began; every wait is bounded by it. Absent until the copy is in custody. */
  startedAt: z.iso.datetime().optional(),
  /** 2 when both are read again. */
  reading: z.int().min(1).max(2),
  /** The next part to be hashed of each. */
  next: z.object({ source: z.int().min(0), copy: z.int().min(0) }),
  /** How the source is read: through its share, until AWS refuses that and a role of the member may read it where it lies. */
  through: z.enum(['share', 'member']).default('share'),
  /** Why the source cannot be read: then the copy is hashed alone, and nothing is shown of the two. */
  sourceRefused: text.optional(),
  verdict: z.enum(['equal', 'not-shown', 'tampered']).optional(),
  /** Why it is not `equal`. */
  because: text.optional(),
  /** Whether the ledger says so. */
  recorded: z.boolean(),
});
/** How far the hashing of a disk's blocks is. */
export type HashingState = z.infer<typeof hashingState>;

/** Hashing is given up after this long; share and intermediates go then, and the incident is sealed. */
export const HASHING_DEADLINE_SECONDS = 4 * 3_600;

/** Parts of one snapshot that are hashed at once: each reads up to some 300 blocks a second, and AWS gives 1,000 of a snapshot. */
const PARTS_AT_ONCE = 2;

/** Hashing that is wanted, and has not begun. */
export const HASHING_WANTED: HashingState = {
  reading: 1,
  next: { source: 0, copy: 0 },
  through: 'share',
  recorded: false,
};

/** One part of one snapshot that is to be hashed. */
export interface PartToHash {
  readonly of: HashedSide;
  readonly part: number;
}

/** What became of it. `refused`: AWS does not let us read this snapshot; trying again does not help. */
export type PartHashed = PartToHash &
  ({ readonly status: 'hashed' } | { readonly status: 'refused' | 'failed'; readonly because: string });

const partsOfDisk = (sizeGiB: number): number =>
  partsOf({ blockSizeBytes: BLOCK_SIZE_BYTES, volumeSizeGiB: sizeGiB });

/** The parts that are hashed next; none when all are. */
export const partsToHash = (state: HashingState, sizeGiB: number): readonly PartToHash[] =>
  hashedSides
    .filter((of) => of === 'copy' || state.sourceRefused === undefined)
    .flatMap((of) =>
      Array.from({ length: PARTS_AT_ONCE }, (_, place) => ({ of, part: state.next[of] + place })),
    )
    .filter(({ part }) => part < partsOfDisk(sizeGiB));

/** How many parts of a side were hashed, one after the other, before the first that was not. */
const advanced = (results: readonly PartHashed[], of: HashedSide): number => {
  const own = results.filter((result) => result.of === of);
  const gap = own.findIndex(({ status }) => status !== 'hashed');
  return gap === -1 ? own.length : gap;
};

/**
 * The state after some parts. A part that was hashed beyond one that failed is hashed again: it is written once whatever is done.
 * A copy that cannot be read ends it all; a source that AWS does not let us read through its share is read in the member, where that may be.
 *
 * @param fromMember whether the deployment has the duty that reads sources in members
 */
export const afterParts = (
  state: HashingState,
  results: readonly PartHashed[],
  fromMember: boolean,
): HashingState => {
  const refusal = (of: HashedSide): string | undefined =>
    results
      .flatMap((result) => (result.of === of && result.status === 'refused' ? [result.because] : []))
      .at(0);
  const [source, copy] = [refusal('source'), refusal('copy')];
  return {
    ...state,
    next: {
      source: state.next.source + advanced(results, 'source'),
      copy: state.next.copy + advanced(results, 'copy'),
    },
    ...(source === undefined
      ? {}
      : fromMember && state.through === 'share'
        ? { through: 'member' as const }
        : { sourceRefused: source }),
    ...(copy === undefined
      ? {}
      : { verdict: 'not-shown' as const, because: `the copy could not be read: ${copy}` }),
  };
};

/** Whether hashing has lasted too long. */
export const isOverdue = ({ startedAt }: HashingState, now: string): boolean =>
  startedAt !== undefined && Date.parse(now) - Date.parse(startedAt) > HASHING_DEADLINE_SECONDS * 1_000;

/** What the recorder says of two manifests. */
export const comparedSchema = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('equal') }),
  z.object({ verdict: z.literal('read-again') }),
  z.object({ verdict: z.enum(['not-shown', 'tampered']), because: text }),
]);
/** What the recorder says of two manifests. */
export type Compared = z.infer<typeof comparedSchema>;

/** The state after the recorder has compared: done, or both are read once more. */
export const afterComparison = (state: HashingState, compared: Compared): HashingState =>
  compared.verdict === 'read-again'
    ? { ...state, reading: 2, next: { source: 0, copy: 0 } }
    : { ...state, ...compared, recorded: true };

/** What is missing where a copy is not shown to be the original: a name beside the others that the report lists. */
export const equalityOf = (volumeId: string): string => `${volumeId}: that its copy is the original`;
