import * as z from 'zod';

const text = z.string().max(2_000);

/** What the watch remembers of one thing that drifted, so that one that cannot be mended is not told in an endless round. */
const met = z.object({
  id: text,
  /** How often it was acted on while it was not mended in between. */
  times: z.int(),
  /** True once a look found the thing as containment left it. */
  mended: z.boolean(),
  /** Not contained again before, while it is not mended. */
  notBefore: z.iso.datetime(),
  /** How often people were told of it, whether or not it was mended in between. */
  told: z.int(),
  /** People are not told of it before. */
  quietUntil: z.iso.datetime(),
});
type Met = z.infer<typeof met>;

/** What the watch remembers of an instance. */
export const driftMemory = z.object({ met: z.array(met) });
/** What the watch remembers of an instance. */
export type DriftMemory = z.infer<typeof driftMemory>;

/** Minutes until a drift that re-containment did not mend is tried and told again; the last one recurs. */
const AGAIN_AFTER_MINUTES = [10, 30, 120, 360, 1_440] as const;
/** What has not drifted for so long after it was told is told as if it were new. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;
/** Things that are remembered: whoever attaches interfaces by the hundred makes the row no larger. */
const MOST = 500;

/** What to do about a look, and what to remember. */
export interface OnDrift {
  /** Contain it again. */
  readonly act: boolean;
  /** Tell people. */
  readonly tell: boolean;
  readonly memory: DriftMemory | undefined;
}

const after = (now: number, times: number): string => {
  const minutes = AGAIN_AFTER_MINUTES[Math.min(times, AGAIN_AFTER_MINUTES.length) - 1] ?? 1_440;
  return new Date(now + minutes * 60_000).toISOString();
};

interface Seen {
  readonly act: boolean;
  readonly tell: boolean;
  readonly met: Met;
}

const seeOne = (
  { id, mends }: { readonly id: string; readonly mends: boolean },
  before: Met | undefined,
  now: number,
): Seen => {
  const lasting = before?.mended === false ? before : undefined;
  const waits = lasting !== undefined && now < Date.parse(lasting.notBefore);
  // What no plan mends is told once while it lasts.
  if (lasting !== undefined && (waits || !mends)) return { act: false, tell: false, met: lasting };
  const times = (lasting?.times ?? 0) + 1;
  const quiet = before !== undefined && now < Date.parse(before.quietUntil);
  const known = before !== undefined && now < Date.parse(before.quietUntil) + FORGOTTEN_AFTER_MS;
  const told = quiet ? before.told : (known ? before.told : 0) + 1;
  return {
    act: mends,
    tell: !quiet,
    met: {
      id,
      times,
      mended: false,
      notBefore: after(now, times),
      told,
      quietUntil: quiet ? before.quietUntil : after(now, told),
    },
  };
};

/**
 * Decides about one look at a contained instance, for each thing that drifted by itself. One that is new, or that came back after it was
 * mended, is contained again at once; one that re-containment does not mend, at growing intervals. People are told of each at
 * growing intervals, also when somebody undoes it again and again. Pure; `now` is epoch milliseconds.
 */
export const decideOnDrift = (
  drifts: readonly { readonly id: string; readonly mends?: boolean }[],
  memory: DriftMemory | undefined,
  now: number,
): OnDrift => {
  const before = memory?.met ?? [];
  const seen = drifts.map(({ id, mends = true }) =>
    seeOne(
      { id, mends },
      before.find((one) => one.id === id),
      now,
    ),
  );
  const gone = before
    .filter(({ id }) => !drifts.some((drift) => drift.id === id))
    .filter(({ quietUntil }) => now < Date.parse(quietUntil) + FORGOTTEN_AFTER_MS)
    .map((one) => ({ ...one, mended: true }));
  const met = [...seen.map((one) => one.met), ...gone].slice(0, MOST);
  return {
    act: seen.some(({ act }) => act),
    tell: seen.some(({ tell }) => tell),
    memory: met.length === 0 && memory === undefined ? undefined : { met },
  };
};
