/** A stretch of time that is drawn with a scale of its own. Epoch milliseconds, both ends included. */
export interface Panel {
  readonly from: number;
  readonly until: number;
}

/** Moments that lie closer together than this share of a panel cannot be told apart by eye. */
const CROWD_SHARE = 0.04;
/** So many moments may crowd without cost: two dots that touch are no harm. */
const CROWD_FREE = 3;
const MOST_PANELS = 6;
/** More moments than these are thinned before a split is looked for; all are drawn. */
const MOST_MOMENTS = 160;

/** How many moments of `times[first..last]` have more than a few others too near to be told apart. */
const crowded = (times: readonly number[], first: number, last: number): number => {
  const near = ((times[last] ?? 0) - (times[first] ?? 0)) * CROWD_SHARE;
  let count = 0;
  let low = first;
  let high = first;
  for (let index = first; index <= last; index += 1) {
    const at = times[index] ?? 0;
    while ((times[low] ?? 0) < at - near) low += 1;
    while (high < last && (times[high + 1] ?? 0) <= at + near) high += 1;
    if (high - low > CROWD_FREE) count += 1;
  }
  return count;
};

/** What one stretch more costs: each has to be read by itself, and less so after a long silence than in the middle of things. */
const costOfCut = (silenceMs: number): number => Math.max(1, 12 - 2 * Math.log10(1 + silenceMs));

const thinned = (times: readonly number[]): readonly number[] => {
  const step = Math.ceil(times.length / MOST_MOMENTS);
  return times.filter((_time, index) => index % step === 0 || index === times.length - 1);
};

/** Each stretch up to the last moment that lies before the next one: none is lost that was thinned out. */
const withAll = (panels: readonly Panel[], moments: readonly number[]): readonly Panel[] =>
  panels.map((panel, index) => {
    const next = panels[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    return {
      from: panel.from,
      until: moments.reduce((last, at) => (at < next && at > last ? at : last), panel.until),
    };
  });

/**
 * Splits moments into as few stretches as make seconds readable beside hours: the split that costs least, where a moment that
 * cannot be told from its neighbours costs one and a stretch more costs some. Pure; times in any order, at least one wanted.
 */
export const panelsOf = (moments: readonly number[]): readonly Panel[] => {
  const times = thinned([...new Set(moments)].toSorted((a, b) => a - b));
  if (times.length === 0) return [];
  type Best = { readonly cost: number; readonly panels: readonly Panel[] };
  /** best[k][j]: the cheapest split of the first j moments into k stretches. */
  let best: readonly (Best | undefined)[] = [{ cost: 0, panels: [] }];
  let chosen: Best | undefined;
  for (let panels = 1; panels <= MOST_PANELS; panels += 1) {
    const next: (Best | undefined)[] = [];
    for (let last = 0; last < times.length; last += 1) {
      for (let first = 0; first <= last; first += 1) {
        const before = best[first];
        if (before === undefined) continue;
        const cut = first === 0 ? 0 : costOfCut((times[first] ?? 0) - (times[first - 1] ?? 0));
        const cost = before.cost + crowded(times, first, last) + cut;
        const known = next[last + 1];
        if (known === undefined || cost < known.cost)
          next[last + 1] = {
            cost,
            panels: [...before.panels, { from: times[first] ?? 0, until: times[last] ?? 0 }],
          };
      }
    }
    const whole = next[times.length];
    if (whole !== undefined && (chosen === undefined || whole.cost < chosen.cost)) chosen = whole;
    best = next;
  }
  return withAll(chosen?.panels ?? [], moments);
};

/** Lengths between two grid lines that people can read, in milliseconds. */
const STEPS = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
  2_592_000_000, 31_536_000_000,
] as const;
const MOST_LINES = 6;
/** No stretch is drawn as shorter than this: one moment has no length of its own. */
const SHORTEST_MS = 2_000;

/** A panel ready to be drawn: the stretch with its margins, and where its grid lines are. */
export interface Scale {
  readonly from: number;
  readonly until: number;
  /** Milliseconds between two grid lines. */
  readonly step: number;
  readonly lines: readonly number[];
}

/** The scale of a panel. Lines stand at whole steps from `origin`, so that labels are round. */
export const scaleOf = ({ from, until }: Panel, origin: number): Scale => {
  const length = Math.max(until - from, SHORTEST_MS);
  const margin = length * 0.04 + (length - (until - from)) / 2;
  const [start, end] = [from - margin, until + margin];
  const step = STEPS.find((one) => (end - start) / one <= MOST_LINES) ?? 10 * 31_536_000_000;
  const lines: number[] = [];
  for (
    let line = origin + Math.ceil((start - origin) / step) * step;
    line <= end && lines.length <= MOST_LINES;
    line += step
  )
    lines.push(line);
  return { from: start, until: end, step, lines };
};

/** Where a moment stands on a scale, in percent of its width. */
export const placeOn = ({ from, until }: Pick<Scale, 'from' | 'until'>, at: number): number =>
  Math.round(((at - from) / (until - from)) * 10_000) / 100;
