import { dutyRoleName } from '@cordon/incident';
import {
  TRY_INCIDENT_ID,
  type CoverageCheck,
  type TryInput,
  type TryOutput,
} from '@cordon/incident/coverage';
import type { Connection } from '../aws/connection.ts';
import { reachFrom } from '../aws/reach.ts';
import type { Services } from '../services.ts';
import { look } from './look.ts';
import { EVERYWHERE, PROBES, type Probed } from './probes.ts';
import { tryPolicy } from './try-policy.ts';

/** The same checks for every Region: roles are the account's. */
const everywhere = (regions: readonly string[], check: CoverageCheck): Record<string, CoverageCheck[]> =>
  Object.fromEntries(regions.map((region) => [region, [check]]));

/**
 * Tries one duty in an account: its role is assumed as a step assumes it, in the name of an incident that never is, and one session then does
 * in each Region what changes nothing. Credentials of a Regional endpoint hold in every Region (aws-facts 5.4). It has the role of a
 * function that performs the duty, and no other entrance, so that who may call it can do no more than have it tried.
 */
export const tryDuty = async (input: TryInput, services: Services): Promise<TryOutput> => {
  const { duty, account, regions, samples } = input;
  const { partition, config } = services;
  const evidenceAccount = config.accounts.evidence;
  // What does not answer soon is looked at again in some minutes.
  const reach = reachFrom({ ...services.own, impatient: true });
  const held: { session?: Connection } = {};
  const role = await look(`role-${duty}`, `assuming ${dutyRoleName(duty)}`, async () => {
    held.session = await reach({
      partition,
      account,
      region: services.own.region,
      duty,
      incidentId: TRY_INCIDENT_ID,
      policy: tryPolicy({ duty, partition, account, evidenceAccount }),
    });
  });
  const { session } = held;
  if (session === undefined) return { checks: everywhere(regions, role), samples: {} };
  // The home Region, where there is nothing to choose by: it is enabled in every account that has our roles.
  const [first = config.homeRegion] = regions.toSorted((a) => (a === config.homeRegion ? -1 : 0));
  const probed = await Promise.all(
    (EVERYWHERE.has(duty) ? regions : [first]).map(async (region): Promise<readonly [string, Probed]> => {
      const connection = { ...session, region, impatient: true };
      const place = { connection, region, partition, account, config, sample: samples[region] };
      return [region, await PROBES[duty](place)];
    }),
  );
  const found = new Map(probed);
  return {
    checks: Object.fromEntries(
      regions.map((region) => [region, [role, ...((found.get(region) ?? found.get(first))?.checks ?? [])]]),
    ),
    samples: Object.fromEntries(
      probed.flatMap(([region, { sample }]) => (sample === undefined ? [] : [[region, sample]])),
    ),
  };
};
