import { createHash } from 'node:crypto';

/** Ids and other chosen values of the organization: each follows from the seed and from how many of its kind there are. */
export interface Ids {
  /** `length` lower-hex characters, never the same twice for one `kind`. */
  hex(kind: string, length: number): string;
  /** `length` characters of A-Z and 2-7, as in unique ids and access keys. */
  base32(kind: string, length: number): string;
  /** A version-4 shaped UUID. */
  uuid(kind: string): string;
  /** A number in [0, 1). */
  fraction(kind: string): number;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** @param seed any text; the same seed and the same sequence of requests give the same ids */
export const seededIds = (seed: string): Ids => {
  const counters = new Map<string, number>();
  const draw = (kind: string): Buffer => {
    const count = (counters.get(kind) ?? 0) + 1;
    counters.set(kind, count);
    return createHash('sha512')
      .update(JSON.stringify([seed, kind, count]))
      .digest();
  };
  const hex = (kind: string, length: number): string => draw(kind).toString('hex').slice(0, length);
  return {
    hex,
    base32: (kind, length) =>
      [...draw(kind)]
        .slice(0, length)
        .map((byte) => ALPHABET[byte % 32])
        .join(''),
    uuid: (kind) => {
      const digits = hex(kind, 32);
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
    },
    fraction: (kind) => draw(kind).readUInt32BE(0) / 2 ** 32,
  };
};
