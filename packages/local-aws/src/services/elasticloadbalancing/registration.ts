import type { Timeline } from '../../core/timeline.ts';
import type { ClassicLoadBalancer, Registration, TargetGroup } from './state.ts';

/** Where instances or addresses are registered. */
export type Pool = TargetGroup | ClassicLoadBalancer;

/** The port of a registration that names none. */
export const defaultPort = (pool: Pool): number =>
  'arn' in pool ? pool.port : (pool.listeners[0]?.instancePort ?? 0);

/** What a request names: an id, and a port where it was registered with another than the pool's own. */
interface Named {
  readonly id: string;
  readonly port?: number | undefined;
}

/** The registration of exactly this id and port, if there is one; a draining one counts. */
export const findRegistration = (pool: Pool, { id, port }: Named): Registration | undefined =>
  pool.registrations.find((held) => held.id === id && held.port === (port ?? defaultPort(pool)));

/**
 * Registers a target, once for each port; one that drains is taken back and checked anew.
 *
 * @param health `initial` when absent: it is healthy after its first check
 */
export const register = (pool: Pool, named: Named, health: Registration['health'] = 'initial'): void => {
  const held = findRegistration(pool, named);
  if (held === undefined) {
    pool.registrations.push({ id: named.id, port: named.port ?? defaultPort(pool), health });
  } else if (held.drainsUntil !== undefined) {
    delete held.drainsUntil;
    held.health = health;
  }
};

/** Seconds for which a deregistered target of the pool is kept for the connections that it has. */
const drainSeconds = (pool: Pool): number => {
  if ('arn' in pool) return pool.deregistrationDelaySeconds;
  return pool.connectionDraining.enabled ? pool.connectionDraining.timeoutSeconds : 0;
};

/**
 * Deregisters a target: it drains for the whole delay, also when it has no connections, and is gone then. One that drains already
 * is left alone; one that is not registered, with this port, is nothing to do.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
 *
 * @returns virtual epoch ms at which it is gone
 */
export const deregister = (pool: Pool, named: Named, timeline: Timeline): number => {
  const now = timeline.now();
  const held = findRegistration(pool, named);
  if (held === undefined) return now;
  if (held.drainsUntil !== undefined) return held.drainsUntil;
  const until = now + drainSeconds(pool) * 1000;
  const leave = (): void => {
    pool.registrations = pool.registrations.filter((other) => other !== held);
  };
  held.drainsUntil = until;
  if (until === now) leave();
  else {
    timeline.at(until, () => {
      // It may have been registered again, and deregistered once more, meanwhile.
      if (held.drainsUntil === until) leave();
    });
  }
  return until;
};
