import { AwsCall } from '@cordon/evidence';
import * as z from 'zod';
import { MOST_LANDED_PARTS } from '../memory/capturing.ts';
import { accountId, instanceId, region } from '../ids.ts';
import { toldCalls, type IncidentRef } from './incident-ref.ts';
import { comparedSchema } from './hashing.ts';
import { sealInput } from './steps-io.ts';

const label = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,100}$/);

/** Which ledger: the incident's own, or one per later plan, for nothing may follow a seal. */
const ledger = {
  ledgerId: z.string().regex(/^inc-[0-9a-z-]{6,70}$/),
  account: accountId,
  region,
  instanceId,
  findingId: z.string().max(300),
  /** Set where the policy has contents kept in the home Region. The entry that opens the ledger says where they lie, and it stays so. */
  residency: z.literal('home').optional(),
  /** The call that the entry which opens the ledger rests on; absent where a person opened the incident. */
  openedOn: AwsCall.optional(),
};

/**
 * What the security account may ask of the recorder. The recorder opens the ledger itself when it is empty, and reads
 * facts from AWS before it signs.
 */
export const recorderRequest = z.discriminatedUnion('kind', [
  /** Puts an object into the vault, once; the recorder computes the digest and reads the lock back. */
  z.object({
    kind: z.literal('deposit'),
    ...ledger,
    label,
    contentType: z.string().max(100),
    bodyBase64: z.string(),
  }),
  /** A copy in the evidence account: the recorder describes it and its lock. */
  z.object({
    kind: z.literal('snapshot'),
    ...ledger,
    snapshotId: z.string(),
    sourceVolumeId: z.string(),
    sourceSnapshotId: z.string(),
  }),
  /** The share of an evidence copy, read back by the recorder. */
  z.object({ kind: z.literal('share'), ...ledger, snapshotId: z.string(), toAccount: accountId }),
  /** What the responder says it did in other accounts, an entry each: signed as reported, not as observed. */
  z.object({
    kind: z.literal('steps'),
    ...ledger,
    steps: z
      .array(
        z.object({
          step: z.string().max(300),
          outcome: z.enum(['done', 'refused', 'failed']),
          detail: z.record(z.string(), z.string()),
          /** The calls by which it was done, as whoever reports it heard them. */
          ...toldCalls,
        }),
      )
      .min(1),
  }),
  z.object({
    kind: z.literal('attachment'),
    ...ledger,
    machineId: z.string(),
    volumeId: z.string(),
    snapshotId: z.string(),
    /** The call that attached it, where its answer came, and the one that saw it attached. */
    ...toldCalls,
  }),
  z.object({
    kind: z.literal('missing'),
    ...ledger,
    subject: z.string().max(300),
    because: z.string().max(4_000),
  }),
  /**
   * Two snapshots whose blocks are hashed into the vault: the recorder says which parts are missing, and builds both roots itself when none is.
   * `sourceRefused`: the copy alone is hashed, and why.
   */
  z.object({
    kind: z.literal('blocks'),
    ...ledger,
    volumeId: z.string(),
    sizeGiB: z.int().min(1),
    sourceSnapshotId: z.string(),
    snapshotId: z.string(),
    reading: z.int().min(1).max(2),
    sourceRefused: z.string().max(2_000).optional(),
  }),
  /** Hashing was given up, and why. */
  z.object({
    kind: z.literal('blocks-given-up'),
    ...ledger,
    volumeId: z.string(),
    because: z.string().max(2_000),
  }),
  /** A part of a memory image in the landing bucket of the ledger's Region: the recorder carries it into the vault, and makes its digest there. */
  z.object({ kind: z.literal('landed'), ...ledger, number: z.int().min(1).max(MOST_LANDED_PARTS) }),
  /** Closes the ledger: report, manifest, seal. `told` is what the report says beside what the ledger shows; without it there is no report. */
  z.object({ kind: z.literal('seal'), ...ledger, told: sealInput.optional() }),
]);
/** What the security account may ask of the recorder. */
export type RecorderRequest = z.infer<typeof recorderRequest>;

/** What the recorder answers: the entry it signed; of blocks whose parts are not all there, the last one that it signed before. */
export const recorderReply = z.object({
  sequence: z.int(),
  digest: z.string(),
  /** For deposits: where the object lies. */
  object: z.object({ key: z.string(), versionId: z.string(), sha256: z.string() }).optional(),
  /** For blocks: how the two snapshots compare. */
  blocks: comparedSchema.optional(),
});
/** What the recorder answers. */
export type RecorderReply = z.infer<typeof recorderReply>;

/** The ledger that a step of this incident's plan writes to. */
export const ledgerOf = (incident: IncidentRef) => ({
  ledgerId: incident.revision === 0 ? incident.incidentId : `${incident.incidentId}-r${incident.revision}`,
  account: incident.account,
  region: incident.region,
  instanceId: incident.instanceId,
  findingId: incident.findingId,
  ...(incident.residency === undefined ? {} : { residency: incident.residency }),
  ...(incident.openedOn === undefined ? {} : { openedOn: incident.openedOn }),
});
