import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { refuseFull } from '../drill/write-drill.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';

/**
 * Where a bundle lies until it is whole: beside its place, as `BUNDLE.partial`. It has no index there, and its ledgers have no manifest
 * under its name, so that nothing in it passes for evidence; what was cut short stays, and the same command goes on with it.
 */
export interface Staging {
  /** Where the bundle is to lie. */
  readonly out: string;
  readonly dir: string;
}

/** Says of what the folder is, and who writes it. */
const MARK = 'export.json';
const Mark = z.strictObject({ source: z.string(), pid: z.int(), host: z.string() });

/**
 * Claims the place of a bundle, or goes on where an export of the same source was cut short. Throws UsageError for a place that is taken, and
 * while another process writes it.
 */
export const claimStaging = async (given: string, source: string): Promise<Staging> => {
  await refuseFull(given);
  const out = await placeOf(resolve(given));
  const dir = `${out}.partial`;
  const isNew = await orRefuse(given, async () => {
    try {
      await mkdir(dir);
      return true;
    } catch (error) {
      if (fileErrorCode(error) !== 'EEXIST') throw error;
      return (await lstat(dir)).isDirectory() && (await readdir(dir)).length === 0;
    }
  });
  if (!isNew) await refuseOther(dir, source);
  const mark = JSON.stringify({ source, pid: process.pid, host: hostname() });
  await orRefuse(given, () => writeFile(join(dir, MARK), mark));
  return { out, dir };
};

/** The true place, with the folders above it made. A mounted disk cannot be put in place by a renaming, and is refused. */
const placeOf = (out: string): Promise<string> =>
  orRefuse(out, async () => {
    await mkdir(dirname(out), { recursive: true });
    const place = await realpath(out).catch(async () => join(await realpath(dirname(out)), basename(out)));
    const [there, above] = await Promise.all([stat(place).catch(() => undefined), stat(dirname(place))]);
    if (there === undefined || there.dev === above.dev) return place;
    throw new UsageError(
      'bad-folder',
      `${out} is a mounted disk`,
      'give a folder on it that does not exist yet',
    );
  });

const refuseOther = async (dir: string, source: string): Promise<void> => {
  const text = await readFile(join(dir, MARK), 'utf8').catch(() => '');
  const mark = Mark.safeParse(parsed(text));
  if (!mark.success || mark.data.source !== source)
    throw new UsageError(
      'partial-of-another',
      `${dir} is there, and is no part of this export`,
      'remove it, or give another folder',
    );
  const { pid, host } = mark.data;
  if (host === hostname() && pid !== process.pid && isRunning(pid))
    throw new UsageError(
      'is-being-written',
      `${dir} is being written by process ${pid}`,
      'wait for it, or give another folder',
    );
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return fileErrorCode(error) !== 'ESRCH';
  }
};

/** Takes away what was not handed out. */
export const dropStaging = ({ dir }: Staging): Promise<void> => rm(dir, { recursive: true, force: true });

/** The name of a file until the bundle is whole: manifests are held back, for without one no ledger verifies. */
export const heldBack = (path: string): string =>
  /^(evidence\/[^/]+\/)?manifest\.json$/.test(path) ? `${path}.partial` : path;

/** Paths of a bundle's files while they are staged, without the mark; whatever else lies there, or is no plain file, is taken away. */
export const alreadyStaged = async (
  { dir }: Staging,
  isWanted: (path: string) => boolean,
): Promise<ReadonlySet<string>> => {
  const kept = new Set<string>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const member of await readdir(join(dir, folder), { withFileTypes: true })) {
      const path = folder === '' ? member.name : `${folder}/${member.name}`;
      if (member.isDirectory()) folders.push(path);
      else if (member.isFile() && isWanted(path)) kept.add(path);
      else if (path !== MARK) await rm(join(dir, path));
    }
  return kept;
};

/**
 * Puts a staged bundle in its place: what was held back gets its name, then page and index are written, then the folder is renamed. Each is
 * on the disk before the next, so that at no moment there is half a bundle.
 */
export const finishStaging = async (
  { out, dir }: Staging,
  bundle: ReadonlyMap<string, Uint8Array>,
): Promise<void> => {
  const { bundlePaths } = await import('@cordon/evidence');
  const own = [bundlePaths.readme, bundlePaths.index];
  const staged = [...bundle.keys()].filter((path) => !own.some((one) => one === path));
  for (const path of staged) {
    const held = heldBack(path);
    if (held !== path) await rename(join(dir, held), join(dir, path));
  }
  for (const folder of new Set(staged.flatMap(foldersAbove))) await sync(join(dir, folder));
  for (const path of own) {
    const bytes = bundle.get(path) ?? new Uint8Array();
    await writeSynced(join(dir, path), join(dir, 'writing'), [bytes]);
  }
  await rm(join(dir, MARK));
  await sync(dir);
  await rmdir(out).catch((error: unknown) => {
    if (fileErrorCode(error) !== 'ENOENT') throw error;
  });
  await rename(dir, out);
  await sync(dirname(out));
};

const foldersAbove = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, at, names) => names.slice(0, at + 1).join('/'));

/** What a folder lists, on the disk. Windows has no such thing. */
const sync = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Writes pieces to a file of another name, has them on the disk, and renames it. Gives how many bytes there were. */
export const writeSynced = async (
  path: string,
  by: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<number> => {
  const handle = await open(by, 'w');
  let sizeBytes = 0;
  try {
    for await (const piece of pieces) {
      for (let from = 0; from < piece.length;) from += (await handle.write(piece, from)).bytesWritten;
      sizeBytes += piece.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (by !== path) await rename(by, path);
  return sizeBytes;
};

/** What is done with the folder; where the file system refuses it, a UsageError that says so. */
export const orRefuse = async <Made>(out: string, act: () => Promise<Made>): Promise<Made> => {
  try {
    return await act();
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    throw code === 'ENOSPC' || code === 'EDQUOT'
      ? new UsageError(
          'no-room',
          `there is no room left for ${out} (${code})`,
          'make room and run the same again: it goes on from there; or remove the folder that ends in .partial',
        )
      : new UsageError(
          'bad-folder',
          `cannot write ${out} (${code})`,
          'give a folder that does not exist yet, where you may write',
        );
  }
};
