import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DrillResult, RunRecord } from '@cordon/drill';
import { replayLine } from '../replay-line.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';
import { callLines } from './call-lines.ts';

/** Makes the folder that a drill is written into. Throws UsageError for one that holds something: nothing is overwritten. */
export const claimFolder = async (dir: string): Promise<void> => {
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw notAFolder(dir, error);
  }
  await refuseFull(dir);
};

/** Throws UsageError for a folder that holds something, and for what is none; one that is not there is free. */
export const refuseFull = async (dir: string): Promise<void> => {
  let names: readonly string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return;
    throw notAFolder(dir, error);
  }
  if (names.length === 0) return;
  throw new UsageError(
    'folder-not-empty',
    `${dir} is not empty, and nothing is overwritten`,
    'give a folder that does not exist yet',
  );
};

const notAFolder = (dir: string, error: unknown): unknown => {
  const code = fileErrorCode(error);
  return code === undefined
    ? error
    : new UsageError(
        'bad-folder',
        `cannot write into ${dir} (${code})`,
        'give a folder that does not exist yet, where you may write',
      );
};

/** What a drill leaves behind, and its document. */
interface Leaving {
  readonly drills: Pick<typeof import('@cordon/drill'), 'exportIncident' | 'ledgersOf'>;
  readonly record: RunRecord;
  readonly result: DrillResult;
  readonly document: string;
}

/** A drill on disk: lines that verify its evidence, and what writes the page, which shows them. */
export interface Written {
  readonly verify: readonly string[];
  readonly finish: (page: string) => Promise<void>;
}

/**
 * Writes `result.json`, `calls.jsonl` and `evidence/<incidentId>/...`; `finish` adds `page.txt`. Fails rather than
 * overwrite a file that appeared meanwhile.
 */
export const writeDrill = async (
  dir: string,
  { drills, record, result, document }: Leaving,
): Promise<Written> => {
  await write(join(dir, 'result.json'), document);
  await write(join(dir, 'calls.jsonl'), callLines(record.organization.journal.calls));
  const verify: string[] = [];
  // A later plan of an incident has a ledger of its own: nothing may follow a seal.
  const ledgers = result.incidents.flatMap(({ incidentId }) => drills.ledgersOf(record, incidentId));
  for (const ledgerId of ledgers) {
    const folder = join(dir, 'evidence', ledgerId);
    const files = drills.exportIncident(record, ledgerId);
    for (const [path, bytes] of files) await write(inside(folder, path), bytes);
    // Before the seal there is no manifest, and nothing to verify.
    if (files.has('manifest.json') && result.custody !== undefined) {
      verify.push(
        replayLine(['evidence', 'verify', folder, '--key-fingerprint', result.custody.keyFingerprint]),
      );
    }
  }
  return { verify, finish: (page) => write(join(dir, 'page.txt'), page) };
};

const write = async (path: string, content: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { flag: 'wx' });
};

/** Names of files come out of a vault: none may lead elsewhere. */
const inside = (folder: string, path: string): string => {
  if (path.split(/[/\\]/).includes('..') || path.startsWith('/'))
    throw new Error(`the export names ${JSON.stringify(path)}, which leads out of its folder`);
  return join(folder, path);
};
