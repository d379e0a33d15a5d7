/** What a value should be: strictly below, strictly above, at most, or at least. */
type Goal =
  | { readonly below: number }
  | { readonly above: number }
  | { readonly atMost: number }
  | { readonly atLeast: number };

/** One measured figure, as `cordon bench --json` lists it. `goal` is a comparison such as `< 5`, in `unit`. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: string;
  readonly met: boolean;
}

/** Holds a value against its goal. Values keep three decimals. */
export const figure = (
  name: string,
  { measured, unit }: { readonly measured: number; readonly unit: string },
  goal: Goal,
): Figure => {
  const value = Math.round(measured * 1000) / 1000;
  if ('below' in goal) return { name, value, unit, goal: `< ${goal.below}`, met: measured < goal.below };
  if ('above' in goal) return { name, value, unit, goal: `> ${goal.above}`, met: measured > goal.above };
  if ('atLeast' in goal)
    return { name, value, unit, goal: `>= ${goal.atLeast}`, met: measured >= goal.atLeast };
  return { name, value, unit, goal: `<= ${goal.atMost}`, met: measured <= goal.atMost };
};

/** The middle of some numbers; the mean of the two in the middle when their count is even. Throws for none. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('a median of no values was asked for');
  return (lower + upper) / 2;
};
