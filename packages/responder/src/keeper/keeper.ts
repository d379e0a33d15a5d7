import {
  isHeld,
  keepingLedger,
  whyNotApproved,
  type Calls,
  type CustodyEvent,
  type SignedEntry,
} from '@cordon/evidence';
import { KEEPER_FUNCTION_NAME, type KeeperReply, type KeeperRequest } from '@cordon/incident';
import { hearing } from '../aws/heard-calls.ts';
import { append, readFirst, readLedger, type LedgerDraft } from '../recorder/ledger.ts';
import { openSigner } from '../recorder/signer.ts';
import { openVault, type Vault } from '../recorder/vault.ts';
import { instant, type Services } from '../services.ts';
import { setHolds } from './set-holds.ts';

type RequestOf<Kind extends KeeperRequest['kind']> = Extract<KeeperRequest, { kind: Kind }>;
type Refusal = Extract<KeeperReply, { status: 'refused' }>;

/** A request that nobody approved for a day is asked for again, or not at all. */
const REQUEST_SECONDS = 24 * 3_600;
/** Writers of one keeping ledger at once: people. */
const TRIES = 20;

/**
 * The recorder's second entrance: what happens to an incident's evidence after its seal, each step an entry of the ledger
 * `<incident>-keeping`, signed before anything is given and after anything was done. It takes the desk's word for who asks, and nobody
 * else may call it. Safe to repeat: what broke off is finished by asking again.
 */
export const keeper = async (request: KeeperRequest, services: Services): Promise<KeeperReply> => {
  const vault = openVault(services);
  const first = await readFirst(vault, request.incident);
  if (first?.entry.event.kind !== 'incident-opened')
    return refused('no-such-incident', `the vault holds no ledger of ${request.incident}; look at its id`);
  const book = await openBook({ request, services, vault, opening: first.entry.event });
  switch (request.kind) {
    case 'access-opened': {
      const { by, reason, role, until } = request;
      return book.write(
        { kind: 'access-opened', by, reason, role, until },
        `${by.name} opens ${request.incident}`,
      );
    }
    case 'access-given':
      return book.write(
        { kind: 'access-given', opened: request.opened, accessKeyId: request.accessKeyId },
        `a session was given: ${request.accessKeyId}`,
      );
    case 'export': {
      const { by, reason, to } = request;
      return book.write(
        { kind: 'exported', by, reason, to },
        `${by.name} exports ${request.incident} for ${to}`,
      );
    }
    case 'hold':
      return hold(request, book);
    case 'ask':
      return ask(request, book);
    case 'approve':
      return approve(request, book);
  }
};

const refused = (code: Refusal['code'], because: string): Refusal => ({ status: 'refused', code, because });

/** The keeping ledger of one incident, as the keeper writes it. */
interface Book {
  readonly incident: string;
  readonly now: () => string;
  readonly services: Services;
  readonly vault: Vault;
  /** All of it as it stands, opened first where it is new. */
  readonly read: () => Promise<readonly SignedEntry[]>;
  readonly write: (
    event: CustodyEvent,
    detail: string,
    calls?: Calls,
  ) => Promise<Extract<KeeperReply, { status: 'recorded' }>>;
  /** Writes only while the ledger still ends where it was read; undefined when somebody was faster. */
  readonly writeAfter: (
    ledger: readonly SignedEntry[],
    event: CustodyEvent,
  ) => Promise<SignedEntry | undefined>;
}

const PERSONS_WORD: Calls = {
  status: 'none',
  because: 'it rests on the request of a person, whom AWS named to the desk',
};

