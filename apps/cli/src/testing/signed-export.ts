import { generateKeyPairSync, sign } from 'node:crypto';
import {
  buildManifest,
  canonicalJson,
  digestOf,
  exportPaths,
  keyFingerprint,
  nextEntry,
  sha256Hex,
  type CustodyEvent,
  type Signature,
  type SignedEntry,
} from '@cordon/evidence';

/** A small sealed export, signed by a key of its own, and that key's fingerprint. */
interface SignedExport {
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly fingerprint: string;
}

const INCIDENT = 'inc-1';

/** Makes the folder of an incident that opened, lost a volume and was sealed: no more than a verifier asks for. */
export const signedExport = (): SignedExport => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = publicKey.export({ format: 'der', type: 'spki' });
  const signer = {
    keyArn: 'arn:aws:kms:eu-west-1:602011150003:key/1f0c3a52-9f0d-4a8e-b4a3-0a0e6b1d7c11',
    keyFingerprint: keyFingerprint(der),
  };
  const signed = (content: unknown): Signature => ({
    algorithm: 'ECDSA_SHA_256',
    ...signer,
    value: sign('sha256', Buffer.from(canonicalJson(content)), privateKey).toString('base64'),
  });
  const append = (ledger: readonly SignedEntry[], event: CustodyEvent): readonly SignedEntry[] => {
    const actor = 'arn:aws:sts::602011150003:assumed-role/cordon-recorder/inc-1';
    const entry = nextEntry(ledger.at(-1), {
      incidentId: INCIDENT,
      at: '2026-11-21T03:00:00Z',
      basis: 'observed',
      actor,
      event,
    });
    return [...ledger, { entry, digest: digestOf(entry), signature: signed(entry) }];
  };
  const opened = append([], {
    kind: 'incident-opened',
    account: '602011160021',
    region: 'eu-central-1',
    instanceId: 'i-0123456789abcdef0',
    findingId: 'finding-1',
  });
  const open = append(opened, {
    kind: 'evidence-missing',
    subject: 'vol-0cccccccccccccccc',
    because: 'the volume was gone before the freeze',
  });
  const manifest = buildManifest(open, { sealedAt: '2026-11-21T04:00:00Z', signer });
  const manifestSha256 = sha256Hex(canonicalJson(manifest));
  const ledger = append(open, { kind: 'sealed', manifestSha256 });
  return {
    fingerprint: signer.keyFingerprint,
    files: new Map<string, string | Uint8Array>([
      [exportPaths.manifest, canonicalJson(manifest)],
      [
        exportPaths.manifestSignature,
        canonicalJson({ schemaVersion: 1, manifestSha256, signature: signed(manifest) }),
      ],
      [exportPaths.publicKey, der],
      ...ledger.map((one): [string, string] => [exportPaths.entry(one.entry.sequence), canonicalJson(one)]),
    ]),
  };
};
