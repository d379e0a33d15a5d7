import { inspectInput, inspectOutput, locateInput, locateOutput } from '@cordon/incident';
import * as z from 'zod';
import { lambda } from '../lambda.ts';
import { inspectOrLocate } from '../steps/inspect/inspect-or-locate.ts';

/** Called by the workflow's state of this step, and by intake for a finding that does not say where its instance is. */
export const handler = lambda(
  z.union([inspectInput, locateInput]),
  z.union([inspectOutput, locateOutput]),
  inspectOrLocate,
);
