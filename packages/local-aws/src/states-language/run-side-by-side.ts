import { abortedWith } from './aborted-with.ts';
import type { Json } from './json-value.ts';
import { BranchAborted } from './state-failure.ts';
import type { Branch, Visit } from './visit.ts';

/** Flows to be run side by side for one visit. */
export type Crowd = {
  readonly count: number;
  /** How many at a time, at least 1. */
  readonly concurrency: number;
  /** `Map.Item` for a branch; absent for Parallel, whose branches keep what is around them. */
  readonly mapItem?: (index: number) => NonNullable<Branch['mapItem']>;
  readonly run: (branch: Branch, index: number) => Promise<Json>;
};

/**
 * The outputs in order. The first failure stops all others, whose later results are ignored, and is thrown once all have stopped.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
 */
export async function runSideBySide(visit: Visit, crowd: Crowd): Promise<readonly Json[]> {
  const { branch } = visit;
  const stop = abortedWith(branch.signal);
  const { signal } = stop;
  const outputs: Json[] = Array.from({ length: crowd.count }, () => null);
  const failures: unknown[] = [];
  let lastEventId = branch.lastEventId;
  let started = 0;
  const work = async (): Promise<void> => {
    while (started < crowd.count && !signal.aborted) {
      const index = started++;
      const child = childOf(branch, signal, crowd.mapItem?.(index));
      try {
        outputs[index] = await crowd.run(child, index);
      } finally {
        lastEventId = Math.max(lastEventId, child.lastEventId);
        child.scope.release();
      }
    }
  };
  const worker = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: Math.min(crowd.concurrency, crowd.count) }, worker));
  stop.abort();
  branch.lastEventId = lastEventId;
  if (branch.signal.aborted) throw new BranchAborted('stopped from outside');
  if (failures.length > 0) throw failures[0];
  return outputs;
}

function childOf(branch: Branch, signal: AbortSignal, mapItem = branch.mapItem): Branch {
  const child = { scope: branch.scope.inner(), signal, lastEventId: branch.lastEventId };
  return mapItem === undefined ? child : { ...child, mapItem };
}
