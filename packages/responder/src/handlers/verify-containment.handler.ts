import { verifyInput, verifyOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { verifyContainment } from '../steps/verify-containment.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(verifyInput, verifyOutput, verifyContainment);
