import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Envelope, preAuthentication } from './dsse.ts';

/** The test vector of the DSSE protocol: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md#test-vectors */
const VECTOR = {
  payloadType: 'http://example.com/HelloWorld',
  payload: 'aGVsbG8gd29ybGQ=',
  pae: 'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
  y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  sig: 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
};

const part = (value: bigint): string =>
  Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toString('base64url');
const key = createPublicKey({
  format: 'jwk',
  key: { kty: 'EC', crv: 'P-256', x: part(VECTOR.x), y: part(VECTOR.y) },
});
const PRIVATE = {
  format: 'jwk',
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: part(VECTOR.x),
    y: part(VECTOR.y),
    d: part(97358161215184420915383655311931858321456579547487070936769975997791359926199n),
  },
} as const;
/** The vector's signature is r and s one after the other, KMS's and ours are DER. */
const holds = (signed: Uint8Array): boolean =>
  verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(VECTOR.sig, 'base64'));

describe('DSSE', () => {
  it("gives the protocol's own pre-authentication encoding, over which the protocol's own signature holds", () => {
    const encoded = preAuthentication(VECTOR.payloadType, Buffer.from(VECTOR.payload, 'base64'));
    expect(Buffer.from(encoded).toString('utf8')).toBe(VECTOR.pae);
    expect(holds(encoded)).toBe(true);
  });

  it('does not let the signature hold for another type, or another body', () => {
    expect(holds(preAuthentication('http://example.com/Hello', Buffer.from('World 11 hello world')))).toBe(
      false,
    );
    expect(holds(preAuthentication(VECTOR.payloadType, Buffer.from('hello worle')))).toBe(false);
  });

  it('counts bytes, not characters', () => {
    expect(Buffer.from(preAuthentication('ä', Buffer.from('né'))).toString('utf8')).toBe('DSSEv1 2 ä 3 né');
  });

  it('never encodes two different pairs of type and body alike', () => {
    const text = fc.string({ unit: fc.constantFrom('1', '2', ' ', 'D', 'a'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, text, (type, body, otherType, otherBody) => {
        fc.pre(type !== otherType || body !== otherBody);
        const one = Buffer.from(preAuthentication(type, Buffer.from(body)));
        expect(one.equals(preAuthentication(otherType, Buffer.from(otherBody)))).toBe(false);
      }),
    );
  });

  it('takes one signature in one spelling, and nothing beside it', () => {
    const sig = sign('sha256', Buffer.from('b'), createPrivateKey(PRIVATE)).toString('base64');
    const sound = { payload: 'Yg==', payloadType: 't', signatures: [{ keyid: 'k', sig }] };
    expect(Envelope.safeParse(sound).success).toBe(true);
    for (const wrong of [
      { ...sound, payload: 'Yh==' },
      { ...sound, payload: 'Yg' },
      { ...sound, signatures: [] },
      { ...sound, signatures: [...sound.signatures, ...sound.signatures] },
      { ...sound, note: 1 },
    ])
      expect(Envelope.safeParse(wrong).success).toBe(false);
  });
});
