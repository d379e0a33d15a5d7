import type { Calls, CustodyEvent, SignedEntry } from '@cordon/evidence';
import type { Book } from '../keeper/book.ts';

/** Writers of one ledger at once: people, reads that are told, another look of the watch. */
const TRIES = 20;

/** Writes an entry unless the ledger has it already, whoever wrote it: then gives that one. `before` is done first, where it has not. */
export const sayOnce = async (
  book: Book,
  isSaid: (event: CustodyEvent) => boolean,
  {
    event,
    calls,
    before,
  }: { readonly event: CustodyEvent; readonly calls?: Calls; readonly before?: () => Promise<void> },
): Promise<SignedEntry> => {
  let done = false;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const ledger = await book.read();
    const there = ledger.find(({ entry }) => isSaid(entry.event));
    if (there !== undefined) return there;
    if (!done) await before?.();
    done = true;
    const written = await book.writeAfter(ledger, event, calls);
    if (written !== undefined) return written;
  }
  throw new Error(`ledger ${book.ledgerId} was written by others ${TRIES} times in a row`);
};
