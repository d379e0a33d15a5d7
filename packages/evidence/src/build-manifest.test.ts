import { describe, expect, it } from 'vitest';
import { buildManifest } from './build-manifest.ts';
import type { CustodyEvent } from './custody-event.ts';
import { nextEntry } from './next-entry.ts';
import { sha256Hex } from './sha256.ts';
import { keyFingerprint } from './signed-entry.ts';
import type { SignedEntry } from './signed-entry.ts';
import {
  deposit,
  ledgerOf,
  opened,
  securedSnapshot,
  signEntry,
  testSigner,
} from './verify/sealed-export.fixture.ts';

const signer = testSigner();
const seal = {
  sealedAt: '2026-01-31T04:00:00Z',
  signer: { keyArn: signer.sign('').keyArn, keyFingerprint: keyFingerprint(signer.der) },
};
const manifestOf = (events: readonly CustodyEvent[]) =>
  buildManifest(ledgerOf([opened, ...events], signer), seal);
const withReport = (ledger: readonly SignedEntry[], event: CustodyEvent): readonly SignedEntry[] => {
  const actor = 'arn:aws:iam::222222222222:role/cordon-security';
  const draft = { incidentId: 'inc-1', at: '2026-01-31T03:10:00Z', basis: 'reported', actor, event } as const;
  return [...ledger, signEntry(nextEntry(ledger.at(-1), draft), signer)];
};

describe('buildManifest', () => {
  it('names the suspect, the ledger and its head, and the signer', () => {
    const ledger = ledgerOf([opened], signer);
    expect(buildManifest(ledger, seal)).toEqual({
      schemaVersion: 1,
      incidentId: 'inc-1',
      account: '111111111111',
      region: 'eu-central-1',
      instanceId: 'i-0123456789abcdef0',
      sealedAt: seal.sealedAt,
      items: [],
      missing: [],
      custody: { entries: 1, head: ledger[0]?.digest },
      signer: seal.signer,
    });
  });

  it('lists a snapshot with the account that holds it and the digest of its observation', () => {
    const ledger = ledgerOf([opened, securedSnapshot('snap-00000001')], signer);
    expect(buildManifest(ledger, seal).items).toMatchObject([
      {
        kind: 'snapshot',
        snapshotId: 'snap-00000001',
        account: '555555555555',
        lock: { mode: 'compliance', until: '2027-01-31T03:00:00Z' },
        digest: ledger[1]?.digest,
      },
    ]);
  });

  it('takes the latest observation of an item whose lock was made longer', () => {
    const short = deposit('inc-1', 'a', 'x');
    const { items } = manifestOf([short, { ...short, retainUntil: '2030-01-01T00:00:00Z' } as CustodyEvent]);
    expect(items).toMatchObject([{ label: 'a', lock: { until: '2030-01-01T00:00:00Z' } }]);
  });

  it('keeps the first content under a label, and states that other content came', () => {
    const { items, missing } = manifestOf([deposit('inc-1', 'a', 'x'), deposit('inc-1', 'a', 'y')]);
    expect(items).toMatchObject([{ label: 'a', sha256: sha256Hex('x') }]);
    expect(missing).toEqual([
      { subject: 'objects/a (entry 3)', because: 'other content under a label already in use' },
    ]);
  });

  it('does not take the responder at its word: what was only reported is missing', () => {
    const ledger = withReport(ledgerOf([opened], signer), deposit('inc-1', 'a', 'x'));
    expect(buildManifest(ledger, seal)).toMatchObject({
      items: [],
      missing: [{ subject: 'objects/a', because: expect.stringMatching(/never observed/) }],
    });
  });

  it('lets an observation stand when the same item is reported as well', () => {
    const ledger = withReport(
      ledgerOf([opened, deposit('inc-1', 'a', 'x')], signer),
      deposit('inc-1', 'a', 'x'),
    );
    expect(buildManifest(ledger, seal)).toMatchObject({ items: [{ label: 'a' }], missing: [] });
  });

  it('states a gap once, however often it was recorded', () => {
    const gap: CustodyEvent = { kind: 'evidence-missing', subject: 'memory', because: 'no agent' };
    expect(manifestOf([gap, gap]).missing).toEqual([{ subject: 'memory', because: 'no agent' }]);
  });

  it('refuses an empty ledger, one without its beginning, and a sealed one', () => {
    const ledger = ledgerOf([opened, { kind: 'sealed', manifestSha256: sha256Hex('m') }], signer);
    expect(() => buildManifest([], seal)).toThrow(/got a ledger of 0 entries beginning with nothing/);
    expect(() => buildManifest(ledger.slice(1), seal)).toThrow(/beginning with sealed/);
    expect(() => buildManifest(ledger, seal)).toThrow(/sealed already/);
  });
});