const openBook = async (of: {
  readonly request: KeeperRequest;
  readonly services: Services;
  readonly vault: Vault;
  readonly opening: CustodyEvent;
}): Promise<Book> => {
  const { request, services, vault, opening } = of;
  const { homeRegion, accounts } = services.config;
  const signer = await openSigner(services);
  const ledgerId = keepingLedger(request.incident);
  const actor = `arn:${services.partition}:lambda:${homeRegion}:${accounts.evidence}:function:${KEEPER_FUNCTION_NAME}`;
  const now = (): string => instant(services);
  const draft = (event: CustodyEvent, calls: Calls): LedgerDraft => ({
    incidentId: ledgerId,
    at: now(),
    basis:
      event.kind === 'incident-opened' || event.kind === 'hold-set' || event.kind === 'hold-released'
        ? 'observed'
        : 'reported',
    actor,
    event,
    calls,
  });
  const opened = (): LedgerDraft =>
    draft(opening, { status: 'none', because: `it repeats how ledger ${request.incident} opens` });
  const read = async (): Promise<readonly SignedEntry[]> => {
    const ledger = await readLedger(vault, ledgerId, 'all');
    if (ledger.length > 0) return ledger;
    await append({ vault, signer, ledgerId }, (last) => (last === undefined ? opened() : undefined));
    return readLedger(vault, ledgerId, 'all');
  };
  return {
    incident: request.incident,
    now,
    services,
    vault,
    read,
    write: async (event, detail, calls = PERSONS_WORD) => {
      await read();
      const written = await append({ vault, signer, ledgerId }, () => draft(event, calls));
      if (written === undefined) throw new Error(`ledger ${ledgerId} took no entry; ask again`);
      return recorded(written, detail);
    },
    writeAfter: (ledger, event) =>
      append({ vault, signer, ledgerId, known: ledger.at(-1) }, (last) =>
        last?.digest === ledger.at(-1)?.digest ? draft(event, PERSONS_WORD) : undefined,
      ),
  };
};

const recorded = (
  { entry, digest }: SignedEntry,
  detail: string,
): Extract<KeeperReply, { status: 'recorded' }> => ({
  status: 'recorded',
  custody: { ledgerId: entry.incidentId, sequence: entry.sequence, digest },
  detail,
});

/** Holds first, then says so: an entry must not claim a hold that is not there. Repeating it holds what came since. */
const hold = async ({ by, reason }: RequestOf<'hold'>, book: Book): Promise<KeeperReply> => {
  const { given: objects, calls } = await hearing(book.services.now, () =>
    setHolds(book.vault, book.incident, 'ON'),
  );
  return book.write(
    { kind: 'hold-set', by, reason, objects },
    `${objects} object(s) of ${book.incident} are under legal hold; snapshots have none in AWS, and stay locked as long as their lock says`,
    { status: 'known', calls },
  );
};

const ask = async ({ by, reason, what }: RequestOf<'ask'>, book: Book): Promise<KeeperReply> => {
  if (!isHeld(await book.read()))
    return refused('not-held', `${book.incident} is under no legal hold of ours`);
  const until = new Date(book.services.now() + REQUEST_SECONDS * 1_000).toISOString();
  const said = await book.write(
    { kind: 'keeping-asked', what, by, reason, until },
    `${by.name} asks for ${what}; another person approves it`,
  );
  return { ...said, until };
};

/** Approves, then does, then says that it is done. Who approves again what broke off half way finishes it. */
const approve = async (request: RequestOf<'approve'>, book: Book): Promise<KeeperReply> => {
  const approval = await approved(request, book);
  if ('status' in approval) return approval;
  const { given: objects, calls } = await hearing(book.services.now, () =>
    setHolds(book.vault, book.incident, 'OFF'),
  );
  return book.write(
    { kind: 'hold-released', approved: approval.digest, objects },
    `the legal hold on ${objects} object(s) of ${book.incident} is released; their retention stands`,
    { status: 'known', calls },
  );
};

/** The entry that approves, written now or by an earlier try of the same person that broke off before it was done. */
const approved = async (
  { asked, by, reason, what }: RequestOf<'approve'>,
  book: Book,
): Promise<SignedEntry | Refusal> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const ledger = await book.read();
    const broken = brokenOff(ledger, { asked, by });
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

const brokenOff = (
  ledger: readonly SignedEntry[],
  { asked, by }: Pick<RequestOf<'approve'>, 'asked' | 'by'>,
): SignedEntry | undefined => {
  const own = ledger.find(
    ({ entry: { event } }) =>
      event.kind === 'keeping-approved' && event.asked === asked && event.by.name === by.name,
  );
  const isDone = ledger.some(
    ({ entry: { event } }) => event.kind === 'hold-released' && event.approved === own?.digest,
  );
  return isDone ? undefined : own;
};
