import { Command, InvalidArgumentError, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Context } from '../context.ts';
import { local, type LocalArguments } from './local.ts';

const portOf = (text: string): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_534)
    throw new InvalidArgumentError('wanted a whole number from 0 to 65534; 0 takes any free port');
  return port;
};

/** `cordon local` */
export const localCommand = ({ output, end }: Context): Command =>
  new Command('local')
    .description(
      'serve the same organization on loopback, for any AWS SDK and the AWS CLI; the next port is its control',
    )
    .option('--port <number>', 'port on 127.0.0.1', portOf, 4566)
    .option('--scenario <name>', 'the world, see cordon drill --list-scenarios', 'richest')
    .option('--seed <text>', 'what the world varies by', '1')
    .addOption(
      new Option(
        '--clock <mode>',
        'real: time passes as on the wall; manual: only while a call is answered, and on request',
      )
        .choices(['real', 'manual'])
        .default('real'),
    )
    .option('--deliver', "let the scenario's finding arrive at once")
    .addHelpText(
      'after',
      examples(
        [
          ['cordon local', 'then copy its export lines into another terminal'],
          ['aws ec2 describe-instances --region eu-central-1', 'what the account holds'],
          ['curl -X POST http://127.0.0.1:4567/deliver', 'the finding arrives, and is responded to'],
          ["curl -X POST 'http://127.0.0.1:4567/clock?advance=60'", 'a minute passes'],
        ],
        [
          'Exit codes: 0 ended by Ctrl-C, 2 bad input (a port that is taken, an unknown scenario), 70 a bug of ours.',
        ],
      ),
    )
    .action(async (given: LocalArguments) => end(await local(given, output)));
