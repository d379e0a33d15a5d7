import * as z from 'zod';
import { Instant, Name, Text } from '../identifiers.ts';
import type { SignedEntry } from '../signed-entry.ts';

/** One read, as CloudTrail tells of it. */
export const EvidenceRead = z
  .strictObject({
    /** CloudTrail's own id of the event: by it a read is told once, however often it is heard of. */
    eventId: z.string().regex(/^[0-9a-f-]{36}$/, "wanted CloudTrail's event id"),
    /** Such as GetObject or ListSnapshotBlocks. */
    name: z.string().regex(/^[A-Za-z0-9]{1,100}$/, 'wanted the name of an operation'),
    at: Instant,
    /** Key in the vault, or id of the snapshot. Whoever asks chooses it. */
    subject: Name,
    /** The code with which AWS refused it; absent where the read was let through. */
    refused: Name.max(200).optional(),
  })
  .readonly();
export type EvidenceRead = z.infer<typeof EvidenceRead>;

/** By a session that the desk gave, whose access key an entry names; or by any other way. */
export const ReadThrough = z.enum(['desk', 'outside']);
export type ReadThrough = z.infer<typeof ReadThrough>;

/** As many reads as one entry tells of. */
export const MOST_READS = 50;

/** Evidence was read, or somebody tried to: what CloudTrail says of it, one caller's reads in one entry. */
export const evidenceRead = z
  .strictObject({
    kind: z.literal('evidence-read'),
    through: ReadThrough,
    /** ARN of the caller, or what CloudTrail has in its place. */
    caller: Name.max(2_048),
    /** Absent of a caller without one, such as an AWS service. */
    accessKeyId: z
      .string()
      .regex(/^[A-Z0-9]{16,128}$/, 'wanted an access key id')
      .optional(),
    /** Address, or name of the AWS service. */
    from: Text.max(300),
    reads: z.array(EvidenceRead).min(1).max(MOST_READS).readonly(),
    /** The day's bound is reached: what follows until midnight UTC is in the trail alone. */
    bound: z.literal('reached').optional(),
  })
  .readonly();

/** Entries of reads that a keeping ledger takes in a day of each way: whoever reads without end must not fill it, nor hide what else is read. */
export const MOST_READ_ENTRIES = 100;

const readsOf = (ledger: readonly SignedEntry[]) =>
  ledger.flatMap(({ entry: { event, at } }) => (event.kind === 'evidence-read' ? [{ event, at }] : []));

/**
 * What is still to be told: reads that no entry names yet. Pure.
 *
 * @param ledger the keeping ledger as it stands
 */
export const untoldReads = (
  ledger: readonly SignedEntry[],
  reads: readonly EvidenceRead[],
): readonly EvidenceRead[] => {
  const told = new Set(readsOf(ledger).flatMap(({ event }) => event.reads.map(({ eventId }) => eventId)));
  return reads.filter(
    ({ eventId }, index) =>
      !told.has(eventId) && reads.findIndex((read) => read.eventId === eventId) === index,
  );
};

/** How many more entries of reads by one way the ledger takes on a day (UTC). Pure. */
export const roomForReads = (
  ledger: readonly SignedEntry[],
  { through, at }: { readonly through: ReadThrough; readonly at: string },
): number => {
  const day = at.slice(0, 10);
  const today = readsOf(ledger).filter((one) => one.event.through === through && one.at.startsWith(day));
  return Math.max(0, MOST_READ_ENTRIES - today.length);
};

/** Whether an access key is one that the desk gave for this incident, as the ledger says. Pure. */
export const isGivenByDesk = (ledger: readonly SignedEntry[], accessKeyId: string | undefined): boolean =>
  accessKeyId !== undefined &&
  ledger.some(({ entry: { event } }) => event.kind === 'access-given' && event.accessKeyId === accessKeyId);

/** Whether people were told of this caller's reads past the desk on that day already. Pure. */
export const wasToldOf = (
  ledger: readonly SignedEntry[],
  { caller, at }: { readonly caller: string; readonly at: string },
): boolean =>
  readsOf(ledger).some(
    (one) =>
      one.event.through === 'outside' && one.event.caller === caller && one.at.startsWith(at.slice(0, 10)),
  );
