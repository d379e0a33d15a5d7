import type { Clients } from './clients.ts';
import type { Known } from './known.ts';
import type { Keys } from './step.ts';

/** One of the two that are compared, furnished and ready. */
export interface Side {
  readonly member: Clients;
  readonly management: Clients;
  readonly as: (keys: Keys) => Clients;
  readonly known: Known;
  readonly looks: number;
  /** Runs work while this side's time passes. */
  readonly during: <Value>(work: () => Promise<Value>) => Promise<Value>;
  readonly close: () => Promise<void>;
}
