import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { autoScalingState, type AutoScalingGroup, type Member } from './state.ts';

/** Tag by which an instance names its group. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html */
export const GROUP_TAG = 'aws:autoscaling:groupName';

/** Instances that one request may name, to detach, attach, or move to or from standby. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html */
export const IDS_LIMIT = 20;

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

/** The ids that a request names. @throws ServiceFault ValidationError for none or more than `limit` */
export const idsWithin = (ids: readonly string[] | undefined, limit = IDS_LIMIT): readonly string[] => {
  if (ids === undefined || ids.length === 0) throw invalid('At least one instance ID must be specified.');
  if (ids.length > limit)
    throw invalid(`The number of instance IDs that may be passed in is limited to ${limit}`);
  return ids;
};

/** A flag that a request must give. @throws ServiceFault ValidationError; `name` as in `shouldDecrementDesiredCapacity` */
export const requireFlag = (value: boolean | undefined, name: string): boolean => {
  if (value !== undefined) return value;
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
};

/** Refuses what would raise the desired capacity above the maximum size; `verb` as in `attach`. @throws ServiceFault ValidationError */
export const refuseAboveMaximum = (group: AutoScalingGroup, verb: string, joining: number): void => {
  if (group.desiredCapacity + joining <= group.maxSize) return;
  throw invalid(
    `AutoScalingGroup ${group.name} has min-size=${group.minSize}, max-size=${group.maxSize}, and desired-size=${group.desiredCapacity}. ` +
      `To ${verb} ${joining} instance, please update the AutoScalingGroup sizes appropriately.`,
  );
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
  return idsWithin(ids, limit).map((id) => {
    const member = group.members.get(id);
    if (member === undefined)
      throw invalid(`The instance ${id} is not part of Auto Scaling group ${group.name}.`);
    return member;
  });
};
