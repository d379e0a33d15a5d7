import { tryInput, tryOutput } from '@cordon/incident/coverage';
import { tryDuty } from '../coverage/try-duty.ts';
import { lambda } from '../lambda.ts';

/** Called by `cordon-coverage` alone; runs under the role of a function that performs the duty. */
export const handler = lambda(tryInput, tryOutput, tryDuty);
