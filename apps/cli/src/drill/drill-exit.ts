import type { DrillResult } from '@cordon/drill';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** How a finished drill ends: the worst that can be said of it. `notBuilt` names what the run asked for in vain. */
export const exitOf = ({ invariants, findings }: DrillResult, notBuilt: readonly string[]): ExitCode => {
  if (invariants.some(({ held }) => !held)) return EXIT.broken;
  if (notBuilt.length > 0) return EXIT.incomplete;
  return findings.some(({ disposition }) => disposition === 'set-aside') ? EXIT.badInput : EXIT.ok;
};
