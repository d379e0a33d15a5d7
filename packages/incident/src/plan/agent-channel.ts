import type { InstanceFacts } from './facts.ts';

/** How the agent of an instance comes to its credentials for Systems Manager. */
export type AgentChannel = 'profile' | 'default-host-management';

/**
 * By which way the agent can be asked. An instance without a profile has none of its own; where its agent is online all the same, Systems
 * Manager gave it a role by Default Host Management Configuration, which nothing of the instance's can take away, and which lives on after
 * its isolation as far as packets do. Undefined where there is no way. Pure.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
 */
export const agentChannel = ({
  profile,
  agent,
}: Pick<InstanceFacts, 'profile' | 'agent'>): AgentChannel | undefined => {
  if (profile !== undefined) return 'profile';
  return agent?.online === true ? 'default-host-management' : undefined;
};
