import { decideOnDrift, type WatchInput, type WatchOutput } from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { heldInstances, rememberDrift, type HeldInstance } from '../store/held-instances.ts';
import { about, tell } from '../store/notify.ts';
import { readKept } from '../store/release-table.ts';
import { containAgain } from './contain-again.ts';
import { look, type NamedBalancers } from './look.ts';

const NONE_NAMED: NamedBalancers = { targetGroupArns: [], classic: [] };
/** Instances read side by side: each is two serial calls in a member account of its own. */
const SIDE_BY_SIDE = 10;
/** After this long no further instance is begun: the next run follows in minutes, and begins with the other end of the list. */
const BUDGET_MS = 150_000;

type Seen = WatchOutput['drifted'][number];

/**
 * Re-reads every instance whose containment was verified and that nobody released, and compares it with what containment
 * left. What drifted is contained again by a plan of its own, recorded in that plan's ledger, and told. Throws at the end
 * when an instance could not be read: nobody would know whether it is contained.
 */
export const watch = async ({ only }: WatchInput, services: Services): Promise<WatchOutput> => {
  const held = (await heldInstances(services, only)).filter(
    ({ incident, verified }) =>
      verified !== undefined && (only === undefined || incident.instanceId === only.instanceId),
  );
  const turned = turnBy(held, Math.floor(services.now() / 300_000));
  const endsAt = services.now() + BUDGET_MS;
  const drifted: Seen[] = [];
  const unread: string[] = [];
  let looked = 0;
  for (let at = 0; at < turned.length && services.now() < endsAt; at += SIDE_BY_SIDE) {
    const some = turned.slice(at, at + SIDE_BY_SIDE);
    looked += some.length;
    await Promise.all(
      some.map(async (one) => {
        try {
          const seen = await watchOne(one, services);
          if (seen !== undefined) drifted.push(seen);
        } catch (error) {
          unread.push(`${one.incident.incidentId}: ${faultLine(error)}`);
        }
      }),
    );
  }
  if (unread.length > 0)
    throw new Error(
      `${unread.length} contained instance(s) could not be read, so that nobody knows whether they still are: ${unread.join('; ').slice(0, 2_000)}`,
    );
  return { looked, drifted };
};

/** Begins each run somewhere else, so that a budget that is too small leaves out no instance for good. */
const turnBy = <Value>(list: readonly Value[], turns: number): readonly Value[] => {
  const from = list.length === 0 ? 0 : (turns * SIDE_BY_SIDE) % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
};

const watchOne = async (held: HeldInstance, services: Services): Promise<Seen | undefined> => {
  const kept = await readKept(services, held.incident.incidentId);
  if (kept === undefined || kept.record.status === 'released') return undefined;
  const seen = await look(kept, NONE_NAMED, services);
  const { drifts } = seen;
  const decided = decideOnDrift(drifts, held.drift, services.now());
  const { memory } = decided;
  const ids = { incidentId: kept.incident.incidentId, drifts: drifts.map(({ id }) => id) };
  if (memory === undefined || JSON.stringify(memory) === held.driftText)
    return drifts.length === 0 ? undefined : ids;
  const revision = decided.act ? await containAgain({ kept, held }, { seen, memory }, services) : undefined;
  const ours = decided.act ? revision !== undefined : await rememberDrift(services, held, memory);
  // Of two looks that met it at the same time, one tells.
  if (decided.tell && ours)
    await tell(services, {
      kind: 'containment-drifted',
      ...about(kept.incident),
      reasons: drifts.map(({ what }) => what),
    });
  if (drifts.length === 0) return undefined;
  return { ...ids, ...(revision === undefined ? {} : { revision }) };
};
