import * as z from 'zod';
import { Account, Instant, InstanceId, KeyArn, Label, Name, Region } from './identifiers.ts';
import { SnapshotId, Text, VolumeId } from './identifiers.ts';
import { evidenceRead } from './keeping/evidence-read.ts';
import { keepingEvents } from './keeping/keeping-event.ts';
import { recordingMissing, sessionRecorded } from './keeping/session-recorded.ts';
import { Sha256 } from './sha256.ts';

/** A name in a step's detail; chosen by us, so narrow (and never `__proto__`). */
const DetailName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'wanted a name of letters, digits, . _ -');

/** S3's spelling: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ObjectLockRetention.html */
export const ObjectLockMode = z.enum(['GOVERNANCE', 'COMPLIANCE']);

/** EC2's spelling: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html */
export const SnapshotLockMode = z.enum(['governance', 'compliance']);

/** Which disk of the suspect a statement about blocks is of. */
const ofVolume = {
  region: Region,
  sourceVolumeId: VolumeId,
} as const;

/**
 * What happened to the evidence of one incident. Sizes of volumes are in GiB, of objects in bytes; moments are
 * ISO 8601 in UTC. Object and snapshot facts are AWS's own words for them at the time of the entry.
 */
export const CustodyEvent = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('incident-opened'),
      account: Account,
      region: Region,
      instanceId: InstanceId,
      findingId: Name,
      /** Region of the vault in which the contents of this ledger lie (`isContentKey`); the home Region's where it is absent. */
      contentsIn: Region.optional(),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('object-deposited'),
      key: Name,
      versionId: Name,
      sha256: Sha256,
      sizeBytes: z.int().min(0),
      retainUntil: Instant,
      mode: ObjectLockMode,
      label: Label,
      /** The bucket in which it lies; that of the home Region's vault where it is absent. */
      bucket: Name.optional(),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('snapshot-secured'),
      region: Region,
      snapshotId: SnapshotId,
      sourceVolumeId: VolumeId,
      sourceSnapshotId: SnapshotId,
      keyArn: KeyArn,
      sizeGiB: z.int().min(1),
      lockMode: SnapshotLockMode,
      lockExpiresAt: Instant,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('snapshot-shared'),
      region: Region,
      snapshotId: SnapshotId,
      toAccount: Account,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('step-reported'),
      step: Name,
      outcome: z.enum(['done', 'refused', 'failed']),
      detail: z.record(DetailName, Text).readonly(),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('volume-attached'),
      region: Region,
      instanceId: InstanceId,
      volumeId: VolumeId,
      snapshotId: SnapshotId,
    })
    .readonly(),
  z.strictObject({ kind: z.literal('evidence-missing'), subject: Name, because: Name }).readonly(),
  /** One snapshot was read block by block: the root follows from the parts of the manifest, which are deposited objects. */
  z
    .strictObject({
      kind: z.literal('blocks-hashed'),
      ...ofVolume,
      /** Which one: what was shared with the evidence account, or the evidence copy. */
      of: z.enum(['source', 'copy']),
      reading: z.int().min(1).max(2),
      snapshotId: SnapshotId,
      blockSizeBytes: z.int().min(1),
      volumeSizeGiB: z.int().min(1),
      blocks: z.int().min(0),
      root: Sha256,
    })
    .readonly(),
  /** Source and copy have one root: every written block of the copy is the source's. */
  z
    .strictObject({
      kind: z.literal('blocks-equal'),
      ...ofVolume,
      sourceSnapshotId: SnapshotId,
      snapshotId: SnapshotId,
      blocks: z.int().min(0),
      root: Sha256,
    })
    .readonly(),
  /** It is not shown that the copy's blocks are the source's, and why. */
  z.strictObject({ kind: z.literal('blocks-not-shown'), ...ofVolume, because: Name }).readonly(),
  /** Blocks of the copy are not the source's, seen twice, while others are: `judgeUnequal`. */
  z
    .strictObject({
      kind: z.literal('blocks-tampered'),
      ...ofVolume,
      sourceSnapshotId: SnapshotId,
      snapshotId: SnapshotId,
      because: Name,
    })
    .readonly(),
  /** The case is kept for longer than the deployment's default, as its policy said of it. */
  z
    .strictObject({ kind: z.literal('retention-set'), days: z.int().min(1).max(36_500), until: Instant })
    .readonly(),
  z.strictObject({ kind: z.literal('sealed'), manifestSha256: Sha256 }).readonly(),
  ...keepingEvents,
  evidenceRead,
  sessionRecorded,
  recordingMissing,
]);
export type CustodyEvent = z.infer<typeof CustodyEvent>;
