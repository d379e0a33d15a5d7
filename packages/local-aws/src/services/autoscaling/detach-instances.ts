import type {
  Activity,
  DetachInstancesCommandInput,
  DetachInstancesCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { actingFor } from './acting.ts';
import { fillLater } from './capacity.ts';
import { autoScalingDurations } from './durations.ts';
import { findGroup, findMembers, groupCheck, invalid } from './group-target.ts';
import type { AutoScalingGroup, Member } from './state.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html */
const IDS_LIMIT = 20;

const activity = (group: AutoScalingGroup, member: Member, call: Call): Activity => ({
  ActivityId: call.ids.uuid('scaling-activity'),
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  Description: `Detaching EC2 instance: ${member.instanceId}`,
  Cause: `At ${new Date(call.now).toISOString()} instance ${member.instanceId} was detached in response to a user request.`,
  StartTime: new Date(call.now),
  StatusCode: 'InProgress',
  Progress: 50,
});

const refuseBelowMinimum = (group: AutoScalingGroup, leaving: number): void => {
  if (group.desiredCapacity - leaving >= group.minSize) return;
  throw invalid(
    `Currently, desiredSize equals ${group.desiredCapacity} and minSize equals ${group.minSize}. Detaching ${leaving} instance(s) without replacement ` +
      "will violate group's min size constraint. Please either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
  );
};

/**
 * A detached instance runs on, out of the group; unless the capacity is lowered, another takes its place.
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
    if (input.ShouldDecrementDesiredCapacity === undefined) {
      throw invalid(
        "1 validation error detected: Value null at 'shouldDecrementDesiredCapacity' failed to satisfy constraint: Member must not be null",
      );
    }
    const group = findGroup(call, input.AutoScalingGroupName);
    const members = findMembers(group, input.InstanceIds, IDS_LIMIT);
    const busy = members.find(({ lifecycleState }) => lifecycleState !== 'InService');
    if (busy !== undefined) {
      throw invalid(
        `The instance ${busy.instanceId} is not in InService or Standby: it is ${busy.lifecycleState}.`,
      );
    }
    if (input.ShouldDecrementDesiredCapacity) {
      refuseBelowMinimum(group, members.length);
      group.desiredCapacity -= members.length;
    } else {
      fillLater(group, actingFor(call));
    }
    for (const member of members) {
      member.lifecycleState = 'Detaching';
      call.timeline.at(call.now + autoScalingDurations.detach, () => group.members.delete(member.instanceId));
    }
    return { Activities: members.map((member) => activity(group, member, call)) };
  },
});
