import type { Person } from '@cordon/incident';
import type { Services } from '../services.ts';

/** Who asks, as AWS said, and what to do it with. */
export interface Acting {
  readonly person: Person;
  readonly services: Services;
}
