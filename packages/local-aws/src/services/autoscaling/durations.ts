const SECOND = 1000;

/** How long what Auto Scaling does takes here, in milliseconds. AWS publishes no figures: these are the local organization's own. */
export const autoScalingDurations = {
  /** A member that left `running` to being found unhealthy: health checks run about once a minute. */
  healthCheck: 60 * SECOND,
  /** Detaching to gone from the group: nothing is behind a load balancer here, so there is nothing to drain. */
  detach: 5 * SECOND,
  /** Attaching to being in service: no lifecycle hook and no load balancer waits for it here. */
  attach: 5 * SECOND,
  /** A gap in capacity to the launch of an instance that fills it. */
  replace: 30 * SECOND,
} as const;
