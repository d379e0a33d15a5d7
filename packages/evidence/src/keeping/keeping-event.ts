import * as z from 'zod';
import { Arn, Instant, Name, Region, SnapshotId } from '../identifiers.ts';
import { Sha256 } from '../sha256.ts';

/** Who: the name that AWS gave of the caller, by which people are told apart, and the ARN of the session. */
export const NamedPerson = z.strictObject({ name: Name.max(128), arn: Arn }).readonly();
export type NamedPerson = z.infer<typeof NamedPerson>;

/** What takes two people. */
export const TwoPersonAct = z.enum(['release-hold', 'dispose']);
export type TwoPersonAct = z.infer<typeof TwoPersonAct>;

/** Snapshots that one entry names at most: more go into more entries. */
export const SNAPSHOTS_IN_ENTRY = 100;

/** A copy in the evidence account. */
const Copy = z.strictObject({ region: Region, snapshotId: SnapshotId }).readonly();
const someOf = <Schema extends z.ZodType>(schema: Schema) =>
  z.array(schema).max(SNAPSHOTS_IN_ENTRY).readonly();

/**
 * What happens to evidence after its seal, in the ledger `<incident>-keeping`: nothing may follow a seal, and keeping goes on for
 * years. An act of two people is three entries, each naming the digest of the one that it answers: asked, approved, done.
 */
export const keepingEvents = [
  z
    .strictObject({
      kind: z.literal('access-opened'),
      by: NamedPerson,
      reason: Name,
      /** The role that the session is of. */
      role: Arn,
      until: Instant,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('access-given'),
      /** Digest of the entry `access-opened`. */
      opened: Sha256,
      /** By which CloudTrail names whatever the session does. Not secret. */
      accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/, 'wanted an access key id'),
    })
    .readonly(),
  z
    .strictObject({ kind: z.literal('hold-set'), by: NamedPerson, reason: Name, objects: z.int().min(1) })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('keeping-asked'),
      what: TwoPersonAct,
      by: NamedPerson,
      reason: Name,
      /** From then on nobody can approve it. */
      until: Instant,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('keeping-approved'),
      what: TwoPersonAct,
      /** Digest of the entry `keeping-asked`. */
      asked: Sha256,
      by: NamedPerson,
      reason: Name,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('hold-released'),
      /** Digest of the entry `keeping-approved`. */
      approved: Sha256,
      objects: z.int().min(1),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('exported'),
      by: NamedPerson,
      reason: Name,
      /** For whom, in the words of who exports. */
      to: Name,
    })
    .readonly(),
  /** Objects that came after a hold was set are under it now. `objects` counts all that are. */
  z.strictObject({ kind: z.literal('hold-renewed'), objects: z.int().min(1) }).readonly(),
  /** Locks of copies were made longer, for a hold that stands or because the case is kept for longer than the default. */
  z
    .strictObject({
      kind: z.literal('locks-lengthened'),
      because: z.enum(['hold', 'retention']),
      snapshots: someOf(
        z.strictObject({ region: Region, snapshotId: SnapshotId, until: Instant }).readonly(),
      ),
    })
    .readonly(),
  /** Copies were sent into the archive tier. */
  z.strictObject({ kind: z.literal('snapshots-archived'), snapshots: someOf(Copy) }).readonly(),
  /** Disposal was approved, nothing is destroyed yet: this is all that will be. */
  z
    .strictObject({
      kind: z.literal('disposal-begun'),
      /** Digest of the entry `keeping-approved`. */
      approved: Sha256,
      /** Of the list of all that goes, as it lies in the vault. */
      inventorySha256: Sha256,
      objects: z.int().min(0),
      snapshots: z.int().min(0),
    })
    .readonly(),
  /** A part of it was destroyed; the entry's calls are those that did it. */
  z
    .strictObject({
      kind: z.literal('evidence-destroyed'),
      approved: Sha256,
      objects: someOf(z.strictObject({ key: Name, versionId: Name }).readonly()),
      snapshots: someOf(Copy),
    })
    .readonly(),
  /** Nothing of it is left, and the certificate says so. */
  z
    .strictObject({
      kind: z.literal('disposed'),
      approved: Sha256,
      certificateSha256: Sha256,
      objects: z.int().min(0),
      snapshots: z.int().min(0),
    })
    .readonly(),
] as const;
