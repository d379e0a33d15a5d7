import { recordingLedger, sessionMarks, type CustodyEvent, type SessionMark } from '@cordon/evidence';
import { SESSION_DOCUMENT_NAME, SESSION_WATCH_FUNCTION_NAME } from '@cordon/incident';
import {
  dayOf,
  daysLookedAt,
  givenUp,
  isSettled,
  LOOK_BACK_MS,
  neverRecorded,
  type EndedSession,
  type SeenSession,
  type SessionWatchInput,
  type SessionWatchOutput,
} from '@cordon/incident/sessions';
import { faultLine } from '../aws/classify.ts';
import type { Connection } from '../aws/connection.ts';
import { openBook, type Book } from '../keeper/book.ts';
import { isSealed } from '../keeper/set-holds.ts';
import { readFirst, readLedger } from '../recorder/ledger.ts';
import { keepLonger, sayRetention } from '../recorder/retention.ts';
import { sealLedger } from '../recorder/seal-ledger.ts';
import { openVault, type Vault } from '../recorder/vault.ts';
import type { Services } from '../services.ts';
import { carryRecording, toldOf } from './carry-recording.ts';
import { incidentOfMachine, readerOf, readSessions } from './read-sessions.ts';
import { sayOnce } from './say-once.ts';
import { tellMissing } from './tell-missing.ts';

/** Sessions that one look deals with: the next goes on. */
const MOST_AT_ONCE = 20;
/** A recording is sealed without the class of its case when the incident is not sealed for so long. */
const UNSEALED_MS = LOOK_BACK_MS - 86_400_000;

/** What became of a session. `other` is none on a forensic machine. */
type Became = 'recorded' | 'missing' | 'waiting' | 'other';

/** What a look works with. */
interface Look {
  readonly services: Services;
  readonly vault: Vault;
  /** Keys of marks that are there. */
  readonly marks: ReadonlySet<string>;
}

/**
 * The clock's look at sessions on forensic machines, in every Region: the recording of each that ended comes into the vault, in a ledger of its own that is sealed, and the
 * incident's ledger of keeping names it by digest. A session without one, or started past the document that records, is an entry there too, and people are called.
 *
 *     seen (mark: of which incident) -> ended, settled -> parts -> keeping: session-recorded | recording-missing -> sealed -> done (mark)
 *
 * Each is written once; a look that broke off is gone on with by the next. One session that fails holds up no other.
 *
 * @throws Error after all was tried, when something failed: its alarm calls a person, and the next look tries again
 */
export const sessionWatch = async (
  _input: SessionWatchInput,
  services: Services,
): Promise<SessionWatchOutput> => {
  const vault = openVault(services);
  const reader = await readerOf(services);
  const told = { recorded: 0, missing: 0, waiting: 0, other: 0 };
  const failed: string[] = [];
  let marks: ReadonlySet<string> | undefined;
  const attempt = async <Given>(what: string, work: () => Promise<Given>): Promise<Given | undefined> => {
    try {
      return await work();
    } catch (error) {
      failed.push(`${what}: ${faultLine(error)}`);
      return undefined;
    }
  };
  for (const region of services.config.regions) {
    const at = reader(region);
    const sessions = (await attempt(region, () => readSessions(at, services))) ?? [];
    if (sessions.length === 0) continue;
    marks ??= await marksIn(vault, services.now());
    const look: Look = { services, vault, marks };
    for (const session of sessions) {
      if (marks.has(keyOf(session, 'done'))) continue;
      const became =
        told.recorded + told.missing >= MOST_AT_ONCE
          ? 'waiting'
          : await attempt(session.sessionId, () => dealWith(session, at, look));
      if (became !== undefined) told[became] += 1;
    }
  }
  if (failed.length > 0)
    throw new Error(
      `${failed.length} of what recordings of sessions need could not be done: ${failed.slice(0, 5).join('; ')}; see docs/runbooks/session-watch-failed.md`,
    );
  const { other: _other, ...output } = told;
  return output;
};

/** Marks of all days on which a session that is looked at can have begun. */
const marksIn = async (vault: Vault, now: number): Promise<ReadonlySet<string>> =>
  new Set((await Promise.all(daysLookedAt(now).map((day) => vault.list(sessionMarks.day(day))))).flat());

const keyOf = (session: SeenSession, mark: SessionMark): string =>
  sessionMarks.key(dayOf(session.startedAt), session, mark);

const setMark = async (
  { vault }: Look,
  session: SeenSession,
  mark: SessionMark,
  incident: string | undefined,
): Promise<void> => {
  const { region, sessionId, target, owner } = session;
  const text = JSON.stringify({
    schemaVersion: 1,
    region,
    sessionId,
    target,
    owner,
    incident: incident ?? null,
  });
  await vault.put(keyOf(session, mark), Buffer.from(text), 'application/json');
};

