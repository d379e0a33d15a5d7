import * as z from 'zod';

/** What the watch remembers of a drift, so that one that cannot be mended is not told in an endless round. */
export const driftMemory = z.object({
  /** Ids of what had drifted, sorted. */
  signature: z.string(),
  /** How often it was met while it was not mended in between. */
  times: z.int(),
  /** True once the instance was seen without any drift since. */
  mended: z.boolean(),
  /** Neither contained again nor told before. */
  notBefore: z.iso.datetime(),
});
/** What the watch remembers of a drift. */
export type DriftMemory = z.infer<typeof driftMemory>;

/** Minutes until a drift that re-containment did not mend is tried and told again; the last one recurs. */
const AGAIN_AFTER_MINUTES = [10, 30, 120, 360, 1_440] as const;

/** What to do about a look, and what to remember. */
export interface OnDrift {
  /** Contain it again and tell people. */
  readonly act: boolean;
  readonly memory: DriftMemory | undefined;
}

/**
 * Decides about one look at a contained instance. A drift that is new, or that came back after it was mended, is acted on at
 * once; the same one that re-containment cannot mend is acted on at growing intervals. Pure; `now` is epoch milliseconds.
 */
export const decideOnDrift = (
  drifts: readonly { readonly id: string }[],
  memory: DriftMemory | undefined,
  now: number,
): OnDrift => {
  if (drifts.length === 0)
    return { act: false, memory: memory === undefined ? undefined : { ...memory, mended: true } };
  const signature = drifts
    .map(({ id }) => id)
    .toSorted()
    .join(' ');
  const same = memory?.signature === signature && !memory.mended ? memory : undefined;
  if (same !== undefined && now < Date.parse(same.notBefore)) return { act: false, memory: same };
  const times = (same?.times ?? 0) + 1;
  const minutes = AGAIN_AFTER_MINUTES[Math.min(times, AGAIN_AFTER_MINUTES.length) - 1] ?? 1_440;
  return {
    act: true,
    memory: {
      signature,
      times,
      mended: false,
      notBefore: new Date(now + minutes * 60_000).toISOString(),
    },
  };
};
