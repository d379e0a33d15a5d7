import { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';
import { deploy, type DeployArguments } from './deploy.ts';
import { destroy, type DestroyArguments } from './destroy.ts';
import { namedValue, profileOf, STATE_FILE } from './settings.ts';

const ENDING =
  'Each account by its own profile, or by your default credentials where they are of that account; STS is asked before each stage.\n' +
  'Stacks go by the pinned CDK CLI. Never run against AWS itself: in tests it deploys into the local organization.\n' +
  'Exit codes: 0 done; 2 bad input, or not begun; 3 stopped at a stage, said which; 70 a bug of ours.';

const shared = (command: Command): Command =>
  command
    .option('--plan', 'show what would be done, and do nothing')
    .option('--yes', 'do it')
    .option('--resume', 'go on after a run that did not see a stage end')
    .option(
      '--profile <account=name>',
      'profile of an account: security, evidence, forensics, deployment, management',
      profileOf,
      {},
    )
    .option('--state <file>', 'where it is kept what stands', STATE_FILE)
    .option('--config <file>', 'a module that exports `config`, in place of cordon.config.ts')
    .option('--json', 'print one JSON document; progress goes to standard error');

const deployCommand = ({ output, end }: Context): Command =>
  shared(
    new Command('deploy').description(
      'deploy every stack in its order; only what changed; shows a plan first',
    ),
  )
    .option('--only <stack>', 'this stack, or this stage (STACK@REGION), alone')
    .option('--parameter <stack:name=value>', "a parameter of a stack's template", namedValue(), {})
    .option(
      '--import-retained',
      'take what an earlier removal retained into the stacks again, by change sets',
    )
    .addHelpText(
      'after',
      examples(
        [
          ['cordon deploy', 'the plan: stages, accounts, costs'],
          [
            'cordon deploy --yes --profile security=sec --profile evidence=ev',
            'what differs, each account by its profile',
          ],
          ['cordon deploy --yes --resume', 'go on where the last run broke'],
          ['cordon deploy --yes --only CordonForensicsRegion@eu-west-1', 'one stage'],
        ],
        [ENDING],
      ),
    )
    .action(async (given: DeployArguments) => end(await deploy(given, output)));

const destroyCommand = ({ output, end }: Context): Command =>
  shared(new Command('destroy').description('remove what was deployed, guardrails first; evidence stays'))
    .addHelpText(
      'after',
      examples(
        [
          ['cordon destroy', 'what would be removed, what stays, and why'],
          ['cordon destroy --yes --profile management=org --profile security=sec', 'remove it'],
        ],
        ['Refused while an incident holds an instance.', ENDING],
      ),
    )
    .action(async (given: DestroyArguments) => end(await destroy(given, output)));

/** `cordon deploy` and `cordon destroy`. */
export const deployCommands = (context: Context): readonly Command[] => [
  deployCommand(context),
  destroyCommand(context),
];
