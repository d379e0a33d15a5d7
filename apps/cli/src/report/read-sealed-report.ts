import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportDocument } from '@cordon/incident';
import { fileErrorCode, UsageError } from '../usage-error.ts';

/** A report is some hundred kilobytes; what is larger is none. */
const LARGEST_BYTES = 64 << 20;

/**
 * Reads the sealed `report.json` of an exported folder, as text and as data. Throws UsageError for what is no such folder. That it is what the
 * manifest lists is not looked at.
 */
export const readSealedReport = async (
  dir: string,
): Promise<{ readonly sealed: string; readonly report: ReportDocument }> => {
  const { REPORT_LABELS, readReport } = await import('@cordon/incident');
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
  return { sealed, report: read.report };
};

/** A file's text; undefined where there is none. */
export const textOf = async (dir: string, path: string): Promise<string | undefined> => {
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
