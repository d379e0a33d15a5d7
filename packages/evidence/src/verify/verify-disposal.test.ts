import { describe, expect, it } from 'vitest';
import { deriveEvidence } from '../build-manifest.ts';
import type { CustodyEvent } from '../custody-event.ts';
import { buildCertificate, destroyedOf } from '../keeping/build-certificate.ts';
import { DISPOSAL_CERTIFICATE, Inventory } from '../keeping/certificate.ts';
import type { DisposalCertificate } from '../keeping/certificate.ts';
import { KEEPING_HEAD } from '../keeping/keeping-head.ts';
import { encodeStatement, readStatement, statementBytes } from '../keeping/statement.ts';
import { Manifest } from '../manifest.ts';
import { sha256Hex } from '../sha256.ts';
import { encodeSigned, keyFingerprint } from '../signed-entry.ts';
import type { SignedEntry } from '../signed-entry.ts';
import { exportPaths } from '../vault-keys.ts';
import { extend, opened, sealedExport, testSigner } from './sealed-export.fixture.ts';
import { verifyExport } from './verify-export.ts';

const signer = testSigner();
const of = { signer, incidentId: 'inc-1-keeping', version2From: 1 };
const sealed = sealedExport(signer, { version2From: 1 });
const trusted = { keyFingerprint: keyFingerprint(signer.der) };
const manifest = Manifest.parse(
  JSON.parse(Buffer.from(sealed.get(exportPaths.manifest) ?? '').toString('utf8')),
);

const person = (name: string) => ({
  name,
  arn: `arn:aws:sts::555555555555:assumed-role/AWSReservedSSO_Disposers_0123456789abcdef/${name}`,
});
const digestOf = (ledger: readonly SignedEntry[]) => {
  const last = ledger.at(-1);
  if (last === undefined) throw new Error('the ledger is empty');
  return last.digest;
};
const then = (ledger: readonly SignedEntry[], ...events: CustodyEvent[]) => extend(ledger, events, of);

const asked = then([], opened, {
  kind: 'keeping-asked',
  what: 'dispose',
  by: person('ada'),
  reason: 'the retention is over',
  until: '2026-02-01T03:00:00Z',
});
const approved = then(asked, {
  kind: 'keeping-approved',
  what: 'dispose',
  asked: digestOf(asked),
  by: person('bob'),
  reason: 'seen',
});
const approval = digestOf(approved);
const inventory = Inventory.parse({
  schemaVersion: 1,
  incidentId: 'inc-1',
  approved: approval,
  objects: manifest.items.flatMap((item) =>
    item.kind === 'object'
      ? [{ key: item.key, versionId: item.versionId, sha256: item.sha256, sizeBytes: item.sizeBytes }]
      : [],
  ),
  snapshots: manifest.items.flatMap((item) =>
    item.kind === 'snapshot'
      ? [
          {
            region: item.region,
            snapshotId: item.snapshotId,
            volumeId: item.volumeId,
            sizeGiB: item.sizeGiB,
            digest: item.digest,
          },
        ]
      : [],
  ),
});
const begun = then(approved, {
  kind: 'disposal-begun',
  approved: approval,
  inventorySha256: sha256Hex('the list'),
  objects: inventory.objects.length,
  snapshots: inventory.snapshots.length,
});
const destroyed = then(begun, {
  kind: 'evidence-destroyed',
  approved: approval,
  objects: inventory.objects.map(({ key, versionId }) => ({ key, versionId })),
  snapshots: inventory.snapshots.map(({ region, snapshotId }) => ({ region, snapshotId })),
});
const certificateOf = (ledger: readonly SignedEntry[]): DisposalCertificate =>
  buildCertificate(ledger, {
    inventory,
    manifests: [manifest],
    endedAt: '2026-01-31T04:00:00Z',
    signer: manifest.signer,
    tool: { name: 'cordon-recorder', version: '0.1.0' },
  });
const textOf = (certificate: DisposalCertificate): string =>
  encodeStatement(
    DISPOSAL_CERTIFICATE,
    certificate,
    signer.sign(statementBytes(DISPOSAL_CERTIFICATE, certificate)),
  );
const ended = (text: string): readonly SignedEntry[] =>
  then(destroyed, {
    kind: 'disposed',
    approved: approval,
    certificateSha256: sha256Hex(text),
    objects: inventory.objects.length,
    snapshots: inventory.snapshots.length,
  });

/** The folder of a disposed case: no objects, the ledger of keeping, and what else is given. */
const folder = (ledger: readonly SignedEntry[], more: Readonly<Record<string, string>> = {}) =>
  new Map<string, Uint8Array>([
    ...[...sealed].filter(([path]) => !path.startsWith('objects/')),
    ...ledger.map((one): [string, Uint8Array] => [
      exportPaths.keeping(one.entry.sequence),
      Buffer.from(encodeSigned(one)),
    ]),
    ...Object.entries(more).map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text)]),
  ]);
const problemsOf = (files: ReadonlyMap<string, Uint8Array>): string =>
  verifyExport(files, trusted)
    .problems.map(({ file, problem }) => `${file}: ${problem}`)
    .join('\n');

const text = textOf(certificateOf(destroyed));
const whole = { [exportPaths.certificate]: text };

