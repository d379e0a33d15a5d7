import type { Activity } from '@aws-sdk/client-auto-scaling';
import type { Call } from '../../core/operation.ts';
import type { AutoScalingGroup, Member } from './state.ts';

/**
 * The activity that a request begins for one member. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html
 *
 * @param what as in `Detaching EC2 instance` and `was detached`
 */
export const activityOf = (
  group: AutoScalingGroup,
  member: Member,
  on: { readonly call: Call; readonly doing: string; readonly done: string; readonly change?: string },
): Activity => ({
  ActivityId: on.call.ids.uuid('scaling-activity'),
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  Description: `${on.doing}: ${member.instanceId}`,
  Cause: `At ${new Date(on.call.now).toISOString()} instance ${member.instanceId} ${on.done} in response to a user request${on.change ?? ''}.`,
  StartTime: new Date(on.call.now),
  StatusCode: 'InProgress',
  Progress: 50,
});

/** The end of a cause that changes the capacity. */
export const changing = (how: 'shrinking' | 'increasing', from: number, to: number): string =>
  `, ${how} the capacity from ${from} to ${to}`;
