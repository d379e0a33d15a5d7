import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { mayOpen } from '../ec2/flows/flows.ts';
import { ec2State, type Ec2State, type Instance, type NetworkInterface } from '../ec2/state.ts';
import type { Pool } from './registration.ts';
import {
  loadBalancingState,
  type LoadBalancingState,
  type Placed,
  type Registration,
  type TargetGroup,
} from './state.ts';

/** What health checks look at: an account and Region, with its states at hand. */
export interface Surroundings {
  readonly world: World;
  readonly account: string;
  readonly region: string;
  readonly ec2: Ec2State;
  readonly balancing: LoadBalancingState;
}

/** What health checks look at in an account and Region. */
export const surroundingsIn = ({
  world,
  account,
  region,
}: Pick<Surroundings, 'world' | 'account' | 'region'>): Surroundings => ({
  world,
  account,
  region,
  ec2: world.of(ec2State, account, region),
  balancing: world.of(loadBalancingState, account, region),
});

/** Some port that a balancer sends from. */
const EPHEMERAL_PORT = 32_768;

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

/**
 * Whether a health check would pass: the instance runs, and the network lets one of the balancer's own interfaces through to the
 * port, with its security groups, ACLs and routes. What runs in the instance always answers.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
 */
const answers = (pool: Pool, registration: Registration, around: Surroundings): boolean => {
  const { ec2, balancing, world, account, region } = around;
  const held = interfaceOf(pool, registration, ec2);
  if (held === undefined || instanceOf(pool, registration, ec2)?.state !== 'running') return false;
  const senders = balancersOf(pool, balancing).flatMap(({ interfaceIds }) => interfaceIds);
  return senders.some(
    (networkInterfaceId) =>
      mayOpen(world, {
        account,
        region,
        networkInterfaceId,
        direction: 'outbound',
        protocol: 'tcp',
        localPort: EPHEMERAL_PORT,
        remotePort: registration.port,
        remote: { networkInterfaceId: held.networkInterfaceId },
      }).allowed,
  );
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
