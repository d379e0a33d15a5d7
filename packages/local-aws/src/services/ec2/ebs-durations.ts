const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * How long EBS's asynchronous states take here, in milliseconds. AWS publishes no figures ("can take several hours" for a
 * large first snapshot): these are the local organization's own, which keep the order: bigger takes longer, a copy under
 * another key is a full copy and takes longer than the snapshot. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html
 */
export const ebsDurations = {
  /** pending to completed: blocks go to S3. */
  snapshot: (sizeGiB: number): number => 60 * SECOND + sizeGiB * 2 * SECOND,
  /** pending to completed for a copy, which reads and writes every block again. */
  copy: (sizeGiB: number): number => 2 * MINUTE + sizeGiB * 3 * SECOND,
  /** From the reply to the asynchronous check of the keys: a copy or volume is `pending` or `creating` for at least this long. */
  keyCheck: 5 * SECOND,
  /** Into the archive tier: AWS gives no figure. */
  archive: 60 * MINUTE,
  /** Out of it again: up to 72 hours. https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive-considerations.html */
  restore: 72 * 60 * MINUTE,
  /** creating to available; blocks are then loaded lazily. */
  createVolume: 10 * SECOND,
  /** attaching to attached: the guest sees the device. */
  attach: 5 * SECOND,
  /** detaching to detached: outstanding writes end. */
  detach: 5 * SECOND,
  /** deleting to gone. */
  deleteVolume: 10 * SECOND,
} as const;
