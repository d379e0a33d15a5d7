import { stat } from 'node:fs/promises';
import type { BundleVerification, CheckedResults, Problem, Verification } from '@cordon/evidence';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { fileErrorCode, UsageError } from '../usage-error.ts';
import { progressOf } from './progress.ts';

/** Options of `cordon evidence verify`. */
export interface VerifyOptions {
  readonly keyFingerprint?: string;
  readonly json?: true;
  /** Where the volume of results of an examination is mounted. */
  readonly results?: string;
}

/** The recorder's key, as an auditor gets its fingerprint without trusting the folder. */
const HOW_TO_KNOW_THE_SIGNER = [
  "get the fingerprint from the evidence account itself, with somebody's own credentials there:",
  '  aws kms get-public-key --key-id alias/cordon-custody --query PublicKey --output text | base64 -d | sha256sum',
  'and verify again with --key-fingerprint. (A drill prints it on its page.)',
];

/** Verifies an exported folder and says what is wrong. Throws UsageError for a folder or fingerprint that is none. */
export const verifyEvidence = async (
  dir: string,
  options: VerifyOptions,
  output: Output,
): Promise<ExitCode> => {
  const keyFingerprint = fingerprintOf(options.keyFingerprint);
  await refuseWhatIsNoFolder(dir);
  if (options.results !== undefined) return verifyWithResults(dir, options.results, options, output);
  const verification = await verify(dir, keyFingerprint, output);
  if (options.json) output.out(`${JSON.stringify({ schemaVersion: 1, ...verification }, null, 2)}\n`);
  else
    output.out(
      `${('ledgers' in verification ? bundlePage(dir, verification) : verificationPage(dir, verification)).join('\n')}\n`,
    );
  return EXIT_OF[verification.status];
};

const EXIT_OF = {
  verified: EXIT.ok,
  'consistent-signer-unknown': EXIT.incomplete,
  broken: EXIT.broken,
} as const satisfies Readonly<Record<Verification['status'], ExitCode>>;

/** The folder as ever, and then the results against the statements that it holds: by what does not verify nothing is held. */
const verifyWithResults = async (
  dir: string,
  results: string,
  { keyFingerprint, json }: VerifyOptions,
  output: Output,
): Promise<ExitCode> => {
  const { files = new Map<string, Uint8Array>(), verification } = await openExport(
    dir,
    keyFingerprint,
    output,
  );
  await refuseWhatIsNoFolder(results);
  const { checkResults } = await import('@cordon/evidence');
  const statements = new Map(
    STATEMENTS.flatMap((label) => {
      const bytes = files.get(`objects/${label}`);
      return bytes === undefined ? [] : [[label, Buffer.from(bytes).toString('utf8')] as const];
    }),
  );
  const checked = verification.status === 'broken' ? undefined : await checkResults(results, statements);
  if (json)
    output.out(
      `${JSON.stringify({ schemaVersion: 1, ...verification, results: checked ?? null }, null, 2)}\n`,
    );
  else
    output.out(
      `${[...verificationPage(dir, verification), ...(checked === undefined ? [] : resultsPage(results, checked))].join('\n')}\n`,
    );
  return checked?.status === 'broken' ? EXIT.broken : EXIT_OF[verification.status];
};

/** What the forensic machine said at the end of each examination, as it lies in the vault. */
const STATEMENTS = ['triage-statement.json', 'memory-statement.json'] as const;

const resultsPage = (
  folder: string,
  { status, statement, files, notCarried, problems }: CheckedResults,
): readonly string[] => [
  `${status === 'as-stated' ? 'RESULTS AS STATED' : 'RESULTS BROKEN'}: ${JSON.stringify(folder)}`,
  `  statement        ${statement ?? 'none that fits'}`,
  `  checked          ${files} files, ${notCarried} left on the machine for want of room`,
  ...problems.flatMap(problemLines),
];

/** Reads the exported folder of one incident and verifies it. Throws UsageError for a folder or fingerprint that is none, and for a bundle. */
export const openExport = async (
  dir: string,
  given: string | undefined,
  output: Output,
): Promise<OpenedExport> => {
  const keyFingerprint = fingerprintOf(given);
  await refuseWhatIsNoFolder(dir);
  const { isBundle, verifyExport } = await import('@cordon/evidence');
  const files = await filesOf(dir, output);
  if (typeof files === 'string') return { verification: refused(files) };
  if (isBundle(files))
    throw new UsageError(
      'a-bundle',
      `${dir} is a bundle of several ledgers`,
      'give one of the folders below its evidence/',
    );
  const verification = await unlessUnreadable(dir, () => verifyExport(files, { keyFingerprint }));
  return typeof verification === 'string' ? { verification: refused(verification) } : { files, verification };
};

