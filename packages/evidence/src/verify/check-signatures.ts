import { verify } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import { digestOf } from '../custody-entry.ts';
import { signedBytes } from '../signed-entry.ts';
import type { Signature } from '../signed-entry.ts';
import { exportPaths } from '../vault-keys.ts';
import type { PublicKey } from './check-signer.ts';
import type { LoadedEntry, LoadedExport } from './load-export.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

/** The problems of all signatures, and how many of them hold. */
export type SignatureCheck = { readonly valid: number; readonly problems: readonly Problem[] };

/**
 * Checks every digest and signature of an export.
 *
 * A second valid signature over the same bytes (s and n - s both verify) is not told from the first: nobody needs a
 * key to write it, and it says the same of the same bytes.
 *
 * @param publicKey undefined when there is none to check with (a problem by itself): digests are checked all the same
 */
export const checkSignatures = (loaded: LoadedExport, publicKey: PublicKey | undefined): SignatureCheck => {
  const checks = [...loaded.entries, ...loaded.keeping].map((entry) => checkEntry(entry, publicKey));
  const manifest = checkManifestSignature(loaded, publicKey);
  const signers = checkSigners(loaded, publicKey);
  return {
    valid: [...checks, manifest].filter(({ isValid }) => isValid).length,
    problems: [...manifest.problems, ...signers, ...checks.flatMap(({ problems }) => problems)],
  };
};

type OneCheck = { readonly isValid: boolean; readonly problems: readonly Problem[] };

const REFETCH = 'fetch this file again from the vault, and compare: the vault keeps every version';

const checkEntry = ({ file, signed }: LoadedEntry, publicKey: PublicKey | undefined): OneCheck => {
  const { entry, digest, signature } = signed;
  const isDigest = digestOf(entry) === digest;
  if (publicKey === undefined)
    return { isValid: false, problems: isDigest ? [] : [problemIn(file, CHANGED_EITHER, REFETCH)] };
  const isValid = isSignedBy(publicKey, signedBytes(entry), signature);
  if (isDigest && isValid) return { isValid, problems: [] };
  if (entry.schemaVersion !== 1) return { isValid, problems: [problemIn(file, CHANGED_ENVELOPE, REFETCH)] };
  if (isDigest) return { isValid, problems: [problemIn(file, NOT_SIGNED, REFETCH)] };
  return { isValid, problems: [problemIn(file, isValid ? CHANGED_DIGEST : CHANGED_ENTRY, REFETCH)] };
};

const CHANGED_EITHER = 'the digest is not that of the entry: one of the two was changed';
const CHANGED_DIGEST = 'the digest was changed: the signature still fits the entry, the digest does not';
const CHANGED_ENTRY = 'the entry was changed after it was signed: neither digest nor signature fits it';
const CHANGED_ENVELOPE =
  'the entry was changed after it was signed, or its signature was: the signature does not fit the payload';
const NOT_SIGNED =
  'the signature does not fit the entry: the signature was changed, or entry and digest were rewritten without the key';

const checkManifestSignature = (loaded: LoadedExport, publicKey: PublicKey | undefined): OneCheck => {
  const { manifest, manifestSignature } = loaded;
  if (manifest === undefined || manifestSignature === undefined) return { isValid: false, problems: [] };
  const { manifestSha256, signature } = manifestSignature;
  const file = exportPaths.manifestSignature;
  if (manifestSha256 !== manifest.sha256) {
    // The seal names the manifest too, so it tells which of the two files was changed.
    const isManifestSealed = loaded.entries.some(
      ({ signed: { entry } }) =>
        entry.event.kind === 'sealed' && entry.event.manifestSha256 === manifest.sha256,
    );
    const changed = isManifestSealed ? file : exportPaths.manifest;
    const problem = `changed: ${file} states manifest digest ${manifestSha256}, manifest.json has ${manifest.sha256}`;
    return { isValid: false, problems: [problemIn(changed, problem, REFETCH)] };
  }
  if (publicKey === undefined) return { isValid: false, problems: [] };
  const isValid = isSignedBy(publicKey, Buffer.from(canonicalJson(manifest.manifest)), signature);
  return {
    isValid,
    problems: isValid ? [] : [problemIn(file, 'the signature does not fit manifest.json', REFETCH)],
  };
};

/** Every signature must name the same key, and the manifest's signer must be it. */
const checkSigners = (loaded: LoadedExport, publicKey: PublicKey | undefined): readonly Problem[] => {
  const { manifest, manifestSignature } = loaded;
  const entries = [...loaded.entries, ...loaded.keeping];
  const isAsSigned = manifest !== undefined && manifest.sha256 === manifestSignature?.manifestSha256;
  // A changed manifest is told of elsewhere; it must not accuse every entry of naming the wrong key.
  const arn = isAsSigned ? manifest.manifest.signer.keyArn : undefined;
  const fingerprint = publicKey?.fingerprint;
  const named = [
    ...(isAsSigned ? [{ file: exportPaths.manifest as string, ...manifest.manifest.signer }] : []),
    ...(manifestSignature
      ? [{ file: exportPaths.manifestSignature as string, ...manifestSignature.signature }]
      : []),
    ...entries.map(({ file, signed }) => ({ file, ...signed.signature })),
    // An envelope's keyid is a hint; the key that the entry itself names is signed with it.
    ...entries.flatMap(({ file, signed: { entry, signature } }) =>
      entry.schemaVersion === 1 || entry.signer.keyFingerprint === signature.keyFingerprint
        ? []
        : [{ file, ...entry.signer }],
    ),
  ];
  return named.flatMap(({ file, keyArn, keyFingerprint }) => [
    ...(fingerprint === undefined || keyFingerprint === fingerprint
      ? []
      : [problemIn(file, `it names key ${keyFingerprint}, public-key.der is ${fingerprint}`, OTHER_KEY)]),
    ...(arn === undefined || keyArn === arn
      ? []
      : [problemIn(file, `it names key ${keyArn}, the manifest's signer is ${arn}`, OTHER_KEY)]),
  ]);
};

const OTHER_KEY = 'one key signs all custody of an incident: this file was changed, or another key signed it';

const isSignedBy = ({ key }: PublicKey, signed: Uint8Array, signature: Signature): boolean => {
  try {
    return verify('sha256', signed, key, Buffer.from(signature.value, 'base64'));
  } catch {
    return false;
  }
};
