const SECOND = 1000;

/**
 * How long Run Command's steps take here, in milliseconds. AWS publishes the heartbeat; the rest are the local organization's own figures.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
 */
export const SSM_DURATIONS = {
  /** "a heartbeat ... every 5 minutes", by `UpdateInstanceInformation`. */
  heartbeat: 300 * SECOND,
  /** How often it is looked whether an agent is to try. */
  tick: 30 * SECOND,
  /** Between the tries of an agent that began without a way to the service: the first of them, and the longest. See `triesSince`. */
  firstHibernation: 300 * SECOND,
  longestHibernation: 3_600 * SECOND,
  /** From the request to the moment at which the command reaches the agent. */
  delivery: 2 * SECOND,
  /** Between two attempts to deliver, or to bring a result. */
  retry: 30 * SECOND,
  /** From the request until invocations can be read: SDK waiters try again on `InvocationDoesNotExist`. */
  visible: SECOND,
  /** From the request to end a command to its end. */
  cancel: SECOND,
} as const;
