import { whyOpen, type CoverageRow, type SeenAccount } from '@cordon/incident/coverage';

/** A terminal obeys control characters; the name of an account must not reach it with any. */
const clean = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');

const WORDS = { protected: 'protected', partly: 'partly', not: 'NOT' } as const;

/** What is shown. */
export interface Shown {
  readonly accounts: readonly SeenAccount[];
  /** Every place of these accounts; one that nobody looked at yet has a row without checks. */
  readonly rows: readonly CoverageRow[];
  readonly leftOut: readonly { readonly account: string; readonly because: string }[];
}

const linesOf = ({ id, name }: SeenAccount, rows: readonly CoverageRow[]): readonly string[] => {
  const who = `${id}  ${name.slice(0, 32).padEnd(32)}`;
  const whole = rows.every(({ verdict }) => verdict === 'protected');
  if (whole) return [`${who}  protected in ${rows.length} Region(s)`];
  return rows.flatMap((row) => {
    const [first = '', ...more] = whyOpen(row);
    const head = `${who}  ${row.region.padEnd(16)} ${WORDS[row.verdict].padEnd(10)}`;
    return [`${head} ${first}`.trimEnd(), ...more.map((because) => `${' '.repeat(head.length)} ${because}`)];
  });
};

/** The table: an account that is protected everywhere in one line, others by Region with all reasons, and a sum. */
export const coverageText = ({ accounts, rows, leftOut }: Shown): string => {
  const byAccount = Map.groupBy(rows, ({ account }) => account);
  const count = (verdict: CoverageRow['verdict']): number =>
    rows.filter((row) => row.verdict === verdict).length;
  return [
    ...accounts.flatMap((account) => linesOf(account, byAccount.get(account.id) ?? [])),
    ...leftOut.map(({ account, because }) => `${account}  not tried: ${because}`),
    '',
    `${rows.length} place(s) of ${accounts.length} account(s): ${count('protected')} protected, ${count('partly')} partly, ${count('not')} not`,
    '',
  ]
    .map(clean)
    .join('\n');
};
