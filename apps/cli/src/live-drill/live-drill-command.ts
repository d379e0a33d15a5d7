import { Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';
import { end, type EndArguments } from './end.ts';
import { release, type ReleaseArguments } from './release.ts';
import { drillProfileOf, ownLiveDrillRuntime } from './settings.ts';
import { start, type StartArguments } from './start.ts';
import { watch, type WatchArguments } from './watch.ts';

const ENDING =
  'The member by its own profile, or by your default credentials where they are of it; so the security account, whose incident table is read.\n' +
  'docs/deployment.md#a-first-live-drill goes through all of it. Never run against AWS itself: in tests it runs against the local organization.\n' +
  'Exit codes: 0 done, or the whole line reached; 1 something of it not reached; 2 bad input, or not begun; 3 stopped, or refused; 70 a bug of ours.';

const AT = '--account 602011160021 --region eu-central-1';

const shared = (name: string, description: string, lines: readonly (readonly [string, string])[]): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--account <id>', 'the member account of the decoy')
    .requiredOption('--region <region>', 'a protected Region')
    .option('--profile <account=name>', 'profile of an account: member, security', drillProfileOf, {})
    .option('--config <file>', 'a module that exports `config`, in place of cordon.config.ts')
    .option('--json', 'print one JSON document; progress goes to standard error')
    .addHelpText('after', examples(lines, [ENDING]));

const minutesOf = (text: string): number => {
  const minutes = Number(text);
  if (!/^\d{1,4}$/.test(text) || minutes < 1 || minutes > 1_440)
    throw new InvalidArgumentError('wanted minutes, 1 to 1440');
  return minutes;
};

const listOf = (text: string): readonly string[] => text.split(',').filter((one) => one !== '');

const startCommand = ({ output, end: ends }: Context): Command =>
  shared('start', 'show what a live drill does and costs; with --yes deploy the decoy', [
    [`cordon live-drill start ${AT} --profile security=sec`, 'what would happen, and what it costs'],
    [`cordon live-drill start ${AT} --profile member=sandbox --yes`, 'deploy the decoy'],
  ])
    .option('--yes', 'do it')
    .action(async (given: StartArguments) =>
      ends(await start(given, output, await ownLiveDrillRuntime(given))),
    );

const watchCommand = ({ output, end: ends }: Context): Command =>
  shared('watch', 'tell each step of the response as it comes, and what was reached in the end', [
    [`cordon live-drill watch ${AT} --profile member=sandbox --profile security=sec`, 'two hours at most'],
    [`cordon live-drill watch ${AT} --minutes 30 --json`, 'for a program'],
  ])
    .option('--minutes <n>', 'wait so long at most', minutesOf, 120)
    .action(async (given: WatchArguments) =>
      ends(await watch(given, output, await ownLiveDrillRuntime(given))),
    );

const releaseCommand = ({ output, end: ends }: Context): Command =>
  shared('release', 'lift the containment of the decoy as that of any instance: two people', [
    [`cordon live-drill release ${AT} --reason "the drill is over"`, 'what it would do'],
    [
      `cordon live-drill release ${AT} --reason "the drill is over" --hash H`,
      'ask for it; a second person approves: cordon approve',
    ],
  ])
    .requiredOption('--reason <text>', 'one line for the record')
    .option('--hash <hash>', 'of the release that was shown')
    .option(
      '--give-up <ids>',
      "steps that are not to be lifted, separated by commas; a decoy needs no profile again, whose role nobody of Cordon's may pass",
      listOf,
      ['restore-profile'],
    )
    .option('--url <url>', "the operator function's URL; looked up with Lambda when it is not given")
    .action(async (given: ReleaseArguments) =>
      ends(await release(given, output, await ownLiveDrillRuntime(given))),
    );

const endCommand = ({ output, end: ends }: Context): Command =>
  shared('end', 'remove the decoy once it was released; evidence stays', [
    [`cordon live-drill end ${AT} --profile member=sandbox --profile security=sec`, 'what would be removed'],
    [`cordon live-drill end ${AT} --profile member=sandbox --profile security=sec --yes`, 'remove it'],
  ])
    .option('--yes', 'do it')
    .action(async (given: EndArguments) => ends(await end(given, output, await ownLiveDrillRuntime(given))));

/** `cordon live-drill` */
export const liveDrillCommand = (context: Context): Command => {
  const command = new Command('live-drill').description(
    'a decoy in a real account that asks for a test domain: finding, response, release, end',
  );
  for (const make of [startCommand, watchCommand, releaseCommand, endCommand])
    command.addCommand(make(context));
  return command.addHelpText(
    'after',
    examples(
      [
        [`cordon live-drill start ${AT}`, 'what it does and costs; nothing is changed'],
        [`cordon live-drill watch ${AT}`, 'each step of the response, and a verdict'],
        [`cordon live-drill release ${AT} --reason TEXT`, 'by two people, as any'],
        [`cordon live-drill end ${AT}`, 'remove the decoy; evidence stays'],
      ],
      [ENDING],
    ),
  );
};
