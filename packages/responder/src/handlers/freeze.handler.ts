import { freezeInput, freezeOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { freeze } from '../steps/freeze.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(freezeInput, freezeOutput, freeze);
