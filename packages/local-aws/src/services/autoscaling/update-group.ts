import type {
  UpdateAutoScalingGroupCommandInput,
  UpdateAutoScalingGroupCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { actingFor } from './acting.ts';
import { fillLater, stayingMembers } from './capacity.ts';
import { findGroup, groupCheck, invalid } from './group-target.ts';
import type { AutoScalingGroup } from './state.ts';

type Input = UpdateAutoScalingGroupCommandInput;

/** Sizes that a request asks for. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html#amazonec2autoscaling-policy-keys */
const sizeContext = ({ MinSize, MaxSize }: Input): NonNullable<Check['context']> => ({
  ...(MinSize === undefined ? {} : { 'autoscaling:MinSize': String(MinSize) }),
  ...(MaxSize === undefined ? {} : { 'autoscaling:MaxSize': String(MaxSize) }),
});

type Sizes = Pick<AutoScalingGroup, 'minSize' | 'maxSize' | 'desiredCapacity'>;

/** The sizes after a request: the desired capacity follows a minimum or maximum that it would break, unless it is given. */
const sizesAfter = (group: AutoScalingGroup, input: Input): Sizes => {
  const { MinSize: minSize = group.minSize, MaxSize: maxSize = group.maxSize } = input;
  const { desiredCapacity: held } = group;
  const desiredCapacity = input.DesiredCapacity ?? Math.min(Math.max(held, minSize), maxSize);
  if (minSize > maxSize)
    throw invalid(`Min bound, ${minSize}, must be less than or equal to max bound, ${maxSize}`);
  if (desiredCapacity < minSize || desiredCapacity > maxSize)
    throw invalid(
      `Desired capacity:${desiredCapacity} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  return { minSize, maxSize, desiredCapacity };
};

const healthCheckType = (given: string | undefined, group: AutoScalingGroup): 'EC2' | 'ELB' => {
  if (given === undefined) return group.healthCheckType;
  if (given === 'EC2' || given === 'ELB') return given;
  throw unimplemented(`HealthCheckType=${given}`, 'UpdateAutoScalingGroup');
};

const update = (input: Input, call: Call): object => {
  const group = findGroup(call, input.AutoScalingGroupName);
  const sizes = sizesAfter(group, input);
  const type = healthCheckType(input.HealthCheckType, group);
  // Which member goes at scale-in is for the termination policy, which is not here.
  if (sizes.desiredCapacity < stayingMembers(group).length)
    throw unimplemented('a desired capacity below the number of members', 'UpdateAutoScalingGroup');
  Object.assign(group, sizes);
  group.healthCheckType = type;
  if (sizes.desiredCapacity > stayingMembers(group).length) fillLater(group, actingFor(call));
  return {};
};

/** Of a group its sizes and health check type can be changed. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html */
export const updateAutoScalingGroup = operation<
  Input,
  Omit<UpdateAutoScalingGroupCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const check = groupCheck('UpdateAutoScalingGroup', call, input.AutoScalingGroupName);
    return [{ ...check, context: { ...check.context, ...sizeContext(input) } }];
  },
  run: (input, call) => {
    acceptMembers(input, 'UpdateAutoScalingGroup', [
      'AutoScalingGroupName',
      'MinSize',
      'MaxSize',
      'DesiredCapacity',
      'HealthCheckType',
    ]);
    return update(input, call);
  },
});
