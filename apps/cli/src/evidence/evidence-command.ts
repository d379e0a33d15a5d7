import { Command, Option } from 'commander';
import { examples } from '../examples.ts';
import type { Context } from '../context.ts';
import { deskCommands } from './desk-commands.ts';
import { evidenceCost } from './evidence-cost.ts';
import { exportEvidence, type ExportOptions } from './export-evidence.ts';
import { proveEvidence, type ProveOptions } from './prove-block.ts';
import { verifyEvidence, type VerifyOptions } from './verify-evidence.ts';

/** By which what is said to be the recorder's is known to be. */
const KEY_FINGERPRINT = [
  '--key-fingerprint <sha256>',
  "SHA-256 of the recorder's public key in DER, known from outside the folder",
] as const;

const verifyCommand = ({ output, end }: Context): Command =>
  new Command('verify')
    .description('verify an exported incident offline: custody chain, signatures, digests')
    .argument(
      '<dir>',
      'the exported folder of one incident (it holds manifest.json), or a bundle (bundle.json)',
    )
    .option(...KEY_FINGERPRINT)
    .option(
      '--results <dir>',
      'where the volume of results of an examination is mounted, to hold it against its statement',
    )
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        [
          [
            'cordon evidence verify out/evidence/INCIDENT --key-fingerprint F',
            'is it what the recorder signed?',
          ],
          ['cordon evidence verify out/evidence/INCIDENT', 'is it consistent, whoever signed it? (exit 3)'],
        ],
        ['Exit codes: 0 verified, 1 broken, 2 bad input, 3 consistent but the signer is unknown.'],
      ),
    )
    .action(async (dir: string, options: VerifyOptions) => end(await verifyEvidence(dir, options, output)));

const exportCommand = ({ output, end }: Context): Command =>
  new Command('export')
    .description('the bundle for counsel or police: ledgers, an index by digest, and a page for a stranger')
    .argument('<source>', 'an exported folder, a folder of such, or an incident in the vault')
    .requiredOption(
      '-o, --out <path>',
      'the folder to write, which must not exist or be empty; with --format case a file',
    )
    .addOption(
      new Option(
        '--format <format>',
        'bundle, or one file of JSON-LD in the terms of CASE (of folders alone)',
      )
        .choices(['bundle', 'case'])
        .default('bundle'),
    )
    .option('--reason <text>', 'from the vault: why, one line for the ledger')
    .option('--to <text>', 'from the vault: for whom, one line for the ledger')
    .option('--url <url>', 'from the vault: the URL of cordon-evidence-desk; looked up when it is not given')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        [
          ['cordon evidence export out/evidence -o bundle', 'of folders that are here already'],
          [
            'cordon evidence export inc-0123456789abcdef0123 -o bundle --to "prosecutor" --reason "order 12/26"',
            'out of the vault; the ledger says so first',
          ],
          ['cordon evidence export out/evidence --format case -o case.jsonld', 'for other tools: CASE 1.4'],
          ['cordon evidence verify bundle --key-fingerprint F', 'what whoever gets it runs'],
        ],
        ['Exit codes: 0 written, 1 it does not verify, 2 bad input, or not opened.'],
      ),
    )
    .action(async (source: string, options: ExportOptions) =>
      end(await exportEvidence(source, options, output)),
    );

const costCommand = ({ output, end }: Context): Command =>
  new Command('cost')
    .description('what keeping evidence costs, at listed prices, and what the archive tier would')
    .argument('<dir>', 'an exported folder, or a folder of such')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples([['cordon evidence cost out/evidence', 'a month, at most']]))
    .action(async (dir: string, options: { json?: true }) => end(await evidenceCost(dir, options, output)));

/** `cordon evidence ...` */
export const evidenceCommand = (context: Context): Command => {
  const evidence = new Command('evidence').description(
    'verify, export and price evidence offline; open, hold and release what is kept',
  );
  for (const command of [
    verifyCommand(context),
    exportCommand(context),
    costCommand(context),
    proveCommand(context),
    ...deskCommands(context),
  ])
    evidence.addCommand(command);
  return evidence;
};

const proveCommand = ({ output, end }: Pick<Context, 'output' | 'end'>): Command =>
  new Command('prove')
    .description('prove one block of a disk by a signed root, and hold its bytes against it')
    .argument('<dir>', 'the exported folder of one incident (it holds manifest.json)')
    .requiredOption('--volume <id>', 'the volume in the member account that the block was on')
    .requiredOption('--block <n>', 'its place on the volume, in blocks of 512 KiB')
    .option('--source', 'by the manifest of the source snapshot, in place of the evidence copy')
    .option('--data <file>', 'the bytes of the block, such as dd gives them from a volume made of the copy')
    .option('--out <file>', 'write the proof there, as JSON; it stands alone beside the signed entry')
    .option(...KEY_FINGERPRINT)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples(
        [
          [
            'cordon evidence prove out/evidence/INCIDENT --volume VOL --block 4711 --key-fingerprint F',
            'is this block part of what was signed?',
          ],
          [
            'dd if=/dev/nvme1n1 bs=512K skip=4711 count=1 of=block; cordon evidence prove DIR --volume VOL --block 4711 --data block',
            'is this what lay there? (exit 3 without the fingerprint)',
          ],
        ],
        [
          'Exit codes: 0 proved, 1 broken or other bytes, 2 bad input or no such block, 3 proved but the signer is unknown.',
        ],
      ),
    )
    .action(async (dir: string, options: ProveOptions) => end(await proveEvidence(dir, options, output)));
