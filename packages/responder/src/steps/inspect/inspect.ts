import { gzipSync } from 'node:zlib';
import { plan, type InspectInput, type InspectOutput } from '@cordon/incident';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { INSPECT_READS } from '../../needs/inspect.ts';
import { instant, type Services, ofIncident } from '../../services.ts';
import { readIncident } from '../../store/incident-table.ts';
import { describeInstance } from './describe.ts';
import { readFacts } from './read-facts.ts';

/**
 * Gathers what is true of the instance before any change, and plans. Changes nothing. Serial calls: two (assume the duty,
 * then one round of reads side by side).
 */
export const inspect = async ({ incident }: InspectInput, services: Services): Promise<InspectOutput> => {
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({ reads: INSPECT_READS }),
  });
  const [described, inCustody] = await Promise.all([
    describeInstance(connection, incident.instanceId),
    // A first plan has nothing before it; asking would only cost time.
    incident.revision === 0
      ? []
      : readIncident(services, incident.incidentId).then((known) => known.inCustody),
  ]);
  const facts = readFacts(described, incident, instant(services));
  return {
    facts,
    plan: plan({
      incidentId: incident.incidentId,
      facts,
      stop: services.config.policy.stop,
      sessionDeny: services.config.containment.sessionDeny,
      inCustody,
    }),
    context: gzipSync(JSON.stringify({ readAt: facts.readAt, described })).toString('base64'),
  };
};
