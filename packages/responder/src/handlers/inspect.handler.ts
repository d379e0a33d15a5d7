import {
  inspectInput,
  inspectOutput,
  locateInput,
  locateOutput,
  previewInput,
  previewOutput,
} from '@cordon/incident';
import * as z from 'zod';
import { lambda } from '../lambda.ts';
import { inspectOrLocate } from '../steps/inspect/inspect-or-locate.ts';

/** Called by the workflow's states of this step, by intake for a finding that does not say where its instance is, and by the operator function. */
export const handler = lambda(
  z.union([inspectInput, previewInput, locateInput]),
  z.union([inspectOutput, previewOutput, locateOutput]),
  inspectOrLocate,
);
