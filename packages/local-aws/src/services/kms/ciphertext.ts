import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ServiceFault } from '../../core/fault.ts';
import type { Key } from './state.ts';

type EncryptionContext = Readonly<Record<string, string>> | undefined;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Additional authenticated data: the same pairs in any order are the same context. */
const bound = (context: EncryptionContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))));

/** The fault for a blob that was not sealed under a key of ours, or not with this encryption context. */
export const invalidCiphertext = (): ServiceFault =>
  new ServiceFault(
    'InvalidCiphertextException',
    'The ciphertext is not valid for this key and encryption context.',
  );

const materialOf = (key: Key): Uint8Array => {
  if (key.material !== undefined) return key.material;
  throw new ServiceFault('InvalidKeyUsageException', `${key.arn} has no symmetric material`);
};

/**
 * Seals bytes under a key: length and text of its ARN, nonce, tag, AES-256-GCM ciphertext with the encryption context bound.
 * The key is named inside, as in KMS's own ciphertext blobs, so that Decrypt needs no key id.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 *
 * @param nonceHex 24 hex digits, never twice for one key
 */
export const seal = (
  key: Key,
  plaintext: Uint8Array,
  more: { context: EncryptionContext; nonceHex: string },
): Uint8Array => {
  const nonce = Buffer.from(more.nonceHex, 'hex');
  const cipher = createCipheriv('aes-256-gcm', materialOf(key), nonce).setAAD(bound(more.context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const arn = Buffer.from(key.arn);
  return Buffer.concat([Buffer.from([arn.length]), arn, nonce, cipher.getAuthTag(), body]);
};

/** The ARN of the key under which a blob was sealed; undefined when it cannot be one. */
export const sealedUnder = (blob: Uint8Array): string | undefined => {
  const length = blob[0] ?? 0;
  const arn = Buffer.from(blob.subarray(1, 1 + length)).toString('utf8');
  return blob.length >= 1 + length + NONCE_BYTES + TAG_BYTES && arn.startsWith('arn:') ? arn : undefined;
};

/** Opens what `seal` made; ServiceFault InvalidCiphertextException when key, context or bytes are not those of the seal. */
export const open = (key: Key, blob: Uint8Array, context: EncryptionContext): Uint8Array => {
  const from = 1 + (blob[0] ?? 0);
  const nonce = blob.subarray(from, from + NONCE_BYTES);
  const tag = blob.subarray(from + NONCE_BYTES, from + NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', materialOf(key), nonce)
    .setAAD(bound(context))
    .setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(blob.subarray(from + NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
};
