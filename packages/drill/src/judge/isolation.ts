import { IAM_PATH, QUARANTINE_PROFILE_NAME, TAGS } from '@cordon/incident';
import { ec2State, type Ec2State, type NetworkInterface, type World } from '@cordon/local-aws';

/** An instance by where it is. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly instanceId: string;
}

/** Undefined when the group isolates; else what is wrong with it: it must exist, be ours by tag and owner, and have no rule. */
export const whyNotIsolating = (state: Ec2State, account: string, groupId: string): string | undefined => {
  const group = state.securityGroups.get(groupId);
  if (group === undefined) return `${groupId} does not exist`;
  if (group.tags.get(TAGS.isolation) !== 'true' || group.ownerId !== account)
    return `${groupId} is no isolation group of ours`;
  return group.permissions.length === 0 ? undefined : `${groupId} has ${group.permissions.length} rule(s)`;
};

/** Every interface that the instance has now, also ones that no finding named. */
export const interfacesOf = (
  world: World,
  { account, region, instanceId }: Place,
): readonly NetworkInterface[] =>
  [...world.of(ec2State, account, region).networkInterfaces.values()].filter(
    ({ attachment }) => attachment?.instanceId === instanceId,
  );

/** What leads to or from the instance over its network: each a plain clause; empty when nothing does. */
export const openNetworkPaths = (world: World, place: Place): readonly string[] => {
  const state = world.of(ec2State, place.account, place.region);
  const interfaces = interfacesOf(world, place);
  const groups = interfaces.flatMap(({ networkInterfaceId, groups: held }) => {
    if (held.length !== 1) return [`${networkInterfaceId} is in ${held.length} groups`];
    const wrong = whyNotIsolating(state, place.account, held[0] ?? '');
    return wrong === undefined ? [] : [`${networkInterfaceId}: ${wrong}`];
  });
  const ids = new Set(interfaces.map(({ networkInterfaceId }) => networkInterfaceId));
  const addresses = [...state.addresses.values()].flatMap(({ publicIp, association }) =>
    association !== undefined && ids.has(association.networkInterfaceId)
      ? [`${association.networkInterfaceId} has the Elastic IP ${publicIp}`]
      : [],
  );
  return [...groups, ...addresses];
};

/** Profiles of the instance other than the quarantine profile. */
export const foreignProfiles = (world: World, { account, region, instanceId }: Place): readonly string[] =>
  [...world.of(ec2State, account, region).profileAssociations.values()].flatMap((held) =>
    held.instanceId === instanceId &&
    held.state !== 'disassociated' &&
    !held.profileArn.endsWith(`:instance-profile${IAM_PATH}${QUARANTINE_PROFILE_NAME}`)
      ? [held.profileArn]
      : [],
  );
