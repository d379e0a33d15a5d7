import { generateKeyPairSync, sign } from 'node:crypto';
import {
  BLOCK_SIZE_BYTES,
  blockPartLabel,
  BLOCKS_IN_PART,
  buildManifest,
  canonicalJson,
  digestOf,
  encodeBlockPart,
  exportPaths,
  keyFingerprint,
  nextEntry,
  sha256Hex,
  treeOfParts,
  vaultKeys,
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

/** What an export holds beside what every one does: events of its ledger, and the objects that they tell of. */
interface More {
  readonly events: readonly CustodyEvent[];
  readonly objects: ReadonlyMap<string, Uint8Array>;
}

/** A volume whose evidence copy was hashed, and the bytes of its block 7. */
export const VOLUME = 'vol-0123456789abcdef0';
export const BLOCK = Buffer.alloc(BLOCK_SIZE_BYTES, 7);

/** A manifest of three written blocks, in its one part, as the ledger tells of it. */
export const blocksOf = (): More => {
  const shape = { blockSizeBytes: BLOCK_SIZE_BYTES, volumeSizeGiB: 8 };
  const snapshotId = 'snap-0123456789abcdef0';
  const rows = [3, 7, 9_000].map((index) => ({
    index,
    lengthBytes: BLOCK_SIZE_BYTES,
    sha256: Buffer.from(sha256Hex(index === 7 ? BLOCK : `block ${index}`), 'hex'),
  }));
  const part = encodeBlockPart({ ...shape, firstIndex: 0, places: BLOCKS_IN_PART, rows });
  const label = blockPartLabel({ volumeId: VOLUME, snapshotId, reading: 1 }, 0);
  const { root, blocks } = treeOfParts(shape, [part]);
  return {
    objects: new Map([[exportPaths.object(label), part]]),
    events: [
      {
        kind: 'object-deposited',
        key: vaultKeys.object(INCIDENT, label),
        versionId: 'v-1',
        sha256: sha256Hex(part),
        sizeBytes: part.length,
        retainUntil: '2027-02-19T03:00:00Z',
        mode: 'GOVERNANCE',
        label,
      },
      {
        kind: 'blocks-hashed',
        region: 'eu-central-1',
        sourceVolumeId: VOLUME,
        of: 'copy',
        reading: 1,
        snapshotId,
        ...shape,
        blocks,
        root,
      },
    ],
  };
};

const NOTHING_MORE = (): More => ({ events: [], objects: new Map() });

/** Makes the folder of an incident that opened, lost a volume and was sealed: no more than a verifier asks for. */
export const signedExport = (having = NOTHING_MORE): SignedExport => {
  const more = having();
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
  const lost = append(opened, {
    kind: 'evidence-missing',
    subject: 'vol-0cccccccccccccccc',
    because: 'the volume was gone before the freeze',
  });
  const open = more.events.reduce(append, lost);
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
      ...more.objects,
      ...ledger.map((one): [string, string] => [exportPaths.entry(one.entry.sequence), canonicalJson(one)]),
    ]),
  };
};
