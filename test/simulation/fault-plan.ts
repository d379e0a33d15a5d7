import { createHash } from 'node:crypto';
import type { FaultableCall, InjectedFault } from '@cordon/local-aws';

const KINDS = ['throttled', 'server-error', 'lost-reply'] as const;

/** How often things go wrong, each as a share of 1. */
export interface Weather {
  readonly faultsPerCall: number;
  /** Share of calls before which the function's process ends. */
  readonly deathsPerCall: number;
}

/** What goes wrong in one run, and how often it did. */
export interface FaultPlan {
  readonly faults: (call: FaultableCall) => InjectedFault | undefined;
  readonly dies: () => boolean;
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
  let sent = 0;
  return {
    faults: ({ index }) => {
      if (draw(`call ${index}`) >= faultsPerCall) return undefined;
      const kind = KINDS[Math.floor(draw(`kind ${index}`) * KINDS.length)] ?? 'throttled';
      counts[kind] += 1;
      return { kind };
    },
    dies: () => {
      sent += 1;
      if (draw(`death ${sent}`) >= deathsPerCall) return false;
      counts.deaths += 1;
      return true;
    },
    counts,
  };
};
