import { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples } from '../examples.ts';
import { cost } from './cost.ts';

/** `cordon cost` */
export const costCommand = ({ output, end }: Context): Command =>
  new Command('cost')
    .description('what one exported incident costs, by kind, at listed prices, from its own report')
    .argument('<dir>', 'the exported folder of one incident (it holds objects/report.json)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples([['cordon cost out/evidence/INCIDENT', 'each kind with its basis']]))
    .action(async (dir: string, options: { json?: true }) => end(await cost(dir, options, output)));
