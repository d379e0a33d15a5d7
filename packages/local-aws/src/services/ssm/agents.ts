import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { ec2State, type Instance } from '../ec2/state.ts';
import type { InstancePlace } from '../sts/instance-credentials.ts';
import { SSM_DURATIONS } from './durations.ts';
import type { Guest } from './guest.ts';
import { agentRefusal } from './reach.ts';
import { ssmState, type Agent } from './state.ts';

/** What agents act in: an organization, or a part of one. */
export interface AgentStage {
  readonly world: World;
  readonly timeline: Timeline;
  readonly host: Host;
}

/** What runs inside of an instance; undefined where nobody said, and so no agent is. */
export const guestOf = (world: World, { account, region, instanceId }: InstancePlace): Guest | undefined => {
  const { guests } = world.of(ssmState, account, region);
  if (guests.size === 0) return undefined;
  const image = world.of(ec2State, account, region).instances.get(instanceId)?.imageId;
  return guests.get(instanceId) ?? guests.get(image ?? '');
};

/** Why the agent of an instance cannot be reached now, nor reach anybody; undefined when it can. */
export const unreachable = (stage: AgentStage, on: InstancePlace): string | undefined =>
  guestOf(stage.world, on) === undefined ? `no agent runs on ${on.instanceId}` : agentRefusal(stage, on);

/**
 * "Online" while the last heartbeat is not older than its interval. That AWS waits no longer is UNCONFIRMED.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html
 */
export const pingStatus = ({ lastPingAt }: Agent, now: number): 'Online' | 'ConnectionLost' =>
  now - lastPingAt <= SSM_DURATIONS.heartbeat ? 'Online' : 'ConnectionLost';

/**
 * The last time, until now, at which an agent that has not reached the service since its start tried to. It hibernates: it tries every five
 * minutes, and after each third try at half the rate, down to once an hour.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html (hibernation); the rates are those of
 * https://github.com/aws/amazon-ssm-agent (agent/hibernation).
 *
 * @param bootedAt virtual epoch ms
 */
const lastTrySince = (bootedAt: number, now: number): number => {
  let at = bootedAt;
  let interval: number = SSM_DURATIONS.firstHibernation;
  for (let tries = 1; at + interval <= now; tries += 1) {
    at += interval;
    if (tries % 3 === 0) interval = Math.min(interval * 2, SSM_DURATIONS.longestHibernation);
  }
  return at;
};

const bootedAt = ({ launchedAt, rebootedAt = 0 }: Instance): number => Math.max(launchedAt, rebootedAt);

/** Whether an agent is to send a heartbeat now: at its own time, and when its host has booted; one that failed is not repeated before. */
const isDue = (agent: Agent, instance: Instance, now: number): boolean =>
  bootedAt(instance) > agent.lastTriedAt || now - agent.lastTriedAt >= SSM_DURATIONS.heartbeat;

const beatOf = (stage: AgentStage, on: InstancePlace, instance: Instance): void => {
  if (instance.state !== 'running') return;
  const { agents, hibernating } = stage.world.of(ssmState, on.account, on.region);
  const now = stage.timeline.now();
  const agent = agents.get(on.instanceId);
  if (agent === undefined) {
    // The first look is the one of a world that is just being made: the agent is taken to be there all along.
    const tried = hibernating.get(on.instanceId) ?? Number.NEGATIVE_INFINITY;
    if (lastTrySince(bootedAt(instance), now) <= tried) return;
    hibernating.set(on.instanceId, now);
    if (unreachable(stage, on) !== undefined) return;
    agents.set(on.instanceId, { registeredAt: now, lastPingAt: now, lastTriedAt: now });
    return;
  }
  if (!isDue(agent, instance, now)) return;
  agent.lastTriedAt = now;
  if (unreachable(stage, on) === undefined) agent.lastPingAt = now;
};

const beatAll = (stage: AgentStage, place: Omit<InstancePlace, 'instanceId'>): void => {
  const { instances } = stage.world.of(ec2State, place.account, place.region);
  for (const [instanceId, instance] of instances) {
    const on = { ...place, instanceId };
    if (guestOf(stage.world, on) !== undefined) beatOf(stage, on, instance);
  }
};

/** Has the agents of a place register and send their heartbeats from now on, in the background. Called twice, it only does what is due now. */
export const beat = (stage: AgentStage, place: Omit<InstancePlace, 'instanceId'>): void => {
  const state = stage.world.of(ssmState, place.account, place.region);
  beatAll(stage, place);
  if (state.beating) return;
  state.beating = true;
  const again = (): void => {
    stage.timeline.at(
      stage.timeline.now() + SSM_DURATIONS.tick,
      () => {
        beatAll(stage, place);
        again();
      },
      'background',
    );
  };
  again();
};
