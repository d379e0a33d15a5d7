/** Virtual durations of EventBridge. */
export const EVENTS_DURATIONS = {
  /** From a bus to a target of a matching rule. AWS names no figure; half a second is often quoted for the worst case, tens of ms are usual. */
  hopMs: 50,
  /** Before the first of the retries of a delivery that may yet succeed; doubled each time. AWS says only "exponential backoff and jitter". */
  firstRetryMs: 1_000,
  /** The longest wait between two attempts. */
  longestRetryMs: 600_000,
} as const;
