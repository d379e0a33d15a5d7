import type { AttachInstancesCommandInput } from '@aws-sdk/client-auto-scaling';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { actingFor, ec2Of } from './acting.ts';
import { autoScalingDurations } from './durations.ts';
import { findGroup, groupCheck, groupsOf, invalid } from './group-target.ts';
import type { AutoScalingGroup, Member } from './state.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachInstances.html */
const IDS_LIMIT = 20;

/** Tag by which an instance names its group. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html */
const GROUP_TAG = 'aws:autoscaling:groupName';

/**
 * The instance must be running, in no group, and in one of the group's Availability Zones.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
 */
const refuseUnfit = (group: AutoScalingGroup, instanceId: string, call: Call): void => {
  const holder = [...groupsOf(call).values()].find(({ members }) => members.has(instanceId));
  if (holder !== undefined)
    throw invalid(`Instance ${instanceId} is already part of AutoScalingGroup:${holder.name}.`);
  const instance = ec2Of(actingFor(call)).instances.get(instanceId);
  if (instance === undefined) throw invalid(`Invalid Instance ID(s): [${instanceId}]`);
  if (instance.state !== 'running')
    throw invalid(`Instance ${instanceId} is not in correct state: it is ${instance.state}.`);
  if (!group.availabilityZones.includes(instance.availabilityZone))
    throw invalid(
      `Instance ${instanceId} is in ${instance.availabilityZone}, which is none of the group's Availability Zones.`,
    );
};

/**
 * The desired capacity rises by the number of instances that are attached; beyond the group's maximum the request fails.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachInstances.html
 */
export const attachInstances = operation<AttachInstancesCommandInput, object>({
  checks: (input, call) => [groupCheck('AttachInstances', call, input.AutoScalingGroupName)],
  run: (input, call) => {
    acceptMembers(input, 'AttachInstances', ['InstanceIds', 'AutoScalingGroupName']);
    const group = findGroup(call, input.AutoScalingGroupName);
    const ids = [...new Set(input.InstanceIds)];
    if (ids.length === 0) throw invalid('At least one instance ID must be specified.');
    if (ids.length > IDS_LIMIT)
      throw invalid(`The number of instance IDs that may be passed in is limited to ${IDS_LIMIT}`);
    for (const id of ids) refuseUnfit(group, id, call);
    if (group.desiredCapacity + ids.length > group.maxSize)
      throw invalid(
        `Number of instance(s) being attached plus the current desired capacity exceeds the AutoScalingGroup max size of ${group.maxSize}.`,
      );
    group.desiredCapacity += ids.length;
    for (const instanceId of ids) {
      const member: Member = {
        instanceId,
        lifecycleState: 'Pending',
        healthStatus: 'Healthy',
        protectedFromScaleIn: false,
      };
      group.members.set(instanceId, member);
      ec2Of(actingFor(call)).instances.get(instanceId)?.tags.set(GROUP_TAG, group.name);
      call.timeline.at(call.now + autoScalingDurations.attach, () => {
        if (member.lifecycleState === 'Pending') member.lifecycleState = 'InService';
      });
    }
    return {};
  },
});
