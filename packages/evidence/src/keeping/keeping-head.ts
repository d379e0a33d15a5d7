import * as z from 'zod';
import { IncidentId, Instant, Sequence } from '../identifiers.ts';
import { Sha256 } from '../sha256.ts';
import type { StatementKind } from './statement.ts';

/**
 * How far a keeping ledger went at a moment: the recorder signs it with each export, so that whoever gets the evidence sees when entries
 * were cut off at the ledger's end.
 */
const Form = z
  .strictObject({
    schemaVersion: z.literal(1),
    kind: z.literal('keeping-head'),
    ledgerId: IncidentId,
    /** How many entries it had. */
    entries: Sequence,
    /** Digest of the last of them. */
    head: Sha256,
    at: Instant,
  })
  .readonly();
/** How far a keeping ledger went at a moment. */
export type KeepingHead = z.infer<typeof Form>;

/** The head of a keeping ledger as the recorder signs it. */
export const KEEPING_HEAD: StatementKind<KeepingHead> = {
  payloadType: 'application/vnd.cordon.keeping-head.v1+json',
  form: Form,
};
