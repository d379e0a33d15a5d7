import { Argument, Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';
import { UsageError } from '../usage-error.ts';
import { askAndPrint, type Reaching } from './ask-operator.ts';

const EXIT_CODES =
  'Exit codes: 0 done, or kept for a second person; 2 bad input; 3 refused, with the reason, or not built; 70 a bug of ours.\n' +
  "Signed with your own AWS credentials (the SDK's default chain); obeys AWS_ENDPOINT_URL, so that it works against cordon local.";

const listOf = (text: string): readonly string[] => text.split(',').filter((one) => one !== '');

interface Place {
  readonly account?: string;
  readonly region?: string;
  readonly instance?: string;
}

/** A command with the options that all have. */
const operatorCommand = (
  name: string,
  description: string,
  lines: readonly (readonly [string, string])[],
): Command =>
  new Command(name)
    .description(description)
    .option('--url <url>', "the function's URL; looked up with Lambda when it is not given")
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples(lines, [EXIT_CODES]));

const withPlace = (command: Command): Command =>
  command
    .option('--account <id>', 'account of the instance')
    .option('--region <region>', 'Region of the instance')
    .option('--instance <id>', 'the instance');

const planCommand = ({ output, end }: Context): Command =>
  withPlace(
    operatorCommand(
      'plan',
      'show what waits for an incident, or what would be done about an instance; changes nothing',
      [
        ['cordon plan --incident inc-0123456789abcdef0123', 'the plan that waits, with its hash'],
        [
          'cordon plan --account 602011160021 --region eu-central-1 --instance i-0abc1234',
          'a dry run: the same reads and the same code',
        ],
      ],
    ),
  )
    .option('--incident <id>', 'the incident')
    .action(
      async ({
        incident,
        account,
        region,
        instance,
        ...reaching
      }: Reaching & Place & { incident?: string }) => {
        const place = { account, region, instance };
        const isPlace = Object.values(place).some((one) => one !== undefined);
        if ((incident === undefined) !== isPlace)
          throw new UsageError(
            'bad-arguments',
            'wanted --incident, or --account, --region and --instance',
            'see `cordon plan --help`',
          );
        const request =
          incident === undefined ? { action: 'plan-instance', ...place } : { action: 'plan', incident };
        end(await askAndPrint(request, reaching, output));
      },
    );

interface Deciding extends Reaching {
  readonly hash: string;
  readonly reason: string;
  readonly refuse?: true;
  readonly steps?: readonly string[];
}

const approveCommand = ({ output, end }: Context): Command =>
  operatorCommand('approve', "decide about a plan that waits, or about another person's request", [
    ['cordon approve inc-0123456789abcdef0123 --hash H --reason "agreed with the shop team"', 'a yes'],
    ['cordon approve inc-0123456789abcdef0123 --hash H --refuse --reason "a test"', 'a no'],
    ['cordon approve req-0123456789abcdef0123 --hash H --reason "seen"', 'the second person'],
  ])
    .argument('<subject>', 'incident (inc-...) or request (req-...)')
    .requiredOption('--hash <hash>', 'of exactly what you looked at: cordon plan, cordon requests')
    .requiredOption('--reason <text>', 'one line for the record')
    .option('--refuse', 'say no')
    .option('--steps <ids>', 'approve these steps alone, separated by commas', listOf)
    .action(async (subject: string, { hash, reason, refuse, steps, ...reaching }: Deciding) => {
      const decision = refuse === true ? 'refuse' : 'approve';
      const request = { action: 'approve', subject, planHash: hash, decision, steps, reason };
      end(await askAndPrint(request, reaching, output));
    });

const containCommand = ({ output, end }: Context): Command =>
  withPlace(
    operatorCommand('contain', 'open an incident on your word, and contain the instance at once', [
      [
        'cordon contain --account 602011160021 --region eu-central-1 --instance i-0abc1234 --reason "beacon in the proxy log"',
        'your word is the approval',
      ],
    ]),
  )
    .requiredOption('--reason <text>', 'one line for the record')
    .action(async ({ url, json, ...request }: Reaching & Place & { reason: string }) =>
      end(await askAndPrint({ action: 'contain', ...request }, reachingOf({ url, json }), output)),
    );

