import * as z from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { CustodyEntry, digestOf } from './custody-entry.ts';
import { exactBase64, preAuthentication } from './dsse.ts';
import type { Envelope } from './dsse.ts';
import { KeyArn } from './identifiers.ts';
import { Sha256, sha256Hex } from './sha256.ts';

/**
 * A signature by the recorder's KMS key (ECC_NIST_P256, SIGN_VERIFY) over the SHA-256 digest of what is signed: KMS Sign
 * with MessageType DIGEST, which answers in DER (ANSI X9.62); `value` is that in base64.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export const Signature = z
  .strictObject({
    algorithm: z.literal('ECDSA_SHA_256'),
    keyArn: KeyArn,
    keyFingerprint: Sha256,
    // A DER signature of P-256 has at most 72 bytes: 96 characters.
    value: exactBase64('a DER signature', 96),
  })
  .readonly();
export type Signature = z.infer<typeof Signature>;

/**
 * A custody entry with its digest (`digestOf`) and the recorder's signature over `signedBytes`. This is also how entries
 * of version 1 are stored; later ones lie in a DSSE envelope (`encodeSigned`).
 */
export const SignedEntry = z
  .strictObject({ entry: CustodyEntry, digest: Sha256, signature: Signature })
  .readonly();
export type SignedEntry = z.infer<typeof SignedEntry>;

/** What the envelope's payload is: the canonical JSON of one custody entry of version 2. */
export const ENTRY_PAYLOAD_TYPE = 'application/vnd.cordon.custody-entry.v2+json';

/** What the signature of an entry is over: DSSE's encoding of it; for version 1 its canonical JSON alone. */
export const signedBytes = (entry: CustodyEntry): Uint8Array => {
  const payload = Buffer.from(canonicalJson(entry), 'utf8');
  return entry.schemaVersion === 1 ? payload : preAuthentication(ENTRY_PAYLOAD_TYPE, payload);
};

/** An entry as its file holds it, as text: an envelope, or for version 1 the signed entry itself. */
export const encodeSigned = (signed: SignedEntry): string => {
  const { entry, signature } = signed;
  if (entry.schemaVersion === 1) return canonicalJson(signed);
  const envelope: Envelope = {
    payload: Buffer.from(canonicalJson(entry), 'utf8').toString('base64'),
    payloadType: ENTRY_PAYLOAD_TYPE,
    signatures: [{ keyid: signature.keyFingerprint, sig: signature.value }],
  };
  return canonicalJson(envelope);
};

/** A signed entry of an envelope's content. The digest is that of the payload: there is no second place to state it. */
export const signedOf = (entry: Extract<CustodyEntry, { schemaVersion: 2 }>, envelope: Envelope): unknown => {
  const [{ keyid, sig }] = envelope.signatures;
  return {
    entry,
    digest: digestOf(entry),
    signature: {
      algorithm: 'ECDSA_SHA_256',
      keyArn: entry.signer.keyArn,
      keyFingerprint: keyid,
      value: sig,
    },
  };
};

/**
 * The name by which people compare keys: SHA-256 of the SubjectPublicKeyInfo.
 *
 * @param publicKeyDer the DER bytes as KMS GetPublicKey gives them
 */
export const keyFingerprint = (publicKeyDer: Uint8Array): Sha256 => sha256Hex(publicKeyDer);
