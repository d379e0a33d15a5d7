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
    .addOption(
      new Option(
        '--kept',
        'in its place: who opened, read and held the evidence, and sessions on the forensic machine with their recordings, from the ledger of keeping',
      ).conflicts('ocsf'),
    )
    .option(
      '--key-fingerprint <hex>',
      "with --kept: SHA-256 of the recorder's public key, as known from outside the folder",
    )
    .addHelpText(
      'after',
      examples(
        [
          ['cordon report out/evidence/INCIDENT --out report.html', 'the page, made from the sealed data'],
          ['cordon report out/evidence/INCIDENT --ocsf', 'for a SIEM'],
          [
            'cordon report bundle/evidence/INCIDENT --kept --key-fingerprint F --out kept.html',
            'what happened to the evidence since, of a bundle out of the vault',
          ],
        ],
        [
          'It verifies nothing but that the data and the page are those that the manifest lists;\n`cordon evidence verify` looks at everything. With --kept the folder is verified first.\nExit codes: 0 made, 1 data or page are not what the manifest lists, or with --kept the folder is broken, 2 bad input, 3 made by --kept, but the signer is unknown.',
        ],
      ),
    )
    .action(async (dir: string, options: ReportOptions) => end(await report(dir, options, output)));
