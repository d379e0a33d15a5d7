import { captureInput, captureOutput, dropInput, landInput, liveInput, liveOutput } from '@cordon/incident';
import * as z from 'zod';
import { lambda } from '../lambda.ts';
import { captureOrAsk } from '../steps/capture/capture-or-ask.ts';

/**
 * Called by the workflow's states of this step, to have the host say what it is doing, and at the end to carry what was landed, and when the
 * copies are in custody.
 */
export const handler = lambda(
  z.union([captureInput, dropInput, landInput, liveInput]),
  z.union([captureOutput, liveOutput]),
  captureOrAsk,
);
