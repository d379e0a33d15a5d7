import type { FailureHandling } from './history-event.ts';
import type { StateFailure } from './state-failure.ts';
import type { Catcher, Retrier } from './state-machine.ts';

/**
 * Whether an `ErrorEquals` list takes an error.
 *
 *   States.Runtime            taken by nothing: it always ends the execution
 *   States.DataLimitExceeded  not taken by States.ALL
 *   States.TaskFailed         takes everything but States.Timeout
 *   States.Timeout            takes States.HeartbeatTimeout too: a missed heartbeat is one of its two causes
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function takesError(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  return errorEquals.some((name) => {
    switch (name) {
      case error:
        return true;
      case 'States.ALL':
        return error !== 'States.DataLimitExceeded';
      case 'States.TaskFailed':
        return error !== 'States.Timeout';
      case 'States.Timeout':
        return error === 'States.HeartbeatTimeout';
      default:
        return false;
    }
  });
}

/** What a visit to a state has to go by when it fails. */
export type Recovery = {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
  /** How often each retrier was used in this visit; written by `decideRecovery`. */
  readonly used: Map<Retrier, number>;
  /** A number in [0, 1) for full jitter. */
  readonly random: () => number;
};

/** The handling, and the catcher when there is one. */
export type Decision = { readonly handling: FailureHandling; readonly catcher?: Catcher };

/**
 * Retry before Catch, each in order. The first retrier that takes the error decides: when its attempts are used up, no later one is asked.
 * Each retrier keeps its own count for the visit. Delay: interval * rate^(attempt - 1), capped by MaxDelaySeconds, then jitter.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function decideRecovery(recovery: Recovery, failure: StateFailure): Decision {
  const retrier = recovery.retry.find(({ errorEquals }) => takesError(errorEquals, failure.error));
  const used = retrier === undefined ? 0 : (recovery.used.get(retrier) ?? 0);
  if (retrier !== undefined && used < retrier.maxAttempts) {
    recovery.used.set(retrier, used + 1);
    const grown = retrier.intervalSeconds * retrier.backoffRate ** used;
    const capped = Math.min(grown, retrier.maxDelaySeconds ?? Infinity);
    const delaySeconds = retrier.jitter === 'FULL' ? capped * recovery.random() : capped;
    return { handling: { kind: 'retried', attempt: used + 1, delaySeconds } };
  }
  const catcher = recovery.catch.find(({ errorEquals }) => takesError(errorEquals, failure.error));
  if (catcher) return { handling: { kind: 'caught', next: catcher.next }, catcher };
  return { handling: { kind: 'uncaught' } };
}
