import { replaceInput, replaceOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { replace } from '../steps/replace/replace.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(replaceInput, replaceOutput, replace);
