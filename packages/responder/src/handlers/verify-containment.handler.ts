import { proveInput, proveOutput, verifyInput, verifyOutput } from '@cordon/incident';
import * as z from 'zod';
import { lambda } from '../lambda.ts';
import { verifyOrProve } from '../steps/verify-or-prove.ts';

/** Called by the workflow's states of this step: to read back, and at the end to prove it by flow logs. */
export const handler = lambda(
  z.union([proveInput, verifyInput]),
  z.union([proveOutput, verifyOutput]),
  verifyOrProve,
);
