export {
  dayOf,
  daysLookedAt,
  endsEarly,
  givenUp,
  isSettled,
  LOOK_BACK_MS,
  neverRecorded,
  type EndedSession,
  type SeenSession,
} from './session.ts';
export {
  sessionWatchInput,
  sessionWatchOutput,
  type SessionWatchInput,
  type SessionWatchOutput,
} from './session-io.ts';
