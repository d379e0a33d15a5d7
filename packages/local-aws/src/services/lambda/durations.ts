/** Virtual durations of Lambda; the organization's options may set the first two. */
export const LAMBDA_DURATIONS = {
  /** Start of a new execution environment up to the handler: the model's figure for a cold start. */
  coldStartMs: 600,
  /** The same for an environment that has run before. */
  warmStartMs: 150,
  /** Life of an environment's credentials; AWS replaces environments before theirs end. */
  environmentMs: 3_600_000,
  /** From the arrival of a message to the poller's ReceiveMessage: pollers long-poll, so that it is next to nothing. */
  pollMs: 20,
  /** Before the second and the third attempt of an asynchronous invocation. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
  asyncRetryMs: [60_000, 120_000],
  /** Life of an event that waits to be handled. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
  asyncAgeMs: 21_600_000,
  /** Before an event is tried again for which there was no room; doubled each time. The same page. */
  throttledRetryMs: { first: 1_000, most: 300_000 },
  /** Before an event source is tried again whose function had no concurrency left, or whose queue holds only messages in flight. */
  pollAgainMs: 1_000,
} as const;
