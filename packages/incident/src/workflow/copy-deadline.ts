const STEP_MINUTES = 15;
const LONGEST_MINUTES = 2_880;
/** MiB a second of one copy. */
const MOST_OF_ONE = 500;

/**
 * The completion duration to ask EC2 for: what the deployment wants, or the shortest that one copy of this size can keep, by quarters of
 * an hour; undefined where none is wanted or none can be kept. https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html
 *
 * @param sizeGiB of the volume; EC2 copies what was written, which is less
 */
export const completionMinutes = (sizeGiB: number, wanted: number | undefined): number | undefined => {
  if (wanted === undefined) return undefined;
  const shortest = Math.ceil((sizeGiB * 1_024) / MOST_OF_ONE / 60);
  const minutes = Math.ceil(Math.max(wanted, shortest) / STEP_MINUTES) * STEP_MINUTES;
  return minutes > LONGEST_MINUTES ? undefined : minutes;
};
