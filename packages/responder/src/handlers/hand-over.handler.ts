import { diskInput, diskOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { handOver } from '../steps/hand-over.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(diskInput, diskOutput, handOver);
