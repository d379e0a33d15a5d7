/** How one check ended. `unknown`: it could not be looked at, and nothing follows from it. */
export type LineResult = 'ok' | 'warning' | 'error' | 'unknown';

/** Where a check looked: nowhere more precise than what is named. */
export interface Place {
  readonly region?: string;
  /** Ids of the accounts that it is about; one line stands for all that have the same trouble in one Region. */
  readonly accounts?: readonly string[];
}

/** What one check found, for a person and for a program. */
export interface DoctorLine extends Place {
  /** Which check, in a word that stays the same: `guardduty-members`. */
  readonly id: string;
  readonly result: LineResult;
  /** What was found, in one sentence. */
  readonly says: string;
  /** What to do about it; absent where all is well. */
  readonly whatToDo?: string;
}

/** What was found wrong, and what to do. */
export interface Trouble {
  readonly says: string;
  readonly whatToDo: string;
}

/** The lines of one check at one place. */
export interface Check {
  readonly ok: (says: string, at?: Place) => DoctorLine;
  readonly warning: (trouble: Trouble, at?: Place) => DoctorLine;
  readonly error: (trouble: Trouble, at?: Place) => DoctorLine;
}

/** Makes the lines of the check `id`, all at `place` unless another is given. */
export const check = (id: string, place: Place = {}): Check => ({
  ok: (says, at = place) => ({ id, result: 'ok', ...at, says }),
  warning: (trouble, at = place) => ({ id, result: 'warning', ...at, ...trouble }),
  error: (trouble, at = place) => ({ id, result: 'error', ...at, ...trouble }),
});

const NAMED = 3;

/** Some of many, for a sentence: `a, b, c and 7 more`. */
export const some = (names: readonly string[]): string =>
  names.length <= NAMED
    ? names.join(', ')
    : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;

/** `1 account`, `2 accounts`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
