import { sessionWatchInput, sessionWatchOutput } from '@cordon/incident/sessions';
import { lambda } from '../lambda.ts';
import { sessionWatch } from '../sessions/session-watch.ts';

/** Called by the clock alone; runs under the recorder's role in the evidence account. */
export const handler = lambda(sessionWatchInput, sessionWatchOutput, sessionWatch);
