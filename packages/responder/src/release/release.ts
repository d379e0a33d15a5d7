import type { ReleaseInput, ReleaseOutput } from '@cordon/incident';
import type { Services } from '../services.ts';
import { readKept } from '../store/release-table.ts';
import { perform, planNow } from './perform.ts';
import { refuse, whyNotReleasable } from './refusals.ts';

/**
 * Lifts containment for people who asked and approved: `show` reads and plans, `perform` does what was approved and nothing
 * else.
 */
export const release = async (input: ReleaseInput, services: Services): Promise<ReleaseOutput> => {
  switch (input.kind) {
    case 'show': {
      const kept = await readKept(services, input.incidentId);
      const refusal = whyNotReleasable(input, kept);
      if (refusal !== undefined || kept === undefined)
        return refusal ?? refuse('no-such-incident', `the incident table has no ${input.incidentId}`);
      return { status: 'shown', plan: (await planNow(services, kept)).plan };
    }
    case 'perform':
      return perform(input, services);
  }
};