/** Options that were not given are left out. */
const reachingOf = ({ url, json }: { url: string | undefined; json: true | undefined }): Reaching => ({
  ...(url === undefined ? {} : { url }),
  ...(json === undefined ? {} : { json }),
});

const releaseCommand = ({ output, end }: Context): Command =>
  operatorCommand('release', 'lift the containment of an incident: first shown, then asked for by its hash', [
    [
      'cordon release inc-0123456789abcdef0123 --reason "rebuilt"',
      'what it would do, and what has changed since',
    ],
    [
      'cordon release inc-0123456789abcdef0123 --reason "rebuilt" --hash H',
      'ask for it; a second person approves',
    ],
  ])
    .argument('<incident>', 'the incident')
    .requiredOption('--reason <text>', 'one line for the record')
    .option('--hash <hash>', 'of the release that was shown')
    .option('--steps <ids>', 'these steps alone, separated by commas', listOf)
    .option('--give-up <ids>', 'steps that are not to be lifted any more, separated by commas', listOf)
    .action(
      async (
        incident: string,
        { hash, ...given }: Reaching & { hash?: string; reason: string; steps?: string[]; giveUp?: string[] },
      ) => {
        const { url, json, ...request } = given;
        end(
          await askAndPrint(
            { action: 'release', incident, planHash: hash, ...request },
            reachingOf({ url, json }),
            output,
          ),
        );
      },
    );

const haltCommand = ({ output, end }: Context): Command =>
  operatorCommand('halt', 'have every cut ask first (on), or go on as the policy says (off)', [
    ['cordon halt on --reason "false positives since noon"', 'a second person approves'],
  ])
    .addArgument(new Argument('<switch>', 'on or off').choices(['on', 'off']))
    .requiredOption('--reason <text>', 'one line for the record')
    .action(async (halt: string, { reason, ...reaching }: Reaching & { reason: string }) =>
      end(await askAndPrint({ action: 'halt', halt, reason }, reaching, output)),
    );

const resetCommand = ({ output, end }: Context): Command =>
  operatorCommand('reset-breaker', 'let a tripped circuit breaker count anew', [
    ['cordon reset-breaker account:602011160021 --reason "the storm is over"', 'a second person approves'],
  ])
    .argument('<scope>', 'organization, unit:ou-... or account:ID')
    .requiredOption('--reason <text>', 'one line for the record')
    .action(async (scope: string, { reason, ...reaching }: Reaching & { reason: string }) =>
      end(await askAndPrint({ action: 'reset-breaker', scope, reason }, reaching, output)),
    );

const keepMachineCommand = ({ output, end }: Context): Command =>
  operatorCommand('keep-machine', "keep an incident's forensic machine longer than its days", [
    [
      'cordon keep-machine inc-0123456789abcdef0123 --hours 48 --reason "registry not read yet"',
      'for 48 hours from now, at most 168 at once',
    ],
  ])
    .argument('<incident>', 'the incident')
    .requiredOption('--hours <n>', 'from now', Number)
    .requiredOption('--reason <text>', 'one line for the record')
    .action(
      async (
        incident: string,
        { hours, reason, ...reaching }: Reaching & { hours: number; reason: string },
      ) => end(await askAndPrint({ action: 'keep-machine', incident, hours, reason }, reaching, output)),
    );

const requestsCommand = ({ output, end }: Context): Command =>
  operatorCommand('requests', "what waits for a person's decision", [
    ['cordon requests', 'all of it'],
  ]).action(async (reaching: Reaching) => end(await askAndPrint({ action: 'requests' }, reaching, output)));

/** The commands by which people decide. */
export const operatorCommands = (context: Context): readonly Command[] => [
  planCommand(context),
  approveCommand(context),
  containCommand(context),
  releaseCommand(context),
  haltCommand(context),
  resetCommand(context),
  keepMachineCommand(context),
  requestsCommand(context),
];
