import { BLOCK_SIZE_BYTES, partsOf } from '@cordon/evidence';
import * as z from 'zod';
import { CHILDREN_IN_ROUND } from './hashing-pace.ts';

const text = z.string().max(2_000);

/** The two snapshots whose blocks are compared: what was shared with the evidence account, and the evidence copy. */
const hashedSides = ['source', 'copy'] as const;
/** One of the two snapshots. */
type HashedSide = (typeof hashedSides)[number];

/**
 * How far the hashing of a disk's blocks is. The parts of the two snapshots are hashed side by side, and each is kept in the vault as it is done:
 * what is left is what the recorder does not find there, so that whoever goes on reads no part that was written.
 *
 *     parts that are missing -> hashed -> compared by the recorder -> equal
 *        ^        ^                           |           | unequal
 *        |        +--- some are missing yet --+           |
 *        +------------- both once more -------------------+ -> not shown | tampered
 */
export const hashingState = z.object({
  /** When the copy came into custody: from then on the seal waits, and not for ever. Absent until then. */
  startedAt: z.iso.datetime().optional(),
  /** When its turn came among the disks that are hashed; absent until the first look. */
  begunAt: z.iso.datetime().optional(),
  /** 2 when both are read again. */
  reading: z.int().min(1).max(2),
  /** How many parts of the two were missing at the last look; absent before the first of a reading. */
  left: z.int().min(0).optional(),
  /** How many stretches of the volume are built into the roots; absent while parts are missing. */
  built: z.int().min(0).optional(),
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

/** Hashing that is wanted, and has not begun. */
export const HASHING_WANTED: HashingState = { reading: 1, through: 'share', recorded: false };

/** Parts of the volume, one after the other from `part` on, that are to be hashed: of both snapshots, or of the one whose manifest lacks them. */
export const partToHash = z.object({
  part: z.int().min(0),
  /** As far as there is time: who hashes them writes each as it is done, and ends once it has read much. */
  parts: z.int().min(1).default(1),
  of: z.array(z.enum(hashedSides)).min(1),
});
/** Parts of the volume that are to be hashed. */
export type PartToHash = z.infer<typeof partToHash>;

/** What became of one part of one snapshot. `refused`: AWS does not let us read this snapshot; trying again does not help. */
export const partHashed = z.discriminatedUnion('status', [
  z.object({ of: z.enum(hashedSides), status: z.literal('hashed') }),
  z.object({ of: z.enum(hashedSides), status: z.enum(['refused', 'failed']), because: text }),
]);
/** What became of one part of one snapshot. */
export type PartHashed = z.infer<typeof partHashed>;

/** A part of which the vault lacks something. */
const missingPart = z.object({ part: z.int().min(0), of: z.array(z.enum(hashedSides)).min(1) });
/** A part of which the vault lacks something. */
export type MissingPart = z.infer<typeof missingPart>;

/**
 * The parts of which the vault lacks something, in order. Pure.
 *
 * @param written the numbers of the parts that lie in the vault; without `source` that snapshot is left alone
 */
export const missingParts = (
  sizeGiB: number,
  written: { readonly source?: ReadonlySet<number>; readonly copy: ReadonlySet<number> },
): readonly MissingPart[] => {
  const parts = partsOf({ blockSizeBytes: BLOCK_SIZE_BYTES, volumeSizeGiB: sizeGiB });
  return Array.from({ length: parts }, (_, part) => ({
    part,
    of: hashedSides.filter((side) => written[side]?.has(part) === false),
  })).filter(({ of }) => of.length > 0);
};

/**
 * What the children of the next round do: each has parts that follow each other, as many as make no more children than a round has. Up to 1 TiB that is
 * a part for each. Pure.
 */
export const nextRound = (missing: readonly MissingPart[]): readonly PartToHash[] => {
  const most = Math.ceil(missing.length / CHILDREN_IN_ROUND);
  const runs: { part: number; parts: number; of: MissingPart['of'] }[] = [];
  for (const { part, of } of missing) {
    const run = runs.at(-1);
    const follows = run !== undefined && run.part + run.parts === part && run.of.join() === of.join();
    if (follows && run.parts < most) run.parts += 1;
    else runs.push({ part, parts: 1, of });
  }
  return runs.slice(0, CHILDREN_IN_ROUND);
};

/**
 * The state after parts were asked for, of which the vault says by itself which were written. A copy that cannot be read ends it all; a source
 * that AWS does not let us read through its share is read in the member, where that may be. Pure.
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

/**
 * What the recorder says of two manifests. `unfinished`: parts of them are not in the vault yet; `building`: all are, and so many of the stretches of the
 * volume are built into the roots.
 */
export const comparedSchema = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('unfinished'), missing: z.array(missingPart).min(1) }),
  z.object({ verdict: z.literal('building'), built: z.int().min(0), of: z.int().min(1) }),
  z.object({ verdict: z.literal('equal') }),
  z.object({ verdict: z.literal('read-again') }),
  z.object({ verdict: z.enum(['not-shown', 'tampered']), because: text }),
]);
/** What the recorder says of two manifests. */
export type Compared = z.infer<typeof comparedSchema>;

/** The state after the recorder has looked: done, or some parts are hashed yet, or roots are being built, or both snapshots are read once more. Pure. */
export const afterComparison = (state: HashingState, compared: Compared): HashingState => {
  switch (compared.verdict) {
    case 'unfinished':
      return { ...state, left: compared.missing.reduce((sum, { of }) => sum + of.length, 0) };
    case 'building':
      return { ...state, left: 0, built: compared.built };
    case 'read-again': {
      const { left: _, built: __, ...before } = state;
      return { ...before, reading: 2 };
    }
    case 'equal':
    case 'not-shown':
    case 'tampered':
      return { ...state, ...compared, recorded: true };
  }
};

/**
 * Whether another look found nothing that was gained since the one before: then the next waits, longer each time, for asking again at once would
 * meet the same. Pure.
 */
export const isStuck = (before: HashingState, after: HashingState): boolean =>
  before.left !== undefined &&
  before.left === after.left &&
  before.built === after.built &&
  before.reading === after.reading &&
  before.through === after.through &&
  before.sourceRefused === after.sourceRefused;

/** What is missing where a copy is not shown to be the original: a name beside the others that the report lists. */
export const equalityOf = (volumeId: string): string => `${volumeId}: that its copy is the original`;
