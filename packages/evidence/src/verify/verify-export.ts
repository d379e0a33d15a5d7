import type { Sha256 } from '../sha256.ts';
import { checkBlocks } from './check-blocks.ts';
import { checkChain } from './check-chain.ts';
import { checkEnd } from './check-end.ts';
import type { KeepingEnd } from './check-end.ts';
import { checkEvidence } from './check-evidence.ts';
import { checkKeeping } from './check-keeping.ts';
import { checkRecordings } from './check-recordings.ts';
import { checkSignatures } from './check-signatures.ts';
import { checkSigner } from './check-signer.ts';
import { loadExport } from './load-export.ts';
import type { ExportFiles } from './load-export.ts';
import { vaultKeys } from '../vault-keys.ts';
import type { Problem } from './problem.ts';

/**
 * The verifier's answer. `verified`: everything fits, and the key is the one the verifier was told of.
 * `consistent-signer-unknown`: everything fits, but anybody with some key could have signed it: compare
 * `keyFingerprint`. `broken`: see `problems`. `checked` counts what was looked at (`signatures`: what held).
 */
export type Verification = {
  readonly status: 'verified' | 'consistent-signer-unknown' | 'broken';
  /** Which incident this is; compare it with the one wanted: another incident's export verifies just as well. */
  readonly incidentId: string | null;
  /** Fingerprint of the export's public key, null when there is no usable key. */
  readonly keyFingerprint: Sha256 | null;
  readonly checked: {
    readonly files: number;
    readonly entries: number;
    readonly signatures: number;
    readonly objects: number;
    readonly snapshots: number;
    /** Block manifests whose root was built again from their parts. */
    readonly blockManifests: number;
  };
  /**
   * The ledger of what happened after the seal: how many entries, when the last was written, and what shows that it ends there:
   * `not-shown` (entries may have been cut off), `signed` (it goes at least as far as when it was handed out) or `disposed`.
   */
  readonly keeping: { readonly entries: number; readonly until: string | null; readonly end: KeepingEnd };
  /** What a signed certificate says was destroyed, after two people decided it. */
  readonly disposed: { readonly objects: number; readonly snapshots: number } | null;
  readonly problems: readonly Problem[];
};

/**
 * Verifies an exported incident offline: no AWS, no network, nothing but the files and a fingerprint. Pure; never
 * throws on any files: whatever is malformed is a row of `problems`.
 *
 * @param files bytes by relative path, as `readExport` gives them
 * @param options `keyFingerprint`: the recorder's key as known from outside the folder, 64 hexadecimal digits
 */
export const verifyExport = (
  files: ExportFiles,
  options: { readonly keyFingerprint?: string | undefined },
): Verification => {
  const loaded = loadExport(files);
  const signer = checkSigner(loaded, options.keyFingerprint);
  const signatures = checkSignatures(loaded, signer.publicKey);
  const end = checkEnd(loaded, signer.publicKey);
  const evidence = checkEvidence(loaded, end.destroyed);
  const { problems: ofKeeping, ...keeping } = checkKeeping(loaded);
  const ledgerId = loaded.manifest?.manifest.incidentId;
  const blocks = checkBlocks(
    loaded,
    (file) => ledgerId !== undefined && end.keys.has(`${vaultKeys.prefix(ledgerId)}${file}`),
  );
  const problems = [
    ...loaded.problems,
    ...signer.problems,
    ...signatures.problems,
    ...checkChain(loaded),
    ...evidence.problems,
    ...checkRecordings(loaded),
    ...ofKeeping,
    ...end.problems,
    ...blocks.problems,
  ];
  const consistent = options.keyFingerprint === undefined ? 'consistent-signer-unknown' : 'verified';
  return {
    status: problems.length > 0 ? 'broken' : consistent,
    incidentId: loaded.manifest?.manifest.incidentId ?? null,
    keyFingerprint: signer.publicKey?.fingerprint ?? null,
    checked: {
      files: files.size,
      entries: loaded.entries.length,
      signatures: signatures.valid + end.signatures,
      objects: evidence.objects,
      snapshots: evidence.snapshots,
      blockManifests: blocks.manifests,
    },
    keeping: { ...keeping, end: end.end },
    disposed:
      end.end === 'disposed' ? { objects: end.destroyed.size, snapshots: end.snapshots.length } : null,
    problems,
  };
};
