import type { Difference } from './compare.ts';
import type { Divergence } from './divergence.ts';

/** How the differences stand against the table. */
export interface Judged {
  /** Nobody gave a reason for these. */
  readonly open: readonly Difference[];
  /** What the table has and that does not differ any more, or not so. */
  readonly stale: readonly string[];
  readonly known: readonly Difference[];
}

/** Every difference that an entry is for: each step in each of its places. */
export const differencesOf = ({ at }: Divergence): readonly Difference[] =>
  at.flatMap(({ steps, says }) =>
    steps.flatMap((step) => Object.entries(says).map(([path, said]) => ({ step, path, ...said }))),
  );

const keyOf = ({ step, path, local, moto }: Difference): string => JSON.stringify([step, path, local, moto]);

const staleLine = ({ step, path, local, moto }: Difference, because: string): string =>
  `${step}: ${path} (local-aws ${local}, moto ${moto}) of the entry "${because}"`;

/**
 * Holds differences against the table of those that are known. An entry is for what it names and nothing beside: the same step, place
 * and words of both sides; and all of what it names must still differ so. Pure.
 */
export const judge = (found: readonly Difference[], table: readonly Divergence[]): Judged => {
  const expected = new Set(table.flatMap(differencesOf).map(keyOf));
  const keys = new Set(found.map(keyOf));
  return {
    open: found.filter((one) => !expected.has(keyOf(one))),
    known: found.filter((one) => expected.has(keyOf(one))),
    stale: table.flatMap((entry) =>
      differencesOf(entry)
        .filter((one) => !keys.has(keyOf(one)))
        .map((one) => staleLine(one, entry.because)),
    ),
  };
};
