import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { ledgersIn, type LedgerFolder } from './ledgers-in.ts';

/** Prints what keeping the evidence of some exported folders costs, at most, at listed prices. */
export const evidenceCost = async (
  dir: string,
  { json }: { readonly json?: true },
  output: Output,
): Promise<ExitCode> => {
  const { costOfKeeping, PRICES } = await import('@cordon/evidence');
  const ledgers = await ledgersIn(dir);
  const cost = costOfKeeping([...ledgers.values()].map(({ manifest }) => manifest));
  const machines = await machinesOf(ledgers);
  if (json) {
    output.out(
      `${JSON.stringify({ schemaVersion: 1, ledgers: [...ledgers.keys()], cost, machines, prices: PRICES }, null, 2)}\n`,
    );
    return EXIT.ok;
  }
  const usd = (amount: number): string => `USD ${amount.toFixed(2)}`;
  output.out(
    [
      `${[...ledgers.keys()].join(', ')}: ${cost.volumesGiB} GiB of volumes, ${cost.objectsGiB} GiB of objects, locked until ${cost.lockedUntil ?? 'never'}`,
      `  as it lies                 ${usd(cost.monthlyUsd)} a month at most`,
      `  archived                   ${usd(cost.archivedMonthlyUsd)} a month at most, 90 days at least; ${usd(cost.restoreUsd)} to read all of it once`,
      ...machines.map(
        ({ ledger, words }) =>
          `  forensic machine           at most ${words} (${ledger}), unless somebody kept it longer`,
      ),
      `List prices of us-east-1, seen on ${PRICES.seenOn}, without tax; other Regions differ. Each block of a volume is taken as written.`,
      'An archived snapshot must be restored before a volume can be made of it, which takes up to 72 hours; Cordon archives where `evidence.archiveAfterDays` says so.',
      '',
    ].join('\n'),
  );
  return EXIT.ok;
};

/** What the forensic machines cost, as far as the reports tell: until the end that was set for each when its incident was sealed. */
const machinesOf = async (
  ledgers: ReadonlyMap<string, LedgerFolder>,
): Promise<readonly { readonly ledger: string; readonly words: string }[]> => {
  const { costOfMachine, machineCostWords, readReport, REPORT_LABELS } = await import('@cordon/incident');
  return [...ledgers].flatMap(([ledger, { files }]) => {
    const text = files.get(`objects/${REPORT_LABELS.json}`);
    const read = text === undefined ? undefined : readReport(Buffer.from(text).toString('utf8'));
    if (read?.status !== 'read') return [];
    const { examination, memoryExamination } = read.report.told;
    const of = [examination, memoryExamination].find((one) => one?.machineId !== undefined);
    if (of?.endsAt === undefined) return [];
    return [{ ledger, words: machineCostWords(costOfMachine(of.startedAt, of.endsAt, of.hourlyUsd)) }];
  });
};
