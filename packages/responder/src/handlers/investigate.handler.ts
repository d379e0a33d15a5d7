import { investigateInput, investigateOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { investigate } from '../steps/investigate.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(investigateInput, investigateOutput, investigate);
