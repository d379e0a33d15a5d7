import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@cordon/evidence';
import { fileErrorCode, UsageError } from '../usage-error.ts';

/** A sealed ledger as it lies in a folder. Nothing of it is verified here. */
export interface LedgerFolder {
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Whether a path leads to a folder, and not to a link to one. */
export const isFolder = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined))?.isDirectory() === true;

/**
 * Reads one ledger's folder, or a folder of such: a drill's `evidence`, or that of a bundle. Throws UsageError for a folder that holds none.
 *
 * @param onRead told how many bytes of objects were read just now
 * @returns by the ledger's id
 */
export const ledgersIn = async (
  dir: string,
  onRead?: (bytes: number) => void,
): Promise<ReadonlyMap<string, LedgerFolder>> => {
  if (!(await isFolder(dir)))
    throw new UsageError(
      'no-such-folder',
      `${dir} is no folder`,
      'give an exported folder: it holds manifest.json',
    );
  const { readExport, Manifest } = await import('@cordon/evidence');
  const names = await readdir(dir);
  const folders = names.includes('manifest.json') ? [dir] : names.toSorted().map((name) => join(dir, name));
  const ledgers = new Map<string, LedgerFolder>();
  for (const folder of folders) {
    if (!(await isFolder(folder))) continue;
    const files = await readable(folder, () => readExport(folder, onRead === undefined ? {} : { onRead }));
    const text = files.get('manifest.json');
    if (text === undefined) continue;
    const manifest = Manifest.safeParse(parse(text));
    if (!manifest.success)
      throw new UsageError(
        'not-an-export',
        `${folder}/manifest.json is no manifest`,
        'run cordon evidence verify on it',
      );
    ledgers.set(manifest.data.incidentId, { manifest: manifest.data, files });
  }
  if (ledgers.size > 0) return ledgers;
  throw new UsageError(
    'not-an-export',
    `${dir} holds no sealed ledger`,
    'give a folder that holds manifest.json, or folders that do',
  );
};

const parse = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
};

/** What is made of a folder; UsageError for one that holds links, or cannot be read. */
const readable = async <Made>(folder: string, make: () => Promise<Made>): Promise<Made> => {
  try {
    return await make();
  } catch (error) {
    const isRefused = error instanceof Error && error.message.startsWith('cannot read the exported folder');
    if (!isRefused && fileErrorCode(error) === undefined) throw error;
    throw new UsageError(
      'unreadable',
      `${folder} cannot be read as an export: ${error instanceof Error ? error.message : ''}`,
      'run cordon evidence verify on it',
    );
  }
};
