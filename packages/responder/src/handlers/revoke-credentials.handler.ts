import { planInput, outcomesOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { revokeCredentials } from '../steps/revoke-credentials.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(planInput, outcomesOutput, revokeCredentials);
