import { ec2State, type Organization } from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';

const EVERY_MS = 1_000;
/** Nobody goes on for longer. */
const FOR_MS = 900_000;

/**
 * Somebody whom no guardrail binds puts the first interface of each suspect back into its former groups, whenever they were changed, for as
 * long as the host runs: so that a change which was made, and answered well, does not hold when it is read back.
 */
export const putGroupsBack = ({ world, timeline }: Organization, suspects: readonly Suspect[]): void => {
  const endsAt = timeline.now() + FOR_MS;
  for (const { account, region, instanceId, networkInterfaceIds } of suspects) {
    const state = world.of(ec2State, account, region);
    const nic = state.networkInterfaces.get(networkInterfaceIds[0] ?? '');
    if (nic === undefined) continue;
    const before = [...nic.groups];
    const again = (): void => {
      const host = state.instances.get(instanceId);
      if (host?.state !== 'running' || timeline.now() > endsAt) return;
      nic.groups = [...before];
      timeline.at(timeline.now() + EVERY_MS, again);
    };
    timeline.at(timeline.now() + EVERY_MS, again);
  }
};
