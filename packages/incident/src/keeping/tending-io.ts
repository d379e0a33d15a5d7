import { AwsCall, Sha256, SNAPSHOTS_IN_ENTRY } from '@cordon/evidence';
import * as z from 'zod';

const incident = z.string().regex(/^inc-[0-9a-z]{6,60}$/);
const moment = z.iso.datetime();
const copy = z.object({ region: z.string(), snapshotId: z.string() });
const version = z.object({ key: z.string(), versionId: z.string() });
/** A version, and the bucket in which it lies: that of the home Region's vault where it is absent. */
const placedVersion = version.extend({ bucket: z.string().optional() });
const some = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).max(SNAPSHOTS_IN_ENTRY);

/** One incident as it is kept: what the archivist decides from. */
const standing = z.object({
  incident,
  held: z.boolean(),
  /** Objects that came after the hold was set, and are not under it. */
  unheldObjects: z.int(),
  /** When the last of its ledgers was sealed; absent while one of them is open, or all was disposed of. */
  sealedAt: moment.optional(),
  /** Until when all of it is kept, where that is longer than the deployment's default. */
  keptUntil: moment.optional(),
  snapshots: z.array(copy),
  /** Those of them that were sent into the archive tier. */
  archived: z.array(z.string()),
});
/** One incident as it is kept. */
export type Standing = z.infer<typeof standing>;

/** What the archivist and the disposer ask of the keeper. */
export const tendingRequest = z.discriminatedUnion('kind', [
  /** How incidents stand, some of them after another in the order of their ids; or one alone. */
  z.object({ kind: z.literal('standing'), incident: incident.optional(), after: z.string().optional() }),
  /** Puts what came after a hold under it. */
  z.object({ kind: z.literal('renew'), incident }),
  /** Locks were made longer: the keeper looks at them before it signs. */
  z.object({
    kind: z.literal('lengthened'),
    incident,
    because: z.enum(['hold', 'retention']),
    snapshots: some(copy),
    calls: z.array(AwsCall).max(200),
  }),
  z.object({
    kind: z.literal('archived'),
    incident,
    snapshots: some(copy),
    calls: z.array(AwsCall).max(200),
  }),
  /** What of an approved disposal is to be destroyed next. */
  z.object({ kind: z.literal('next-to-destroy'), incident, approved: Sha256 }),
  /** It was destroyed, by these calls: one for each, objects first, or none where one of them is not known. */
  z.object({
    kind: z.literal('destroyed'),
    incident,
    approved: Sha256,
    objects: some(version),
    snapshots: some(copy),
    calls: z.array(AwsCall).max(200),
  }),
  /** Nothing is left: the keeper looks, and writes the certificate. */
  z.object({ kind: z.literal('certify'), incident, approved: Sha256 }),
]);
/** What the archivist and the disposer ask of the keeper. */
export type TendingRequest = z.infer<typeof tendingRequest>;

/** What the keeper answers them. */
export const tendingReply = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('recorded'),
    custody: z.object({ ledgerId: z.string(), sequence: z.int(), digest: Sha256 }),
    detail: z.string(),
  }),
  /** Nothing was to be written. */
  z.object({ status: z.literal('refused'), because: z.string() }),
  z.object({
    status: z.literal('standing'),
    incidents: z.array(standing),
    /** To ask for the next ones after; absent at the end. */
    after: z.string().optional(),
  }),
  z.object({
    status: z.literal('to-destroy'),
    objects: z.array(placedVersion),
    /** `gone` where EC2 has it no more: destroyed by a call whose answer was lost, and only to be said. */
    snapshots: z.array(copy.extend({ gone: z.literal(true).optional() })),
    left: z.int(),
  }),
]);
/** What the keeper answers them. */
export type TendingReply = z.infer<typeof tendingReply>;

/** What the archivist is called with: by its schedule with nothing, by the desk with an incident that was put under hold. */
export const archivistRequest = z.object({ incident: incident.optional() });
/** What the archivist is called with. */
export type ArchivistRequest = z.infer<typeof archivistRequest>;
/** What it did. */
export const archivistReply = z.object({
  incidents: z.int(),
  lengthened: z.int(),
  archived: z.int(),
  /** What was refused, in plain sentences. */
  failed: z.array(z.string()),
});
/** What the archivist did. */
export type ArchivistReply = z.infer<typeof archivistReply>;

/** What the disposer is called with: by the desk, once two people decided. */
export const disposerRequest = z.object({ incident, approved: Sha256 });
/** What the disposer is called with. */
export type DisposerRequest = z.infer<typeof disposerRequest>;
/** How far it came. */
export const disposerReply = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('disposed'),
    detail: z.string(),
    custody: z.object({ ledgerId: z.string(), sequence: z.int(), digest: Sha256 }),
  }),
  /** Time was over: asking again goes on. */
  z.object({ status: z.literal('goes-on'), left: z.int() }),
  z.object({ status: z.literal('stopped'), because: z.string() }),
]);
/** How far the disposer came. */
export type DisposerReply = z.infer<typeof disposerReply>;
