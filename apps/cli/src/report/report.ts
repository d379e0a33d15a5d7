import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';

/** Options of `cordon report`. */
export interface ReportOptions {
  readonly out?: string;
  readonly json?: true;
  readonly ocsf?: true;
}

/** A report is some hundred kilobytes; what is larger is none. */
const LARGEST_BYTES = 64 << 20;

/**
 * Makes the page (or the data, or OCSF) from the sealed `report.json` of an exported folder, and says on standard error whether data and
 * page are those that the manifest lists. Throws UsageError for what is no such folder, and for a file that is there already.
 */
export const report = async (dir: string, options: ReportOptions, output: Output): Promise<ExitCode> => {
  const incident = await import('@cordon/incident');
  const { REPORT_LABELS, readReport } = incident;
  const sealed = await textOf(dir, `objects/${REPORT_LABELS.json}`);
  if (sealed === undefined)
    throw new UsageError(
      'no-report',
      `${dir} has no objects/${REPORT_LABELS.json}`,
      'give the exported folder of one incident that was sealed; one of an older version has none, and a release has none either',
    );
  const read = readReport(sealed);
  if (read.status === 'unreadable')
    throw new UsageError(
      'bad-report',
      `objects/${REPORT_LABELS.json} is no report that this version can read: ${read.because}`,
      'use the version of cordon that sealed it, and verify the folder with `cordon evidence verify`',
    );
  const page = incident.reportPage(read.report);
  await deliver(
    options.json
      ? `${JSON.stringify(read.report, null, 2)}\n`
      : options.ocsf
        ? `${JSON.stringify(incident.ocsfOf(read.report), null, 2)}\n`
        : page,
    options.out,
    output,
  );
  return compare({ dir, sealed, page, labels: REPORT_LABELS }, output);
};

const deliver = async (text: string, out: string | undefined, output: Output): Promise<void> => {
  if (out === undefined) return output.out(text);
  try {
    await writeFile(out, text, { flag: 'wx' });
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    throw new UsageError(
      'bad-file',
      `cannot write ${out} (${code})`,
      'give a file that does not exist yet, in a folder where you may write: nothing is overwritten',
    );
  }
};

interface Made {
  readonly dir: string;
  readonly sealed: string;
  readonly page: string;
  readonly labels: { readonly json: string; readonly page: string };
}

/** Whether data and page are those of the manifest. A page that another version made is other bytes, and no proof of anything. */
const compare = async ({ dir, sealed, page, labels }: Made, output: Output): Promise<ExitCode> => {
  const { Manifest, sha256Hex } = await import('@cordon/evidence');
  const manifest = Manifest.safeParse(parsed((await textOf(dir, 'manifest.json')) ?? ''));
  if (!manifest.success) {
    output.err('there is no manifest to compare with: nothing says that this is what was sealed\n');
    return EXIT.broken;
  }
  const listed = (label: string): string | undefined =>
    manifest.data.items.flatMap((item) =>
      item.kind === 'object' && item.label === label ? [item.sha256] : [],
    )[0];
  if (listed(labels.json) !== sha256Hex(sealed)) {
    output.err(`objects/${labels.json} is not what the manifest lists; verify the folder\n`);
    return EXIT.broken;
  }
  const beside = await textOf(dir, `objects/${labels.page}`);
  if (beside !== undefined && listed(labels.page) !== sha256Hex(beside)) {
    output.err(`objects/${labels.page} is not what the manifest lists; verify the folder\n`);
    return EXIT.broken;
  }
  output.err(
    listed(labels.page) === sha256Hex(page)
      ? 'the page is the sealed one, byte for byte\n'
      : 'the data are the sealed ones; the sealed page has other bytes, so another version of cordon made it\n',
  );
  return EXIT.ok;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A file's text; undefined where there is none. */
const textOf = async (dir: string, path: string): Promise<string | undefined> => {
  try {
    const facts = await lstat(join(dir, path));
    // A folder from somebody else may hold links to anything: they are not followed.
    if (!facts.isFile() || facts.size > LARGEST_BYTES)
      throw new UsageError(
        'unreadable',
        `${path} of ${dir} is ${facts.isFile() ? `${facts.size} bytes long` : 'no plain file'}`,
        'that is no report of ours; verify the folder with `cordon evidence verify`',
      );
    return await readFile(join(dir, path), 'utf8');
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === undefined) throw error;
    throw new UsageError(
      'unreadable',
      `${path} of ${dir} cannot be read (${code})`,
      'give a folder that can be read',
    );
  }
};
