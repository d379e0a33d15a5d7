import { CustodyEntry, digestOf } from './custody-entry.ts';
import { describeIssues } from './describe-issues.ts';
import type { Provenance } from './provenance.ts';
import type { SignedEntry } from './signed-entry.ts';

/** What the caller says of a new entry; its place in the chain follows from the entry before. */
export type CustodyDraft = Pick<CustodyEntry, 'incidentId' | 'at' | 'basis' | 'actor' | 'event'> & {
  /** Who signs, by what, and on which calls it rests. Without it the entry is of version 1, which the recorder writes no more. */
  readonly provenance?: Provenance | undefined;
};

/**
 * Gives a draft its place after `previous` (undefined for the first entry of an incident). Pure; the caller signs
 * the result and stores it at `entryKey`, written once.
 *
 * @throws Error when the ledger is sealed, the draft is of another incident, the entry before is not what its digest
 *   says, or the entry would not be a valid one
 */
export const nextEntry = (previous: SignedEntry | undefined, draft: CustodyDraft): CustodyEntry => {
  if (previous !== undefined) refuseBadPredecessor(previous, draft);
  const read = CustodyEntry.safeParse({
    ...(draft.provenance === undefined ? { schemaVersion: 1 } : { schemaVersion: 2, ...draft.provenance }),
    incidentId: draft.incidentId,
    sequence: previous === undefined ? 1 : previous.entry.sequence + 1,
    at: draft.at,
    previous: previous === undefined ? null : digestOf(previous.entry),
    basis: draft.basis,
    actor: draft.actor,
    event: draft.event,
  });
  if (!read.success)
    throw new Error(
      `cannot write this custody entry: ${describeIssues(read.error)}; correct the draft and try again`,
    );
  return read.data;
};

const refuseBadPredecessor = (previous: SignedEntry, draft: CustodyDraft): void => {
  const { entry, digest } = previous;
  const place = `entry ${entry.sequence} of incident ${entry.incidentId}`;
  if (entry.event.kind === 'sealed')
    throw new Error(
      `cannot write a custody entry after the seal: ${place} sealed the ledger; open a new incident`,
    );
  if (entry.incidentId !== draft.incidentId)
    throw new Error(
      `cannot chain an entry of incident ${draft.incidentId} to ${place}; read the last entry of its own ledger`,
    );
  const actual = digestOf(entry);
  if (actual !== digest)
    throw new Error(
      `cannot chain to ${place}: it states digest ${digest}, its content has ${actual}; ` +
        `it was changed on the way: read it again from the vault, and verify the ledger if it stays so`,
    );
};
