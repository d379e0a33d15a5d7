import type { Difference } from './compare.ts';
import type { Divergence } from './divergence.ts';

/** How the differences stand against the table. */
export interface Judged {
  /** Nobody gave a reason for these. */
  readonly open: readonly Difference[];
  /** Entries, or parts of them, that are for nothing that differs any more. */
  readonly stale: readonly string[];
  readonly known: readonly Difference[];
}

/** A pattern holds for the same text; with `*` at its end for what begins so, with `*` before it for what ends so. */
const holds = (pattern: string, text: string): boolean => {
  if (pattern === 'anything') return true;
  if (pattern === 'something') return text !== 'absent';
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern === text;
};

const covers = (entry: Divergence, found: Difference): boolean =>
  entry.steps.some((step) => holds(step, found.step)) &&
  entry.paths.some((path) => holds(path, found.path)) &&
  holds(entry.local, found.local) &&
  holds(entry.moto, found.moto);

const staleIn = (entry: Divergence, found: readonly Difference[]): readonly string[] => {
  const covered = found.filter((one) => covers(entry, one));
  const lost = (kind: string, patterns: readonly string[], text: (one: Difference) => string) =>
    patterns
      .filter((pattern) => !covered.some((one) => holds(pattern, text(one))))
      .map((pattern) => `${kind} ${pattern} of the entry "${entry.because}"`);
  return [...lost('step', entry.steps, ({ step }) => step), ...lost('path', entry.paths, ({ path }) => path)];
};

/** Holds differences against the table of those that are known. Every step and path of an entry must still be one. Pure. */
export const judge = (found: readonly Difference[], table: readonly Divergence[]): Judged => {
  const isKnown = (one: Difference): boolean => table.some((entry) => covers(entry, one));
  return {
    open: found.filter((one) => !isKnown(one)),
    known: found.filter(isKnown),
    stale: table.flatMap((entry) => staleIn(entry, found)),
  };
};
