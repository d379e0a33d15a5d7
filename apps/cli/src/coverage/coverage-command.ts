import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { loadConfig } from '../policy/load-policy.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';
import { coverageText, type Shown } from './coverage-text.ts';
import { readCoverage, type CoverageClients, type ReadCoverage } from './read-coverage.ts';

/** Options of `cordon coverage` as commander gives them. */
export interface CoverageArguments {
  readonly account?: string;
  readonly notProtected?: true;
  readonly html?: string;
  readonly config?: string;
  readonly json?: true;
}

/** What it is run with: tests bring their own. */
export interface CoverageRuntime {
  readonly clients: CoverageClients;
  /** ISO 8601. */
  readonly now: string;
}

const ownRuntime = async (): Promise<CoverageRuntime> => {
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { OrganizationsClient } = await import('@aws-sdk/client-organizations');
  return {
    clients: {
      dynamodb: (region) => new DynamoDBClient({ region }),
      // Organizations is one for the whole partition; its endpoint does not depend on the Region that is named.
      organizations: () => new OrganizationsClient({ region: 'us-east-1' }),
    },
    now: new Date(performance.timeOrigin + performance.now()).toISOString(),
  };
};

const writePage = async (file: string, page: string): Promise<void> => {
  try {
    await writeFile(file, page, { flag: 'wx' });
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    throw new UsageError(
      'bad-file',
      `cannot write ${file} (${code})`,
      'give a file that does not exist yet, in a folder where you may write: nothing is overwritten',
    );
  }
};

/** Every account that needs protection in every Region, and those that nobody tries. */
const allOf = async (
  read: ReadCoverage,
  config: Awaited<ReturnType<typeof loadConfig>>,
  now: string,
): Promise<Shown> => {
  const { untriedPlace, whoNeedsCoverage } = await import('@cordon/incident/coverage');
  const { needed, leftOut } = whoNeedsCoverage(read.accounts, config);
  const known = new Map(read.rows.map((row) => [`${row.account} ${row.region}`, row]));
  return {
    accounts: needed,
    leftOut,
    rows: needed.flatMap(({ id }) =>
      config.regions.map((region) => known.get(`${id} ${region}`) ?? untriedPlace(id, region, now)),
    ),
  };
};

/** Says which accounts are protected where, as the last tries found it. Read-only. Throws UsageError for what cannot be used. */
export const coverage = async (
  given: CoverageArguments,
  output: Output,
  { clients, now }: CoverageRuntime,
): Promise<ExitCode> => {
  const config = await loadConfig(given.config);
  const read = await readCoverage(config, clients, { withTree: given.html !== undefined });
  for (const gap of read.gaps) output.err(`not read: ${gap}\n`);
  const all = await allOf(read, config, now);
  if (given.account !== undefined && !read.accounts.some(({ id }) => id === given.account))
    throw new UsageError(
      'no-account',
      `the organization has no account ${JSON.stringify(given.account)} that could be read`,
      'give the 12 digits of an account of the organization',
    );
  const wanted = (account: string): boolean => given.account === undefined || account === given.account;
  const rows = all.rows.filter(
    ({ account, verdict }) => wanted(account) && (given.notProtected !== true || verdict !== 'protected'),
  );
  const has = new Set(rows.map(({ account }) => account));
  const shown: Shown = {
    rows,
    accounts: all.accounts.filter(({ id }) => has.has(id)),
    leftOut: given.notProtected === true ? [] : all.leftOut.filter(({ account }) => wanted(account)),
  };
  if (given.html !== undefined) {
    const { coveragePage } = await import('@cordon/incident/coverage');
    const { accounts, units } = read;
    const { leftOut } = all;
    const map = { units, accounts, rows: all.rows, leftOut, regions: config.regions };
    await writePage(given.html, coveragePage(map, now));
    output.err(`wrote ${given.html}\n`);
  }
  output.out(
    given.json === true
      ? `${JSON.stringify({ schemaVersion: 1, readAt: now, ...shown, gaps: read.gaps }, null, 2)}\n`
      : coverageText(shown),
  );
  return rows.some(({ verdict }) => verdict !== 'protected') ? EXIT.broken : EXIT.ok;
};

/** `cordon coverage` */
export const coverageCommand = ({ output, end }: Context): Command =>
  new Command('coverage')
    .description('say where a response would work: every account by Region, as it was last tried; reads AWS')
    .option('--not-protected', 'only where something is open')
    .option('--account <id>', 'one account alone')
    .option('--html <file>', 'also write the organization as a map, one page, into a new file')
    .option('--config <file>', 'a module that exports `config`, in place of cordon.config.ts')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        [
          ['cordon coverage --not-protected', 'what fails where, and why'],
          ['cordon coverage --account 602011160021', 'one account, in every Region'],
          ['cordon coverage --html coverage.html', 'the organization as a map'],
        ],
        [
          'With credentials of the security account, as operators have them: dynamodb:Scan on cordon-coverage, and for names and the\n' +
            'map organizations:ListAccounts, ListRoots and ListOrganizationalUnitsForParent. Obeys AWS_ENDPOINT_URL.',
          'Exit codes: 0 all that is shown is protected, 1 something is not, 2 bad input or the table could not be read, 70 a bug of ours.',
        ],
      ),
    )
    .action(async (given: CoverageArguments) => end(await coverage(given, output, await ownRuntime())));
