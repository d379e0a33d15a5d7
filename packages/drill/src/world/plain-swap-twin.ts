import { addRole, addSecurityGroup, ec2State, type Organization } from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';
import { furnishSuspect } from './furnish-suspect.ts';
import { openTraffic } from './furnish-traffic.ts';
import { choicesOf } from './seed.ts';

/**
 * Makes a like of the first suspect in another member account, in a network of the same shape and with connections to the
 * same far ends. No finding is about it: Cordon does not know that it is compromised.
 */
export const furnishTwin = (
  organization: Organization,
  [suspect]: readonly Suspect[],
  account: string | undefined,
): Suspect | undefined => {
  if (suspect === undefined || account === undefined || account === suspect.account) return undefined;
  const instanceId = `i-${organization.ids.hex('twin', 17)}`;
  const twin = furnishSuspect(
    organization,
    {
      account,
      region: suspect.region,
      instanceId,
      details: { networkInterfaces: [{ privateIpAddress: '10.21.4.218' }] },
      roleName: undefined,
    },
    choicesOf(`twin/${instanceId}`),
    {
      hidden: false,
      keyAdmits: undefined,
      state: 'running',
      preparedForCrash: false,
      managed: false,
      alone: undefined,
      moreVolumes: 0,
      keyCast: undefined,
      remotes: suspect.remotes,
      asks: suspect.asks ?? [],
    },
  );
  openTraffic(organization, twin);
  return twin;
};

/** What the people of the twin's account do by hand: one empty group in place of those of its interface, and nothing else. */
export const swapPlainly = async (
  { world, ids, timeline, host }: Organization,
  { account, region, networkInterfaceIds }: Suspect,
): Promise<void> => {
  const state = world.of(ec2State, account, region);
  const allow = { Effect: 'Allow', Action: 'ec2:ModifyNetworkInterfaceAttribute', Resource: '*' };
  const trust = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
  };
  const role = addRole(
    world,
    {
      account,
      name: 'on-call',
      trust: { Version: '2012-10-17', Statement: [trust] },
      inline: { swap: { Version: '2012-10-17', Statement: [allow] } },
    },
    { ids, now: timeline.now() },
  );
  for (const NetworkInterfaceId of networkInterfaceIds) {
    const vpcId = state.networkInterfaces.get(NetworkInterfaceId)?.vpcId ?? '';
    const spec = { name: 'locked-down', description: 'no rules', vpcId, ownerId: account, permissions: [] };
    const { groupId } = addSecurityGroup(state, spec, ids);
    await host.perform({
      caller: host.callerForRole(role.arn, 'on-call'),
      region,
      service: 'ec2',
      operation: 'ModifyNetworkInterfaceAttribute',
      input: { NetworkInterfaceId, Groups: [groupId] },
    });
  }
};
