const MINUTE = 60_000;

/** Times of CloudTrail's event history, in milliseconds. */
export const CLOUDTRAIL_DURATIONS = {
  /**
   * From a call to its event: "within an average of about 5 minutes of an API call. This time is not guaranteed." The page speaks of log
   * files; that the event history takes as long is assumed.
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
   */
  delivery: 5 * MINUTE,
  /** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
  history: 90 * 24 * 60 * MINUTE,
} as const;
