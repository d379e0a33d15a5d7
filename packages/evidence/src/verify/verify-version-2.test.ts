import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { CustodyEntry } from '../custody-entry.ts';
import { Envelope } from '../dsse.ts';
import { nextEntry } from '../next-entry.ts';
import { decodeSigned } from '../read-signed.ts';
import { encodeSigned, ENTRY_PAYLOAD_TYPE, keyFingerprint } from '../signed-entry.ts';
import {
  ledgerOf,
  opened,
  provenanceBy,
  sealedExport,
  signEntry,
  testSigner,
} from './sealed-export.fixture.ts';
import { bytesOf } from './tamperings.fixture.ts';
import { verifyExport } from './verify-export.ts';

const signer = testSigner();
const other = testSigner();
const trusted = { keyFingerprint: keyFingerprint(signer.der) };
const sound = sealedExport(signer, { version2From: 1 });
const E4 = 'custody/000004.json';
const E5 = 'custody/000005.json';

const envelopeIn = (files: ReadonlyMap<string, Uint8Array>, path: string): Envelope =>
  Envelope.parse(JSON.parse(Buffer.from(bytesOf(files, path)).toString('utf8')));
const payloadIn = (path: string): string =>
  Buffer.from(envelopeIn(sound, path).payload, 'base64').toString('utf8');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const verifyWith = (path: string, content: string | object) => {
  const text = typeof content === 'string' ? content : canonicalJson(content);
  return verifyExport(new Map([...sound, [path, new TextEncoder().encode(text)]]), trusted);
};

describe('verifyExport, of entries in DSSE envelopes', () => {
  it('verifies a ledger of envelopes, as many signatures as entries and one for the manifest', () => {
    expect(verifyExport(sound, trusted)).toMatchObject({
      status: 'verified',
      checked: { entries: 7, signatures: 8, objects: 2, snapshots: 1 },
      problems: [],
    });
    expect(envelopeIn(sound, E4)).toMatchObject({
      payloadType: ENTRY_PAYLOAD_TYPE,
      signatures: [{ keyid: trusted.keyFingerprint }],
    });
  });

  it('verifies a ledger that an older release began and this one ended', () => {
    for (const version2From of [2, 5, 7])
      expect(verifyExport(sealedExport(signer, { version2From }), trusted).status).toBe('verified');
  });

  it.each<readonly [string, () => string | object, RegExp]>([
    [
      'a fact in the payload changed',
      () => ({
        ...envelopeIn(sound, E4),
        payload: base64(payloadIn(E4).replace('"sizeGiB":8', '"sizeGiB":9')),
      }),
      /entry was changed after it was signed/,
    ],
    [
      'the call that it rests on changed',
      () => ({
        ...envelopeIn(sound, E4),
        payload: base64(payloadIn(E4).replace('4442587FB7D0A2F9', '4442587FB7D0A2F0')),
      }),
      /entry was changed after it was signed/,
    ],
    [
      "another entry's signature",
      () => ({ ...envelopeIn(sound, E4), signatures: envelopeIn(sound, E5).signatures }),
      /signature does not fit the payload/,
    ],
    [
      'another payload type',
      () => ({ ...envelopeIn(sound, E4), payloadType: 'application/json' }),
      /payloadType: wanted the payload type application\/vnd\.cordon/,
    ],
    [
      'another key named beside the signature',
      () => {
        const { signatures, ...rest } = envelopeIn(sound, E4);
        return { ...rest, signatures: [{ ...signatures[0], keyid: '0'.repeat(64) }] };
      },
      /it names key 0{64}, public-key\.der is/,
    ],
    [
      'a key that is named by no fingerprint',
      () => {
        const { signatures, ...rest } = envelopeIn(sound, E4);
        return { ...rest, signatures: [{ ...signatures[0], keyid: 'the-key' }] };
      },
      /keyid: wanted the key's fingerprint/,
    ],
    [
      'a second signature',
      () => {
        const { signatures, ...rest } = envelopeIn(sound, E4);
        return { ...rest, signatures: [...signatures, ...signatures] };
      },
      /not a valid form: signatures/,
    ],
    [
      'white space in the envelope',
      () => `${canonicalJson(envelopeIn(sound, E4))} `,
      /not the canonical JSON/,
    ],
    [
      'white space in the payload, rightly signed',
      () => {
        const payload = base64(`${payloadIn(E4)} `);
        return { ...envelopeIn(sound, E4), payload };
      },
      /not the canonical JSON/,
    ],
    [
      'an entry that the true key signed for another key',
      () => {
        const entry = CustodyEntry.parse(JSON.parse(payloadIn(E4)));
        const forged = CustodyEntry.parse({ ...entry, signer: provenanceBy(other).signer });
        return encodeSigned(signEntry(forged, signer));
      },
      /it names key [0-9a-f]{64}, public-key\.der is/,
    ],
    [
      'an entry of version 1 in an envelope',
      () => ({
        ...envelopeIn(sound, E4),
        payload: base64(canonicalJson(ledgerOf([opened], signer)[0]?.entry)),
      }),
      /version 1 lies in no envelope/,
    ],
    [
      'an entry of version 2 outside its envelope',
      () => {
        const entry = CustodyEntry.parse(JSON.parse(payloadIn(E4)));
        return canonicalJson(signEntry(entry, signer));
      },
      /version 2 lies in a DSSE envelope/,
    ],
  ])('finds and names: %s', (_, content, problem) => {
    const { status, problems } = verifyWith(E4, content());
    expect(status).toBe('broken');
    expect(problems).toContainEqual({
      file: E4,
      problem: expect.stringMatching(problem),
      hint: expect.any(String),
    });
  });

  it('finds every single changed byte of an envelope, and names the file it is in', () => {
    const place = fc.record({
      at: fc.nat(bytesOf(sound, E4).length - 1),
      flip: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(place, ({ at, flip }) => {
        const changed = Uint8Array.from(bytesOf(sound, E4));
        changed[at] = (changed[at] ?? 0) ^ flip;
        const { status, problems } = verifyExport(new Map([...sound, [E4, changed]]), trusted);
        expect(status).toBe('broken');
        expect(problems.map(({ file }) => file)).toContain(E4);
      }),
      { numRuns: 300 },
    );
  });
});

describe('decodeSigned', () => {
  it('gives back what was written, of either version', () => {
    const [first] = ledgerOf([opened], signer);
    const entry = nextEntry(undefined, { ...opening, provenance: provenanceBy(signer) });
    for (const signed of [first, signEntry(entry, signer)])
      expect(signed && decodeSigned('e', Buffer.from(encodeSigned(signed)))).toEqual(signed);
  });

  it('refuses what is no entry, and says which file', () => {
    expect(() => decodeSigned('custody/000001.json', Buffer.from('{}'))).toThrow(
      /custody\/000001\.json is no custody entry: not a valid form/,
    );
  });
});

const opening = {
  incidentId: 'inc-1',
  at: '2026-01-31T03:00:00Z',
  basis: 'reported',
  actor: 'arn:aws:iam::111111111111:role/cordon-custodian',
  event: opened,
} as const;
