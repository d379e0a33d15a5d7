/** Thrown by `compile` when a policy document holds something the engine does not know or AWS would not accept. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  /** The name given to `compile`, for the person who must find the document. */
  readonly policy: string;

  constructor(policy: string, message: string) {
    super(`policy ${policy}: ${message}`);
    this.policy = policy;
  }
}

/** Thrown by `authorize` when the request itself is malformed, so that no verdict about it would mean anything. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}