describe('a case that was disposed of', () => {
  it('verifies by its ledgers and the signed certificate', () => {
    expect(verifyExport(folder(ended(text), whole), trusted)).toMatchObject({
      status: 'verified',
      keeping: { end: 'disposed', entries: 6 },
      disposed: { objects: inventory.objects.length, snapshots: inventory.snapshots.length },
      problems: [],
    });
    expect(inventory.objects.length).toBeGreaterThan(0);
    expect(deriveEvidence(destroyed.map(({ entry }) => entry)).items).toEqual([]);
  });

  it('lets the ledger go on with who comes for it, and with nothing else', () => {
    const after = then(ended(text), {
      kind: 'exported',
      by: person('ada'),
      reason: 'appeal',
      to: 'the court',
    });
    expect(problemsOf(folder(after, whole))).toBe('');
    const held = then(ended(text), { kind: 'hold-set', by: person('ada'), reason: 'late', objects: 1 });
    expect(problemsOf(folder(held, whole))).toMatch(/disposed of before, and nothing of this kind/);
  });

  it.each<readonly [string, () => ReadonlyMap<string, Uint8Array>, RegExp]>([
    ['without its certificate', () => folder(ended(text)), /certificate of the disposal is missing/],
    [
      'with a certificate that another key signed',
      () => {
        const certificate = certificateOf(destroyed);
        const other = encodeStatement(
          DISPOSAL_CERTIFICATE,
          certificate,
          testSigner().sign(statementBytes(DISPOSAL_CERTIFICATE, certificate)),
        );
        return folder(ended(other), { [exportPaths.certificate]: other });
      },
      /certificate\.json: the signature does not fit/,
    ],
    [
      'with a certificate that names less than is missing',
      () => {
        const less = textOf({ ...certificateOf(destroyed), objects: [] });
        return folder(ended(less), { [exportPaths.certificate]: less });
      },
      /the object is missing/,
    ],
    [
      'with a certificate of other content under the same name',
      () => {
        const certificate = certificateOf(destroyed);
        const objects = certificate.objects.map((one) => ({ ...one, sha256: sha256Hex('other') }));
        const other = textOf({ ...certificate, objects });
        return folder(ended(other), { [exportPaths.certificate]: other });
      },
      /the object is missing/,
    ],
    [
      'with another certificate than the ledger names',
      () => folder(ended('another'), whole),
      /names another certificate/,
    ],
    ['with its last entry cut off', () => folder(destroyed, whole), /says nothing of a disposal/],
    [
      'with the entries before the certificate cut off as well',
      () => folder(asked, whole),
      /its end was cut off/,
    ],
    [
      'when one person decided it',
      () => {
        const alone = then(asked, {
          kind: 'keeping-approved',
          what: 'dispose',
          asked: digestOf(asked),
          by: person('ada'),
          reason: 'seen',
        });
        return folder(alone);
      },
      /ada asked for it, and another person/,
    ],
    [
      'when a hold stood',
      () =>
        folder(
          then(then(destroyed, { kind: 'hold-set', by: person('eve'), reason: 'police', objects: 1 }), {
            kind: 'disposed',
            approved: approval,
            certificateSha256: sha256Hex(text),
            objects: 1,
            snapshots: 1,
          }),
          whole,
        ),
      /under legal hold/,
    ],
  ])('is broken %s', (_name, files, why) => {
    expect(problemsOf(files())).toMatch(why);
  });

  it('cannot be certified while something of it is left', () => {
    expect(() => certificateOf(begun)).toThrow(/are not destroyed yet/);
    expect(destroyedOf(begun, approval).size).toBe(0);
    expect(destroyedOf(destroyed, approval).size).toBe(inventory.objects.length + inventory.snapshots.length);
  });
});

describe('the signed head of an export', () => {
  const head = {
    schemaVersion: 1,
    kind: 'keeping-head',
    ledgerId: 'inc-1-keeping',
    entries: approved.length,
    head: approval,
    at: '2026-01-31T03:00:00Z',
  } as const;
  const signed = (of2: typeof head = head): string =>
    encodeStatement(KEEPING_HEAD, of2, signer.sign(statementBytes(KEEPING_HEAD, of2)));
  const exportOf = (ledger: readonly SignedEntry[], file: string) =>
    new Map([...sealed, ...folder(ledger, { [exportPaths.keepingHead]: file })]);

  it('shows that no entry is missing up to it, and lets more follow', () => {
    for (const ledger of [approved, begun])
      expect(verifyExport(exportOf(ledger, signed()), trusted)).toMatchObject({
        status: 'verified',
        keeping: { end: 'signed' },
      });
  });

  it('shows that entries were cut off, or are others', () => {
    expect(problemsOf(exportOf(asked, signed()))).toMatch(/its end was cut off/);
    const other = then(asked, { kind: 'hold-set', by: person('eve'), reason: 'x', objects: 1 });
    expect(problemsOf(exportOf(other, signed()))).toMatch(/another than was signed/);
    const elsewhere = { ...head, ledgerId: 'inc-2-keeping' } as unknown as typeof head;
    expect(problemsOf(exportOf(approved, signed(elsewhere)))).toMatch(/is of ledger inc-2-keeping/);
  });

  it('is no certificate, whatever it is called', () => {
    const file = exportPaths.certificate;
    expect(
      readStatement({ file, bytes: Buffer.from(signed()), maxBytes: 1 << 20 }, DISPOSAL_CERTIFICATE),
    ).toMatchObject({ status: 'unreadable', problem: { problem: expect.stringMatching(/payload type/) } });
  });
});
