import { heartbeatInput, heartbeatOutput } from '@cordon/incident/heartbeat';
import { heartbeat } from '../heartbeat/heartbeat.ts';
import { lambda } from '../lambda.ts';

/** Called by its schedule. */
export const handler = lambda(heartbeatInput, heartbeatOutput, heartbeat);