/** A folder that was verified; without files where it could not even be read. */
interface OpenedExport {
  readonly verification: Verification;
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

const fingerprintOf = (given: string | undefined): string | undefined => {
  if (given === undefined) return undefined;
  const plain = given.replaceAll(/[\s:]/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(plain)) return plain;
  throw new UsageError(
    'bad-fingerprint',
    `--key-fingerprint is ${JSON.stringify(given)}, wanted 64 hexadecimal digits`,
    'give the SHA-256 of the public key in DER, as the drill prints it or as noted when the key was made',
  );
};

const refuseWhatIsNoFolder = async (dir: string): Promise<void> => {
  const found = await stat(dir).catch((error: unknown) => {
    const code = fileErrorCode(error);
    if (code === undefined) throw error;
    return code;
  });
  const wrong =
    typeof found === 'string'
      ? `cannot be read (${found})`
      : found.isDirectory()
        ? undefined
        : 'is no folder';
  if (wrong !== undefined)
    throw new UsageError(
      'no-such-folder',
      `${dir} ${wrong}`,
      'give the exported folder of one incident: it holds manifest.json',
    );
};

const verify = async (
  dir: string,
  keyFingerprint: string | undefined,
  output: Output,
): Promise<Verification | BundleVerification> => {
  const { isBundle, verifyBundle, verifyExport } = await import('@cordon/evidence');
  const files = await filesOf(dir, output);
  if (typeof files === 'string') return refused(files);
  const verification = await unlessUnreadable(dir, () =>
    isBundle(files) ? verifyBundle(files, { keyFingerprint }) : verifyExport(files, { keyFingerprint }),
  );
  return typeof verification === 'string' ? refused(verification) : verification;
};

/** The files of an exported folder, or why it is none. */
const filesOf = async (dir: string, output: Output): Promise<ReadonlyMap<string, Uint8Array> | string> => {
  const { readExport } = await import('@cordon/evidence');
  return unlessUnreadable(dir, () => readExport(dir, { onRead: progressOf(output, 'read') }));
};

/** What is made of a folder, or why the folder is none: parts of it are read only when they are looked at. */
const unlessUnreadable = async <Made>(
  dir: string,
  make: () => Made | Promise<Made>,
): Promise<Made | string> => {
  try {
    return await make();
  } catch (error) {
    const code = fileErrorCode(error);
    if (code !== undefined)
      throw new UsageError(
        'unreadable',
        `${dir} cannot be read to its end (${code})`,
        'copy the folder to where it can be read, and verify the copy',
      );
    if (!(error instanceof Error && error.message.startsWith('cannot read the exported folder'))) throw error;
    return error.message;
  }
};

/** A folder with links, devices or no end is not what was exported, whatever else it holds. */
const refused = (message: string): Verification => ({
  status: 'broken',
  incidentId: null,
  keyFingerprint: null,
  checked: { files: 0, entries: 0, signatures: 0, objects: 0, snapshots: 0, blockManifests: 0 },
  keeping: { entries: 0, until: null, end: 'not-shown' },
  disposed: null,
  problems: [{ file: '.', problem: message, hint: 'an export holds plain files and folders only' }],
});

/** A verification for people. */
export const verificationPage = (
  dir: string,
  { status, incidentId, keyFingerprint, checked, keeping, disposed, problems }: Verification,
): readonly string[] => [
  `${VERDICTS[status]}: ${JSON.stringify(dir)}`,
  `  incident         ${incidentId ?? 'not readable'}`,
  `  key fingerprint  ${keyFingerprint ?? 'no usable public key'}`,
  `  checked          ${checked.files} files, ${checked.entries} custody entries, ${checked.signatures} signatures, ${checked.objects} objects, ${checked.snapshots} snapshots, ${checked.blockManifests} block manifests`,
  ...(keeping.until === null
    ? []
    : [`  after the seal   ${keeping.entries} entries, the last of ${keeping.until}; ${ENDS[keeping.end]}`]),
  ...(disposed === null
    ? []
    : [
        `  disposed of      ${disposed.objects} objects and ${disposed.snapshots} copies, as the signed certificate says; what stays is the ledger`,
      ]),
  ...problems.flatMap(problemLines),
  ...(status === 'consistent-signer-unknown'
    ? [
        'Nothing contradicts itself, but anybody with some key could have signed it:',
        ...HOW_TO_KNOW_THE_SIGNER,
      ]
    : []),
];

/** The bundle's own verdict, then each of its ledgers. */
const bundlePage = (dir: string, { status, ledgers, problems }: BundleVerification): readonly string[] => [
  `${VERDICTS[status]}: the bundle ${JSON.stringify(dir)} with ${ledgers.length} ledger(s)`,
  ...problems.flatMap(problemLines),
  ...ledgers.flatMap((ledger) => verificationPage(`evidence/${ledger.incidentId ?? 'not readable'}`, ledger)),
];

const ENDS: Readonly<Record<Verification['keeping']['end'], string>> = {
  'not-shown': 'what came later, or was cut off at the end, this folder cannot show',
  signed: 'no entry is missing up to the signed head of the export',
  disposed: 'no entry is missing up to the signed certificate of disposal',
};

const VERDICTS: Readonly<Record<Verification['status'], string>> = {
  verified: 'VERIFIED',
  'consistent-signer-unknown': 'CONSISTENT, SIGNER UNKNOWN',
  broken: 'BROKEN',
};

const problemLines = ({ file, problem, hint }: Problem): readonly string[] => [
  `  ${file}`,
  `    what  ${problem}`,
  `    hint  ${hint}`,
];
