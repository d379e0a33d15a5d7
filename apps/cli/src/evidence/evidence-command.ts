import { Command } from 'commander';
import { examples } from '../examples.ts';
import type { Context } from '../context.ts';
import { deskCommands } from './desk-commands.ts';
import { verifyEvidence, type VerifyOptions } from './verify-evidence.ts';

/** `cordon evidence ...` */
export const evidenceCommand = (context: Context): Command => {
  const { output, end } = context;
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
  const evidence = new Command('evidence')
    .description('verify evidence offline; open, hold and release what is kept')
    .addCommand(verify);
  for (const command of deskCommands(context)) evidence.addCommand(command);
  return evidence;
};
