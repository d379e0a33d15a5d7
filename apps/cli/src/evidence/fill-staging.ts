import { lstat, mkdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { gib, type Progress } from './progress.ts';
import { alreadyStaged, heldBack, orRefuse, writeSynced, type Staging } from './staging.ts';

/** A file as its source has it: of a folder that is here, or of the vault. */
export interface SourceFile {
  readonly sizeBytes: number;
  readonly pieces: () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** The files of a bundle's ledgers, by their paths in it. */
export type SourceFiles = ReadonlyMap<string, SourceFile>;

/** Files that are fetched at a time. Of each at most some pieces are in memory. */
const AT_A_TIME = 4;

/** What was found of an earlier run, and what is still to be written. */
interface Due {
  readonly due: readonly (readonly [string, SourceFile])[];
  readonly dueBytes: number;
  /** Objects of the right length. */
  readonly objectsThere: number;
}

/**
 * What of the files is not staged yet. An object is as its manifest lists it or the bundle is not handed out, so one of the right length is taken
 * as it is; all else is written again. Throws UsageError where there is no room for the rest.
 */
export const dueFiles = async (staging: Staging, files: SourceFiles): Promise<Due> => {
  const names = new Set([...files.keys()].map(heldBack));
  const there = await orRefuse(staging.out, () => alreadyStaged(staging, (path) => names.has(path)));
  const due: (readonly [string, SourceFile])[] = [];
  for (const [path, file] of files) {
    const isObject = /^evidence\/[^/]+\/objects\//.test(path);
    const isThere =
      isObject && there.has(path) && (await lstat(join(staging.dir, path))).size === file.sizeBytes;
    if (!isThere) due.push([path, file]);
  }
  const dueBytes = due.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0);
  const { bavail, bsize } = await statfs(staging.dir);
  if (dueBytes > bavail * bsize)
    throw new UsageError(
      'no-room',
      `${gib(dueBytes)} GiB are to be written, and there is room for ${gib(bavail * bsize)} at ${staging.out}`,
      'give a folder where there is more',
    );
  return { due, dueBytes, objectsThere: files.size - due.length };
};

/** Writes files where they are staged, each under its name only when it is whole. The first error ends it. */
export const fillStaging = async (staging: Staging, { due }: Due, tell: Progress): Promise<void> => {
  const rest = due[Symbol.iterator]();
  let failed: { readonly error: unknown } | undefined;
  const work = async (worker: number): Promise<void> => {
    // The workers share the iterator: each takes the next that nobody took.
    for (const [path, file] of rest) {
      if (failed !== undefined) return;
      try {
        await orRefuse(staging.out, () => writeOne(staging, [path, file], { worker, tell }));
      } catch (error) {
        failed ??= { error };
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, (_, worker) => work(worker)));
  if (failed !== undefined) throw failed.error;
};

const writeOne = async (
  { dir }: Staging,
  [path, { sizeBytes, pieces }]: readonly [string, SourceFile],
  { worker, tell }: { readonly worker: number; readonly tell: Progress },
): Promise<void> => {
  const name = join(dir, heldBack(path));
  await mkdir(dirname(name), { recursive: true });
  const written = await writeSynced(name, join(dir, `writing-${worker}`), counted(pieces(), tell));
  if (written !== sizeBytes)
    throw new UsageError(
      'changed-meanwhile',
      `${path} has ${written} bytes, and had ${sizeBytes} when it was listed`,
      'run the same again',
    );
};

async function* counted(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  tell: Progress,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    tell(piece.length);
    yield piece;
  }
}
