import type { Caller } from '../../core/operation.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import type { World } from '../../core/world.ts';
import { ec2State } from '../ec2/state.ts';
import { iamState } from '../iam/state.ts';
import { roleSession } from '../sts/role-session.ts';
import type { InstancePlace } from '../sts/instance-credentials.ts';
import type { AgentStage } from './agents.ts';
import { ssmState } from './state.ts';

/** "SSM Agent version 3.2.582.0 or later" */
const LEAST_AGENT = [3, 2, 582, 0] as const;

const isNewEnough = (version: string): boolean => {
  const parts = version.split('.').map(Number);
  for (const [index, least] of LEAST_AGENT.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
};

/**
 * Turns Default Host Management Configuration on in an account and Region, as its administrator has done by the service setting
 * `/ssm/managed-instance/default-ec2-instance-management-role`, or off.
 *
 * @param role name of a role that lets `ssm.amazonaws.com` assume it; undefined to turn it off
 */
export const setDefaultHostManagement = (
  world: World,
  { account, region }: Pick<InstancePlace, 'account' | 'region'>,
  role: string | undefined,
): void => {
  const state = world.of(ssmState, account, region);
  if (role === undefined) delete state.defaultHostManagementRole;
  else state.defaultHostManagementRole = role;
};

/**
 * Who the agent of an instance is by Default Host Management Configuration, or why it is nobody: it must be on, the agent new enough, and the instance's
 * metadata service enabled, by whose second version the agent proves which instance it is. It takes no profile.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
 * The name of its sessions is assumed.
 */
export const hostManagementCaller = (
  { world, timeline, host }: AgentStage,
  { account, region, instanceId }: InstancePlace,
): Caller | string => {
  const { defaultHostManagementRole: name, guests } = world.of(ssmState, account, region);
  if (name === undefined) return 'Default Host Management is off';
  const instance = world.of(ec2State, account, region).instances.get(instanceId);
  if (instance?.state !== 'running') return `instance ${instanceId} does not run`;
  if (instance.metadataOptions.httpEndpoint === 'disabled')
    return 'Default Host Management needs the metadata service, which is disabled';
  const { agentVersion = '' } = guests.get(instanceId) ?? guests.get(instance.imageId) ?? {};
  if (!isNewEnough(agentVersion))
    return `Default Host Management needs agent ${LEAST_AGENT.join('.')} or later, and it is ${agentVersion}`;
  const role = world.of(iamState, account, '').roles.get(name);
  if (role === undefined) return `the role ${name} of Default Host Management is not there`;
  const check = { action: 'sts:AssumeRole', resource: role.arn, account };
  const service = serviceCaller(
    world,
    'ssm.amazonaws.com',
    `arn:${world.facts.partition}:ec2:${region}:${account}:instance/${instanceId}`,
  );
  return host.decideFor(service, region, check).verdict === 'allow'
    ? roleSession(world, role, { name: instanceId, now: timeline.now() })
    : `role ${role.arn} does not let ssm.amazonaws.com assume it`;
};
