import { createHash } from 'node:crypto';
import {
  MOST_RECORDING_PARTS,
  Sha256,
  sha256Hex,
  vaultKeys,
  type Calls,
  type CustodyEvent,
} from '@cordon/evidence';
import { endsEarly, type EndedSession } from '@cordon/incident/sessions';
import { hearing, reads, type HeardCalls } from '../aws/heard-calls.ts';
import type { Connection } from '../aws/connection.ts';
import type { Book } from '../keeper/book.ts';
import { deposited } from '../recorder/deposited.ts';
import { eventsOf, type LoggedEvent } from './read-sessions.ts';
import { sayOnce } from './say-once.ts';

/** A part is about so long: it is in memory as a whole. */
const PART_BYTES = 4 * 1_024 ** 2;

type Recorded = Extract<CustodyEvent, { kind: 'session-recorded' }>;

/**
 * Carries the recording of a session that ended into the vault, part by part, and says in the recording's own ledger which parts it is. Done twice, or gone on with
 * after it broke off, it comes to the same: a part is named by its digest, and lies there once. Undefined where nothing was recorded.
 *
 *     log group -> part (written once) -> entry object-deposited -> ... -> entry session-recorded
 *
 * @param open opens the recording's ledger, which is not made before there is something
 */
export const carryRecording = async (
  session: EndedSession,
  { at, now }: { readonly at: Connection; readonly now: () => number },
  open: () => Promise<Book>,
): Promise<Recorded | undefined> => {
  const events = eventsOf(at, session);
  // The generator asks AWS when it is asked itself, so that what is heard here is what it read first.
  const first = await hearing(now, () => events.next(), reads);
  if (first.given.done === true) return undefined;
  const book = await open();
  const said = saidIn(await book.read());
  if (said !== undefined) return said;
  const parts: { label: string; sha256: Sha256 }[] = [];
  const whole = createHash('sha256');
  let [sizeBytes, count, lastAt] = [0, 0, first.given.value.at];
  let bound = false;
  for await (const part of partsOf(first.given.value, events)) {
    if (parts.length === MOST_RECORDING_PARTS) {
      bound = true;
      break;
    }
    parts.push(await deposit(book, part.bytes, parts.length + 1));
    whole.update(part.bytes);
    sizeBytes += part.bytes.length;
    count += part.events;
    lastAt = Math.max(lastAt, part.lastAt);
  }
  await adopt(book);
  const event: Recorded = {
    kind: 'session-recorded',
    ...toldOf(session),
    ledgerId: book.ledgerId,
    parts,
    sha256: Sha256.parse(whole.digest('hex')),
    sizeBytes,
    events: count,
    firstAt: moment(first.given.value.at),
    lastAt: moment(lastAt),
    ...(endsEarly(session, lastAt) ? { endsEarly: 'yes' } : {}),
    ...(bound ? { bound: 'reached' } : {}),
  };
  const entry = await sayOnce(book, ({ kind }) => kind === 'session-recorded', {
    event,
    calls: known(first),
  });
  return entry.entry.event.kind === 'session-recorded' ? entry.entry.event : event;
};

const moment = (at: number): string => new Date(at).toISOString();

/** What an entry says of a session. */
export const toldOf = (session: EndedSession) => ({
  sessionId: session.sessionId,
  region: session.region,
  instanceId: session.target,
  owner: session.owner === '' ? 'not told' : session.owner,
  document: session.document === '' ? 'not told' : session.document,
  startedAt: moment(session.startedAt),
  endedAt: moment(session.endedAt),
});

const saidIn = (ledger: Awaited<ReturnType<Book['read']>>): Recorded | undefined =>
  ledger.flatMap(({ entry: { event } }) => (event.kind === 'session-recorded' ? [event] : []))[0];

/** By which calls it was read: the first answer names the stream, and the calls that follow are of the same session. */
const known = ({ calls }: HeardCalls): Calls =>
  calls.length === 0
    ? { status: 'unknown', because: 'the answer gave no request id: look in CloudTrail by time and actor' }
    : { status: 'known', calls: [...calls] };

/** Events, the first of which was taken already, as parts. */
const partsOf = async function* (first: LoggedEvent, rest: AsyncIterable<LoggedEvent>) {
  let [lines, bytes, lastAt]: [string[], number, number] = [[], 0, first.at];
  const take = ({ at, line }: LoggedEvent): void => {
    lines.push(line);
    bytes += Buffer.byteLength(line);
    lastAt = Math.max(lastAt, at);
  };
  const made = () => ({ bytes: Buffer.from(lines.join('')), events: lines.length, lastAt });
  take(first);
  for await (const event of rest) {
    if (bytes >= PART_BYTES) {
      yield made();
      [lines, bytes] = [[], 0];
    }
    take(event);
  }
  yield made();
};

const deposit = async (
  book: Book,
  bytes: Buffer,
  number: number,
): Promise<{ readonly label: string; readonly sha256: Sha256 }> => {
  const { vault, services, ledgerId } = book;
  const sha256 = sha256Hex(bytes);
  const label = `recording/${String(number).padStart(3, '0')}-${sha256.slice(0, 16)}.jsonl`;
  const key = vaultKeys.object(ledgerId, label);
  const { given, calls } = await hearing(services.now, async () => {
    await vault.put(key, bytes, 'application/x-ndjson');
    return deposited(vault, key, label);
  });
  if (given.sha256 !== sha256)
    throw new Error(`object ${key} reads back as ${given.sha256}, written was ${sha256}`);
  await sayOnce(book, isOf(label), { event: given, calls: { status: 'known', calls } });
  return { label, sha256 };
};

const isOf =
  (label: string) =>
  (event: CustodyEvent): boolean =>
    event.kind === 'object-deposited' && event.label === label;

/** What an earlier try wrote and did not come to say, where the log has changed since: nothing lies in a sealed ledger that no entry names. */
const adopt = async (book: Book): Promise<void> => {
  const { vault, services, ledgerId } = book;
  const prefix = vaultKeys.objects(ledgerId);
  const ledger = await book.read();
  for (const key of await vault.list(prefix)) {
    const label = key.slice(prefix.length);
    if (ledger.some(({ entry }) => isOf(label)(entry.event))) continue;
    const { given, calls } = await hearing(services.now, () => deposited(vault, key, label));
    await sayOnce(book, isOf(label), { event: given, calls: { status: 'known', calls } });
  }
};
