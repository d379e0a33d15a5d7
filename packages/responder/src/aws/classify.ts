/** A fault from outside, in one shape: what failed, whether trying again can help, and what to do next. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly requestId: string | undefined;
  readonly hint: string;
}

const RETRYABLE = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestThrottledException',
  'InternalError',
  'InternalFailure',
  'ServiceUnavailable',
  'ServiceException',
  'ResourceContentionFault',
  'ConcurrentSnapshotLimitExceeded',
  'SnapshotCreationPerVolumeRateExceeded',
  'PendingSnapshotLimitExceeded',
  'ResourceLimitExceeded',
  'IncorrectState',
  'IncorrectInstanceState',
  'TimeoutError',
  'KeyUnavailableException',
  'DependencyTimeoutException',
]);

const DENIED = new Set([
  'UnauthorizedOperation',
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
]);

const hintFor = (code: string): string => {
  if (DENIED.has(code))
    return 'a policy of the role, of the organization or of the resource denies it; run `cordon doctor` for this account';
  if (RETRYABLE.has(code)) return 'redrive the execution: the step is safe to repeat';
  if (code.endsWith('.NotFound'))
    return 'it is gone, or not yet visible; look at it in the account before you redrive';
  return 'look at the step in the execution, mend the cause, then redrive';
};

/** Classifies whatever was thrown by an SDK call; a bug of ours (not an SDK error) is thrown on. Source: aws-facts 2.10. */
export const classify = (error: unknown): Fault => {
  if (
    !(error instanceof Error) ||
    !('$metadata' in error || error.name === 'TimeoutError' || 'code' in error)
  )
    throw error;
  const code = error.name;
  const metadata = '$metadata' in error && typeof error.$metadata === 'object' ? error.$metadata : undefined;
  const requestId =
    metadata !== null && metadata !== undefined && 'requestId' in metadata
      ? String(metadata.requestId)
      : undefined;
  return { code, message: error.message, retryable: RETRYABLE.has(code), requestId, hint: hintFor(code) };
};

/** The code of an SDK error; throws a bug of ours on. */
export const faultCode = (error: unknown): string => classify(error).code;

/** One line for a record: code, message, what to do. Newlines are folded, so that a message cannot forge a line. */
export const faultLine = (error: unknown): string => {
  const fault = classify(error);
  return `${fault.code}: ${fault.message.replaceAll(/\s+/g, ' ').slice(0, 300)}; ${fault.hint}`;
};
