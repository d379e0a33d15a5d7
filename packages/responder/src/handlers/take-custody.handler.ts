import { diskInput, diskOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { takeCustody } from '../steps/take-custody.ts';

/** Called by the workflow's state of this step. */
export const handler = lambda(diskInput, diskOutput, takeCustody);
