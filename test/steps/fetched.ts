import { buffer } from 'node:stream/consumers';
import type { fetchEvidence } from '@cordon/responder/fetch-evidence';

/** Ledgers of the vault with every file in memory, as `verifyExport` takes them. */
export const inMemory = async (
  ledgers: Awaited<ReturnType<typeof fetchEvidence>>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>> => {
  const all = new Map<string, Map<string, Uint8Array>>();
  for (const [ledgerId, files] of ledgers) {
    const read = new Map<string, Uint8Array>();
    for (const [path, { pieces }] of files) read.set(path, await buffer(pieces()));
    all.set(ledgerId, read);
  }
  return all;
};
