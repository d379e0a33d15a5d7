import type { Organization } from '@cordon/local-aws';

/** real: virtual time passes as on the wall. manual: it passes only while calls are answered, and on request. */
export type ClockMode = 'real' | 'manual';

/** What is needed of the organization to move its time. */
type Timed = Pick<Organization, 'timeline' | 'run'> & {
  readonly journal: Pick<Organization['journal'], 'calls'>;
};

/** A call is answered long before this, in virtual milliseconds. */
const LONGEST_ANSWER_MS = 600_000;

/** Moves one organization's time; whatever it is asked, one move ends before the next begins. */
export interface Clock {
  /** To be called every few milliseconds: time catches up with the wall, and calls that came meanwhile are answered. */
  readonly tick: () => Promise<void>;
  /** Lets this much virtual time pass, at once. */
  readonly advance: (ms: number) => Promise<void>;
}

/** @param wallMs a clock on the wall that never goes back, in milliseconds */
export const clockOf = (organization: Timed, mode: ClockMode, wallMs: () => number): Clock => {
  const { timeline, journal } = organization;
  let tail: Promise<unknown> = Promise.resolve();
  // `run` must never be entered twice: time would have two masters.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  };
  let answered = 0;
  const allAnswered = (): boolean => {
    while (answered < journal.calls.length && journal.calls[answered]?.repliedAt !== undefined) answered += 1;
    return answered === journal.calls.length;
  };
  const moveTo = async (target: number): Promise<void> => {
    // Where nothing is left to happen `run` ends early; with an appointment time still gets there.
    timeline.at(target, () => undefined);
    await organization.run(() => false, target);
  };
  const answer = async (): Promise<void> => {
    await organization.run(() => false, timeline.now());
    if (!allAnswered()) await organization.run(allAnswered, timeline.now() + LONGEST_ANSWER_MS);
  };
  let ahead = timeline.now() - wallMs();
  return {
    tick: () => inTurn(() => (mode === 'real' ? moveTo(wallMs() + ahead) : answer())),
    advance: (ms) =>
      inTurn(() => {
        ahead += ms;
        return moveTo(timeline.now() + ms);
      }),
  };
};
