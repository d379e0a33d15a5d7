import { isOutOfService } from '../elasticloadbalancing/classic.ts';
import { healthOf, surroundingsIn } from '../elasticloadbalancing/health.ts';
import { deregister, findRegistration, register, type Pool } from '../elasticloadbalancing/registration.ts';
import {
  loadBalancingState,
  type ClassicLoadBalancer,
  type LoadBalancingState,
  type TargetGroup,
} from '../elasticloadbalancing/state.ts';
import type { Acting } from './acting.ts';
import type { AutoScalingGroup, Member } from './state.ts';

const balancingOf = ({ world, account, region }: Acting): LoadBalancingState =>
  world.of(loadBalancingState, account, region);

const isPresent = <Value>(value: Value | undefined): value is Value => value !== undefined;

const targetGroupsOf = (group: AutoScalingGroup, acting: Acting): readonly TargetGroup[] =>
  group.targetGroupArns.map((arn) => balancingOf(acting).targetGroups.get(arn)).filter(isPresent);

const classicOf = (group: AutoScalingGroup, acting: Acting): readonly ClassicLoadBalancer[] =>
  group.loadBalancerNames.map((name) => balancingOf(acting).classic.get(name)).filter(isPresent);

/** Everything that members of the group are registered with. */
export const poolsOf = (group: AutoScalingGroup, acting: Acting): readonly Pool[] => [
  ...targetGroupsOf(group, acting),
  ...classicOf(group, acting),
];

/** Registers a member, on the port of each pool. https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html */
export const registerMember = (
  group: AutoScalingGroup,
  { instanceId }: Pick<Member, 'instanceId'>,
  acting: Acting,
): void => {
  for (const pool of poolsOf(group, acting)) register(pool, { id: instanceId });
};

/**
 * Deregisters a member everywhere; Auto Scaling waits until all of it has drained, for requests in flight or the whole delay. Here
 * it is always the whole delay, the longest that the page allows.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
 *
 * @returns virtual epoch ms at which it is out of every pool
 */
export const deregisterMember = (
  group: AutoScalingGroup,
  { instanceId }: Pick<Member, 'instanceId'>,
  acting: Acting,
): number =>
  Math.max(
    acting.timeline.now(),
    ...poolsOf(group, acting).map((pool) => deregister(pool, { id: instanceId }, acting.timeline)),
  );

/**
 * Whether a load balancer reports a member as unhealthy. One that somebody else has deregistered is healthy while it drains and
 * not from then on: "if the target is part of an Auto Scaling group, it can be terminated and replaced" (UNCONFIRMED that it
 * always is; here it is).
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
 */
export const isUnhealthyBehindBalancers = (
  group: AutoScalingGroup,
  { instanceId }: Pick<Member, 'instanceId'>,
  acting: Acting,
): boolean => {
  const around = surroundingsIn(acting);
  const fails = (one: TargetGroup): boolean => {
    const { State, Reason } = healthOf(one, findRegistration(one, { id: instanceId }), around);
    return State === 'unhealthy' || Reason === 'Target.NotRegistered';
  };
  const isNew = (one: ClassicLoadBalancer): boolean =>
    findRegistration(one, { id: instanceId })?.health === 'initial';
  return (
    targetGroupsOf(group, acting).some(fails) ||
    classicOf(group, acting).some((one) => !isNew(one) && isOutOfService(one, instanceId, around))
  );
};
