import { markup, outside, table, type Markup } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';

/** What the checks of an examination look for, in the order in which a stranger wants to know; others follow by their name. */
const CHECKS: Readonly<Partial<Record<string, string>>> = {
  clamav: 'Files that ClamAV knows as malicious',
  yara: 'Hits of YARA’s rules',
  persistence: 'Files by which something starts by itself, or somebody gets in again',
  logins: 'Records of who logged in',
  'set-id': 'Programs that run with another’s rights',
  recovered: 'Deleted files whose contents were found again',
  deleted: 'Deleted files whose names were found',
  processes: 'Lines of the tree of processes, from memory',
  connections: 'Connections, from memory',
  registry: 'Lines of the registry’s keys',
  timeline: 'Lines of the timeline of files',
  hashes: 'Files with a digest of their own',
  files: 'Files and folders in all',
};

const ORDER = Object.keys(CHECKS);
const rankOf = (check: string): number => (CHECKS[check] === undefined ? ORDER.length : ORDER.indexOf(check));

/**
 * What the machine's examination found, by check: counts alone, for what was found is an attacker's text and lies with the sealed results.
 * Nothing where there was none, or where its scripts did not count.
 */
export const triageTable = ({ told }: Pick<ReportDocument, 'told'>): Markup | undefined => {
  const counts = told.examination?.triage?.counts ?? [];
  if (counts.length === 0) return undefined;
  return table(
    'What the examination found, by check. “Found” counts lines of the sealed results: it says where to look first, not what is bad.',
    ['check', 'found', 'done in', 'came short in'],
    counts
      .toSorted((a, b) => rankOf(a.check) - rankOf(b.check) || (a.check < b.check ? -1 : 1))
      .map(({ check, found, done, short }) => [
        outside(CHECKS[check] ?? check, 80),
        done === 0 ? markup`<span class="muted">not looked for</span>` : found,
        `${done} place(s)`,
        short === 0 ? 'none' : `${short} place(s): the reasons are above`,
      ]),
  );
};
