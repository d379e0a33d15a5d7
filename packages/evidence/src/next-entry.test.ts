import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CustodyEntry, digestOf } from './custody-entry.ts';
import { CustodyEvent } from './custody-event.ts';
import { nextEntry } from './next-entry.ts';
import type { CustodyDraft } from './next-entry.ts';
import { Sha256, sha256Hex } from './sha256.ts';
import { deposit, ledgerOf, opened, securedSnapshot, testSigner } from './verify/sealed-export.fixture.ts';

const signer = testSigner();
const draft = (event: CustodyEvent, incidentId = 'inc-1'): CustodyDraft => ({
  incidentId,
  at: '2026-01-31T03:00:00Z',
  basis: 'observed',
  actor: 'arn:aws:iam::111111111111:role/cordon-custodian',
  event,
});
const gap: CustodyEvent = { kind: 'evidence-missing', subject: 'memory', because: 'no agent' };
const [first] = ledgerOf([opened], signer);

describe('nextEntry', () => {
  it('opens a ledger with entry 1 and no predecessor', () => {
    expect(nextEntry(undefined, draft(opened))).toMatchObject({
      schemaVersion: 1,
      sequence: 1,
      previous: null,
    });
  });

  it('chains to the digest of the entry before', () => {
    expect(nextEntry(first, draft(gap))).toMatchObject({ sequence: 2, previous: first?.digest });
  });

  it.each([
    ['a ledger that opens no incident', undefined, draft(gap), /first entry of a ledger/],
    ['an incident opened twice', first, draft(opened), /first entry of a ledger/],
    ['an entry of another incident', first, draft(gap, 'inc-2'), /cannot chain an entry of incident inc-2/],
    ['a deposit in another folder', first, draft(deposit('inc-2', 'a', 'x')), /event\.key: wanted incidents/],
    ['an actor that is no ARN', first, { ...draft(gap), actor: 'alice' }, /actor: wanted an ARN/],
    ['a moment that is none', first, { ...draft(gap), at: '2026-02-30T00:00:00Z' }, /at: wanted an ISO 8601/],
    [
      'half a surrogate pair, which has no bytes to sign',
      first,
      draft({ ...gap, because: '\ud800' }),
      /event\.because: wanted text without half/,
    ],
  ])('refuses %s', (_, previous, refused, message) => {
    expect(() => nextEntry(previous, refused)).toThrow(message);
  });

  it('refuses anything after the seal', () => {
    const sealed = ledgerOf([opened, { kind: 'sealed', manifestSha256: sha256Hex('m') }], signer).at(-1);
    expect(() => nextEntry(sealed, draft(gap))).toThrow(/after the seal/);
  });

  it('refuses a predecessor that is not what its digest says', () => {
    const forged = first && { ...first, digest: Sha256.parse('0'.repeat(64)) };
    expect(() => nextEntry(forged, draft(gap))).toThrow(/it was changed on the way/);
  });

  it('keeps the chain property for any ledger: numbered from 1, each naming the digest before it', () => {
    const event = fc.oneof(
      fc.constant(gap),
      fc
        .integer({ min: 0, max: 0xfffffff })
        .map((n) => securedSnapshot(`snap-${n.toString(16).padStart(8, '0')}`)),
      fc
        .dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ unit: 'grapheme' }))
        .map((detail) => ({ kind: 'step-reported', step: 's', outcome: 'failed', detail }) as const),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        const ledger = ledgerOf([opened, ...events], signer);
        ledger.forEach(({ entry, digest }, index) => {
          expect(entry.sequence).toBe(index + 1);
          expect(entry.previous).toBe(ledger[index - 1]?.digest ?? null);
          expect(CustodyEntry.parse(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
          expect(digest).toBe(digestOf(entry));
        });
        expect(new Set(ledger.map(({ digest }) => digest)).size).toBe(ledger.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe('CustodyEntry', () => {
  it.each([3, '1', null, undefined])('refuses schemaVersion %j and says what to do', (schemaVersion) => {
    const read = CustodyEntry.safeParse({ ...first?.entry, schemaVersion });
    expect(read.error?.issues[0]?.message).toMatch(
      /is not known here, only 1 and 2 are: use the release of cordon/,
    );
  });

  it('refuses a field that it does not know, rather than sign less than it was given', () => {
    expect(CustodyEntry.safeParse({ ...first?.entry, note: 'x' }).success).toBe(false);
    expect(CustodyEvent.safeParse({ ...opened, note: 'x' }).success).toBe(false);
  });
});
