import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readSealedReport } from '../report/read-sealed-report.ts';

/** Prints what one incident costs, from its own sealed report, by kind and at listed prices. Throws UsageError for what is no such folder. */
export const cost = async (
  dir: string,
  { json }: { readonly json?: true },
  output: Output,
): Promise<ExitCode> => {
  const { costOfIncident, costSumWords, costWords, INCIDENT_PRICES } = await import('@cordon/incident/cost');
  const { PRICES } = await import('@cordon/evidence');
  const { report } = await readSealedReport(dir);
  const all = costOfIncident(report);
  if (json) {
    output.out(
      `${JSON.stringify({ schemaVersion: 1, ledgerId: report.ledgerId, writtenAt: report.writtenAt, cost: all, prices: { ...PRICES, ...INCIDENT_PRICES } }, null, 2)}\n`,
    );
    return EXIT.ok;
  }
  const width = Math.max(...all.lines.map(({ kind }) => kind.length)) + 2;
  output.out(
    [
      `${report.ledgerId}: ${costSumWords(all)}, of what is known`,
      ...all.lines.flatMap((line) => [
        `  ${line.kind.padEnd(width)}${costWords(line)}`,
        `  ${' '.repeat(width)}${line.basis}`,
      ]),
      ...all.notCounted.map((what) => `  not counted: ${what}`),
      `List prices of ${INCIDENT_PRICES.region}, noted on ${PRICES.seenOn} and ${INCIDENT_PRICES.notedOn}, without tax; other Regions differ.`,
      '',
    ].join('\n'),
  );
  return EXIT.ok;
};
