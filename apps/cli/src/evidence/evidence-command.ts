import { Command } from 'commander';
import { examples } from '../examples.ts';
import type { Context } from '../context.ts';
import { proveEvidence, type ProveOptions } from './prove-block.ts';
import { verifyEvidence, type VerifyOptions } from './verify-evidence.ts';

/** `cordon evidence ...` */
export const evidenceCommand = ({ output, end }: Context): Command => {
  const verify = new Command('verify')
    .description('verify an exported incident offline: custody chain, signatures, digests')
    .argument('<dir>', 'the exported folder of one incident (it holds manifest.json)')
    .option(
      '--key-fingerprint <sha256>',
      "SHA-256 of the recorder's public key in DER, known from outside the folder",
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
  return new Command('evidence')
    .description('look at evidence, with no AWS access')
    .addCommand(verify)
    .addCommand(proveCommand({ output, end }));
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
    .option(
      '--key-fingerprint <sha256>',
      "SHA-256 of the recorder's public key in DER, known from outside the folder",
    )
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
