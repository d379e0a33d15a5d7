import { fileURLToPath } from 'node:url';
import type { Explained } from './drill-figures.ts';
import { figure, median } from './figure.ts';
import { runChild } from './run-child.ts';

/**
 * Where the customer's key admits the custodian, its probe of that key is allowed either way; in the others, allowing all would
 * take another path than the policies do, and the two drills could not be compared.
 */
export const AUTHORIZATION_SCENARIO = 'admitting-key';

/** Calls by which two drills may differ and still be the same drill. */
const MOST_CALLS_APART = 3;
const FEWEST_PAIRS = 5;

/** What one drill took. */
export interface DrillTime {
  readonly wallMs: number;
  /** Processor time of all threads, user and system. */
  readonly processorMs: number;
  readonly calls: number;
  readonly checks: number;
}

/** One drill decided by the policies and one that allows all, run one after the other. */
export interface Pair {
  readonly decided: DrillTime;
  readonly allowed: DrillTime;
}

/**
 * Holds drills that the policy engine decided against drills that allowed all, by the ratio of their median processor times:
 * wall time would also measure what else the machine does. Throws when the two did not do the same.
 */
export const compareDrills = (pairs: readonly Pair[]): Explained => {
  for (const { decided, allowed } of pairs) {
    if (Math.abs(decided.calls - allowed.calls) > MOST_CALLS_APART)
      throw new Error(
        `${decided.calls} calls were made with authorization and ${allowed.calls} without, wanted at most ${MOST_CALLS_APART} apart: compare a scenario whose path does not depend on it`,
      );
  }
  const decided = pairs.map((pair) => pair.decided);
  const allowed = pairs.map((pair) => pair.allowed);
  const ratio = ofMedians(decided, allowed, 'processorMs');
  return {
    figure: figure('drill-authorized-against-allow-all', { measured: ratio, unit: 'times' }, { atMost: 1.3 }),
    lines: [
      `${pairs.length} pairs of processes in turn, scenario ${AUTHORIZATION_SCENARIO}, processor time`,
      `decided by the policies: ${told(decided)}`,
      `all allowed:             ${told(allowed)}`,
      `by wall time ${ofMedians(decided, allowed, 'wallMs').toFixed(3)} times`,
    ],
  };
};

const ofMedians = (
  decided: readonly DrillTime[],
  allowed: readonly DrillTime[],
  time: 'processorMs' | 'wallMs',
): number => median(decided.map((one) => one[time])) / median(allowed.map((one) => one[time]));

const told = (drills: readonly DrillTime[]): string => {
  const times = drills.map(({ processorMs }) => processorMs);
  const [first] = drills;
  return `median ${seconds(median(times))}, minimum ${seconds(Math.min(...times))}, ${first?.calls} calls, ${first?.checks} checks`;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const drilled = async (authorization: 'policies' | 'allow-all'): Promise<DrillTime> => {
  const child = fileURLToPath(import.meta.resolve('./drill-child.ts'));
  return JSON.parse((await runChild([child, authorization])).stdout) as DrillTime;
};

/** Whole drills with and without the policy engine, by turns, each in a process of its own; five pairs at least. */
export const authorizationFigure = async (runs: number): Promise<Explained> => {
  const pairs: Pair[] = [];
  while (pairs.length < Math.max(runs, FEWEST_PAIRS))
    pairs.push({ decided: await drilled('policies'), allowed: await drilled('allow-all') });
  return compareDrills(pairs);
};
