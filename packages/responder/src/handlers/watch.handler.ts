import { watchInput, watchOutput } from '@cordon/incident';
import { lambda } from '../lambda.ts';
import { watch } from '../watch/watch.ts';

/** Called by its schedule, and for one instance when something about it changed. */
export const handler = lambda(watchInput, watchOutput, watch);
