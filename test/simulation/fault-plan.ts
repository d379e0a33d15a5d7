import { createHash } from 'node:crypto';
import type { FaultableCall, InjectedFault } from '@cordon/local-aws';

const KINDS = ['throttled', 'server-error', 'lost-reply'] as const;

/**
 * A function dies twice at most in a run: the workflow, the recorder's callers and the findings queue each try three times, and
 * what is claimed holds within that. A step that dies for good is another matter: a person is called.
 */
const DEATHS_PER_FUNCTION = 2;

/** How often things go wrong, each as a share of 1. */
export interface Weather {
  readonly faultsPerCall: number;
  /** Share of calls before which the function's process ends. */
  readonly deathsPerCall: number;
}

/** What goes wrong in one run, and how often it did. */
export interface FaultPlan {
  readonly faults: (call: FaultableCall) => InjectedFault | undefined;
  readonly dies: (functionName: string) => boolean;
  readonly counts: Record<InjectedFault['kind'] | 'deaths', number>;
}

/** Faults that follow from a seed alone: a run that failed is run again by naming its seed. */
export const faultPlan = (seed: string, { faultsPerCall, deathsPerCall }: Weather): FaultPlan => {
  const draw = (what: string): number =>
    createHash('sha256')
      .update(JSON.stringify([seed, what]))
      .digest()
      .readUInt32BE(0) /
    2 ** 32;
  const counts = { throttled: 0, 'server-error': 0, 'lost-reply': 0, deaths: 0 };
  const deaths = new Map<string, number>();
  let sent = 0;
  return {
    faults: ({ index }) => {
      if (draw(`call ${index}`) >= faultsPerCall) return undefined;
      const kind = KINDS[Math.floor(draw(`kind ${index}`) * KINDS.length)] ?? 'throttled';
      counts[kind] += 1;
      return { kind };
    },
    dies: (functionName) => {
      sent += 1;
      const before = deaths.get(functionName) ?? 0;
      if (before >= DEATHS_PER_FUNCTION || draw(`death ${sent}`) >= deathsPerCall) return false;
      deaths.set(functionName, before + 1);
      counts.deaths += 1;
      return true;
    },
    counts,
  };
};
