import {
  isDoneOf,
  keepingLedger,
  whyNotApproved,
  type Calls,
  type CustodyEvent,
  type SignedEntry,
} from '@cordon/evidence';
import { KEEPER_FUNCTION_NAME, type KeeperReply, type KeeperRequest } from '@cordon/incident';
import { append, readLedger, type LedgerDraft } from '../recorder/ledger.ts';
import { openSigner, type Signer } from '../recorder/signer.ts';
import type { Vault } from '../recorder/vault.ts';
import { instant, type Services } from '../services.ts';

/** What says that an entry was written. */
export type Recorded = Extract<KeeperReply, { status: 'recorded' }>;
/** What says that nothing was, and why. */
export type Refusal = Extract<KeeperReply, { status: 'refused' }>;

/** Writers of one keeping ledger at once: people. */
const TRIES = 20;

/** The keeping ledger of one incident, as the keeper writes it. */
export interface Book {
  readonly incident: string;
  /** The ledger itself. */
  readonly ledgerId: string;
  /** ARN of the function that writes. */
  readonly actor: string;
  readonly now: () => string;
  readonly services: Services;
  readonly vault: Vault;
  readonly signer: Signer;
  /** All of it as it stands, opened first where it is new. */
  readonly read: () => Promise<readonly SignedEntry[]>;
  readonly write: (event: CustodyEvent, detail: string, calls?: Calls) => Promise<Recorded>;
  /** Writes only while the ledger still ends where it was read; undefined when somebody was faster. */
  readonly writeAfter: (
    ledger: readonly SignedEntry[],
    event: CustodyEvent,
    calls?: Calls,
  ) => Promise<SignedEntry | undefined>;
}

const PERSONS_WORD: Calls = {
  status: 'none',
  because: 'it rests on the request of a person, whom AWS named to the desk',
};

/** What the keeper is told, and saw nothing of itself. */
const REPORTED: readonly CustodyEvent['kind'][] = [
  'access-opened',
  'access-given',
  'keeping-asked',
  'keeping-approved',
  'exported',
  'snapshots-archived',
  'evidence-destroyed',
];

/**
 * Opens the book of an incident. `opening` is the event that its own ledger begins with.
 *
 * @param of `as` is the function that writes, the keeper when absent; `ledgerId` the ledger, that of keeping when absent
 */
export const openBook = async (of: {
  readonly incident: string;
  readonly services: Services;
  readonly vault: Vault;
  readonly opening: CustodyEvent;
  readonly as?: string;
  readonly ledgerId?: string;
}): Promise<Book> => {
  const { incident, services, vault, opening } = of;
  const { as = KEEPER_FUNCTION_NAME, ledgerId = keepingLedger(incident) } = of;
  const { homeRegion, accounts } = services.config;
  const signer = await openSigner(services);
  const actor = `arn:${services.partition}:lambda:${homeRegion}:${accounts.evidence}:function:${as}`;
  const now = (): string => instant(services);
  const draft = (event: CustodyEvent, calls: Calls): LedgerDraft => ({
    incidentId: ledgerId,
    at: now(),
    basis: REPORTED.includes(event.kind) ? 'reported' : 'observed',
    actor,
    event,
    calls,
  });
  const opened = (): LedgerDraft =>
    draft(opening, { status: 'none', because: `it repeats how ledger ${incident} opens` });
  const read = async (): Promise<readonly SignedEntry[]> => {
    const ledger = await readLedger(vault, ledgerId, 'all');
    if (ledger.length > 0) return ledger;
    await append({ vault, signer, ledgerId }, (last) => (last === undefined ? opened() : undefined));
    return readLedger(vault, ledgerId, 'all');
  };
  return {
    incident,
    ledgerId,
    actor,
    now,
    services,
    vault,
    signer,
    read,
    write: async (event, detail, calls = PERSONS_WORD) => {
      await read();
      const written = await append({ vault, signer, ledgerId }, () => draft(event, calls));
      if (written === undefined) throw new Error(`ledger ${ledgerId} took no entry; ask again`);
      return recorded(written, detail);
    },
    writeAfter: (ledger, event, calls = PERSONS_WORD) =>
      append({ vault, signer, ledgerId, known: ledger.at(-1) }, (last) =>
        last?.digest === ledger.at(-1)?.digest ? draft(event, calls) : undefined,
      ),
  };
};

/** Says that an entry was written, in one sentence of its own. */
export const recorded = ({ entry, digest }: SignedEntry, detail: string): Recorded => ({
  status: 'recorded',
  custody: { ledgerId: entry.incidentId, sequence: entry.sequence, digest },
  detail,
});

/** Says why nothing was done. */
export const refused = (code: Refusal['code'], because: string): Refusal => ({
  status: 'refused',
  code,
  because,
});

type Approve = Extract<KeeperRequest, { kind: 'approve' }>;

/** The entry that approves, written now or by an earlier try of the same person that broke off before it was done. */
export const approved = async (
  { asked, by, reason, what }: Approve,
  book: Book,
): Promise<SignedEntry | Refusal> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const ledger = await book.read();
    const broken = brokenOff(ledger, { asked, by, what });
    if (broken !== undefined) return broken;
    const why = whyNotApproved(ledger, { asked, by, what }, book.now());
    if (why !== undefined) return refused('not-approved', why);
    const written = await book.writeAfter(ledger, { kind: 'keeping-approved', what, asked, by, reason });
    if (written !== undefined) return written;
  }
  throw new Error(
    `the keeping ledger of ${book.incident} was written by others ${TRIES} times in a row; ask again`,
  );
};

/** The approval of this person that was not done to its end, if there is one. */
const brokenOff = (
  ledger: readonly SignedEntry[],
  { asked, by, what }: Pick<Approve, 'asked' | 'by' | 'what'>,
): SignedEntry | undefined => {
  const own = ledger.find(
    ({ entry: { event } }) =>
      event.kind === 'keeping-approved' &&
      event.what === what &&
      event.asked === asked &&
      event.by.name === by.name,
  );
  return ledger.some(({ entry: { event } }) => isDoneOf(event, own?.digest)) ? undefined : own;
};
