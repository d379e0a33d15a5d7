import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import { driftOfInstance } from './drift-of-instance.ts';
import { driftOfPaths } from './drift-of-paths.ts';
import type { Drift, DriftInput, FindDrift } from './drift.ts';

const ofNetwork: FindDrift = ({ facts, lifted, opened = new Set() }) => {
  const isolating = new Set(
    facts.isolationGroups.filter(({ ours, empty }) => ours && empty).map(({ groupId }) => groupId),
  );
  return [
    ...facts.networkInterfaces.flatMap(({ networkInterfaceId, groupIds, publicIp }): readonly Drift[] => [
      ...(lifted.has(`restore-groups:${networkInterfaceId}`) ||
      (groupIds.some((id) => isolating.has(id)) &&
        groupIds.every((id) => isolating.has(id) || opened.has(`${networkInterfaceId}/${id}`)))
        ? []
        : [
            {
              id: `interface:${networkInterfaceId}`,
              what: `${networkInterfaceId} is in ${groupIds.join(', ') || 'no group'}, which is no empty isolation group of ours`,
            },
          ]),
      ...(publicIp === undefined || lifted.has(`assign-public-ip:${networkInterfaceId}`)
        ? []
        : [
            {
              id: `public-address:${networkInterfaceId}`,
              what: `${networkInterfaceId} has the public address ${publicIp}`,
            },
          ]),
    ]),
    ...facts.addresses
      .filter(({ allocationId }) => !lifted.has(`associate-address:${allocationId}`))
      .map(({ allocationId, publicIp, networkInterfaceId }) => ({
        id: `address:${allocationId}`,
        what: `${networkInterfaceId} has the Elastic IP ${publicIp}`,
      })),
  ];
};

const ofCredentials: FindDrift = ({ facts, deniesGone, lifted }) => [
  ...(facts.profile === undefined ||
  facts.profile.profileArn.endsWith(`/${QUARANTINE_PROFILE_NAME}`) ||
  lifted.has('end-quarantine-profile')
    ? []
    : [{ id: 'profile', what: `the instance has the profile ${facts.profile.profileArn}` }]),
  ...deniesGone.flatMap(({ profileArn, because }) => {
    const name = profileArn.slice(profileArn.lastIndexOf('/') + 1);
    return lifted.has(`lift-session-deny:${name}`) || lifted.has(`bound-session-deny:${name}`)
      ? []
      : [{ id: `session-deny:${name}`, what: because }];
  }),
];

/**
 * Compares a contained instance with what containment left. Pure. Empty when nothing drifted, and for an instance that is
 * gone: nothing is left that could be open.
 */
export const driftFrom = (input: DriftInput): readonly Drift[] => {
  const { state } = input.facts;
  return state === 'gone' || state === 'terminated' || state === 'shutting-down'
    ? []
    : [...ofNetwork(input), ...ofCredentials(input), ...driftOfPaths(input), ...driftOfInstance(input)];
};
