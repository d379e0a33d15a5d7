import * as z from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { CustodyEvent } from './custody-event.ts';
import { Arn, IncidentId, Instant, Sequence } from './identifiers.ts';
import { Calls, Signer, Tool } from './provenance.ts';
import { Sha256, sha256Hex } from './sha256.ts';
import { isObjectKey } from './vault-keys.ts';

const core = {
  incidentId: IncidentId,
  sequence: Sequence,
  at: Instant,
  previous: Sha256.nullable(),
  basis: z.enum(['observed', 'reported']),
  actor: Arn,
  event: CustodyEvent,
};

const versionOf = (input: unknown): string =>
  typeof input === 'object' && input !== null && 'schemaVersion' in input
    ? String(JSON.stringify(input.schemaVersion)).slice(0, 40)
    : 'undefined';

/**
 * One link of an incident's chain of custody. `sequence` gives the order (from 1), `at` is the recorder's clock;
 * `previous` is the digest of the entry before, null for the first. `basis` says how the recorder knows: `observed`
 * it read the fact from AWS itself, `reported` the responder said so. `actor` is the ARN of who did it. Version 2 also
 * says which key signs, by which tool of which version, and on which calls to AWS it rests (`provenance.ts`).
 *
 * The schema also refuses an entry that contradicts itself: a first entry that opens no incident or has a
 * predecessor, a later one that opens or has none, a deposit whose key lies outside its incident's folder.
 */
export const CustodyEntry = z
  .discriminatedUnion(
    'schemaVersion',
    [
      // Written by releases before DSSE: still read, still verified, written no more.
      z.strictObject({ schemaVersion: z.literal(1), ...core }),
      z.strictObject({ schemaVersion: z.literal(2), ...core, signer: Signer, tool: Tool, calls: Calls }),
    ],
    {
      error: ({ input }) =>
        `schemaVersion ${versionOf(input)} is not known here, only 1 and 2 are: ` +
        `use the release of cordon that wrote it, or a newer one`,
    },
  )
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
