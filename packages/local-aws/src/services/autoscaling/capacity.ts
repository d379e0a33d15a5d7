import { addInstance } from '../ec2/build-instance.ts';
import { instanceDurations } from '../ec2/durations.ts';
import { announceState, enterState } from '../ec2/instance-state.ts';
import { beginTermination } from '../ec2/terminate-instances.ts';
import { callOf, ec2Of, type Acting } from './acting.ts';
import { autoScalingDurations } from './durations.ts';
import type { AutoScalingGroup, Member } from './state.ts';

/** Members that count towards the desired capacity. */
const staying = (group: AutoScalingGroup): number =>
  [...group.members.values()].filter(
    ({ lifecycleState }) => lifecycleState === 'Pending' || lifecycleState === 'InService',
  ).length;

const launch = (group: AutoScalingGroup, acting: Acting): void => {
  const now = acting.timeline.now();
  const instance = addInstance(
    ec2Of(acting),
    { ...group.launch, launchedAt: now, state: 'pending' },
    acting.ids,
  );
  announceState(instance, acting);
  const member: Member = {
    instanceId: instance.instanceId,
    lifecycleState: 'Pending',
    healthStatus: 'Healthy',
    protectedFromScaleIn: false,
  };
  group.members.set(member.instanceId, member);
  acting.timeline.at(now + instanceDurations.start, () => {
    if (instance.state !== 'pending') return;
    enterState(instance, 'running', acting);
    member.lifecycleState = 'InService';
  });
};

/** Launches, after a while, as many instances as the group then lacks. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-limits.html */
export const fillLater = (group: AutoScalingGroup, acting: Acting): void => {
  acting.timeline.at(acting.timeline.now() + autoScalingDurations.replace, () => {
    while (staying(group) < group.desiredCapacity) launch(group, acting);
  });
};

const terminateUnhealthy = (group: AutoScalingGroup, member: Member, acting: Acting): void => {
  // A member that was detached meanwhile is none of the group's business any more.
  if (group.members.get(member.instanceId) !== member || member.lifecycleState === 'Detaching') return;
  member.healthStatus = 'Unhealthy';
  member.lifecycleState = 'Terminating';
  const instance = ec2Of(acting).instances.get(member.instanceId);
  if (instance !== undefined) {
    beginTermination(instance, callOf(acting, group.arn), {
      code: 'Server.ScheduledStop',
      message: `Server.ScheduledStop: terminated by Auto Scaling group ${group.name} as unhealthy`,
    });
  }
  acting.timeline.at(acting.timeline.now() + instanceDurations.terminate, () =>
    group.members.delete(member.instanceId),
  );
  fillLater(group, acting);
};

/**
 * Makes the group watch its members: one that leaves `running` is found unhealthy at the next health check, even when it runs
 * again by then, and is terminated and replaced. Protection from scale-in, termination and stop does not spare it.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 */
export const watchMembers = (group: AutoScalingGroup, acting: Acting): void => {
  const noticed = new Set<Member>();
  acting.timeline.onSettled(() => {
    const { instances } = ec2Of(acting);
    const fallen = [...group.members.values()].filter((member) => {
      const state = instances.get(member.instanceId)?.state;
      return !noticed.has(member) && state !== 'running' && state !== 'pending';
    });
    for (const member of fallen) {
      noticed.add(member);
      acting.timeline.at(acting.timeline.now() + autoScalingDurations.healthCheck, () =>
        terminateUnhealthy(group, member, acting),
      );
    }
    return fallen.length > 0;
  });
};
