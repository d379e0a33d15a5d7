import type { CordonConfig } from '@cordon/incident';
import type { Organization } from '@cordon/local-aws';
import { readRawFinding } from './raw/raw-finding.ts';
import { isObject } from './raw/raw-json.ts';
import type { RoleChain, Suspect } from './run-record.ts';
import type { PlannedDelivery } from './scenarios/scenario.ts';
import { scenarioNamed } from './scenarios/index.ts';
import { buildOrganization, type Conditions } from './world/build-organization.ts';
import { runDecoy } from './world/decoy.ts';
import { plantInto } from './world/plant-finding.ts';
import { assumeByChain } from './world/role-chain.ts';

/** A scenario's world before anything happens in it. */
export interface OpenWorld {
  readonly organization: Organization;
  readonly suspects: readonly Suspect[];
  /** The role that the attacker assumed, where the scenario has one: it has done so when the world opens. */
  readonly roleChain?: RoleChain;
  /**
   * Puts the scenario's events on the bus: the first now, the others as long after it as the scenario says. Gives their number. A decoy begins with what it
   * does instead, and GuardDuty tells of it minutes later.
   */
  readonly deliver: () => number;
}

/** Builds the world of a scenario and leaves it to the caller. Throws BadInput for a scenario that there is none of. */
export const openWorld = async (options: {
  readonly config: CordonConfig;
  readonly scenario: string;
  readonly seed: string;
  /** In place of the scenario's own. */
  readonly deliveries?: readonly PlannedDelivery[];
  /** Leaves the findings out of GuardDuty: the events are forged. */
  readonly forged?: boolean;
  /** How functions run and what goes wrong; as built and nothing, when absent. */
  readonly conditions?: Conditions;
}): Promise<OpenWorld> => {
  const { config, seed, forged = false } = options;
  const scenario = scenarioNamed(options.scenario);
  const deliveries = (options.deliveries ?? scenario.deliveries(seed)).map(({ document, afterMs }) => ({
    finding: readRawFinding(document),
    afterMs,
  }));
  const { organization, suspects, roleChain } = await buildOrganization({
    seed,
    config,
    scenario,
    findings: deliveries.map(({ finding }) => finding),
    members: undefined,
    ...(options.conditions === undefined ? {} : { conditions: options.conditions }),
  });
  if (roleChain !== undefined) await assumeByChain(organization, suspects, roleChain);
  const [first] = deliveries;
  if (first !== undefined && !forged) await plantInto(organization, config, first.finding);
  const deliver = (): number => {
    const beganAt = organization.timeline.now();
    for (const { finding, afterMs } of deliveries) {
      const bus = `arn:aws:events:${finding.region}:${config.accounts.security}:event-bus/default`;
      // A scenario's own events are whole, envelope and all.
      const event = isObject(finding.document) ? finding.document : {};
      organization.timeline.at(beganAt + afterMs, () => {
        if (!forged)
          plantInto(organization, config, finding).catch((error: unknown) =>
            organization.timeline.fail(error),
          );
        organization.host.deliverEvent(bus, event);
      });
    }
    if (scenario.decoy !== true) return deliveries.length;
    for (const decoy of suspects)
      runDecoy(organization, decoy).catch((error: unknown) => organization.timeline.fail(error));
    return suspects.length;
  };
  return { organization, suspects, ...(roleChain === undefined ? {} : { roleChain }), deliver };
};
