import {
  blockPartLabel,
  blockTree,
  judgeUnequal,
  stretchesOf,
  vaultKeys,
  type BlockRoot,
  type BlockStretch,
  type CustodyEvent,
  type StretchSide,
} from '@cordon/evidence';
import { missingParts, type Compared, type MissingPart, type RecorderRequest } from '@cordon/incident';
import { buildNext, depositedStretches, readBuilt, shapeOf, type StretchBook } from './block-stretches.ts';
import type { Observation } from './observe.ts';
import type { Vault } from './vault.ts';

type BlocksRequest = Extract<RecorderRequest, { kind: 'blocks' }>;

/** What the ledger says of two manifests, and what the asker is told. */
export interface ObservedBlocks {
  readonly observations: readonly Observation[];
  readonly compared: Compared;
}

/** The numbers of the parts of a snapshot that lie in the vault; no other name is there, for the hasher alone writes them. */
const writtenParts = async (
  request: BlocksRequest,
  vault: Vault,
  snapshotId: string,
): Promise<ReadonlySet<number>> => {
  const prefix = vaultKeys
    .object(request.ledgerId, blockPartLabel({ ...request, snapshotId }, 0))
    .replace(/\d+$/, '');
  const keys = await vault.list(prefix);
  return new Set(keys.map((key) => Number(key.slice(prefix.length))));
};

/** The parts that are still to be hashed of the snapshots that can be read. */
const lookForMissing = async (request: BlocksRequest, vault: Vault): Promise<readonly MissingPart[]> => {
  const { sizeGiB, snapshotId, sourceSnapshotId, sourceRefused } = request;
  const [copy, source] = await Promise.all([
    writtenParts(request, vault, snapshotId),
    sourceRefused === undefined ? writtenParts(request, vault, sourceSnapshotId) : undefined,
  ]);
  return missingParts(sizeGiB, { copy, ...(source === undefined ? {} : { source }) });
};

/** What both roots of a reading are, and how the two compare. */
interface Reading {
  readonly copy: BlockRoot;
  readonly source?: BlockRoot;
  readonly comparison: BlockStretch['comparison'];
}

/** Reads the roots of one reading off its last stretch, once all are built. */
const readRoots = async (book: StretchBook, reading: number): Promise<Reading> => {
  const shape = shapeOf(book.request);
  const { copy, source, comparison } = await readBuilt(book, reading, stretchesOf(shape) - 1);
  const rootOf = ({ tree }: StretchSide): BlockRoot => blockTree(shape, undefined, tree).end();
  return {
    copy: rootOf(copy),
    ...(source === undefined ? {} : { source: rootOf(source) }),
    comparison,
  };
};

/** That the source could not be read is the asker's word; all else the recorder saw. */
const observed =
  ({ sourceRefused }: BlocksRequest) =>
  (event: CustodyEvent): Observation => ({
    basis: event.kind === 'blocks-not-shown' && sourceRefused !== undefined ? 'reported' : 'observed',
    event,
  });

/** How the two compare: unequal roots are read again once, and then judged by both readings. */
const compareRoots = async (book: StretchBook, read: Reading): Promise<Compared> => {
  const { request } = book;
  const { source, copy, comparison } = read;
  if (source === undefined)
    return {
      verdict: 'not-shown',
      because: `the source could not be read: ${request.sourceRefused ?? ''}`.slice(0, 1_900),
    };
  if (source.root === copy.root) return request.reading === 1 ? { verdict: 'equal' } : afterUnequal(copy);
  if (request.reading === 1) return { verdict: 'read-again' };
  const first = await readRoots(book, 1);
  if (first.source === undefined) throw new Error('the first reading has no source, and the second one has');
  return judgeUnequal(
    { source: first.source.root, copy: first.copy.root },
    { source: source.root, copy: copy.root, comparison },
  );
};

/** Equal at last, and unequal before: one of two readings of a thing that does not change was wrong, and nobody knows which. */
const afterUnequal = ({ root }: BlockRoot): Compared => ({
  verdict: 'not-shown',
  because: `the roots were unequal at the first reading and equal (${root}) at the second: a snapshot does not change, so one reading was wrong`,
});

/**
 * What the recorder sees of two snapshots whose blocks are hashed: every part that lies in the vault, the roots that it builds over them
 * itself, and how they compare. Only the hasher can write these parts, each named for the snapshot that was read. While some are missing it
 * says which, and while a large volume's roots are being built how far they are: then there is nothing to record.
 *
 * @param secured the copy as this ledger has it; the statement is about no other
 * @throws Error when the snapshots are not those that the ledger brought into custody, or a part is no part
 */
export const observeBlocks = async (
  request: BlocksRequest,
  vault: Vault,
  secured: readonly CustodyEvent[],
): Promise<ObservedBlocks> => {
  const { volumeId: sourceVolumeId, sourceSnapshotId, snapshotId, region, reading } = request;
  const isSecured = secured.some(
    (event) =>
      event.kind === 'snapshot-secured' &&
      event.snapshotId === snapshotId &&
      event.sourceSnapshotId === sourceSnapshotId &&
      event.sourceVolumeId === sourceVolumeId &&
      event.sizeGiB === request.sizeGiB,
  );
  if (!isSecured || sourceSnapshotId === snapshotId)
    throw new Error(
      `ledger ${request.ledgerId} did not bring ${snapshotId} into custody as a copy of ${sourceSnapshotId}, of ${sourceVolumeId} with ${request.sizeGiB} GiB`,
    );
  const missing = await lookForMissing(request, vault);
  if (missing.length > 0)
    return { observations: [], compared: { verdict: 'unfinished', missing: [...missing] } };
  const book: StretchBook = { request, vault };
  const { built, of, isNew } = await buildNext(book);
  // One stretch a call, for it is what a call has time for; the entries of them all want their own.
  if (built < of || (isNew && of > 1))
    return { observations: [], compared: { verdict: 'building', built, of } };
  const read = await readRoots(book, reading);
  const compared = await compareRoots(book, read);
  const about = { region, sourceVolumeId } as const;
  const hashed = (of: 'source' | 'copy', id: string, root: BlockRoot): CustodyEvent => ({
    kind: 'blocks-hashed',
    ...about,
    of,
    reading,
    snapshotId: id,
    ...root,
  });
  const told = eventOf(request, read, compared);
  return {
    observations: [
      ...(await depositedStretches(book, reading)),
      ...(read.source === undefined ? [] : [hashed('source', sourceSnapshotId, read.source)]),
      hashed('copy', snapshotId, read.copy),
      ...(told === undefined ? [] : [told]),
    ].map(observed(request)),
    compared,
  };
};

/** The last word of the ledger on the two; none while they are to be read again. */
const eventOf = (
  { region, volumeId: sourceVolumeId, sourceSnapshotId, snapshotId }: BlocksRequest,
  { copy: { root, blocks } }: Reading,
  compared: Compared,
): CustodyEvent | undefined => {
  const about = { region, sourceVolumeId } as const;
  switch (compared.verdict) {
    case 'equal':
      return { kind: 'blocks-equal', ...about, sourceSnapshotId, snapshotId, blocks, root };
    case 'not-shown':
      return { kind: 'blocks-not-shown', ...about, because: compared.because };
    case 'tampered':
      return { kind: 'blocks-tampered', ...about, sourceSnapshotId, snapshotId, because: compared.because };
    case 'read-again':
    case 'unfinished':
    case 'building':
      return undefined;
  }
};
