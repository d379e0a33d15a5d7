import { traceInput, traceOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { traceSessions } from '../steps/trace-sessions.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(traceInput, traceOutput, traceSessions);
