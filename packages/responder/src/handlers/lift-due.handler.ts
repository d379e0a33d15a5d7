import { liftDueInput, liftDueOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { liftDue } from '../release/lift-due.ts';

/** Called by its schedule: it takes no wish from anybody, so that who may call it can release nothing. */
export const handler = lambda(liftDueInput, liftDueOutput, liftDue);