/** Of which incident: by the mark of the first look, else by the machine's tag, which is gone soon after the machine. */
const incidentOfSession = async (
  session: SeenSession,
  at: Connection,
  look: Look,
): Promise<string | undefined> => {
  const key = keyOf(session, 'seen');
  if (look.marks.has(key)) {
    const mark: unknown = JSON.parse(Buffer.from(await look.vault.get(key)).toString('utf8'));
    if (typeof mark === 'object' && mark !== null && 'incident' in mark && typeof mark.incident === 'string')
      return mark.incident;
    throw new Error(`mark ${key} names no incident`);
  }
  const incident = await incidentOfMachine(at, session.target);
  if (incident !== undefined) await setMark(look, session, 'seen', incident);
  return incident;
};

const dealWith = async (session: SeenSession, at: Connection, look: Look): Promise<Became> => {
  const { services, vault } = look;
  const now = services.now();
  const incident = await incidentOfSession(session, at, look);
  // Somebody's own instance, by somebody's own document.
  if (incident === undefined && session.document !== SESSION_DOCUMENT_NAME) return 'other';
  if (!isSettled(session, now)) return 'waiting';
  const first = incident === undefined ? undefined : await readFirst(vault, incident);
  if (incident === undefined || first?.entry.event.kind !== 'incident-opened') {
    const because = `machine ${session.target} was gone before anybody saw for which incident it worked: its recording stays in the log group, and in no ledger`;
    await tellMissing(services, session, { incident, because });
    await setMark(look, session, 'done', incident);
    return 'missing';
  }
  const opening = first.entry.event;
  const open = (ledgerId?: string): Promise<Book> =>
    openBook({
      incident,
      services,
      vault,
      opening,
      as: SESSION_WATCH_FUNCTION_NAME,
      ...(ledgerId === undefined ? {} : { ledgerId }),
    });
  const never = neverRecorded(session);
  const recording = recordingLedger(incident, `${session.region} ${session.sessionId}`);
  const carried =
    never === undefined || session.failed
      ? await carryRecording(session, { at, now: services.now }, () => open(recording))
      : undefined;
  const became =
    carried === undefined
      ? await sayMissing(session, await open(), never ?? givenUp(session, now))
      : await sayRecorded(session, await open(), carried);
  if (became === 'recorded' && !(await sealed(session, await open(recording)))) return 'waiting';
  if (became !== 'waiting') await setMark(look, session, 'done', incident);
  return became;
};

const isOf =
  (kind: 'session-recorded' | 'recording-missing', { sessionId, region }: SeenSession) =>
  (event: CustodyEvent): boolean =>
    event.kind === kind && event.sessionId === sessionId && event.region === region;

/** People first: a call that comes twice does no harm, and one that never comes would be silence. */
const sayMissing = async (
  session: EndedSession,
  keeping: Book,
  because: string | undefined,
): Promise<Became> => {
  if (because === undefined) return 'waiting';
  const { services, incident } = keeping;
  await sayOnce(keeping, isOf('recording-missing', session), {
    event: { kind: 'recording-missing', ...toldOf(session), because },
    calls: { status: 'none', because: 'it rests on what is not in the log group' },
    // A session that never started showed nobody anything.
    ...(session.failed ? {} : { before: () => tellMissing(services, session, { incident, because }) }),
  });
  return 'missing';
};

const sayRecorded = async (
  session: EndedSession,
  keeping: Book,
  event: Extract<CustodyEvent, { kind: 'session-recorded' }>,
): Promise<Became> => {
  const { services, incident } = keeping;
  const because =
    event.endsEarly === 'yes'
      ? `its recording ends at ${event.lastAt}, long before the session did: its stream was ended on the machine`
      : event.bound === 'reached'
        ? 'its recording is longer than is carried into the vault: the rest is in the log group'
        : undefined;
  await sayOnce(keeping, isOf('session-recorded', session), {
    event,
    calls: { status: 'none', because: `it rests on the entries of ledger ${event.ledgerId}` },
    ...(because === undefined ? {} : { before: () => tellMissing(services, session, { incident, because }) }),
  });
  return 'recorded';
};

/** Seals the recording's ledger, kept for as long as its case: so not before the incident's own is sealed, which says for how long that is. */
const sealed = async (session: EndedSession, book: Book): Promise<boolean> => {
  const { vault, incident, ledgerId, services, signer, actor, now } = book;
  const waits = services.now() - session.endedAt < UNSEALED_MS;
  if (waits && !(await isSealed(vault, incident))) return false;
  const tools = { vault, signer, actor, now };
  const keeping = services.config.evidence;
  const wanted = (await readLedger(vault, incident, 'all')).flatMap(({ entry: { event } }) =>
    event.kind === 'retention-set' ? [event.days] : [],
  )[0];
  await sayRetention(tools, ledgerId, { keeping, wanted });
  await sealLedger(tools, ledgerId);
  await keepLonger(tools, ledgerId, keeping);
  return true;
};
