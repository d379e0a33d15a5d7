import { createHash } from 'node:crypto';
import * as z from 'zod';

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'wanted a SHA-256 digest: 64 lower-case hexadecimal digits')
  .brand<'Sha256'>();
export type Sha256 = z.infer<typeof Sha256>;

/** OpenSSL takes less than 2 GiB in one update; memory images are larger. */
const CHUNK_BYTES = 1 << 30;

/**
 * The SHA-256 digest of some bytes, of any length.
 *
 * @param data bytes, or text to be hashed as UTF-8
 */
export const sha256Hex = (data: Uint8Array | string): Sha256 => {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES)
    hash.update(bytes.subarray(from, from + CHUNK_BYTES));
  return Sha256.parse(hash.digest('hex'));
};
