import * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { IncidentId } from '../identifiers.ts';
import { Sha256 } from '../sha256.ts';
import { LazyFiles, renamed, sourceIn } from '../lazy-files.ts';
import type { ExportFiles } from '../verify/load-export.ts';
import { problemIn } from '../verify/problem.ts';
import type { Problem } from '../verify/problem.ts';
import { readForm } from '../verify/read-form.ts';
import { verifyExport } from '../verify/verify-export.ts';
import type { Verification } from '../verify/verify-export.ts';
import { bundleReadme } from './bundle-readme.ts';

/** Where the parts of a bundle lie. Each ledger's folder is one that `verifyExport` takes. */
export const bundlePaths = {
  index: 'bundle.json',
  readme: 'README.txt',
  ledger: (ledgerId: string): string => `evidence/${IncidentId.parse(ledgerId)}/`,
} as const;

/** What a bundle holds: every file but the index itself, by digest. Not signed: what is evidence in it is signed by itself. */
const BundleIndex = z
  .strictObject({
    schemaVersion: z.literal(1),
    ledgers: z.array(IncidentId).min(1).readonly(),
    /** Of the key that the evidence names; compare it with one from elsewhere. */
    keyFingerprint: Sha256,
    files: z
      .array(z.strictObject({ path: z.string().max(1024), sha256: Sha256, sizeBytes: z.int().min(0) }))
      .readonly(),
  })
  .readonly();

/**
 * Makes what is given to counsel or police: the ledgers of an incident as they are, an index by digest, and a page for a stranger.
 * Pure, and the same bytes for the same evidence. Files are read piece by piece, here and when they are asked for.
 *
 * @param ledgers the exported folder of each ledger, by its id
 * @throws Error when a ledger does not verify, or two were signed by different keys: what is broken is not handed out as evidence
 */
export const buildBundle = (ledgers: ReadonlyMap<string, ExportFiles>): LazyFiles => {
  const fingerprints = new Set(
    [...ledgers].map(([ledgerId, files]) => {
      const { status, problems, keyFingerprint, incidentId } = verifyExport(files, {});
      if (status === 'broken' || keyFingerprint === null || incidentId !== ledgerId)
        throw new Error(
          `ledger ${ledgerId} does not verify: ${problems[0]?.file ?? ''}: ${problems[0]?.problem ?? 'another ledger'}; ` +
            `run cordon evidence verify on it, and export it again from the vault`,
        );
      return keyFingerprint;
    }),
  );
  const [keyFingerprint, other] = fingerprints;
  if (keyFingerprint === undefined || other !== undefined)
    throw new Error(
      `the ledgers name ${fingerprints.size} keys, wanted one: bundle what belongs to one incident`,
    );
  const ids = [...ledgers.keys()].toSorted();
  const readme = new TextEncoder().encode(bundleReadme(ids, keyFingerprint));
  const content = new LazyFiles([
    [bundlePaths.readme, readme],
    ...[...ledgers].flatMap(([ledgerId, files]) => [
      ...renamed(files, (path) => `${bundlePaths.ledger(ledgerId)}${path}`).sources(),
    ]),
  ]);
  const index = {
    schemaVersion: 1,
    ledgers: ids,
    keyFingerprint,
    files: [...content.sources()]
      .map(([path, { sizeBytes, sha256 }]) => ({ path, sha256: sha256(), sizeBytes }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  return new LazyFiles([
    [bundlePaths.index, new TextEncoder().encode(canonicalJson(index))],
    ...content.sources(),
  ]);
};

/** The answer about a bundle: the worst of its ledgers', and what its index says that is not so. */
export type BundleVerification = {
  readonly status: Verification['status'];
  readonly keyFingerprint: Sha256 | null;
  readonly ledgers: readonly Verification[];
  readonly problems: readonly Problem[];
};

/** Whether a folder is a bundle, or claims to be one. */
export const isBundle = (files: ExportFiles): boolean => files.has(bundlePaths.index);

/** An index has some 230 bytes for each file. */
const MAX_INDEX_BYTES = 128 << 20;
const HINT = 'the bundle was changed after it was made: ask for it again, from whoever made it';

/**
 * Verifies a bundle offline: each ledger as `verifyExport` does, and every file against the index. Never throws on any files.
 *
 * @param options `keyFingerprint`: the recorder's key as known from outside the bundle
 */
export const verifyBundle = (
  files: ExportFiles,
  options: { readonly keyFingerprint?: string | undefined },
): BundleVerification => {
  const file = bundlePaths.index;
  const read = readForm(
    { file, bytes: files.get(file) ?? new Uint8Array(), maxBytes: MAX_INDEX_BYTES },
    BundleIndex,
  );
  if (read.status === 'unreadable')
    return { status: 'broken', keyFingerprint: null, ledgers: [], problems: [read.problem] };
  const index = read.form;
  const ledgers = index.ledgers.map((ledgerId) => verifyExport(within(files, ledgerId), options));
  const problems = [
    ...checkFiles(files, index.files),
    ...index.ledgers.flatMap((ledgerId, at) => checkLedger(ledgerId, index.keyFingerprint, ledgers[at])),
    ...checkFolders(files, index.ledgers),
  ];
  const isBroken = problems.length > 0 || ledgers.some(({ status }) => status === 'broken');
  const sound = options.keyFingerprint === undefined ? 'consistent-signer-unknown' : 'verified';
  return { status: isBroken ? 'broken' : sound, keyFingerprint: index.keyFingerprint, ledgers, problems };
};

const within = (files: ExportFiles, ledgerId: string): ExportFiles => {
  const folder = bundlePaths.ledger(ledgerId);
  return renamed(files, (path) => (path.startsWith(folder) ? path.slice(folder.length) : undefined));
};

const checkFiles = (files: ExportFiles, listed: z.infer<typeof BundleIndex>['files']): readonly Problem[] => {
  const known = new Map(listed.map((one) => [one.path, one]));
  return [
    ...listed.flatMap(({ path, sha256, sizeBytes }) => {
      const found = sourceIn(files, path);
      if (found === undefined) return [problemIn(path, 'the file is missing', HINT)];
      return found.sizeBytes === sizeBytes && found.sha256() === sha256
        ? []
        : [problemIn(path, `the file was changed: the index lists ${sizeBytes} bytes with ${sha256}`, HINT)];
    }),
    ...[...files.keys()]
      .filter((path) => path !== bundlePaths.index && !known.has(path))
      .map((path) => problemIn(path, 'the index lists no such file', HINT)),
  ];
};

const checkLedger = (
  ledgerId: string,
  keyFingerprint: Sha256,
  verified: Verification | undefined,
): readonly Problem[] => [
  ...(verified?.incidentId === ledgerId
    ? []
    : [problemIn(bundlePaths.ledger(ledgerId), `it holds ledger ${verified?.incidentId ?? 'none'}`, HINT)]),
  ...(verified?.keyFingerprint === keyFingerprint
    ? []
    : [problemIn(bundlePaths.index, `it names key ${keyFingerprint}, ${ledgerId} has another`, HINT)]),
];

/** A ledger's folder that the index does not name would be verified by nobody. */
const checkFolders = (files: ExportFiles, ledgers: readonly string[]): readonly Problem[] =>
  [...files.keys()]
    .filter((path) => path.startsWith('evidence/') && !ledgers.includes(path.split('/')[1] ?? ''))
    .map((path) => problemIn(path, 'it belongs to a ledger that the index does not name', HINT));
