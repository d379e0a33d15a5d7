import { handOverInput, handOverOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { handOverOrSweep } from '../steps/hand-over-or-sweep.ts';

/** Called by the workflow with one disk, and by its schedule, which names nothing: then what its lock kept until now is deleted. */
export const handler = lambda(handOverInput, handOverOutput, handOverOrSweep);
