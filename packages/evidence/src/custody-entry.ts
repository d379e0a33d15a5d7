import * as z from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { CustodyEvent } from './custody-event.ts';
import { Arn, IncidentId, Instant, SchemaVersion, Sequence } from './identifiers.ts';
import { Sha256, sha256Hex } from './sha256.ts';
import { isObjectKey } from './vault-keys.ts';

/**
 * One link of an incident's chain of custody. `sequence` gives the order (from 1), `at` is the recorder's clock;
 * `previous` is the digest of the entry before, null for the first. `basis` says how the recorder knows: `observed`
 * it read the fact from AWS itself, `reported` the responder said so. `actor` is the ARN of who did it.
 *
 * The schema also refuses an entry that contradicts itself: a first entry that opens no incident or has a
 * predecessor, a later one that opens or has none, a deposit whose key lies outside its incident's folder.
 */
export const CustodyEntry = z
  .strictObject({
    schemaVersion: SchemaVersion,
    incidentId: IncidentId,
    sequence: Sequence,
    at: Instant,
    previous: Sha256.nullable(),
    basis: z.enum(['observed', 'reported']),
    actor: Arn,
    event: CustodyEvent,
  })
  .refine(({ sequence, event }) => (sequence === 1) === (event.kind === 'incident-opened'), {
    path: ['event', 'kind'],
    error: 'the first entry of a ledger, and no other, is incident-opened',
  })
  .refine(({ sequence, previous }) => (sequence === 1) === (previous === null), {
    path: ['previous'],
    error: 'the first entry of a ledger, and no other, has no previous digest',
  })
  .refine(
    // Also called for an incident id or a label that was just found wrong, so it must not throw.
    ({ incidentId, event }) =>
      event.kind !== 'object-deposited' || isObjectKey(event.key, incidentId, event.label),
    { path: ['event', 'key'], error: 'wanted incidents/<incidentId>/objects/<label> of this very entry' },
  )
  .readonly();
export type CustodyEntry = z.infer<typeof CustodyEntry>;

/** The digest of an entry: SHA-256 of its canonical JSON. It is what is signed, and what the next entry names. */
export const digestOf = (entry: CustodyEntry): Sha256 => sha256Hex(canonicalJson(entry));
