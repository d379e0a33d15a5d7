import { createPrivateKey, sign as signBytes, type KeyObject } from 'node:crypto';
import {
  buildManifest,
  canonicalJson,
  digestOf,
  entryKey,
  keyFingerprint,
  nextEntry,
  sha256Hex,
  vaultKeys,
  type CustodyEvent,
  type Signature,
  type SignedEntry,
} from '@cordon/evidence';
import { KEY_ALIASES, RECORDER_FUNCTION_NAME } from '@cordon/incident';
import { kmsState, type Bucket, type Key, type World } from '@cordon/local-aws';
import { publicKeyDer } from '../export-evidence.ts';
import {
  ACCOUNTS,
  COPIES,
  FINDING,
  FREEZE,
  INCIDENT,
  MEMBER,
  REGION,
  START,
  SUSPECT,
  UNTIL,
  VOLUMES,
} from './places.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** Puts an object into a bucket under a lock, in place of what is there. */
export const putObject = (bucket: Bucket, key: string, body: string): void => {
  bucket.versions.set(key, [
    {
      kind: 'object',
      key,
      versionId: `v-${key.length}`,
      lastModified: START + 10_000,
      body: Buffer.from(body),
      etag: '"etag"',
      checksums: { SHA256: Buffer.from(sha256Hex(body), 'hex').toString('base64') },
      headers: { ContentType: 'application/octet-stream' },
      metadata: {},
      encryption: {
        kind: 'aws:kms',
        keyArn: `arn:aws:kms:${REGION}:${ACCOUNTS.evidence}:key/vault`,
        bucketKey: true,
      },
      tags: new Map(),
      retention: { mode: 'GOVERNANCE', until: UNTIL },
      legalHold: false,
    },
  ]);
};

/** Node's key of a KMS key's private scalar. */
const signingKey = (key: Key): KeyObject => {
  const point = Buffer.from(publicKeyDer(key)).subarray(-64);
  const part = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: part(key.privateKey ?? new Uint8Array()),
      x: part(point.subarray(0, 32)),
      y: part(point.subarray(32)),
    },
  });
};

const eventsOfLedger = (finding: string, evidenceKeyArn: string): readonly CustodyEvent[] => [
  { kind: 'incident-opened', account: MEMBER, region: REGION, instanceId: SUSPECT, findingId: FINDING },
  {
    kind: 'object-deposited',
    key: vaultKeys.object(INCIDENT, 'finding.json'),
    versionId: `v-${vaultKeys.object(INCIDENT, 'finding.json').length}`,
    sha256: sha256Hex(finding),
    sizeBytes: Buffer.byteLength(finding),
    retainUntil: iso(UNTIL),
    mode: 'GOVERNANCE',
    label: 'finding.json',
  },
  ...VOLUMES.map(({ volumeId, sizeGiB }, index): CustodyEvent => ({
    kind: 'snapshot-secured',
    region: REGION,
    snapshotId: COPIES[index] ?? '',
    sourceVolumeId: volumeId,
    sourceSnapshotId: FREEZE[index] ?? '',
    keyArn: evidenceKeyArn,
    sizeGiB,
    lockMode: 'governance',
    lockExpiresAt: iso(UNTIL),
  })),
];

/** Writes and seals the incident's ledger as the recorder would, with what else is `stated`, in place of what the vault holds. */
export const writeLedger = (world: World, bucket: Bucket, stated: readonly CustodyEvent[] = []): void => {
  const { aliases, keys } = world.of(kmsState, ACCOUNTS.evidence, REGION);
  const [evidenceKey, key] = [KEY_ALIASES.evidence, KEY_ALIASES.custody].map((alias) =>
    keys.get(aliases.get(alias) ?? ''),
  );
  if (evidenceKey === undefined || key === undefined)
    throw new Error('the evidence account has no keys: add them before the ledger');
  bucket.versions.clear();
  const signer = { keyArn: key.arn, keyFingerprint: keyFingerprint(publicKeyDer(key)) };
  const privateKey = signingKey(key);
  const sign = (text: string): Signature => ({
    algorithm: 'ECDSA_SHA_256',
    ...signer,
    value: signBytes('sha256', Buffer.from(text), privateKey).toString('base64'),
  });
  const finding = JSON.stringify({ detail: { id: FINDING } });
  putObject(bucket, vaultKeys.object(INCIDENT, 'finding.json'), finding);
  const actor = `arn:aws:lambda:${REGION}:${ACCOUNTS.evidence}:function:${RECORDER_FUNCTION_NAME}`;
  const ledger: SignedEntry[] = [];
  const append = (event: CustodyEvent): void => {
    const basis = event.kind === 'incident-opened' ? 'reported' : 'observed';
    const entry = nextEntry(ledger.at(-1), {
      incidentId: INCIDENT,
      at: iso(START + 10_000),
      basis,
      actor,
      event,
    });
    const signed: SignedEntry = { entry, digest: digestOf(entry), signature: sign(canonicalJson(entry)) };
    ledger.push(signed);
    putObject(bucket, entryKey(INCIDENT, entry.sequence), canonicalJson(signed));
  };
  for (const event of [...eventsOfLedger(finding, evidenceKey.arn), ...stated]) append(event);
  const manifest = canonicalJson(buildManifest(ledger, { sealedAt: iso(START + 20_000), signer }));
  const manifestSha256 = sha256Hex(manifest);
  putObject(bucket, vaultKeys.manifest(INCIDENT), manifest);
  putObject(
    bucket,
    vaultKeys.manifestSignature(INCIDENT),
    canonicalJson({ schemaVersion: 1, manifestSha256, signature: sign(manifest) }),
  );
  append({ kind: 'sealed', manifestSha256 });
};
