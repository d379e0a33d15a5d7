import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { Command, InvalidArgumentError } from 'commander';
import { parseAccountId, replayHistory, type CordonConfig } from '@cordon/incident';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { examples } from '../examples.ts';
import { operatorOf } from '../operator/ask-operator.ts';
import type { Output } from '../output.ts';
import { loadConfig, loadPolicy } from '../policy/load-policy.ts';
import { UsageError } from '../usage-error.ts';
import { planIncidents } from './plan-incidents.ts';
import { accountsIn, readHistory, readPlaces, type Clients } from './read-history.ts';
import { replayReport, reportText } from './replay-report.ts';

/** Options of `cordon replay` as commander gives them. */
export interface ReplayArguments {
  readonly days: number;
  readonly config?: string;
  readonly policy?: string;
  readonly plan: boolean;
  readonly url?: string;
  readonly gib: number;
  readonly usd: number;
  readonly json?: true;
}

/** What a replay is run with: tests bring their own. */
export interface ReplayRuntime {
  readonly clients: Clients;
  /** What asks the operator function of a configuration, at a URL if one is given. */
  readonly operatorOf: (config: CordonConfig, url: string | undefined) => ReturnType<typeof operatorOf>;
  /** Epoch milliseconds. */
  readonly now: number;
}

const DAY_MS = 86_400_000;
/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html */
const KEPT_DAYS = 90;

const number = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < least || value > most)
    throw new InvalidArgumentError(`wanted a number from ${least} to ${most}`);
  return value;
};

/** The caller's own environment: `AWS_PROFILE`, keys, `AWS_ENDPOINT_URL`, as any tool of AWS reads them. */
const ownRuntime = (): ReplayRuntime => ({
  clients: {
    guardDuty: (region) => new GuardDutyClient({ region }),
    // Organizations is one for the whole partition; its endpoint does not depend on the Region that is named.
    organizations: () => new OrganizationsClient({ region: 'us-east-1' }),
  },
  operatorOf,
  now: performance.timeOrigin + performance.now(),
});

/** Reads a history and says what a policy would have made of it. Read-only. Throws UsageError for what cannot be used. */
export const replay = async (
  given: ReplayArguments,
  output: Output,
  { clients, now, operatorOf: operatorAt }: ReplayRuntime,
): Promise<ExitCode> => {
  const base = await loadConfig(given.config);
  const { policy, from } = await loadPolicy(given.policy, base);
  const config = { ...base, policy };
  // The longest span is all that there is, by GuardDuty's own clock.
  const since = given.days === KEPT_DAYS ? 0 : now - given.days * DAY_MS;
  const progress = (line: string): void => output.err(`${line}\n`);
  const reading = { config, since, clients, progress };
  const read = await readHistory(reading);
  if (read.missing.length === config.regions.length)
    throw new UsageError(
      'no-history',
      `no Region could be read; ${read.missing[0]?.region ?? ''}: ${read.missing[0]?.because ?? ''}`,
      `use credentials of the security account ${config.accounts.security} that may list and get findings`,
    );
  const { places, unread } = await readPlaces(accountsIn(read), reading);
  const outcome = replayHistory(read.history, {
    policy,
    context: {
      evidenceAccount: parseAccountId(config.accounts.evidence),
      forensicsAccount: parseAccountId(config.accounts.forensics),
      securityAccount: parseAccountId(config.accounts.security),
      places,
    },
  });
  const planned = given.plan
    ? await planIncidents(outcome.incidents, { operator: operatorAt(config, given.url), progress })
    : undefined;
  const gaps = [
    ...[...read.missing, ...read.unreadable].map(({ region, because }) => `${region}: ${because}`),
    ...unread,
  ];
  const report = replayReport({
    policy: from,
    days: given.days,
    history: read.history,
    outcome,
    planned,
    gaps,
    evidence: config.evidence,
    gibPerInstance: given.gib,
    usdPerGibMonth: given.usd,
  });
  output.out(given.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  return gaps.length === 0 ? EXIT.ok : EXIT.incomplete;
};

/** `cordon replay` */
export const replayCommand = ({ output, end }: Context): Command =>
  new Command('replay')
    .description('say what a policy would have made of the findings of the past; reads AWS, changes nothing')
    .option(
      '--days <number>',
      'how far back; GuardDuty keeps findings for 90 days',
      number(1, KEPT_DAYS),
      KEPT_DAYS,
    )
    .option('--policy <file>', 'another policy, as JSON; - for standard input')
    .option('--config <file>', 'a module that exports `config`, in place of cordon.config.ts')
    .option('--no-plan', 'do not ask what would be planned for instances that still exist')
    .option(
      '--url <url>',
      'of the function cordon-operator, which is asked for plans; Lambda is asked for it when absent',
    )
    .option(
      '--gib <number>',
      'size of an instance whose disks are not known, in GiB',
      number(0, 1_000_000),
      100,
    )
    .option('--usd <number>', 'price of a snapshot for a GiB and month', number(0, 10), 0.05)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        [
          ['cordon replay --days 90', 'with credentials of the security account'],
          ['cordon replay --days 30 --policy new.json --json', 'what another policy would have done'],
          ['cordon replay --no-plan', 'without asking what would be planned'],
        ],
        [
          'Needs guardduty:ListDetectors, ListFindings and GetFindings in every configured Region, organizations:DescribeAccount\n' +
            'and, if rules name tags of accounts, ListTagsForResource. Plans are asked of cordon-operator, which answers approvers of\n' +
            'cordon.config.ts alone (as `cordon plan`); for anybody else the report says that it has none.\n' +
            'Against `cordon local`: its export lines of the security account.',
          'Exit codes: 0 all was read, 2 bad input or no Region could be read, 3 something could not be read, 70 a bug of ours.',
        ],
      ),
    )
    .action(async (given: ReplayArguments) => end(await replay(given, output, ownRuntime())));
