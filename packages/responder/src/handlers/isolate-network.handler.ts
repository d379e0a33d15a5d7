import { planInput, outcomesOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { isolateNetwork } from '../steps/isolate-network.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(planInput, outcomesOutput, isolateNetwork);
