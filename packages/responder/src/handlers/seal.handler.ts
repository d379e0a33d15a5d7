import { sealInput, sealOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { seal } from '../steps/seal.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(sealInput, sealOutput, seal);
