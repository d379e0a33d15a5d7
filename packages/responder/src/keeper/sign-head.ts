import { encodeStatement, KEEPING_HEAD, statementBytes, vaultKeys } from '@cordon/evidence';
import type { Book, Recorded } from './book.ts';

/** Signs how far the keeping ledger goes, and puts that beside it: once for each entry. */
export const signHead = async (
  book: Book,
  { ledgerId, sequence, digest }: Recorded['custody'],
): Promise<void> => {
  const head = {
    schemaVersion: 1,
    kind: 'keeping-head',
    ledgerId,
    entries: sequence,
    head: digest,
    at: book.now(),
  } as const;
  const signature = await book.signer.sign(statementBytes(KEEPING_HEAD, head));
  await book.vault.put(
    vaultKeys.head(book.incident, sequence),
    Buffer.from(encodeStatement(KEEPING_HEAD, head, signature)),
    'application/json',
  );
};
