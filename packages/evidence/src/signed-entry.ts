import * as z from 'zod';
import { CustodyEntry } from './custody-entry.ts';
import { KeyArn } from './identifiers.ts';
import { Sha256, sha256Hex } from './sha256.ts';

// Decoders forgive spare bits and stray characters; one signature must have one spelling, or a byte could change unseen.
const isExactBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text;

/**
 * A signature by the recorder's KMS key (ECC_NIST_P256, SIGN_VERIFY) over the SHA-256 digest of a canonical JSON
 * text: KMS Sign with MessageType DIGEST, which answers in DER (ANSI X9.62); `value` is that in base64.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
export const Signature = z
  .strictObject({
    algorithm: z.literal('ECDSA_SHA_256'),
    keyArn: KeyArn,
    keyFingerprint: Sha256,
    // A DER signature of P-256 has at most 72 bytes: 96 characters.
    value: z
      .string()
      .min(1)
      .max(96)
      .refine(isExactBase64, 'wanted base64 of a DER signature, in its one exact spelling'),
  })
  .readonly();
export type Signature = z.infer<typeof Signature>;

/** A custody entry with its digest (`digestOf`) and the recorder's signature over that digest. */
export const SignedEntry = z
  .strictObject({ entry: CustodyEntry, digest: Sha256, signature: Signature })
  .readonly();
export type SignedEntry = z.infer<typeof SignedEntry>;

/**
 * The name by which people compare keys: SHA-256 of the SubjectPublicKeyInfo.
 *
 * @param publicKeyDer the DER bytes as KMS GetPublicKey gives them
 */
export const keyFingerprint = (publicKeyDer: Uint8Array): Sha256 => sha256Hex(publicKeyDer);
