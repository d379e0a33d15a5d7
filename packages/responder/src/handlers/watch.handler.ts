import { watchInput, watchOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { watch } from '../watch/watch.ts';

/** Called by its schedule, and by the queue of changes. */
export const handler = lambda(watchInput, watchOutput, watch);
