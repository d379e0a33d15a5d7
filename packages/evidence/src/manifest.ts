import * as z from 'zod';
import { ObjectLockMode, SnapshotLockMode } from './custody-event.ts';
import { Account, IncidentId, Instant, InstanceId, KeyArn, Label, Name } from './identifiers.ts';
import { Region, SchemaVersion, Sequence, SnapshotId, VolumeId } from './identifiers.ts';
import { Signer } from './provenance.ts';
import { Sha256 } from './sha256.ts';
import { Signature } from './signed-entry.ts';

const ObjectItem = z
  .strictObject({
    kind: z.literal('object'),
    label: Label,
    key: Name,
    versionId: Name,
    sha256: Sha256,
    sizeBytes: z.int().min(0),
    lock: z.strictObject({ mode: ObjectLockMode, until: Instant }).readonly(),
    /** The bucket in which it lies; that of the home Region's vault where it is absent. */
    bucket: Name.optional(),
  })
  .readonly();

const SnapshotItem = z
  .strictObject({
    kind: z.literal('snapshot'),
    volumeId: VolumeId,
    snapshotId: SnapshotId,
    account: Account,
    region: Region,
    keyArn: KeyArn,
    sizeGiB: z.int().min(1),
    lock: z.strictObject({ mode: SnapshotLockMode, until: Instant }).readonly(),
    digest: Sha256,
  })
  .readonly();

/**
 * One piece of evidence. A snapshot's `volumeId` is the suspect's volume, `account` the one that holds the copy,
 * `digest` that of the custody entry in which the recorder observed the snapshot (a snapshot has no digest of its own).
 */
export const EvidenceItem = z.discriminatedUnion('kind', [ObjectItem, SnapshotItem]);
export type EvidenceItem = z.infer<typeof EvidenceItem>;

/** Evidence that is not there, and why. */
export const MissingEvidence = z.strictObject({ subject: Name, because: Name }).readonly();
export type MissingEvidence = z.infer<typeof MissingEvidence>;

/**
 * What was secured of one incident. `custody` says where the ledger stood: `entries` of them, the last with digest
 * `head`; the entry after that is `sealed` and names this manifest's SHA-256, so neither can change alone.
 */
export const Manifest = z
  .strictObject({
    schemaVersion: SchemaVersion,
    incidentId: IncidentId,
    account: Account,
    region: Region,
    instanceId: InstanceId,
    sealedAt: Instant,
    /** Until when all of it is kept, where that is longer than the deployment's default. */
    retention: z
      .strictObject({ days: z.int().min(1), until: Instant })
      .readonly()
      .optional(),
    items: z.array(EvidenceItem).readonly(),
    missing: z.array(MissingEvidence).readonly(),
    custody: z.strictObject({ entries: Sequence, head: Sha256 }).readonly(),
    signer: Signer,
  })
  .readonly();
export type Manifest = z.infer<typeof Manifest>;

/** The recorder's signature over a manifest's canonical JSON, whose SHA-256 is `manifestSha256`. */
export const ManifestSignature = z
  .strictObject({ schemaVersion: SchemaVersion, manifestSha256: Sha256, signature: Signature })
  .readonly();
export type ManifestSignature = z.infer<typeof ManifestSignature>;
