/**
 * What a task's host throws when the called service reports an error: the state fails with this error name, and `Retry` and `Catch`
 * decide what follows.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  /** The error name that `ErrorEquals` is compared with, as `Lambda.TooManyRequestsException`. */
  readonly error: string;
  /** The text that a catcher sees as `$states.errorOutput.Cause`. */
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** The history event that tells of a failure; none for failures that AWS shows only as the end of the execution. */
export type FailureEvent =
  | 'TaskFailed'
  | 'TaskTimedOut'
  | 'EvaluationFailed'
  | 'ParallelStateFailed'
  | 'MapStateFailed';

/** A state's failure on its way to the state's Retry and Catch, and from there to whoever ran the state. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string;
  readonly causeText: string;
  readonly event: FailureEvent | undefined;

  constructor(error: string, causeText: string, event?: FailureEvent) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
    this.event = event;
  }
}

/** A branch was told to stop, because its sibling failed or the execution timed out. Never caught by a state. */
export class BranchAborted extends Error {
  override readonly name = 'BranchAborted';
}

/**
 * An expression, or the type of what it gave, was wrong.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (States.QueryEvaluationError)
 */
export function queryEvaluationError(causeText: string): StateFailure {
  return new StateFailure('States.QueryEvaluationError', causeText, 'EvaluationFailed');
}
