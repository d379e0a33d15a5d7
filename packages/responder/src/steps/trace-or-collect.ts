import type { CollectInput, CollectOutput, TraceInput, TraceOutput } from '@cordon/incident';
import type { Services } from '../services.ts';
import { collectContext } from './collect-context.ts';
import { traceSessions } from './trace-sessions.ts';

/** What the duty that only reads is asked after the cut: to follow sessions, or to collect what surrounds the finding. */
export const traceOrCollect = (
  input: TraceInput | CollectInput,
  services: Services,
): Promise<TraceOutput | CollectOutput> =>
  'collect' in input ? collectContext(input, services) : traceSessions(input, services);
