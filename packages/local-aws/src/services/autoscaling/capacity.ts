import { addInstance } from '../ec2/build-instance.ts';
import { instanceDurations } from '../ec2/durations.ts';
import { announceState, enterState } from '../ec2/instance-state.ts';
import { beginTermination } from '../ec2/terminate-instances.ts';
import { callOf, ec2Of, type Acting } from './acting.ts';
import { deregisterMember, isUnhealthyBehindBalancers, registerMember } from './balancing.ts';
import { autoScalingDurations } from './durations.ts';
import type { AutoScalingGroup, Member } from './state.ts';

/** Members that count towards the desired capacity. */
export const stayingMembers = (group: AutoScalingGroup): readonly Member[] =>
  [...group.members.values()].filter(
    ({ lifecycleState }) => lifecycleState === 'Pending' || lifecycleState === 'InService',
  );

/** A member that was launched, or attached, just now. */
export const newMember = (instanceId: string): Member => ({
  instanceId,
  lifecycleState: 'Pending',
  healthStatus: 'Healthy',
  protectedFromScaleIn: false,
});

const launch = (group: AutoScalingGroup, acting: Acting): void => {
  const now = acting.timeline.now();
  const instance = addInstance(
    ec2Of(acting),
    { ...group.launch, launchedAt: now, state: 'pending' },
    acting.ids,
  );
  announceState(instance, acting);
  const member = newMember(instance.instanceId);
  group.members.set(member.instanceId, member);
  acting.timeline.at(now + instanceDurations.start, () => {
    if (instance.state !== 'pending') return;
    enterState(instance, 'running', acting);
    // It may have been detached while it started.
    if (group.members.get(member.instanceId) !== member || member.lifecycleState !== 'Pending') return;
    member.lifecycleState = 'InService';
    registerMember(group, member, acting);
  });
};

/** Launches, after a while, as many instances as the group then lacks. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-limits.html */
export const fillLater = (group: AutoScalingGroup, acting: Acting): void => {
  acting.timeline.at(acting.timeline.now() + autoScalingDurations.replace, () => {
    while (stayingMembers(group).length < group.desiredCapacity) launch(group, acting);
  });
};

/** Puts a member whose instance runs already into service, after a while, and registers it. */
export const enterService = (group: AutoScalingGroup, member: Member, acting: Acting): void => {
  acting.timeline.at(acting.timeline.now() + autoScalingDurations.enterService, () => {
    if (group.members.get(member.instanceId) !== member || member.lifecycleState !== 'Pending') return;
    member.lifecycleState = 'InService';
    registerMember(group, member, acting);
  });
};

/** Whether the group looks after a member: not one that leaves, or is on standby. https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html */
const isWatched = (group: AutoScalingGroup, member: Member): boolean =>
  group.members.get(member.instanceId) === member &&
  (member.lifecycleState === 'Pending' || member.lifecycleState === 'InService');

/**
 * Terminates an unhealthy member and has it replaced. Auto Scaling waits for requests in flight, up to the deregistration delay;
 * here none are, which ends an instance as soon as the page allows.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 */
const terminateUnhealthy = (group: AutoScalingGroup, member: Member, acting: Acting): void => {
  // A member that was detached or put on standby meanwhile is none of the health check's business any more.
  if (!isWatched(group, member)) return;
  member.healthStatus = 'Unhealthy';
  member.lifecycleState = 'Terminating';
  deregisterMember(group, member, acting);
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

const isUnhealthy = (group: AutoScalingGroup, member: Member, acting: Acting): boolean => {
  const state = ec2Of(acting).instances.get(member.instanceId)?.state;
  if (state !== 'running') return state !== 'pending';
  // The grace period is 0, as it is for a group that was made by API. https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-check-grace-period.html
  return (
    group.healthCheckType === 'ELB' &&
    member.lifecycleState === 'InService' &&
    isUnhealthyBehindBalancers(group, member, acting)
  );
};

/**
 * Makes the group watch its members: one that leaves `running`, or with health check type `ELB` fails the checks of a load balancer
 * as an isolated one does, is terminated after the next health check, even when it is well again by then, and replaced. Protection
 * from scale-in, termination and stop does not spare it.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
 */
export const watchMembers = (group: AutoScalingGroup, acting: Acting): void => {
  const noticed = new Set<Member>();
  acting.timeline.onSettled(() => {
    const fallen = [...group.members.values()].filter(
      (member) => !noticed.has(member) && isWatched(group, member) && isUnhealthy(group, member, acting),
    );
    for (const member of fallen) {
      noticed.add(member);
      acting.timeline.at(acting.timeline.now() + autoScalingDurations.healthCheck, () => {
        noticed.delete(member);
        terminateUnhealthy(group, member, acting);
      });
    }
    return fallen.length > 0;
  });
};
