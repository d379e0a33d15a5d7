import type { AttachInstancesCommandInput, AttachInstancesCommandOutput } from '@aws-sdk/client-auto-scaling';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { interfaceOf } from '../elasticloadbalancing/health.ts';
import type { Instance } from '../ec2/state.ts';
import { actingFor, ec2Of } from './acting.ts';
import { poolsOf } from './balancing.ts';
import { enterService, newMember } from './capacity.ts';
import {
  findGroup,
  groupCheck,
  groupsOf,
  GROUP_TAG,
  idsWithin,
  invalid,
  refuseAboveMaximum,
} from './group-target.ts';
import type { AutoScalingGroup } from './state.ts';

/** What an instance must be to be attached; AWS documents the rules, not the words of the refusals. */
const accept = (group: AutoScalingGroup, id: string, call: Call): Instance => {
  const acting = actingFor(call);
  const ec2 = ec2Of(acting);
  const refuse = (why: string) => invalid(`Invalid Instance IDs ${id}: ${why}.`);
  const instance = ec2.instances.get(id);
  if (instance === undefined) throw refuse('the instance does not exist');
  if (instance.state !== 'running')
    throw refuse(`the instance is not in running state: it is ${instance.state}`);
  if (!ec2.images.has(instance.imageId)) throw refuse(`its AMI ${instance.imageId} does not exist any more`);
  const owner = [...groupsOf(call).values()].find(({ members }) => members.has(id));
  if (owner !== undefined) throw refuse(`it is a member of Auto Scaling group ${owner.name}`);
  if (!group.availabilityZones.includes(instance.availabilityZone))
    throw refuse(
      `${instance.availabilityZone} is not an Availability Zone of Auto Scaling group ${group.name}`,
    );
  const elsewhere = poolsOf(group, acting).find(
    (pool) => interfaceOf(pool, { id }, ec2)?.vpcId !== pool.vpcId,
  );
  if (elsewhere !== undefined) throw refuse(`it is not in the VPC of ${elsewhere.name}`);
  return instance;
};

/**
 * An attached instance raises the desired capacity and is registered with the group's load balancers.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
 */
export const attachInstances = operation<
  AttachInstancesCommandInput,
  Omit<AttachInstancesCommandOutput, '$metadata'>
>({
  checks: (input, call) => [groupCheck('AttachInstances', call, input.AutoScalingGroupName)],
  run: (input, call) => {
    acceptMembers(input, 'AttachInstances', ['InstanceIds', 'AutoScalingGroupName']);
    const group = findGroup(call, input.AutoScalingGroupName);
    const instances = idsWithin(input.InstanceIds).map((id) => accept(group, id, call));
    refuseAboveMaximum(group, 'attach', instances.length);
    group.desiredCapacity += instances.length;
    for (const instance of instances) {
      const member = newMember(instance.instanceId);
      instance.tags.set(GROUP_TAG, group.name);
      group.members.set(member.instanceId, member);
      enterService(group, member, actingFor(call));
    }
    return {};
  },
});
