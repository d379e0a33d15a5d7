import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { buildManifest } from '../build-manifest.ts';
import { canonicalJson } from '../canonical-json.ts';
import { digestOf } from '../custody-entry.ts';
import type { CustodyEntry } from '../custody-entry.ts';
import type { CustodyEvent } from '../custody-event.ts';
import type { Manifest } from '../manifest.ts';
import { nextEntry } from '../next-entry.ts';
import { sha256Hex } from '../sha256.ts';
import type { Provenance } from '../provenance.ts';
import { encodeSigned, keyFingerprint, signedBytes } from '../signed-entry.ts';
import type { Signature, SignedEntry } from '../signed-entry.ts';
import { exportPaths, vaultKeys } from '../vault-keys.ts';

const SIGNING_KEY_ARN = 'arn:aws:kms:eu-central-1:555555555555:key/1f0c3a52-9f0d-4a8e-b4a3-0a0e6b1d7c11';
const EVIDENCE_KEY_ARN = 'arn:aws:kms:eu-central-1:555555555555:key/mrk-7c1df0c3a529f0d4a8eb4a30a0e6b1d7';
const RECORDER = 'arn:aws:sts::555555555555:assumed-role/cordon-recorder/inc-1';
const SEALED_AT = '2026-01-31T04:00:00Z';

/** A key pair that signs as KMS does: ECDSA over SHA-256, in DER. */
export type TestSigner = {
  readonly der: Uint8Array;
  readonly sign: (what: string | Uint8Array) => Signature;
};

export const testSigner = (keyArn: string = SIGNING_KEY_ARN): TestSigner => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return { der, sign: (what) => signText(what, privateKey, { keyArn, keyFingerprint: keyFingerprint(der) }) };
};

const signText = (
  what: string | Uint8Array,
  key: KeyObject,
  signer: Pick<Signature, 'keyArn' | 'keyFingerprint'>,
): Signature => ({
  algorithm: 'ECDSA_SHA_256',
  ...signer,
  value: sign('sha256', typeof what === 'string' ? Buffer.from(what) : what, key).toString('base64'),
});

export const signEntry = (entry: CustodyEntry, signer: TestSigner): SignedEntry => ({
  entry,
  digest: digestOf(entry),
  signature: signer.sign(signedBytes(entry)),
});

export const encode = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalJson(value));

const OBJECTS = { 'context/instance.json': '{"state":"running"}', 'memory.raw': '\u0000\u0001memory' };

export const deposit = (incidentId: string, label: string, content: string): CustodyEvent => ({
  kind: 'object-deposited',
  key: vaultKeys.object(incidentId, label),
  versionId: `v-${label.length}`,
  sha256: sha256Hex(content),
  sizeBytes: Buffer.byteLength(content),
  retainUntil: '2027-01-31T03:00:00Z',
  mode: 'COMPLIANCE',
  label,
});

export const securedSnapshot = (snapshotId: string): CustodyEvent => ({
  kind: 'snapshot-secured',
  region: 'eu-central-1',
  snapshotId,
  sourceVolumeId: 'vol-0aaaaaaaaaaaaaaaa',
  sourceSnapshotId: 'snap-0bbbbbbbbbbbbbbbb',
  keyArn: EVIDENCE_KEY_ARN,
  sizeGiB: 8,
  lockMode: 'compliance',
  lockExpiresAt: '2027-01-31T03:00:00Z',
});

export const opened: CustodyEvent = {
  kind: 'incident-opened',
  account: '111111111111',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  findingId: 'finding-1',
};

/** Signs a ledger of these events, in order. */
export const ledgerOf = (
  events: readonly CustodyEvent[],
  signer: TestSigner,
  incidentId = 'inc-1',
): readonly SignedEntry[] => extend([], events, { signer, incidentId });

/** Whose ledger a fixture's entries are of, and from which entry on they are of version 2 (none, when absent). */
export type Ledger = {
  readonly signer: TestSigner;
  readonly incidentId: string;
  readonly version2From?: number;
};

/** Appends events to a ledger, in order. */
export const extend = (
  before: readonly SignedEntry[],
  events: readonly CustodyEvent[],
  of: Ledger,
): readonly SignedEntry[] =>
  events.reduce<readonly SignedEntry[]>((ledger, event) => [...ledger, append(ledger, event, of)], before);

/** What a fixture's entries of version 2 say of themselves. */
export const provenanceBy = (signer: TestSigner): Provenance => {
  const { keyArn, keyFingerprint: fingerprint } = signer.sign('');
  return {
    signer: { keyArn, keyFingerprint: fingerprint },
    tool: { name: 'cordon-recorder', version: '0.1.0' },
    calls: {
      status: 'known',
      calls: [
        {
          source: 's3.amazonaws.com',
          name: 'HeadObject',
          region: 'eu-central-1',
          requestId: '4442587FB7D0A2F9',
          at: '2026-01-31T03:00:00.4Z',
        },
      ],
    },
  };
};

const append = (ledger: readonly SignedEntry[], event: CustodyEvent, of: Ledger): SignedEntry => {
  const { signer, incidentId, version2From = Infinity } = of;
  const basis = event.kind === 'step-reported' ? 'reported' : 'observed';
  const provenance = ledger.length + 1 >= version2From ? provenanceBy(signer) : undefined;
  const draft = {
    incidentId,
    at: '2026-01-31T03:00:00.5Z',
    basis,
    actor: RECORDER,
    event,
    provenance,
  } as const;
  return signEntry(nextEntry(ledger.at(-1), draft), signer);
};

const eventsOf = (incidentId: string): readonly CustodyEvent[] => [
  opened,
  ...Object.entries(OBJECTS).map(([label, content]) => deposit(incidentId, label, content)),
  securedSnapshot('snap-0123456789abcdef0'),
  {
    kind: 'step-reported',
    step: 'isolate-network',
    outcome: 'done',
    detail: { group: 'sg-1', note: 'né "x"' },
  },
  {
    kind: 'evidence-missing',
    subject: 'vol-0cccccccccccccccc',
    because: 'the volume was gone before the freeze',
  },
];

/** What a sealed incident's exported folder holds; `manifest` can be altered before it is sealed and signed. */
export const sealedExport = (
  signer: TestSigner,
  { incidentId = 'inc-1', version2From = Infinity, alter = (manifest: Manifest): Manifest => manifest } = {},
): Map<string, Uint8Array> => {
  const of = { signer, incidentId, version2From };
  const open = extend([], eventsOf(incidentId), of);
  const signedBy = { keyArn: signer.sign('').keyArn, keyFingerprint: keyFingerprint(signer.der) };
  const manifest = alter(buildManifest(open, { sealedAt: SEALED_AT, signer: signedBy }));
  const manifestSha256 = sha256Hex(canonicalJson(manifest));
  const seal = append(open, { kind: 'sealed', manifestSha256 }, of);
  return new Map([
    [exportPaths.manifest, encode(manifest)],
    [
      exportPaths.manifestSignature,
      encode({ schemaVersion: 1, manifestSha256, signature: signer.sign(canonicalJson(manifest)) }),
    ],
    [exportPaths.publicKey, signer.der],
    ...[...open, seal].map((signed): [string, Uint8Array] => [
      exportPaths.entry(signed.entry.sequence),
      new TextEncoder().encode(encodeSigned(signed)),
    ]),
    ...Object.entries(OBJECTS).map(([label, content]): [string, Uint8Array] => [
      exportPaths.object(label),
      new TextEncoder().encode(content),
    ]),
  ]);
};
