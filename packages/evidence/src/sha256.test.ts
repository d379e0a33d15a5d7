import { describe, expect, it } from 'vitest';
import { Sha256, sha256Hex } from './sha256.ts';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('sha256Hex', () => {
  it('gives the digest of FIPS 180-4 for "abc", as text and as bytes', () => {
    expect(sha256Hex('abc')).toBe(ABC);
    expect(sha256Hex(new Uint8Array([0x61, 0x62, 0x63]))).toBe(ABC);
  });

  it('gives the well-known digest of nothing', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('Sha256', () => {
  it.each([ABC.toUpperCase(), ABC.slice(1), `${ABC}0`, `${ABC}\n`])('refuses %j', (text) => {
    expect(Sha256.safeParse(text).success).toBe(false);
  });
});
