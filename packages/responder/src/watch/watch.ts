import type { WatchInput, WatchOutput } from '@cordon/incident';
import type { Services } from '../services.ts';
import { heldInstances } from '../store/held-instances.ts';
import { lookAtAll } from './look-at-all.ts';
import { lookAtChanges } from './look-at-changes.ts';

/** Instances that a run by the clock begins with after those that the last one did: see `turnBy`. */
const TURN = 10;

/**
 * Re-reads instances whose containment was verified and that nobody released, and compares each with what containment left: by the
 * clock all of them, and those that a change may concern soon after it. What drifted is contained again by a plan of its own, recorded
 * in that plan's ledger, and told. Throws at the end when an instance could not be read: nobody would know whether it is contained.
 */
export const watch = async ({ Records: changes }: WatchInput, services: Services): Promise<WatchOutput> => {
  if (changes !== undefined) return lookAtChanges(changes, services);
  const held = (await heldInstances(services)).filter(({ verified }) => verified !== undefined);
  const turned = turnBy(held, Math.floor(services.now() / 300_000));
  return lookAtAll(
    turned.map((one) => ({ held: one })),
    services,
  );
};

/** Begins each run somewhere else, so that a budget that is too small leaves out no instance for good. */
const turnBy = <Value>(list: readonly Value[], turns: number): readonly Value[] => {
  const from = list.length === 0 ? 0 : (turns * TURN) % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
};
