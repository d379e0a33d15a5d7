import { capturedInput, freezeInput, freezeOutput, memoryInput } from '@cordon/incident';
import * as z from 'zod';
import { lambda } from '../lambda.ts';
import { freezeOrMemory } from '../steps/freeze.ts';

/** Called by the workflow's state of this step, and once more after a capture, a crash or hibernation. */
export const handler = lambda(
  z.union([freezeInput, memoryInput, capturedInput]),
  freezeOutput,
  freezeOrMemory,
);
