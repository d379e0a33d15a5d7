import {
  decodeSigned,
  digestOf,
  encodeSigned,
  entryKey,
  nextEntry,
  signedBytes,
  vaultKeys,
  type Calls,
  type CustodyDraft,
  type SignedEntry,
} from '@cordon/evidence';
import { LEDGER_SEALED } from './ledger-sealed.ts';
import type { Signer } from './signer.ts';
import { RECORDER_TOOL } from './tool.ts';
import type { Vault } from './vault.ts';

/** Writers of one ledger at once: the disks of an incident. Each loser of a race reads again; more tries than writers suffice. */
const TRIES = 50;

/** Reads a ledger's entries in order, from `from` (1 for all). */
export const readLedger = async (
  vault: Vault,
  ledgerId: string,
  from: 'all' | 'last',
): Promise<readonly SignedEntry[]> => {
  const keys = await vault.list(`${vaultKeys.prefix(ledgerId)}custody/`);
  const wanted = from === 'all' ? keys : keys.slice(-1);
  return Promise.all(wanted.map(async (key) => decodeSigned(key, await vault.get(key))));
};

/** The entry that opens a ledger; undefined when there is none. */
export const readFirst = async (vault: Vault, ledgerId: string): Promise<SignedEntry | undefined> => {
  const key = entryKey(ledgerId, 1);
  const isThere = (await vault.list(key)).includes(key);
  return isThere ? decodeSigned(key, await vault.get(key)) : undefined;
};

/** Where an entry goes. */
export interface Appending {
  readonly vault: Vault;
  readonly signer: Signer;
  readonly ledgerId: string;
  /** The last entry, where the caller has just written it: then it need not be read again unless somebody was faster. */
  readonly known?: SignedEntry | undefined;
}

/** What an entry says, with the calls to AWS that it rests on; without them it says that they are not known. */
export type LedgerDraft = Omit<CustodyDraft, 'provenance'> & { readonly calls?: Calls | undefined };

/** What an entry may follow from: the last entry of the ledger, read anew before every try. Undefined gives the entry up. */
export type Draft = (last: SignedEntry | undefined) => LedgerDraft | undefined;

const NOT_SAID: Calls = {
  status: 'unknown',
  because: 'whoever reported this gave no request ids: look in CloudTrail by time and actor',
};

/**
 * Appends one entry: chained to the one before, signed, written once. Two writers race for a sequence number by
 * `If-None-Match`; the loser reads the winner's entry and chains to it. Throws `LedgerSealed` once the ledger is closed.
 */
export const append = async (
  { vault, signer, ledgerId, known }: Appending,
  draft: Draft,
): Promise<SignedEntry | undefined> => {
  let mine: SignedEntry | undefined;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const last =
      attempt === 0 && known !== undefined ? known : (await readLedger(vault, ledgerId, 'last'))[0];
    // Our own write, whose reply was lost: the SDK sent it again and was told that it is there.
    if (mine !== undefined && last?.digest === mine.digest) return last;
    const drafted = draft(last);
    if (drafted === undefined) return undefined;
    if (last?.entry.event.kind === 'sealed')
      throw Object.assign(new Error(`ledger ${ledgerId} is sealed; record under a new revision`), {
        name: LEDGER_SEALED,
      });
    const { calls = NOT_SAID, ...said } = drafted;
    const by = { keyArn: signer.keyArn, keyFingerprint: signer.keyFingerprint };
    const entry = nextEntry(last, { ...said, provenance: { signer: by, tool: RECORDER_TOOL, calls } });
    const signed: SignedEntry = {
      entry,
      digest: digestOf(entry),
      signature: await signer.sign(signedBytes(entry)),
    };
    const { written } = await vault.put(
      entryKey(ledgerId, entry.sequence),
      Buffer.from(encodeSigned(signed)),
      'application/json',
    );
    if (written) return signed;
    mine = signed;
  }
  throw new Error(`ledger ${ledgerId} was written by others ${TRIES} times in a row; redrive the step`);
};
