import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';
import { ledgersIn } from './ledgers-in.ts';
import { progressOf } from './progress.ts';

/** Writes one JSON-LD file of folders that are here. Throws UsageError for a source that is none, and where the file is there already. */
export const exportCase = async (
  source: string,
  { out, json }: { readonly out: string; readonly json?: true },
  output: Output,
): Promise<ExitCode> => {
  const { canonicalJson, caseGraph, decodeSigned, verifyExport } = await import('@cordon/evidence');
  const ledgers = await ledgersIn(source, progressOf(output, 'verified'));
  for (const [ledgerId, { files }] of ledgers) {
    const { status, problems } = verifyExport(files, {});
    if (status !== 'broken') continue;
    output.err(`ledger ${ledgerId} does not verify: ${problems[0]?.file}: ${problems[0]?.problem}\n`);
    return EXIT.broken;
  }
  const graph = caseGraph(
    [...ledgers.values()].map(({ manifest, files }) => ({
      manifest,
      entries: [...files.keys()]
        .filter((path) => path.startsWith('custody/') || path.startsWith('keeping/'))
        .toSorted()
        .map((path) => decodeSigned(path, files.get(path) ?? new Uint8Array())),
    })),
  );
  await writeWhole(out, `${canonicalJson(graph)}\n`);
  const ids = [...ledgers.keys()];
  if (json)
    output.out(
      `${JSON.stringify({ schemaVersion: 1, status: 'written', out, ledgers: ids, format: 'case' }, null, 2)}\n`,
    );
  else output.out(`${ids.join(', ')} in the terms of CASE 1.4 is in ${JSON.stringify(out)}\n`);
  return EXIT.ok;
};

/** A file that is there with all of its content, or not at all: its name is claimed, and what is on the disk already is moved there. */
const writeWhole = async (out: string, text: string): Promise<void> => {
  const made: string[] = [];
  const claim = async (path: string): Promise<FileHandle> => {
    const file = await open(path, 'wx').catch((error: unknown) => {
      throw notWritten(path, error);
    });
    made.push(path);
    return file;
  };
  try {
    await (await claim(out)).close();
    const partial = await claim(`${out}.partial`);
    try {
      await partial.writeFile(text);
      await partial.sync();
    } finally {
      await partial.close();
    }
    await rename(`${out}.partial`, out);
  } catch (error) {
    for (const path of made) await rm(path, { force: true });
    throw notWritten(out, error);
  }
};

const notWritten = (out: string, error: unknown): unknown => {
  const code = fileErrorCode(error);
  return code === undefined
    ? error
    : new UsageError('bad-file', `cannot write ${out} (${code})`, 'give a file that does not exist yet');
};
