import { LEAVES, type Posture } from '../plan/posture.ts';
import { strongerLeave } from './settings.ts';

/**
 * The posture of an incident after a later finding: each part as strong as in either, never weaker than it was. A posture
 * that asks because a breaker tripped stays so unless the later one contains.
 */
export const strengthen = (held: Posture, later: Posture): Posture => {
  const containment =
    held.containment === 'contain' || later.containment === 'contain' ? 'contain' : held.containment;
  const leaves = Object.fromEntries(LEAVES.map((name) => [name, strongerLeave(held[name], later[name])]));
  // To wait for memory is the weaker: both must mean it.
  const order =
    held.order === 'memory-first' && later.order === 'memory-first' ? 'memory-first' : 'contain-first';
  const days = Math.max(held.retentionDays ?? 0, later.retentionDays ?? 0);
  const minutes = Math.min(held.copyWithinMinutes ?? Infinity, later.copyWithinMinutes ?? Infinity);
  // To leave the Region is the exception: both must mean it.
  const { residency: _held, ...rest } = held;
  const because = [...new Set([...held.because, ...later.because])];
  return {
    ...rest,
    ...(held.residency === 'home' && later.residency === 'home' ? { residency: 'home' as const } : {}),
    ...leaves,
    containment,
    order,
    ...(days === 0 ? {} : { retentionDays: days }),
    ...(Number.isFinite(minutes) ? { copyWithinMinutes: minutes } : {}),
    because,
  };
};
