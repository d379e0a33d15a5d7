import { isDisposed, isHeld } from '@cordon/evidence';
import type { KeeperReply, KeeperRequest } from '@cordon/incident';
import type { KeeperInput, KeeperOutput } from '@cordon/incident/keeping';
import { hearing } from '../aws/heard-calls.ts';
import { readFirst } from '../recorder/ledger.ts';
import { openVault, type Vault } from '../recorder/vault.ts';
import type { Services } from '../services.ts';
import { approved, openBook, refused, type Book, type Refusal } from './book.ts';
import { certify, nextToDestroy, sayDestroyed, whyNotDisposable } from './disposal.ts';
import { saidOfEvidence } from './said-of-evidence.ts';
import { setHolds } from './set-holds.ts';
import { signHead } from './sign-head.ts';
import { standings } from './standings.ts';

type RequestOf<Kind extends KeeperRequest['kind']> = Extract<KeeperRequest, { kind: Kind }>;

/** A request that nobody approved for a day is asked for again, or not at all. */
const REQUEST_SECONDS = 24 * 3_600;

/**
 * The recorder's second entrance: what happens to an incident's evidence after its seal, each step an entry of the ledger
 * `<incident>-keeping`, signed before anything is given and after anything was done. It takes the desk's word for who asks, and nobody
 * else of the account's functions names a person. Safe to repeat: what broke off is finished by asking again.
 */
export const keeper = async (request: KeeperInput, services: Services): Promise<KeeperOutput> => {
  const vault = openVault(services);
  if (request.kind === 'standing') return standings(request, vault);
  const { incident } = request;
  const book = await bookOf(incident, vault, services);
  if ('status' in book) return book;
  switch (request.kind) {
    case 'renew':
      return renew(book);
    case 'lengthened':
    case 'archived':
      return saidOfEvidence(request, book);
    case 'next-to-destroy':
      return nextToDestroy(request.approved, book);
    case 'destroyed':
      return sayDestroyed(request, book);
    case 'certify':
      return certify(request.approved, book);
    case 'access-opened':
    case 'access-given':
    case 'export':
    case 'hold':
    case 'ask':
    case 'approve':
      return forPerson(request, book);
  }
};

const bookOf = async (incident: string, vault: Vault, services: Services): Promise<Book | Refusal> => {
  const first = await readFirst(vault, incident);
  return first?.entry.event.kind === 'incident-opened'
    ? openBook({ incident, services, vault, opening: first.entry.event })
    : refused('no-such-incident', `the vault holds no ledger of ${incident}; look at its id`);
};

/** What a person asks for through the desk. */
const forPerson = async (request: KeeperRequest, book: Book): Promise<KeeperReply> => {
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
      const said = await book.write(
        { kind: 'exported', by, reason, to },
        `${by.name} exports ${request.incident} for ${to}`,
      );
      // With each export goes how far the ledger went: whoever gets it sees when its end was cut off.
      await signHead(book, said.custody);
      return said;
    }
    case 'hold':
      return hold(request, book);
    case 'ask':
      return ask(request, book);
    case 'approve':
      return approve(request, book);
  }
};

/** Holds first, then says so: an entry must not claim a hold that is not there. */
const hold = async ({ by, reason }: RequestOf<'hold'>, book: Book): Promise<KeeperReply> => {
  if (isDisposed(await book.read())) return refused('disposed', gone(book));
  const { given: objects, calls } = await hearing(book.services.now, () =>
    setHolds(book.vault, book.incident, 'ON'),
  );
  return book.write(
    { kind: 'hold-set', by, reason, objects },
    `${objects} object(s) of ${book.incident} are under legal hold; the locks of its copies are made longer for as long as it stands`,
    { status: 'known', calls },
  );
};

const gone = ({ incident }: Book): string =>
  `the evidence of ${incident} was disposed of: its ledgers and the certificate are what there is`;

/** Objects that came after the hold was set go under it as well. */
const renew = async (book: Book): Promise<KeeperOutput> => {
  if (!isHeld(await book.read()))
    return refused('not-held', `${book.incident} is under no legal hold of ours`);
  const { given: objects, calls } = await hearing(book.services.now, () =>
    setHolds(book.vault, book.incident, 'ON'),
  );
  // A release that was approved while the holds were set again goes first: its own calls come after these, or it is asked for once more.
  if (!isHeld(await book.read())) {
    await setHolds(book.vault, book.incident, 'OFF');
    return refused('not-held', `the hold on ${book.incident} was released meanwhile`);
  }
  return book.write(
    { kind: 'hold-renewed', objects },
    `${objects} object(s) of ${book.incident} are under legal hold now`,
    { status: 'known', calls },
  );
};

const ask = async ({ by, reason, what }: RequestOf<'ask'>, book: Book): Promise<KeeperReply> => {
  const ledger = await book.read();
  if (isDisposed(ledger)) return refused('disposed', gone(book));
  if (what === 'release-hold' && !isHeld(ledger))
    return refused('not-held', `${book.incident} is under no legal hold of ours`);
  if (what === 'dispose') {
    const why = await whyNotDisposable(book, ledger);
    if (why !== undefined) return refused('not-disposable', why);
  }
  const until = new Date(book.services.now() + REQUEST_SECONDS * 1_000).toISOString();
  const said = await book.write(
    { kind: 'keeping-asked', what, by, reason, until },
    `${by.name} asks for ${what}; another person approves it`,
  );
  return { ...said, until };
};

/** Approves, then does, then says that it is done. Who approves again what broke off half way finishes it. */
const approve = async (request: RequestOf<'approve'>, book: Book): Promise<KeeperReply> => {
  if (request.what === 'dispose') {
    const why = await whyNotDisposable(book, await book.read());
    if (why !== undefined) return refused('not-disposable', why);
  }
  const approval = await approved(request, book);
  if ('status' in approval) return approval;
  if (request.what === 'dispose')
    return {
      status: 'recorded',
      custody: {
        ledgerId: approval.entry.incidentId,
        sequence: approval.entry.sequence,
        digest: approval.digest,
      },
      detail: `the disposal of ${book.incident} is approved`,
    };
  const { given: objects, calls } = await hearing(book.services.now, () =>
    setHolds(book.vault, book.incident, 'OFF'),
  );
  return book.write(
    { kind: 'hold-released', approved: approval.digest, objects },
    `the legal hold on ${objects} object(s) of ${book.incident} is released; their retention stands`,
    { status: 'known', calls },
  );
};
