import { Command, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Context } from '../context.ts';
import type { DrillArguments } from './drill-arguments.ts';
import { drill } from './drill.ts';

/** `cordon drill` */
export const drillCommand = ({ output, end }: Context): Command =>
  new Command('drill')
    .description(
      'run a finding end to end in an AWS organization on this machine, and judge what it left behind',
    )
    .option(
      '--finding <file>',
      'a GuardDuty event or finding, a list of them, or one a line; - reads standard input',
    )
    .option('--forged', 'leave the findings out of GuardDuty: they must end set aside')
    .option(
      '--organization <file>',
      'member accounts: {"accounts": [{"id": "602011160021", "name": "shop"}]}',
    )
    .option('--scenario <name>', 'the world, see --list-scenarios', 'richest')
    .option('--list-scenarios', 'list the scenarios and end')
    .option('--seed <text>', 'what the world varies by; the same seed and input give the same bytes', '1')
    .addOption(
      new Option('--through <phase>', 'how far to run and judge')
        .choices(['contain', 'evidence', 'seal'])
        .default('seal'),
    )
    .option('--out <dir>', 'write result.json, page.txt, calls.jsonl and the evidence into a new folder')
    .option('--json', 'print one JSON document and nothing else (docs/drill-json.md)')
    .option('--calls', 'list every AWS call in the JSON document')
    .addHelpText(
      'after',
      examples(
        [
          ['cordon drill', 'the richest scenario'],
          ['cordon drill --finding event.json', 'an event of your own'],
          ['cordon drill --scenario no-profile --seed 7', 'another world'],
          ['cordon drill --finding event.json --forged', 'an event that GuardDuty never sent'],
          ['cordon drill --json --calls > run.json', 'for a program'],
        ],
        [
          'Exit codes: 0 every judged invariant held, 1 an invariant is broken, 2 bad input or a finding was set aside,\n' +
            '3 a step is not built, 70 a bug of ours.',
        ],
      ),
    )
    .action(async (given: DrillArguments) => end(await drill(given, output)));
