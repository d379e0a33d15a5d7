import { dirname, join, resolve } from 'node:path';
import type { SignedEntry } from '@cordon/evidence';
import type { FoundRecording, KeptReport } from '@cordon/incident/kept';
import { isFolder } from '../evidence/ledgers-in.ts';
import { openExport, verificationPage } from '../evidence/verify-evidence.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { deliver } from './deliver.ts';

/** Options of `cordon report --kept`. */
export interface KeptOptions {
  readonly out?: string;
  readonly json?: true;
  readonly keyFingerprint?: string;
}

/**
 * Makes the page (or the data) of what happened to the evidence from the ledger of keeping of an exported folder, which is verified first, with
 * the recordings that lie beside it. Throws UsageError for what is no such folder, and for a file that is there already.
 */
export const kept = async (
  dir: string,
  { out, json, keyFingerprint }: KeptOptions,
  output: Output,
): Promise<ExitCode> => {
  const { files, verification } = await openExport(dir, keyFingerprint, output);
  if (verification.status === 'broken' || files === undefined) {
    output.err(`${verificationPage(dir, verification).join('\n')}\nOf a broken folder no page is made.\n`);
    return EXIT.broken;
  }
  const entries = await entriesIn(files, 'keeping/');
  if (entries.length === 0)
    throw new UsageError(
      'no-keeping',
      `${dir} has no ledger of keeping`,
      'export the incident out of the vault (`cordon evidence export INCIDENT ...`), and give the folder of the incident itself below evidence/',
    );
  const { keptPage, keptReport } = await import('@cordon/incident/kept');
  const report: KeptReport = keptReport({
    incidentId: verification.incidentId ?? '',
    end: verification.keeping.end,
    signer: verification.status === 'verified' ? 'known' : 'unknown',
    keyFingerprint: verification.keyFingerprint ?? '',
    entries,
    recordings: await recordingsBeside(resolve(dir), entries, {
      key: verification.keyFingerprint ?? '',
      output,
    }),
  });
  await deliver(json ? `${JSON.stringify(report, null, 2)}\n` : keptPage(report), out, output);
  return verification.status === 'verified' ? EXIT.ok : EXIT.incomplete;
};

const entriesIn = async (
  files: ReadonlyMap<string, Uint8Array>,
  folder: 'keeping/' | 'custody/',
): Promise<readonly SignedEntry[]> => {
  const { decodeSigned } = await import('@cordon/evidence');
  return [...files.keys()]
    .filter((path) => path.startsWith(folder) && /\/\d{6}\.json$/.test(path))
    .toSorted()
    .map((path) => decodeSigned(path, files.get(path) ?? new Uint8Array()));
};

type Trusting = { readonly key: string; readonly output: Output };

/** What lies beside the folder of each recording that the entries name. */
const recordingsBeside = async (
  dir: string,
  entries: readonly SignedEntry[],
  trusting: Trusting,
): Promise<ReadonlyMap<string, FoundRecording>> => {
  const found = new Map<string, FoundRecording>();
  for (const { entry } of entries)
    if (entry.event.kind === 'session-recorded')
      found.set(entry.event.ledgerId, await recordingBeside(dir, entry.event, trusting));
  return found;
};

const recordingBeside = async (
  dir: string,
  named: Extract<SignedEntry['entry']['event'], { kind: 'session-recorded' }>,
  { key, output }: Trusting,
): Promise<FoundRecording> => {
  if (!/^inc-[0-9a-z-]+$/.test(named.ledgerId))
    return { status: 'broken', because: 'its ledger has a strange name' };
  const folder = join(dirname(dir), named.ledgerId);
  if (!(await isFolder(folder))) return { status: 'not-here' };
  const { files, verification } = await openExport(folder, key, output);
  if (verification.status !== 'verified' || files === undefined)
    return { status: 'broken', because: verification.problems[0]?.problem ?? 'it does not verify' };
  const isIt = (await entriesIn(files, 'custody/')).some(
    ({ entry: { event } }) =>
      event.kind === 'session-recorded' &&
      event.sessionId === named.sessionId &&
      event.ledgerId === verification.incidentId &&
      event.sha256 === named.sha256,
  );
  return isIt
    ? { status: 'verified' }
    : { status: 'broken', because: 'it is the recording of something else' };
};
