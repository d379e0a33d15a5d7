import type { Timeline } from '../../core/timeline.ts';
import type { Ec2State, Instance, NetworkInterface, Permission } from '../ec2/state.ts';
import { inCidr } from '../ec2/cidr.ts';
import type { Pool } from './registration.ts';
import type { LoadBalancingState, Placed, Registration, TargetGroup } from './state.ts';

/** What health checks look at. */
export interface Surroundings {
  readonly ec2: Ec2State;
  readonly balancing: LoadBalancingState;
}

const isPresent = <Value>(value: Value | undefined): value is Value => value !== undefined;

/** The balancers that send requests to the pool: the classic one itself, or those with a listener that forwards to the target group. */
export const balancersOf = (pool: Pool, { loadBalancers }: LoadBalancingState): readonly Placed[] =>
  'arn' in pool
    ? [...loadBalancers.values()].filter(({ listeners }) =>
        listeners.some(({ targetGroupArns }) => targetGroupArns.includes(pool.arn)),
      )
    : [pool];

/** The interface that requests to a registration reach: the instance's first, or the one in the VPC with the address. */
export const interfaceOf = (
  pool: Pool,
  { id }: Pick<Registration, 'id'>,
  ec2: Ec2State,
): NetworkInterface | undefined =>
  'arn' in pool && pool.targetType === 'ip'
    ? [...ec2.networkInterfaces.values()].find(
        (held) => held.vpcId === pool.vpcId && held.privateIpAddress === id,
      )
    : ec2.networkInterfaces.get(ec2.instances.get(id)?.networkInterfaceIds[0] ?? '');

/** The instance behind a registration, if the world has one. */
const instanceOf = (pool: Pool, named: Pick<Registration, 'id'>, ec2: Ec2State): Instance | undefined =>
  'arn' in pool && pool.targetType === 'ip'
    ? ec2.instances.get(interfaceOf(pool, named, ec2)?.attachment?.instanceId ?? '')
    : ec2.instances.get(named.id);

const admits = (permission: Permission, port: number, from: NetworkInterface): boolean => {
  const { direction, protocol, fromPort, toPort, target } = permission;
  if (direction !== 'ingress') return false;
  if (protocol !== '-1' && !(protocol === 'tcp' && port >= (fromPort ?? 0) && port <= (toPort ?? 65_535)))
    return false;
  if (target.kind === 'ipv4') return inCidr(from.privateIpAddress, target.cidr);
  // Prefix lists have no entries here, and balancers no IPv6 addresses.
  return target.kind === 'group' && from.groups.includes(target.groupId);
};

/**
 * Whether a health check would pass: the instance runs, and the security groups of its interface let one of the balancer's own
 * interfaces through to the port. What runs in the instance always answers; ACLs and routes are not asked.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
 */
const answers = (pool: Pool, registration: Registration, { ec2, balancing }: Surroundings): boolean => {
  if (instanceOf(pool, registration, ec2)?.state !== 'running') return false;
  const held = interfaceOf(pool, registration, ec2);
  const permissions = (held?.groups ?? []).flatMap(
    (groupId) => ec2.securityGroups.get(groupId)?.permissions ?? [],
  );
  const senders = balancersOf(pool, balancing)
    .flatMap(({ interfaceIds }) => interfaceIds)
    .map((id) => ec2.networkInterfaces.get(id))
    .filter(isPresent);
  return senders.some((from) => permissions.some((one) => admits(one, registration.port, from)));
};

/** Seconds until checks that began now have decided: one success is enough for a target that was just registered. */
const decideSeconds = ({ healthCheck }: Pool, from: Registration['health'], passes: boolean): number => {
  if (!passes) return healthCheck.unhealthyThreshold * healthCheck.intervalSeconds;
  return (from === 'initial' ? 1 : healthCheck.healthyThreshold) * healthCheck.intervalSeconds;
};

/**
 * Checks the health of everything registered in a pool from now on. Between the first check and the one that decides only the
 * ends are looked at: a target that flickers for less than the thresholds is not noticed.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export const checkHealth = (pool: Pool, around: Surroundings, timeline: Timeline): void => {
  const deciding = new Set<Registration>();
  timeline.onSettled(() => {
    // Targets of a group that no balancer uses are not checked.
    if (balancersOf(pool, around.balancing).length === 0) return false;
    const changing = pool.registrations.filter((one) => {
      if (deciding.has(one) || one.drainsUntil !== undefined) return false;
      return one.health !== (answers(pool, one, around) ? 'healthy' : 'unhealthy');
    });
    for (const one of changing) {
      const passes = answers(pool, one, around);
      deciding.add(one);
      timeline.at(timeline.now() + decideSeconds(pool, one.health, passes) * 1000, () => {
        deciding.delete(one);
        if (answers(pool, one, around) === passes) one.health = passes ? 'healthy' : 'unhealthy';
      });
    }
    return changing.length > 0;
  });
};

/** A target's health as the API gives it. */
export interface ShownHealth {
  readonly State: 'draining' | 'healthy' | 'initial' | 'unhealthy' | 'unused';
  readonly Reason?:
    | 'Elb.InitialHealthChecking'
    | 'Target.DeregistrationInProgress'
    | 'Target.FailedHealthChecks'
    | 'Target.InvalidState'
    | 'Target.NotInUse'
    | 'Target.NotRegistered'
    | 'Target.Timeout';
  readonly Description?: string;
}

const notInUse = (
  group: TargetGroup,
  registration: Registration,
  { ec2, balancing }: Surroundings,
): string | undefined => {
  const balancers = balancersOf(group, balancing);
  if (balancers.length === 0) return 'Given target group is not configured to receive traffic from ELB';
  const zones = balancers.flatMap(({ subnetIds }) =>
    subnetIds.map((id) => ec2.subnets.get(id)?.availabilityZone),
  );
  const zone = interfaceOf(group, registration, ec2)?.availabilityZone;
  return zone === undefined || zones.includes(zone)
    ? undefined
    : 'Target is in an Availability Zone that is not enabled for the load balancer';
};

/** The health of a target, or of what is none. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html */
export const healthOf = (
  group: TargetGroup,
  registration: Registration | undefined,
  around: Surroundings,
): ShownHealth => {
  if (registration === undefined) {
    const Description = 'Target is not registered to the target group';
    return { State: 'unused', Reason: 'Target.NotRegistered', Description };
  }
  if (registration.drainsUntil !== undefined) {
    const Description = 'Target deregistration is in progress';
    return { State: 'draining', Reason: 'Target.DeregistrationInProgress', Description };
  }
  const idle = notInUse(group, registration, around);
  if (idle !== undefined) return { State: 'unused', Reason: 'Target.NotInUse', Description: idle };
  const state = instanceOf(group, registration, around.ec2)?.state;
  if (state === 'stopped' || state === 'terminated') {
    const Description = `Target is in the ${state} state`;
    return { State: 'unused', Reason: 'Target.InvalidState', Description };
  }
  switch (registration.health) {
    case 'healthy':
      return { State: 'healthy' };
    case 'initial': {
      const Description = 'Initial health checks in progress';
      return { State: 'initial', Reason: 'Elb.InitialHealthChecking', Description };
    }
    case 'unhealthy':
      // Timeout is a reason of Application Load Balancers alone.
      return group.protocol === 'HTTP' || group.protocol === 'HTTPS'
        ? { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' }
        : { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' };
  }
};
