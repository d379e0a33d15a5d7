import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { keyFingerprint } from '../signed-entry.ts';
import type { Sha256 } from '../sha256.ts';
import { exportPaths } from '../vault-keys.ts';
import type { LoadedExport } from './load-export.ts';
import { problemIn } from './problem.ts';
import type { Problem } from './problem.ts';

/** The export's public key, when it is one that can have signed it. */
export type PublicKey = { readonly key: KeyObject; readonly fingerprint: Sha256 };

/** What the public key file proved to be. */
export type SignerCheck = {
  readonly publicKey: PublicKey | undefined;
  readonly problems: readonly Problem[];
};

const FILE = exportPaths.publicKey;

/**
 * Reads `public-key.der` and holds it against the fingerprint that the verifier was given (from outside the folder:
 * only that tells a whole re-signed export from the true one) and those that the signed files name.
 *
 * @param wanted 64 hexadecimal digits, in either case, colons and spaces allowed; undefined when not known
 */
export const checkSigner = (loaded: LoadedExport, wanted: string | undefined): SignerCheck => {
  const der = loaded.files.get(FILE);
  if (der === undefined) return { publicKey: undefined, problems: [] };
  const fingerprint = keyFingerprint(der);
  const problems = wanted === undefined ? [] : checkWanted(fingerprint, wanted);
  const key = readKey(der);
  if (key === undefined)
    return { publicKey: undefined, problems: [...problems, problemIn(FILE, NOT_A_KEY, FETCH_KEY)] };
  const named = namedFingerprints(loaded);
  if (named.size > 0 && !named.has(fingerprint)) {
    const problem = `this is key ${fingerprint}, which signed nothing here; the files name ${[...named].join(', ')}`;
    return { publicKey: undefined, problems: [...problems, problemIn(FILE, problem, FETCH_KEY)] };
  }
  return { publicKey: { key, fingerprint }, problems };
};

const NOT_A_KEY = 'not a P-256 public key in DER (SubjectPublicKeyInfo)';
const FETCH_KEY =
  'the file was changed or swapped: fetch the key again with kms:GetPublicKey, and verify anew';

const checkWanted = (fingerprint: Sha256, wanted: string): readonly Problem[] => {
  const plain = wanted.replaceAll(/[\s:]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(plain)) {
    const problem = `cannot compare with the fingerprint given: got ${wanted}, wanted 64 hexadecimal digits`;
    return [
      problemIn(FILE, problem, 'give the SHA-256 of the public key in DER, as noted when the key was made'),
    ];
  }
  if (plain === fingerprint) return [];
  return [
    problemIn(
      FILE,
      `another key: its fingerprint is ${fingerprint}, the one given is ${plain}`,
      "the export was signed, or signed again, by a key that is not the recorder's: trust nothing in it",
    ),
  ];
};

const readKey = (der: Uint8Array): KeyObject | undefined => {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isP256 && key.export({ format: 'der', type: 'spki' }).equals(der) ? key : undefined;
  } catch {
    return undefined;
  }
};

const namedFingerprints = ({ manifest, manifestSignature, entries }: LoadedExport): ReadonlySet<Sha256> =>
  new Set(
    [
      manifest?.manifest.signer.keyFingerprint,
      manifestSignature?.signature.keyFingerprint,
      ...entries.map(({ signed }) => signed.signature.keyFingerprint),
    ].filter((fingerprint) => fingerprint !== undefined),
  );
