import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { ledgersIn } from './ledgers-in.ts';

/** Prints what keeping the evidence of some exported folders costs, at most, at listed prices. */
export const evidenceCost = async (
  dir: string,
  { json }: { readonly json?: true },
  output: Output,
): Promise<ExitCode> => {
  const { costOfKeeping, PRICES } = await import('@cordon/evidence');
  const ledgers = await ledgersIn(dir);
  const cost = costOfKeeping([...ledgers.values()].map(({ manifest }) => manifest));
  if (json) {
    output.out(
      `${JSON.stringify({ schemaVersion: 1, ledgers: [...ledgers.keys()], cost, prices: PRICES }, null, 2)}\n`,
    );
    return EXIT.ok;
  }
  const usd = (amount: number): string => `USD ${amount.toFixed(2)}`;
  output.out(
    [
      `${[...ledgers.keys()].join(', ')}: ${cost.volumesGiB} GiB of volumes, ${cost.objectsGiB} GiB of objects, locked until ${cost.lockedUntil ?? 'never'}`,
      `  as it lies                 ${usd(cost.monthlyUsd)} a month at most`,
      `  archived                   ${usd(cost.archivedMonthlyUsd)} a month at most, 90 days at least; ${usd(cost.restoreUsd)} to read all of it once`,
      `List prices of us-east-1, seen on ${PRICES.seenOn}, without tax; other Regions differ. Each block of a volume is taken as written.`,
      'An archived snapshot must be restored before a volume can be made of it, which takes up to 72 hours; Cordon archives where `evidence.archiveAfterDays` says so.',
      '',
    ].join('\n'),
  );
  return EXIT.ok;
};
