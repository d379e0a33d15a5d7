import { decideOnDrift, type WatchOutput } from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { rememberDrift, type HeldInstance } from '../store/held-instances.ts';
import { about, tell } from '../store/notify.ts';
import { openingsOf, type Opening } from '../store/opening-rows.ts';
import { readKept, type KeptIncident } from '../store/release-table.ts';
import { containAgain } from './contain-again.ts';
import { liftedIn, look, type Look, type NamedBalancers } from './look.ts';

/** Instances read side by side: each is two serial calls in a member account of its own. */
const SIDE_BY_SIDE = 10;
/** After this long no further instance is begun: the next run follows in minutes, and begins with the other end of the list. */
const BUDGET_MS = 150_000;
const NONE_NAMED: NamedBalancers = { targetGroupArns: [], classic: [] };

type Seen = WatchOutput['drifted'][number];

/** An instance to look at, and what a change named beside it. */
interface ToLookAt {
  readonly held: HeldInstance;
  readonly named?: NamedBalancers;
}

/**
 * Looks at each of these instances, a few at a time, and acts on what it finds. Throws at the end when one could not be read; all others
 * were.
 */
export const lookAtAll = async (
  wanted: readonly ToLookAt[],
  services: Services,
): Promise<Pick<WatchOutput, 'looked' | 'drifted'>> => {
  const endsAt = services.now() + BUDGET_MS;
  const drifted: Seen[] = [];
  const unread: string[] = [];
  let looked = 0;
  for (let at = 0; at < wanted.length && services.now() < endsAt; at += SIDE_BY_SIDE) {
    const some = wanted.slice(at, at + SIDE_BY_SIDE);
    looked += some.length;
    const openings = await openingsOf(services);
    await Promise.all(
      some.map(async (one) => {
        try {
          const seen = await lookAtOne(one, openings, services);
          if (seen !== undefined) drifted.push(seen);
        } catch (error) {
          unread.push(`${one.held.incident.incidentId}: ${faultLine(error)}`);
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

/** Whether people began to lift something while the look was under way: then what it saw may be their doing, and the next look decides. */
const isBeingLifted = async (
  { incident }: KeptIncident,
  { lifted }: Look,
  services: Services,
): Promise<boolean> => {
  const now = await readKept(services, incident.incidentId);
  if (now === undefined || now.record.status === 'released') return true;
  return [...liftedIn(now, services.now())].some((id) => !lifted.has(id));
};

const lookAtOne = async (
  { held, named = NONE_NAMED }: ToLookAt,
  openings: readonly Opening[],
  services: Services,
): Promise<Seen | undefined> => {
  const kept = await readKept(services, held.incident.incidentId);
  if (kept === undefined || kept.record.status === 'released') return undefined;
  const seen = await look(kept, { named, openings }, services);
  const { drifts } = seen;
  const decided = decideOnDrift(drifts, held.drift, services.now());
  if ((decided.act || decided.tell) && (await isBeingLifted(kept, seen, services))) return undefined;
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
