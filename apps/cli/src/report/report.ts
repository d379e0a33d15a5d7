import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { deliver } from './deliver.ts';
import { kept, type KeptOptions } from './kept.ts';
import { readSealedReport, textOf } from './read-sealed-report.ts';

/** Options of `cordon report`. */
export interface ReportOptions extends KeptOptions {
  readonly ocsf?: true;
  /** Of the ledger of keeping, in place of the sealed report. */
  readonly kept?: true;
}

/**
 * Makes the page (or the data, or OCSF) from the sealed `report.json` of an exported folder, and says on standard error whether data and
 * page are those that the manifest lists. Throws UsageError for what is no such folder, and for a file that is there already.
 */
export const report = async (dir: string, options: ReportOptions, output: Output): Promise<ExitCode> => {
  if (options.kept) return kept(dir, options, output);
  const incident = await import('@cordon/incident');
  const { sealed, report: read } = await readSealedReport(dir);
  const page = incident.reportPage(read);
  await deliver(
    options.json
      ? `${JSON.stringify(read, null, 2)}\n`
      : options.ocsf
        ? `${JSON.stringify(incident.ocsfOf(read), null, 2)}\n`
        : page,
    options.out,
    output,
  );
  return compare({ dir, sealed, page, labels: incident.REPORT_LABELS }, output);
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
