import {
  BLOCK_SIZE_BYTES,
  blockPartLabel,
  blockTree,
  compareBlocks,
  encodeStretch,
  partsInStretch,
  readStretch,
  rowsOfPart,
  sha256Hex,
  stretchesOf,
  stretchLabel,
  vaultKeys,
  type BlockRow,
  type BlockStretch,
  type CustodyEvent,
  type StretchesOf,
  type StretchSide,
  type VolumeShape,
} from '@cordon/evidence';
import type { RecorderRequest } from '@cordon/incident';
import { deposited } from './deposited.ts';
import type { Vault } from './vault.ts';

/** Parts of each snapshot that are fetched at once; memory holds these alone. */
const FETCHED_AT_ONCE = 4;
/** Looks at objects at once. */
const LOOKS_AT_ONCE = 20;

/** Which manifests are built into roots, and where they lie. */
export interface StretchBook {
  readonly request: Extract<RecorderRequest, { kind: 'blocks' }>;
  readonly vault: Vault;
}

/** What is built of the manifests that a request is about. */
export const shapeOf = ({ sizeGiB }: StretchBook['request']): VolumeShape => ({
  blockSizeBytes: BLOCK_SIZE_BYTES,
  volumeSizeGiB: sizeGiB,
});

const nameOf = ({ request }: StretchBook, reading: number): StretchesOf => ({
  volumeId: request.volumeId,
  snapshotId: request.snapshotId,
  reading,
  sides: request.sourceRefused === undefined ? 'both' : 'copy',
});

const labelOf = (book: StretchBook, reading: number, stretch: number): string =>
  stretchLabel(nameOf(book, reading), stretch);

const keyOf = (book: StretchBook, reading: number, stretch: number): string =>
  vaultKeys.object(book.request.ledgerId, labelOf(book, reading, stretch));

/** One part as it lies in the vault: its bytes are those that S3 keeps a checksum of. */
const partOf = async (
  { request, vault }: StretchBook,
  snapshotId: string,
  part: number,
): Promise<{ readonly rows: readonly BlockRow[]; readonly listed: StretchSide['parts'][number] }> => {
  const label = blockPartLabel({ volumeId: request.volumeId, snapshotId, reading: request.reading }, part);
  const key = vaultKeys.object(request.ledgerId, label);
  const [bytes, lies] = await Promise.all([vault.get(key), deposited(vault, key, label)]);
  if (sha256Hex(bytes) !== lies.sha256)
    throw new Error(`object ${key} reads back with another digest than ${lies.sha256}`);
  const { versionId, sha256, sizeBytes, mode, retainUntil } = lies;
  return {
    rows: rowsOfPart(bytes, shapeOf(request), part),
    listed: { versionId, sha256, sizeBytes, lock: { mode, until: retainUntil } },
  };
};

/** Reads a stretch that is built. @throws Error where it lies there as something else than it is named */
export const readBuilt = async (
  book: StretchBook,
  reading: number,
  stretch: number,
): Promise<BlockStretch> => {
  const { request, vault } = book;
  const key = keyOf(book, reading, stretch);
  const built = readStretch(await vault.get(key));
  const source = request.sourceRefused === undefined ? request.sourceSnapshotId : undefined;
  if (
    built.volumeId !== request.volumeId ||
    built.volumeSizeGiB !== request.sizeGiB ||
    built.reading !== reading ||
    built.stretch !== stretch ||
    built.copy.snapshotId !== request.snapshotId ||
    built.source?.snapshotId !== source
  )
    throw new Error(`object ${key} is a stretch of other manifests than its name says`);
  return built;
};

/** One snapshot of a stretch that is being built. */
interface Growing {
  readonly snapshotId: string;
  readonly tree: ReturnType<typeof blockTree>;
  readonly parts: StretchSide['parts'][number][];
}

const grow = ({ tree, parts }: Growing, { rows, listed }: Awaited<ReturnType<typeof partOf>>): void => {
  for (const row of rows) tree.add(row);
  parts.push(listed);
};

/** Builds one stretch on the one before it, from the parts of both snapshots; memory holds a few of each. */
const build = async (book: StretchBook, stretch: number): Promise<BlockStretch> => {
  const { request } = book;
  const { volumeId, reading, snapshotId, sourceSnapshotId, sourceRefused } = request;
  const shape = shapeOf(request);
  const before = stretch === 0 ? undefined : await readBuilt(book, reading, stretch - 1);
  const begin = (id: string, from: StretchSide | undefined): Growing => ({
    snapshotId: id,
    tree: blockTree(shape, undefined, from?.tree),
    parts: [],
  });
  const copy = begin(snapshotId, before?.copy);
  const source = sourceRefused === undefined ? begin(sourceSnapshotId, before?.source) : undefined;
  const comparer = compareBlocks(before?.comparison);
  const fetch = (id: string, parts: readonly number[]) =>
    Promise.all(parts.map((part) => partOf(book, id, part)));
  const numbers = partsInStretch(shape, stretch);
  for (let from = 0; from < numbers.length; from += FETCHED_AT_ONCE) {
    const some = numbers.slice(from, from + FETCHED_AT_ONCE);
    const [ofCopy, ofSource] = await Promise.all([
      fetch(snapshotId, some),
      source === undefined ? [] : fetch(sourceSnapshotId, some),
    ]);
    for (const [at, part] of ofCopy.entries()) {
      const original = ofSource[at];
      grow(copy, part);
      if (source !== undefined && original !== undefined) grow(source, original);
      comparer.add(original?.rows ?? [], part.rows);
    }
  }
  const grown = ({ tree, ...side }: Growing): StretchSide => ({ ...side, tree: tree.state() });
  return {
    schemaVersion: 1,
    kind: 'block-stretch',
    volumeId,
    reading,
    ...shape,
    stretch,
    copy: grown(copy),
    ...(source === undefined ? {} : { source: grown(source) }),
    comparison: comparer.end(),
  };
};

/**
 * Builds the next stretch of a reading all of whose parts lie in the vault, and writes it there, once: whoever comes again, or at the same time, finds
 * the same. `built` counts those that are there, `isNew` says that this call made one.
 */
export const buildNext = async (
  book: StretchBook,
): Promise<{ readonly built: number; readonly of: number; readonly isNew: boolean }> => {
  const { vault, request } = book;
  const of = stretchesOf(shapeOf(request));
  const prefix = keyOf(book, request.reading, 0).replace(/\d+$/, '');
  const built = (await vault.list(prefix)).length;
  if (built >= of) return { built: of, of, isNew: false };
  const bytes = encodeStretch(await build(book, built));
  await vault.put(keyOf(book, request.reading, built), bytes, 'application/json');
  return { built: built + 1, of, isNew: true };
};

/** What the ledger says of the stretches of a reading: each is an object of it, and stands there for its parts. */
export const depositedStretches = async (
  book: StretchBook,
  reading: number,
): Promise<readonly CustodyEvent[]> => {
  const count = stretchesOf(shapeOf(book.request));
  const events: CustodyEvent[] = [];
  for (let from = 0; from < count; from += LOOKS_AT_ONCE) {
    const some = Array.from({ length: Math.min(LOOKS_AT_ONCE, count - from) }, (_, at) => from + at);
    const looks = some.map((stretch) =>
      deposited(book.vault, keyOf(book, reading, stretch), labelOf(book, reading, stretch)),
    );
    events.push(...(await Promise.all(looks)));
  }
  return events;
};
