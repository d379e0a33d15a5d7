import type { DetachInstancesCommandInput, DetachInstancesCommandOutput } from '@aws-sdk/client-auto-scaling';
import { operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { actingFor } from './acting.ts';
import { activityOf, changing } from './activity.ts';
import { deregisterMember } from './balancing.ts';
import { fillLater } from './capacity.ts';
import { autoScalingDurations } from './durations.ts';
import { findGroup, findMembers, groupCheck, IDS_LIMIT, invalid, requireFlag } from './group-target.ts';
import type { AutoScalingGroup } from './state.ts';

const refuseBelowMinimum = (group: AutoScalingGroup, leaving: number): void => {
  if (group.desiredCapacity - leaving >= group.minSize) return;
  throw invalid(
    `Currently, desiredSize equals ${group.desiredCapacity} and minSize equals ${group.minSize}. Detaching ${leaving} instance(s) without replacement ` +
      "will violate group's min size constraint. Please either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
  );
};

/**
 * A detached instance runs on, out of the group and of its load balancers; unless the capacity is lowered, another takes its place.
 * It is `Detaching` until the load balancers have drained. One on standby is refused, as the page lets only those in service go.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
 */
export const detachInstances = operation<
  DetachInstancesCommandInput,
  Omit<DetachInstancesCommandOutput, '$metadata'>
>({
  checks: (input, call) => [groupCheck('DetachInstances', call, input.AutoScalingGroupName)],
  run: (input, call) => {
    acceptMembers(input, 'DetachInstances', [
      'InstanceIds',
      'AutoScalingGroupName',
      'ShouldDecrementDesiredCapacity',
    ]);
    const lowers = requireFlag(input.ShouldDecrementDesiredCapacity, 'shouldDecrementDesiredCapacity');
    const group = findGroup(call, input.AutoScalingGroupName);
    const members = findMembers(group, input.InstanceIds, IDS_LIMIT);
    const busy = members.find(({ lifecycleState }) => lifecycleState !== 'InService');
    if (busy !== undefined) {
      throw invalid(
        `The instance ${busy.instanceId} is not in InService or Standby: it is ${busy.lifecycleState}.`,
      );
    }
    const acting = actingFor(call);
    const before = group.desiredCapacity;
    if (lowers) {
      refuseBelowMinimum(group, members.length);
      group.desiredCapacity -= members.length;
    } else {
      fillLater(group, acting);
    }
    for (const member of members) {
      member.lifecycleState = 'Detaching';
      const drained = deregisterMember(group, member, acting);
      call.timeline.at(Math.max(drained, call.now + autoScalingDurations.detach), () =>
        group.members.delete(member.instanceId),
      );
    }
    const change = lowers ? { change: changing('shrinking', before, group.desiredCapacity) } : {};
    const words = { doing: 'Detaching EC2 instance', done: 'was detached' };
    return { Activities: members.map((member) => activityOf(group, member, { call, ...words, ...change })) };
  },
});
