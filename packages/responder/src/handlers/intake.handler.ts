import { batchAnswer, intake, queueEvent } from '../intake/intake.ts';
import { lambda } from '../lambda.ts';

/** Called by the findings queue. */
export const handler = lambda(queueEvent, batchAnswer, intake);
