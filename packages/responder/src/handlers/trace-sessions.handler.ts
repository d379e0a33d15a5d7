import { collectInput, collectOutput, traceInput, traceOutput } from '@cordon/incident';
import * as z from 'zod';
import { lambda } from '../lambda.ts';
import { traceOrCollect } from '../steps/trace-or-collect.ts';

/**
 * Called by the workflow's states of this step: to follow sessions, and to collect what surrounds the finding. An answer is read as a trace's
 * first, which has all members of the other and a trace beside.
 */
export const handler = lambda(
  z.union([collectInput, traceInput]),
  z.union([traceOutput, collectOutput]),
  traceOrCollect,
);
