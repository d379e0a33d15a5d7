import {
  afterComparison,
  afterParts,
  equalityOf,
  isStuck,
  ledgerOf,
  nextRound,
  recheckAfterSeconds,
  subjectOf,
  type Compared,
  type DiskState,
  type HashBlocksInput,
  type HashBlocksOutput,
  type HashingState,
  type IncidentRef,
  type PartHashed,
  type PartToHash,
} from '@cordon/incident';
import { isOverdue, USUAL_PACE } from '@cordon/incident/hashing';
import { classify } from '../aws/classify.ts';
import { instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { askBlockHasher } from './ask-block-hasher.ts';

interface Work {
  readonly incident: IncidentRef;
  readonly disk: DiskState;
  readonly services: Services;
}

/**
 * Has the blocks of one disk hashed, of the source and of the evidence copy, and has the recorder say how they compare. It names the parts that are
 * missing; the workflow has them hashed side by side, one call of this step for each, and comes back. Whatever comes of it the disk goes on
 * to be cleaned up, in bounded time: containment and custody wait for none of it.
 */
export const hashBlocks = async (input: HashBlocksInput, services: Services): Promise<HashBlocksOutput> => {
  const { incident, disk } = input;
  const { blocks } = disk;
  const work: Work = { incident, disk, services };
  if ('part' in input) return { hashed: [...(await hashParts(work, input.part))] };
  const { partsAtOnce } = services.config.evidence.blockHashes ?? USUAL_PACE;
  if (blocks === undefined)
    return { disk: { ...disk, phase: 'clean-up', recheckAfterSeconds: 0 }, parts: [], partsAtOnce };
  const { next, parts } = await advance(work, blocks, input.hashed);
  if (next.verdict === undefined)
    return {
      disk: { ...disk, blocks: next, recheckAfterSeconds: waitOf(work, blocks, next) },
      parts: [...parts],
      partsAtOnce,
    };
  await tellVerdict(work, next);
  return {
    disk: { ...disk, blocks: next, phase: 'clean-up', recheckAfterSeconds: 0 },
    parts: [],
    partsAtOnce,
  };
};

/** Whether the time is over, of this disk or of all that the seal waits for. */
const isTooLate = ({ disk, services }: Work, blocks: HashingState): boolean =>
  isOverdue(blocks, { sizeGiB: disk.sizeGiB, pace: services.config.evidence.blockHashes }, instant(services));

/** Some parts of the volume, of each snapshot that lacks them. Once the time is over none is begun, so that those that wait end at once. */
const hashParts = async (work: Work, { part, parts, of }: PartToHash): Promise<readonly PartHashed[]> => {
  const { blocks } = work.disk;
  if (blocks === undefined || isTooLate(work, blocks))
    return of.map((side) => ({ of: side, status: 'failed', because: 'the time for hashing is over' }));
  return Promise.all(of.map((side) => askBlockHasher({ ...work, blocks }, { part, parts, of: side })));
};

/** Waits where nothing was gained, longer each time; goes on at once otherwise. */
const waitOf = ({ services }: Work, before: HashingState, after: HashingState): number => {
  if (!isStuck(before, after)) return 0;
  const since = before.startedAt ?? instant(services);
  return recheckAfterSeconds((Date.parse(instant(services)) - Date.parse(since)) / 1_000);
};

interface Advanced {
  readonly next: HashingState;
  readonly parts: readonly PartToHash[];
}

const advance = async (
  work: Work,
  blocks: HashingState,
  hashed: readonly PartHashed[],
): Promise<Advanced> => {
  const { services } = work;
  const begun = { begunAt: instant(services), ...blocks };
  const after = afterParts(begun, hashed, services.config.evidence.blockHashes?.fromMember === true);
  if (after.verdict !== undefined)
    return { next: await giveUp(work, after, after.because ?? 'the copy could not be read'), parts: [] };
  if (isTooLate(work, after)) {
    const left = after.left === undefined ? '' : `, with ${after.left} part(s) left`;
    return { next: await giveUp(work, after, `hashing was not done in time${left}`), parts: [] };
  }
  const compared = await compare(work, after);
  if ('given' in compared) return { next: compared.given, parts: [] };
  return {
    next: afterComparison(after, compared),
    parts: compared.verdict === 'unfinished' ? nextRound(compared.missing) : [],
  };
};

/** The recorder reads both manifests from the vault and builds the roots itself: this function's word is never enough. */
const compare = async (
  work: Work,
  blocks: HashingState,
): Promise<Compared | { readonly given: HashingState }> => {
  const { incident, disk, services } = work;
  try {
    const { blocks: compared } = await record(services, {
      kind: 'blocks',
      ...ledgerOf(incident),
      volumeId: disk.volumeId,
      sizeGiB: disk.sizeGiB,
      sourceSnapshotId: disk.handedSnapshotId ?? '',
      snapshotId: disk.evidenceSnapshotId ?? '',
      reading: blocks.reading,
      ...(blocks.sourceRefused === undefined ? {} : { sourceRefused: blocks.sourceRefused }),
    });
    if (compared === undefined) throw new Error('the recorder compared nothing');
    return compared;
  } catch (error) {
    const { code, message } = classify(error);
    if (code !== 'RecorderRefused') throw error;
    return { given: await giveUp(work, blocks, message) };
  }
};

const giveUp = async (
  { incident, disk, services }: Work,
  blocks: HashingState,
  because: string,
): Promise<HashingState> => {
  await record(services, {
    kind: 'blocks-given-up',
    ...ledgerOf(incident),
    volumeId: disk.volumeId,
    // A second copy of the same volume is named by the same id in the ledger.
    because: `${disk.holds === undefined ? '' : `the copy that holds ${disk.holds}: `}${because}`.slice(
      0,
      2_000,
    ),
  });
  return { ...blocks, verdict: 'not-shown', because: because.slice(0, 2_000), recorded: true };
};

/** That the copy is the original is what was wanted: where it is not, or not shown, people are told at once. */
const tellVerdict = async (
  { incident, disk, services }: Work,
  { verdict, because }: HashingState,
): Promise<void> => {
  if (verdict === 'equal') return;
  await tell(services, {
    kind: 'evidence-missing',
    ...about(incident),
    subject: equalityOf(subjectOf(disk)),
    reasons: [`${verdict === 'tampered' ? 'tampered' : 'not shown'}: ${because ?? 'no reason was given'}`],
  });
};
