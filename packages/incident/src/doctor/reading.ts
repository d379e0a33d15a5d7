import type { DoctorLine, Place } from './line.ts';

/** What became of one thing that was to be read. */
export type Reading<Value> =
  | { readonly status: 'read'; readonly value: Value }
  /** AWS refused or did not answer; `action` is what the reader needs, as IAM names it. */
  | { readonly status: 'failed'; readonly action: string; readonly code: string; readonly message: string }
  /** It was not even asked for. */
  | { readonly status: 'not-asked'; readonly because: string; readonly whatToDo: string };

const DENIED = /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/;

const expired = /Expired|InvalidClientTokenId|UnrecognizedClient|CredentialsProviderError/;

const remedy = (action: string, code: string): string => {
  if (DENIED.test(code))
    return `let whoever runs this ${action}: the permission set CordonDoctors does (docs/doctor.md)`;
  if (expired.test(code)) return 'sign in again, then run it again';
  return 'run it again; where it stays, look the code up on the page of the operation';
};

/**
 * The lines of a reading: those of `examine` where it was read, and one that says `unknown` where it was not.
 *
 * @param id of the check that the reading is for
 */
export const lines = <Value>(
  { id, ...place }: Place & { readonly id: string },
  reading: Reading<Value>,
  examine: (value: Value) => readonly DoctorLine[],
): readonly DoctorLine[] => {
  switch (reading.status) {
    case 'read':
      return examine(reading.value);
    case 'failed': {
      const { action, code, message } = reading;
      const says = `${action} answered ${code}: ${message.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
      return [{ id, result: 'unknown', ...place, says, whatToDo: remedy(action, code) }];
    }
    case 'not-asked':
      return [{ id, result: 'unknown', ...place, says: reading.because, whatToDo: reading.whatToDo }];
  }
};

/** What was read; undefined where it was not. */
export const valueOf = <Value>(reading: Reading<Value>): Value | undefined =>
  reading.status === 'read' ? reading.value : undefined;
