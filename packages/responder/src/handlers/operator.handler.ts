import { lambda } from '../lambda.ts';
import { operator, operatorAnswer, operatorEvent } from '../operator/operator.ts';

/** Called by the workflow where it waits for a person, and by people through the function's URL. */
export const handler = lambda(operatorEvent, operatorAnswer, operator);
