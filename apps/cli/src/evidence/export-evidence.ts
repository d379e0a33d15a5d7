import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import type { Reaching } from './ask-desk.ts';
import { exportCase } from './export-case.ts';
import { dueFiles, fillStaging, type SourceFile, type SourceFiles } from './fill-staging.ts';
import { fromVault, refuseUntold, type Ledgers } from './from-vault.ts';
import { isFolder, ledgersIn } from './ledgers-in.ts';
import { gib, progressOf } from './progress.ts';
import { claimStaging, dropStaging, finishStaging, heldBack, orRefuse, type Staging } from './staging.ts';

/** Options of `cordon evidence export`. */
export interface ExportOptions extends Reaching {
  readonly out: string;
  readonly reason?: string;
  readonly to?: string;
  readonly format?: 'bundle' | 'case';
}

/**
 * Writes the bundle for counsel or police: of exported folders, or of an incident in the vault. Nothing is overwritten, and nothing
 * that does not verify is left. Throws UsageError for a source that is none, and where it was cut short: then the same again goes on.
 *
 * ```
 * source -> OUT.partial, file by file -> verified as it lies there -> index -> renamed to OUT
 * ```
 */
export const exportEvidence = async (
  source: string,
  options: ExportOptions,
  output: Output,
): Promise<ExitCode> => {
  if (options.format === 'case') return exportCase(source, options, output);
  const isIncident = /^inc-[0-9a-z]{6,60}$/.test(source) && !(await isFolder(source));
  if (isIncident) refuseUntold(options);
  const here = isIncident ? undefined : await fromFolder(source);
  const staging = await claimStaging(options.out, isIncident ? source : await realpath(source));
  const ledgers = here ?? (await fromVault(source, options));
  const ids = [...ledgers.keys()].toSorted();
  const bundle = await made(async () => {
    await stage(staging, ledgers, output);
    return bundleOf(staging, ids, output);
  });
  if (typeof bundle === 'string') {
    await dropStaging(staging);
    if (options.json) output.out(document({ status: 'broken', because: bundle }));
    output.err(`${bundle}\n`);
    return EXIT.broken;
  }
  const files = bundle.size;
  await orRefuse(options.out, () => finishStaging(staging, bundle));
  if (options.json) output.out(document({ status: 'written', out: options.out, ledgers: ids, files }));
  else
    output.out(
      `${files} files of ${ids.join(', ')} are in ${JSON.stringify(options.out)}; README.txt there says how to check them\n`,
    );
  return EXIT.ok;
};

/** From here on lines are written of how far it is. */
const LONG_BYTES = 2 ** 30;

const stage = async (staging: Staging, ledgers: Ledgers, output: Output): Promise<void> => {
  const files = filesOf(ledgers);
  const found = await dueFiles(staging, files);
  if (found.dueBytes >= LONG_BYTES)
    output.err(
      `${gib(found.dueBytes)} GiB are written to ${staging.dir} first; cut short, the same command goes on from there\n`,
    );
  if (found.objectsThere > 0) output.err(`${found.objectsThere} objects are there from an earlier run\n`);
  await fillStaging(staging, found, progressOf(output, 'wrote', found.dueBytes));
};

/** Names come out of a vault: none may lead elsewhere. */
const LEADS_OUT = /(^|\/)\.{0,2}(\/|$)|[\\\0]/;

const filesOf = (ledgers: Ledgers): SourceFiles =>
  new Map(
    [...ledgers].flatMap(([ledgerId, files]) =>
      [...files].map(([path, file]): [string, SourceFile] => {
        if (LEADS_OUT.test(path))
          throw new Error(
            `ledger ${ledgerId} does not verify: ${JSON.stringify(path)}: no file has such a name`,
          );
        return [`evidence/${ledgerId}/${path}`, file];
      }),
    ),
  );

/** The bundle of what was staged, verified as it lies there. Throws an Error for what does not verify. */
const bundleOf = async ({ dir }: Staging, ids: readonly string[], output: Output) => {
  const { buildBundle, bundlePaths, exportPaths, readExport, renamed } = await import('@cordon/evidence');
  const onRead = progressOf(output, 'verified');
  const staged = new Map<string, ReadonlyMap<string, Uint8Array>>();
  for (const id of ids)
    staged.set(
      id,
      renamed(await readExport(join(dir, bundlePaths.ledger(id)), { onRead }), (path) =>
        path === heldBack(exportPaths.manifest) ? exportPaths.manifest : path,
      ),
    );
  return buildBundle(staged);
};

/** A bundle, or why it cannot be made of what is there. */
const made = async <Made>(make: () => Promise<Made>): Promise<Made | string> => {
  try {
    return await make();
  } catch (error) {
    if (error instanceof Error && /^(ledger|the ledgers) /.test(error.message)) return error.message;
    throw error;
  }
};

const fromFolder = async (dir: string): Promise<Ledgers> => {
  const { renamed } = await import('@cordon/evidence');
  return new Map(
    [...(await ledgersIn(dir))].map(([ledgerId, { files }]) => [
      ledgerId,
      new Map(renamed(files, (path) => path).sources()),
    ]),
  );
};

const document = (of: object): string => `${JSON.stringify({ schemaVersion: 1, ...of }, null, 2)}\n`;
