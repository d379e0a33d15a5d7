import { Command, InvalidArgumentError } from 'commander';
import { examples } from '../examples.ts';
import type { Context } from '../context.ts';
import { bench, type BenchArguments } from './bench.ts';

const runsOf = (text: string): number => {
  const runs = Number(text);
  if (!/^\d{1,3}$/.test(text) || runs < 1)
    throw new InvalidArgumentError('wanted a whole number from 1 to 999');
  return runs;
};

/** `cordon bench` */
export const benchCommand = ({ output, end }: Context): Command =>
  new Command('bench')
    .description(
      'measure what was promised: drill time, calls and decisions a second, calls before isolation, bundles',
    )
    .option('--runs <number>', 'runs that each median is taken of', runsOf, 3)
    .option('--json', 'print [{name, value, unit, goal, met}] and nothing else')
    .addHelpText(
      'after',
      examples(
        [
          ['cordon bench', 'every figure with its goal, and what it was counted from'],
          ['cordon bench --runs 9 --json', 'for a program'],
        ],
        ['Exit codes: 0 every goal met, 1 a goal missed, 2 bad input, 70 a bug of ours.'],
      ),
    )
    .action(async (given: BenchArguments) => end(await bench(given, output)));
