const SECOND = 1000;

/** How long what Auto Scaling does takes here, in milliseconds. AWS publishes no figures: these are the local organization's own. */
export const autoScalingDurations = {
  /** A member that left `running` to being found unhealthy: health checks run about once a minute. */
  healthCheck: 60 * SECOND,
  /** Detaching to gone from the group, where no load balancer has anything to drain. */
  detach: 5 * SECOND,
  /** EnteringStandby to Standby, where no load balancer has anything to drain. */
  enterStandby: 5 * SECOND,
  /** Pending to InService for an instance that runs already: one that is attached or leaves standby. */
  enterService: 10 * SECOND,
  /** A gap in capacity to the launch of an instance that fills it. */
  replace: 30 * SECOND,
} as const;
