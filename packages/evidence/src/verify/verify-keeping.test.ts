import { describe, expect, it } from 'vitest';
import type { CustodyEvent } from '../custody-event.ts';
import { encodeSigned, keyFingerprint } from '../signed-entry.ts';
import type { SignedEntry } from '../signed-entry.ts';
import { exportPaths } from '../vault-keys.ts';
import { extend, opened, sealedExport, testSigner } from './sealed-export.fixture.ts';
import { verifyExport } from './verify-export.ts';

const signer = testSigner();
const of = { signer, incidentId: 'inc-1-keeping', version2From: 1 };
const sealed = sealedExport(signer, { version2From: 1 });
const trusted = { keyFingerprint: keyFingerprint(signer.der) };

const person = (name: string) => ({
  name,
  arn: `arn:aws:sts::555555555555:assumed-role/AWSReservedSSO_Keepers_0123456789abcdef/${name}`,
});
const [ADA, BOB] = [person('ada'), person('bob')];
const asked: CustodyEvent = {
  kind: 'keeping-asked',
  what: 'release-hold',
  by: ADA,
  reason: 'the case is closed',
  until: '2026-02-01T03:00:00Z',
};
const approvedBy = (by: typeof ADA, digest: string): CustodyEvent => ({
  kind: 'keeping-approved',
  what: 'release-hold',
  asked: digest as never,
  by,
  reason: 'seen',
});
const released = (digest: string): CustodyEvent => ({
  kind: 'hold-released',
  approved: digest as never,
  objects: 4,
});

const held = extend([], [opened, { kind: 'hold-set', by: ADA, reason: 'police', objects: 4 }, asked], of);
const last = (ledger: readonly SignedEntry[]): string => ledger.at(-1)?.digest ?? '';
const then = (ledger: readonly SignedEntry[], ...events: readonly CustodyEvent[]) =>
  extend(ledger, events, of);

const verify = (ledger: readonly SignedEntry[], drop: readonly number[] = []) =>
  verifyExport(
    new Map([
      ...sealed,
      ...ledger
        .filter(({ entry }) => !drop.includes(entry.sequence))
        .map((signed): [string, Uint8Array] => [
          exportPaths.keeping(signed.entry.sequence),
          Buffer.from(encodeSigned(signed)),
        ]),
    ]),
    trusted,
  );
const problemsOf = (ledger: readonly SignedEntry[], drop?: readonly number[]) =>
  verify(ledger, drop).problems.map(({ file, problem }) => `${file}: ${problem}`);

describe('the ledger of keeping', () => {
  it('verifies beside the sealed one, and says how far it goes', () => {
    const approved = then(held, approvedBy(BOB, last(held)));
    const whole = then(approved, released(last(approved)));
    expect(verify(whole)).toMatchObject({
      status: 'verified',
      checked: { entries: 7, signatures: 13 },
      keeping: { entries: 5, until: '2026-01-31T03:00:00.5Z' },
    });
  });

  it.each<readonly [string, () => readonly SignedEntry[], RegExp]>([
    [
      'one person asks and approves, in whatever session',
      () => then(held, approvedBy({ ...ADA, arn: `${ADA.arn}2` }, last(held))),
      /ada asked for it, and another person/,
    ],
    [
      'an approval of what nobody asked for',
      () => then(held, approvedBy(BOB, '0'.repeat(64))),
      /nobody asked/,
    ],
    [
      'an approval that came too late',
      () => {
        const late = then(held.slice(0, 2), { ...asked, until: '2026-01-31T03:00:00Z' } as CustodyEvent);
        return then(late, approvedBy(BOB, last(late)));
      },
      /it expired at/,
    ],
    [
      'one request approved twice',
      () => then(held, approvedBy(BOB, last(held)), approvedBy(person('eve'), last(held))),
      /approved already, by entry 4/,
    ],
    [
      'a release that nobody approved',
      () => then(held, released(last(held))),
      /no entry with digest .* approves/,
    ],
    [
      'a release done twice on one approval',
      () => {
        const approved = then(held, approvedBy(BOB, last(held)));
        return then(approved, released(last(approved)), released(last(approved)));
      },
      /entry 5 did it already/,
    ],
  ])('is broken by %s, though the true key signed it', (_, ledger, problem) => {
    expect(problemsOf(ledger()).join('\n')).toMatch(problem);
  });

  it('is broken by an entry that is missing, and by one of another incident', () => {
    expect(problemsOf(held, [2]).join('\n')).toMatch(/keeping\/000002\.json: the entry is missing/);
    const other = extend([], [opened], { ...of, incidentId: 'inc-2-keeping' });
    expect(problemsOf(other).join('\n')).toMatch(/is of ledger inc-2-keeping, wanted inc-1-keeping/);
    const elsewhere = extend([], [{ ...opened, instanceId: 'i-00000000' } as CustodyEvent], of);
    expect(problemsOf(elsewhere).join('\n')).toMatch(/another account, Region, instance/);
  });

  it('is broken by an entry of another key', () => {
    const forged = extend([], [opened], { ...of, signer: testSigner() });
    expect(problemsOf(forged).join('\n')).toMatch(/keeping\/000001\.json: .*signature/);
  });
});
