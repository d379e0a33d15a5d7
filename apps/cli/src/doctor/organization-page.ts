import type { DoctorLine, LineResult } from '@cordon/incident/doctor';
import type { Examined } from './doctor-organization.ts';

/** Makes text of AWS and of others fit for a terminal. */
type Printable = (text: string) => string;

const ORDER: readonly LineResult[] = ['error', 'unknown', 'warning', 'ok'];

const MARKS: Readonly<Record<LineResult, string>> = {
  error: 'ERROR',
  unknown: 'UNKNOWN',
  warning: 'WARNING',
  ok: 'ok',
};

const WIDE = { mark: 8, id: 24 };

const lineOf = ({ id, result, region, says, whatToDo }: DoctorLine, printable: Printable): string => {
  const where = region === undefined ? '' : `${region}: `;
  const first = `${MARKS[result].padEnd(WIDE.mark)} ${id.padEnd(WIDE.id)} ${printable(`${where}${says}`)}`;
  return whatToDo === undefined
    ? first
    : `${first}\n${' '.repeat(WIDE.mark + WIDE.id + 2)}-> ${printable(whatToDo)}`;
};

const verdictOf = ({ error, unknown, warning }: Examined['counts']): string =>
  error + unknown + warning === 0
    ? 'nothing is wrong'
    : `${error} wrong, ${unknown} not known, ${warning} doubtful`;

/**
 * The report for a person: what is wrong first. Lines that are well are counted, and shown where `all` is asked for. Text of AWS, names and
 * statements go through `printable`.
 */
export const organizationPage = (
  { phase, lines, counts }: Examined,
  { all, printable }: { readonly all: boolean; readonly printable: Printable },
): string => {
  const shown = ORDER.flatMap((result) =>
    lines.filter((line) => line.result === result && (all || result !== 'ok')),
  );
  return [
    `CORDON DOCTOR  ${phase === 'before' ? 'before deployment' : 'the deployed organization'}`,
    `  ${verdictOf(counts)}; ${counts.ok} well`,
    ...(shown.length === 0 ? [] : ['', ...shown.map((line) => lineOf(line, printable))]),
    '',
  ].join('\n');
};
