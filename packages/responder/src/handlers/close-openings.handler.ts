import { closeOpeningsInput, outcomesOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { closeOpenings } from '../steps/close-openings.ts';

/** Called by the workflow with what to close, and by its schedule, which names nothing: then what is due is closed. */
export const handler = lambda(closeOpeningsInput, outcomesOutput, closeOpenings);
