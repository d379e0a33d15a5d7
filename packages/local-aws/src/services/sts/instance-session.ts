import type { Caller } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { ec2State } from '../ec2/state.ts';
import { iamState } from '../iam/state.ts';
import { roleSession } from './role-session.ts';

/**
 * The caller that holds the credentials which the metadata service of an instance gives for its profile's role: the session is
 * named after the instance, and the keys that say where the credentials came from stay with them wherever they are used.
 * It is taken to call from the instance itself, through its VPC's endpoints; leave out `within` for a thief who calls from elsewhere.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-ec2instancesourcevpc
 *
 * @param now virtual epoch ms at which the credentials were issued
 * @throws Error when the world has no such instance or role
 */
export const instanceSession = (
  world: World,
  on: {
    readonly account: string;
    readonly region: string;
    readonly instanceId: string;
    readonly roleName: string;
  },
  now: number,
): Caller => {
  const state = world.of(ec2State, on.account, on.region);
  const instance = state.instances.get(on.instanceId);
  if (instance === undefined)
    throw new Error(`account ${on.account} has no instance ${on.instanceId} in ${on.region}: add it first`);
  const role = world.of(iamState, on.account, '').roles.get(on.roleName);
  if (role === undefined) throw new Error(`account ${on.account} has no role ${on.roleName}: add it first`);
  const primary = state.networkInterfaces.get(instance.networkInterfaceIds[0] ?? '');
  const session = roleSession(world, role, {
    name: on.instanceId,
    now,
    context: {
      'ec2:SourceInstanceARN': `arn:${world.facts.partition}:ec2:${on.region}:${on.account}:instance/${on.instanceId}`,
      ...(primary === undefined
        ? {}
        : {
            'aws:Ec2InstanceSourceVpc': primary.vpcId,
            'aws:Ec2InstanceSourcePrivateIPv4': primary.privateIpAddress,
          }),
    },
  });
  if (primary === undefined) return session;
  const { vpcId, subnetId, privateIpAddress } = primary;
  return { ...session, within: { region: on.region, vpcId, subnetId, privateIpAddress } };
};
