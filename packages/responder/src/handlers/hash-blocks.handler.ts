import { hashBlocksInput, hashBlocksOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { hashBlocks } from '../steps/hash-blocks.ts';

/** Called by the workflow's states of this step. */
export const handler = lambda(hashBlocksInput, hashBlocksOutput, hashBlocks);
