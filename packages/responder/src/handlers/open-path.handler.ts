import { openPathInput, openPathOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { openPath } from '../steps/open-path.ts';

/** Called by the workflow's states of this step. */
export const handler = lambda(openPathInput, openPathOutput, openPath);
