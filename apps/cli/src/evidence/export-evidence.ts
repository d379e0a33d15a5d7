import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeskReply } from '@cordon/incident';
import { config } from '../../../../cordon.config.ts';
import { claimFolder } from '../drill/write-drill.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';
import { askTheDesk, type Reaching } from './ask-desk.ts';
import { isFolder, ledgersIn } from './ledgers-in.ts';

/** Options of `cordon evidence export`. */
export interface ExportOptions extends Reaching {
  readonly out: string;
  readonly reason?: string;
  readonly to?: string;
  readonly format?: 'bundle' | 'case';
}

type Ledgers = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

/**
 * Writes the bundle for counsel or police: of exported folders, or of an incident in the vault. Nothing is overwritten, and nothing
 * that does not verify is written. Throws UsageError for a source that is none.
 */
export const exportEvidence = async (
  source: string,
  options: ExportOptions,
  output: Output,
): Promise<ExitCode> => {
  if (options.format === 'case') return exportCase(source, options, output);
  const { buildBundle } = await import('@cordon/evidence');
  const isIncident = /^inc-[0-9a-z]{6,60}$/.test(source) && !(await isFolder(source));
  const ledgers = isIncident ? await fromVault(source, options) : await fromFolder(source);
  const bundle = made(() => buildBundle(ledgers));
  if (typeof bundle === 'string') {
    if (options.json) output.out(document({ status: 'broken', because: bundle }));
    output.err(`${bundle}\n`);
    return EXIT.broken;
  }
  await claimFolder(options.out);
  for (const [path, bytes] of bundle) {
    const file = join(options.out, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, { flag: 'wx' });
  }
  const ids = [...ledgers.keys()].toSorted();
  if (options.json)
    output.out(document({ status: 'written', out: options.out, ledgers: ids, files: bundle.size }));
  else
    output.out(
      `${bundle.size} files of ${ids.join(', ')} are in ${JSON.stringify(options.out)}; README.txt there says how to check them\n`,
    );
  return EXIT.ok;
};

/** Writes one JSON-LD file of folders that are here. Throws UsageError for a source that is none, and where the file is there already. */
const exportCase = async (
  source: string,
  { out, json }: ExportOptions,
  output: Output,
): Promise<ExitCode> => {
  const { canonicalJson, caseGraph, decodeSigned, verifyExport } = await import('@cordon/evidence');
  const ledgers = await ledgersIn(source);
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
  await writeFile(out, `${canonicalJson(graph)}\n`, { flag: 'wx' }).catch((error: unknown) => {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    throw new UsageError('bad-file', `cannot write ${out} (${code})`, 'give a file that does not exist yet');
  });
  const ids = [...ledgers.keys()];
  if (json) output.out(document({ status: 'written', out, ledgers: ids, format: 'case' }));
  else output.out(`${ids.join(', ')} in the terms of CASE 1.4 is in ${JSON.stringify(out)}\n`);
  return EXIT.ok;
};

const document = (of: object): string => `${JSON.stringify({ schemaVersion: 1, ...of }, null, 2)}\n`;

/** A bundle, or why it cannot be made of what is there. */
const made = <Made>(make: () => Made): Made | string => {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error && /^(ledger|the ledgers) /.test(error.message)) return error.message;
    throw error;
  }
};

const fromFolder = async (dir: string): Promise<Ledgers> =>
  new Map([...(await ledgersIn(dir))].map(([ledgerId, { files }]) => [ledgerId, files]));

/** The ledger says for whom first; then the desk opens the incident, and the session reads it. */
const fromVault = async (incident: string, { reason, to, url }: ExportOptions): Promise<Ledgers> => {
  if (reason === undefined || to === undefined)
    throw new UsageError(
      'bad-arguments',
      'an export from the vault wants --reason and --to',
      'say for whom and why: the ledger keeps it',
    );
  const told = await asked({ action: 'export', incident, reason, to }, url);
  const opened = await asked({ action: 'open', incident, reason: `export for ${to}`.slice(0, 500) }, url);
  if (told.status !== 'done' || opened.status !== 'opened')
    throw new UsageError('not-opened', 'the desk did not open the incident', 'try again');
  const { fetchEvidence } = await import('@cordon/responder/fetch-evidence');
  return fetchEvidence(incident, config, { region: config.homeRegion, credentials: opened.credentials });
};

const asked = async (request: object, url: string | undefined): Promise<DeskReply> => {
  const answered = await askTheDesk(request, url);
  if (answered.status === 'not-answered')
    throw new UsageError(
      'not-reached',
      `AWS answered ${answered.code}: ${answered.body}`,
      'see cordon evidence open --help',
    );
  if (answered.reply.status === 'refused')
    throw new UsageError(answered.reply.code, answered.reply.because, 'nothing was exported');
  return answered.reply;
};
