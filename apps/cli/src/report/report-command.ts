import { Command, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Context } from '../context.ts';
import { report, type ReportOptions } from './report.ts';

/** `cordon report` */
export const reportCommand = ({ output, end }: Context): Command =>
  new Command('report')
    .description('make the report of an exported incident again, offline: a page, its data, or OCSF')
    .argument('<dir>', 'the exported folder of one incident (it holds objects/report.json)')
    .option('--out <file>', 'write into a new file, not to standard output')
    .addOption(
      new Option('--json', 'print report.json as it was sealed, laid out for reading').conflicts('ocsf'),
    )
    .option('--ocsf', 'print an OCSF 1.5.0 Incident Finding (docs/report.md)')
    .addHelpText(
      'after',
      examples(
        [
          ['cordon report out/evidence/INCIDENT --out report.html', 'the page, made from the sealed data'],
          ['cordon report out/evidence/INCIDENT --ocsf', 'for a SIEM'],
        ],
        [
          'It verifies nothing but that the data and the page are those that the manifest lists;\n`cordon evidence verify` looks at everything.\nExit codes: 0 made, 1 data or page are not what the manifest lists, 2 bad input.',
        ],
      ),
    )
    .action(async (dir: string, options: ReportOptions) => end(await report(dir, options, output)));
