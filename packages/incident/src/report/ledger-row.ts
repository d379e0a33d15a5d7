import type { CustodyEvent, SignedEntry } from '@cordon/evidence';

/** One entry of a ledger, as reports show it. */
export interface LedgerRow {
  readonly sequence: number;
  readonly at: string;
  readonly basis: 'observed' | 'reported';
  readonly digest: string;
  readonly event: CustodyEvent;
}

/** What a report shows of a signed entry. */
export const ledgerRow = ({ digest, entry: { sequence, at, basis, event } }: SignedEntry): LedgerRow => ({
  sequence,
  at,
  basis,
  digest,
  event,
});
