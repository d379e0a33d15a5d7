import { SESSION_DOCUMENT_NAME } from '../contract.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A session that ended so long ago is not looked at any more: whoever was out for so long finds all that ended meanwhile. */
export const LOOK_BACK_MS = 7 * DAY;
/** What a machine sent last is in the log group by then. */
const SETTLED_MS = 2 * MINUTE;
/** A recording that is not there an hour after its session's end does not come: its stream is written while the session goes on. */
const AWAITED_MS = 60 * MINUTE;
/** A session ends after 20 idle minutes: one whose recording ends sooner than that before it was cut off. */
const QUIET_MS = 25 * MINUTE;
/** A machine's clock may be off by so much. */
const CLOCK_MS = MINUTE;

/** A session as Session Manager tells of it. Times in epoch ms. */
export interface SeenSession {
  readonly region: string;
  readonly sessionId: string;
  /** What it was started on. */
  readonly target: string;
  readonly owner: string;
  readonly document: string;
  readonly startedAt: number;
  /** Absent while it goes on. */
  readonly endedAt?: number;
  /** Whether it ever connected, as far as Session Manager says. */
  readonly failed: boolean;
}

/** A session that has ended. */
export interface EndedSession extends SeenSession {
  readonly endedAt: number;
}

/** Whether a session has ended, so long ago that its recording is whole. Pure. */
export const isSettled = (session: SeenSession, now: number): session is EndedSession =>
  session.endedAt !== undefined && now - session.endedAt >= SETTLED_MS;

/** Why a session cannot have a recording of ours, however long one waits; undefined where it can. Pure. */
export const neverRecorded = ({ document, failed }: SeenSession): string | undefined => {
  if (document !== SESSION_DOCUMENT_NAME)
    return `it was started by the document ${document === '' ? 'of the account’s preferences' : document}, and ${SESSION_DOCUMENT_NAME} alone records`;
  return failed ? 'Session Manager says that it failed to start' : undefined;
};

/** Why a session of which nothing was found is taken to have no recording; undefined while one waits. Pure. */
export const givenUp = (session: EndedSession, now: number): string | undefined =>
  now - session.endedAt >= AWAITED_MS
    ? 'an hour after its end nothing of it is in the log group: its stream was ended on the machine, never began, or was deleted'
    : undefined;

/** Whether a recording stops long before its session did. Pure. @param lastAt of its last event, by the machine's clock, epoch ms */
export const endsEarly = ({ endedAt }: EndedSession, lastAt: number): boolean =>
  endedAt - lastAt > QUIET_MS + CLOCK_MS;

/** The days (UTC, such as `2026-11-22`) on which a session that is still looked at can have begun. Pure. */
export const daysLookedAt = (now: number): readonly string[] =>
  // One more: a session lasts a working day, and begins on the day before.
  Array.from({ length: LOOK_BACK_MS / DAY + 2 }, (_day, index) => dayOf(now - index * DAY));

/** The day (UTC) of a moment. Pure. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
