import { stopInput, stopOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { stop } from '../steps/stop.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(stopInput, stopOutput, stop);
