import { diskInput, diskOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { hashBlocks } from '../steps/hash-blocks.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(diskInput, diskOutput, hashBlocks);
