import * as z from 'zod';
import {
  Account,
  IncidentId,
  Instant,
  InstanceId,
  Name,
  Region,
  Sequence,
  SnapshotId,
  VolumeId,
} from '../identifiers.ts';
import { AwsCall, Signer, Tool } from '../provenance.ts';
import { Sha256 } from '../sha256.ts';
import { NamedPerson } from './keeping-event.ts';
import type { StatementKind } from './statement.ts';

const object = {
  key: Name,
  versionId: Name,
  sha256: Sha256,
  sizeBytes: z.int().min(0),
  /** The bucket in which it lay; that of the home Region's vault where it is absent. */
  bucket: Name.optional(),
};
const snapshot = {
  region: Region,
  snapshotId: SnapshotId,
  /** The suspect's volume. */
  volumeId: VolumeId,
  sizeGiB: z.int().min(1),
  /** Digest of the custody entry in which the recorder observed the copy; null for one that never came into custody. */
  digest: Sha256.nullable(),
};
/** The call that ended it, null where it is not known: then CloudTrail tells, by the time. */
const call = { call: AwsCall.nullable() };

/** All that a disposal is to destroy, written down before it begins. */
export const Inventory = z
  .strictObject({
    schemaVersion: z.literal(1),
    incidentId: IncidentId,
    /** Digest of the entry that approves the disposal. */
    approved: Sha256,
    objects: z.array(z.strictObject(object).readonly()).readonly(),
    snapshots: z.array(z.strictObject(snapshot).readonly()).readonly(),
  })
  .readonly();
/** All that a disposal is to destroy. */
export type Inventory = z.infer<typeof Inventory>;

/** What one of the two persons said, and the entry that holds it. */
const said = z.strictObject({ by: NamedPerson, reason: Name, at: Instant, digest: Sha256 }).readonly();

const Form = z
  .strictObject({
    schemaVersion: z.literal(1),
    kind: z.literal('disposal'),
    incidentId: IncidentId,
    account: Account,
    region: Region,
    instanceId: InstanceId,
    /** The sealed ledgers, which stay: with them this certificate says what there was. */
    ledgers: z
      .array(z.strictObject({ ledgerId: IncidentId, manifestSha256: Sha256 }).readonly())
      .min(1)
      .readonly(),
    asked: said,
    approved: said,
    begunAt: Instant,
    endedAt: Instant,
    objects: z.array(z.strictObject({ ...object, ...call }).readonly()).readonly(),
    snapshots: z.array(z.strictObject({ ...snapshot, ...call }).readonly()).readonly(),
    /** Where the ledger of keeping stood: the entry that follows is `disposed` and names this certificate. */
    keeping: z.strictObject({ entries: Sequence, head: Sha256 }).readonly(),
    signer: Signer,
    tool: Tool,
  })
  .readonly();
/** What was destroyed of an incident's evidence, who asked, who approved, when, and by which calls. */
export type DisposalCertificate = z.infer<typeof Form>;

/** The certificate of a disposal as the recorder signs it. */
export const DISPOSAL_CERTIFICATE: StatementKind<DisposalCertificate> = {
  payloadType: 'application/vnd.cordon.disposal-certificate.v1+json',
  form: Form,
};
