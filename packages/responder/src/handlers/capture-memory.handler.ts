import { captureInput, captureOutput, dropInput, landInput } from '@cordon/incident';
import * as z from 'zod';
import { lambda } from '../lambda.ts';
import { captureOrDrop } from '../steps/capture/capture-memory.ts';

/** Called by the workflow's states of this step, and at the end to carry what was landed, and when the copies are in custody. */
export const handler = lambda(z.union([captureInput, dropInput, landInput]), captureOutput, captureOrDrop);
