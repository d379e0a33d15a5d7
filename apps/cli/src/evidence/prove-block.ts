import { readFile, writeFile } from 'node:fs/promises';
import type { BlockProof, ProvedBlock, Verification } from '@cordon/evidence';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';
import { openExport, verificationPage } from './verify-evidence.ts';

/** Options of `cordon evidence prove`. */
export interface ProveOptions {
  readonly volume: string;
  readonly block: string;
  readonly source?: true;
  readonly data?: string;
  readonly out?: string;
  readonly keyFingerprint?: string;
  readonly json?: true;
}

const blockOf = (given: string): number => {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new UsageError(
    'bad-block',
    `--block is ${JSON.stringify(given)}, wanted a whole number`,
    'give the place of the block on the volume in blocks of 512 KiB: the byte offset divided by 524288',
  );
};

const readData = async (path: string): Promise<Uint8Array> => {
  try {
    return await readFile(path);
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    throw new UsageError('unreadable', `${path} cannot be read (${code})`, 'give the bytes of the one block');
  }
};

const provedOf = (
  proved: ProvedBlock,
  { volume, block }: ProveOptions,
): Extract<ProvedBlock, { status: 'proved' }> => {
  switch (proved.status) {
    case 'proved':
      return proved;
    case 'not-hashed':
      throw new UsageError(
        'not-hashed',
        `the ledger tells of no manifest of the blocks of ${volume}`,
        'look at the volumes that its entries blocks-hashed name; where there are none, blocks were not hashed',
      );
    case 'not-written':
      throw new UsageError(
        'not-written',
        `block ${block} of ${volume} is not among the ${proved.hashed.blocks} that were written: it reads as zeros, and no digest of it is there`,
        'give a block that was written',
      );
  }
};

/** Proves one block of a disk from an exported folder, which is verified first; holds bytes against it where they are given. */
export const proveEvidence = async (
  dir: string,
  options: ProveOptions,
  output: Output,
): Promise<ExitCode> => {
  const index = blockOf(options.block);
  const data = options.data === undefined ? undefined : await readData(options.data);
  const { files, verification } = await openExport(dir, options.keyFingerprint, output);
  if (verification.status === 'broken' || files === undefined) {
    if (options.json) output.out(`${JSON.stringify({ schemaVersion: 1, ...verification }, null, 2)}\n`);
    else
      output.out(
        `${verificationPage(dir, verification).join('\n')}\nOf a broken folder nothing is proved.\n`,
      );
    return EXIT.broken;
  }
  const { proveBlock, whyNoProof } = await import('@cordon/evidence');
  const of = options.source ? 'source' : 'copy';
  const found = provedOf(proveBlock(files, { volumeId: options.volume, of, index }), options);
  const wrong = whyNoProof(found.proof, data);
  if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(found.proof, null, 2)}\n`);
  const result = { verification, found, wrong, data: options.data };
  output.out(options.json ? documentOf(result) : `${pageOf(result).join('\n')}\n`);
  if (wrong !== undefined) return EXIT.broken;
  return verification.status === 'verified' ? EXIT.ok : EXIT.incomplete;
};

interface Proved {
  readonly verification: Verification;
  readonly found: Extract<ProvedBlock, { status: 'proved' }>;
  /** Why the data is not the block's; undefined when it is, or when none was given. */
  readonly wrong: string | undefined;
  readonly data: string | undefined;
}

const statusOf = ({ wrong, verification }: Proved): string =>
  wrong !== undefined ? 'broken' : verification.status === 'verified' ? 'proved' : 'proved-signer-unknown';

const documentOf = (result: Proved): string => {
  const { found, wrong, data, verification } = result;
  const { sourceVolumeId: volumeId, snapshotId, of } = found.hashed;
  return `${JSON.stringify(
    {
      schemaVersion: 1,
      status: statusOf(result),
      incidentId: verification.incidentId,
      keyFingerprint: verification.keyFingerprint,
      volumeId,
      snapshotId,
      of,
      entry: found.entry,
      ...(data === undefined ? {} : { data: wrong === undefined ? 'fits' : wrong }),
      proof: found.proof,
    },
    null,
    2,
  )}\n`;
};

const pageOf = (result: Proved): readonly string[] => {
  const { found, wrong, data } = result;
  const { proof, hashed, entry }: { proof: BlockProof; hashed: typeof found.hashed; entry: string } = found;
  const verdict = {
    broken: 'NOT THE BLOCK',
    proved: 'PROVED',
    'proved-signer-unknown': 'PROVED, SIGNER UNKNOWN',
  }[statusOf(result)];
  return [
    `${verdict}: block ${proof.index} of ${hashed.sourceVolumeId}, in the ${hashed.of} ${hashed.snapshotId}`,
    `  bytes     ${proof.index * proof.blockSizeBytes} to ${proof.index * proof.blockSizeBytes + proof.lengthBytes - 1} of the volume`,
    `  SHA-256   ${proof.sha256}`,
    `  root      ${proof.root}, over ${proof.blocks} written blocks; stated and signed in ${entry}`,
    `  path      ${proof.path.length} nodes beside the block's own way: its place among the written ones is ${proof.position}`,
    ...(data === undefined ? [] : [`  data      ${wrong ?? `${JSON.stringify(data)} is this block`}`]),
  ];
};
