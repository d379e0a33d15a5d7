import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { autoScalingState, type AutoScalingGroup, type Member } from './state.ts';

/** Groups of the calling account in the Region of the call, by name. */
export const groupsOf = ({ world, caller, region }: Call): ReadonlyMap<string, AutoScalingGroup> =>
  world.of(autoScalingState, caller.account, region).groups;

/** Auto Scaling's error for a request that breaks a rule. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html */
export const invalid = (message: string): ServiceFault => new ServiceFault('ValidationError', message);

/**
 * The check on a group; where there is none, on an ARN whose uuid is a wildcard.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
 */
export const groupCheck = (action: string, call: Call, name: string | undefined): Check => {
  const group = groupsOf(call).get(name ?? '');
  const context: Record<string, string> = {};
  for (const [key, value] of group?.tags ?? []) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`autoscaling:ResourceTag/${key}`] = value;
  }
  const missing = `arn:${call.world.facts.partition}:autoscaling:${call.region}:${call.caller.account}:autoScalingGroup:*:autoScalingGroupName/${name ?? ''}`;
  return { action: `autoscaling:${action}`, resource: group?.arn ?? missing, context };
};

/** The group with this name. @throws ServiceFault ValidationError */
export const findGroup = (call: Call, name: string | undefined): AutoScalingGroup => {
  const group = groupsOf(call).get(name ?? '');
  if (group === undefined)
    throw invalid(`AutoScalingGroup name not found - AutoScalingGroup '${name ?? ''}' not found`);
  return group;
};

/**
 * The members with these ids.
 *
 * @throws ServiceFault ValidationError for none or more than `limit` ids, and for an instance of no or another group
 */
export const findMembers = (
  group: AutoScalingGroup,
  ids: readonly string[] | undefined,
  limit: number,
): readonly Member[] => {
  if (ids === undefined || ids.length === 0) throw invalid('At least one instance ID must be specified.');
  if (ids.length > limit)
    throw invalid(`The number of instance IDs that may be passed in is limited to ${limit}`);
  return ids.map((id) => {
    const member = group.members.get(id);
    if (member === undefined)
      throw invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    return member;
  });
};
