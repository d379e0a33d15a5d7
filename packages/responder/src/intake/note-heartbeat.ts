import type { Finding } from '@cordon/incident';
import { heardLine, mayBeHeartbeat } from '@cordon/incident/heartbeat';
import type { Services } from '../services.ts';
import { heartbeatCame } from '../store/heartbeat-rows.ts';

/**
 * Notes a sample that the heartbeat asked for: it came the whole road. True where it is one, and then nothing else is done with it: nobody is told.
 * Samples that people make are none, as they were made before or after ours was out; one that is made while ours is out proves as much.
 *
 * @param finding as GuardDuty itself told it
 */
export const noteHeartbeat = async (finding: Finding, services: Services): Promise<boolean> => {
  if (!mayBeHeartbeat(finding, services.config)) return false;
  const madeAt = Date.parse(finding.updatedAt ?? '');
  if (Number.isNaN(madeAt)) return false;
  const came = await heartbeatCame(services, { region: finding.region, madeAt });
  if (came === 'first') services.log(heardLine({ region: finding.region, madeAt }, services.now()));
  return came !== 'none';
};
