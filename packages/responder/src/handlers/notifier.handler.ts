import { lambda } from '../lambda.ts';
import { noticesInput, noticesOutput } from '../notifier/message.ts';
import { notifier } from '../notifier/notifier.ts';

/** Called by the queues of messages to people alone. */
export const handler = lambda(noticesInput, noticesOutput, notifier);
