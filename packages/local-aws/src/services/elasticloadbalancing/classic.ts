import type {
  DeregisterInstancesFromLoadBalancerCommandInput,
  DeregisterInstancesFromLoadBalancerCommandOutput,
  DescribeInstanceHealthCommandInput,
  DescribeInstanceHealthCommandOutput,
  DescribeLoadBalancerAttributesCommandInput,
  DescribeLoadBalancerAttributesCommandOutput,
  DescribeLoadBalancersCommandInput,
  DescribeLoadBalancersCommandOutput,
  Instance as InstanceView,
  InstanceState,
  LoadBalancerDescription,
  RegisterInstancesWithLoadBalancerCommandInput,
  RegisterInstancesWithLoadBalancerCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { interfaceOf, type Surroundings } from './health.ts';
import { classicCheck, describeCheck, pageOf, requireClassic, stateOf, surroundingsOf } from './lookup.ts';
import { deregister, findRegistration, register } from './registration.ts';
import type { ClassicLoadBalancer } from './state.ts';

type Output<T> = Omit<T, '$metadata'>;

const invalidInstance = (message: string): ServiceFault => new ServiceFault('InvalidInstance', message);

/** Instances that are registered; one that drains is no longer. */
const instancesOf = ({ registrations }: ClassicLoadBalancer): InstanceView[] =>
  registrations.filter(({ drainsUntil }) => drainsUntil === undefined).map(({ id }) => ({ InstanceId: id }));

const idsOf = (instances: readonly InstanceView[] | undefined): readonly string[] =>
  (instances ?? []).map(({ InstanceId }) => InstanceId ?? '');

const viewOf = (balancer: ClassicLoadBalancer, call: Call): LoadBalancerDescription => {
  const { subnets } = surroundingsOf(call).ec2;
  const { healthCheck } = balancer;
  return {
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    Scheme: balancer.scheme,
    VPCId: balancer.vpcId,
    Subnets: [...balancer.subnetIds],
    AvailabilityZones: balancer.subnetIds.map((id) => subnets.get(id)?.availabilityZone ?? ''),
    SecurityGroups: [...balancer.securityGroups],
    Instances: instancesOf(balancer),
    ListenerDescriptions: balancer.listeners.map(({ port, instancePort }) => ({
      Listener: {
        Protocol: 'TCP',
        LoadBalancerPort: port,
        InstanceProtocol: 'TCP',
        InstancePort: instancePort,
      },
    })),
    HealthCheck: {
      Target: `TCP:${balancer.listeners[0]?.instancePort ?? 0}`,
      Interval: healthCheck.intervalSeconds,
      Timeout: healthCheck.timeoutSeconds,
      UnhealthyThreshold: healthCheck.unhealthyThreshold,
      HealthyThreshold: healthCheck.healthyThreshold,
    },
    CreatedTime: new Date(balancer.createdAt),
  };
};

/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancers.html */
const describeLoadBalancers = operation<
  DescribeLoadBalancersCommandInput,
  Output<DescribeLoadBalancersCommandOutput>
>({
  checks: () => describeCheck('DescribeLoadBalancers'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeLoadBalancers', ['LoadBalancerNames', 'Marker', 'PageSize']);
    const wanted = input.LoadBalancerNames?.length
      ? input.LoadBalancerNames.map((name) => requireClassic(call, name))
      : [...stateOf(call).classic.values()];
    const page = pageOf(wanted, input);
    return {
      LoadBalancerDescriptions: page.items.map((balancer) => viewOf(balancer, call)),
      ...(page.next === undefined ? {} : { NextMarker: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancerAttributes.html ; logs and zones are always the default's. */
const describeLoadBalancerAttributes = operation<
  DescribeLoadBalancerAttributesCommandInput,
  Output<DescribeLoadBalancerAttributesCommandOutput>
>({
  checks: () => describeCheck('DescribeLoadBalancerAttributes'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeLoadBalancerAttributes', ['LoadBalancerName']);
    const { connectionDraining } = requireClassic(call, input.LoadBalancerName);
    return {
      LoadBalancerAttributes: {
        AccessLog: { Enabled: false },
        ConnectionDraining: {
          Enabled: connectionDraining.enabled,
          Timeout: connectionDraining.timeoutSeconds,
        },
        ConnectionSettings: { IdleTimeout: 60 },
        CrossZoneLoadBalancing: { Enabled: false },
      },
    };
  },
});

const inService = (InstanceId: string, Description: string): InstanceState => ({
  InstanceId,
  State: 'InService',
  ReasonCode: 'N/A',
  Description,
});

/** States and descriptions: https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_InstanceState.html */
const stateOfInstance = (
  balancer: ClassicLoadBalancer,
  id: string,
  { ec2 }: Pick<Surroundings, 'ec2'>,
): InstanceState => {
  const out = (ReasonCode: 'ELB' | 'Instance', Description: string): InstanceState => ({
    InstanceId: id,
    State: 'OutOfService',
    ReasonCode,
    Description,
  });
  const instance = ec2.instances.get(id);
  const held = findRegistration(balancer, { id });
  if (held === undefined) {
    if (instance === undefined) throw invalidInstance(`Could not find EC2 instance ${id}.`);
    return out('Instance', 'Instance is not currently registered with the LoadBalancer.');
  }
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/config-conn-drain.html : in service until it has drained
  if (held.drainsUntil !== undefined) return inService(id, 'Instance deregistration currently in progress.');
  if (instance === undefined || instance.state === 'terminated')
    return out('Instance', 'Instance is in terminated state.');
  if (instance.state === 'stopped') return out('Instance', 'Instance is in stopped state.');
  if (instance.state === 'pending') return out('Instance', 'Instance is in pending state.');
  const zones = balancer.subnetIds.map((subnetId) => ec2.subnets.get(subnetId)?.availabilityZone);
  if (!zones.includes(instance.availabilityZone))
    return out(
      'ELB',
      'Instance is in the EC2 Availability Zone for which LoadBalancer is not configured to route traffic to.',
    );
  if (held.health === 'initial') return out('ELB', 'Instance registration is still in progress.');
  return held.health === 'healthy'
    ? inService(id, 'N/A')
    : out(
        'Instance',
        'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.',
      );
};

/** Whether a Classic Load Balancer has an instance, one that is in the world, out of service. */
export const isOutOfService = (
  balancer: ClassicLoadBalancer,
  id: string,
  around: Pick<Surroundings, 'ec2'>,
): boolean => stateOfInstance(balancer, id, around).State === 'OutOfService';

/**
 * Without instances, those that are registered are meant; AWS does not say whether one that drains is (UNCONFIRMED): here it is
 * shown until it has drained.
 * https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeInstanceHealth.html
 */
const describeInstanceHealth = operation<
  DescribeInstanceHealthCommandInput,
  Output<DescribeInstanceHealthCommandOutput>
>({
  checks: () => describeCheck('DescribeInstanceHealth'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeInstanceHealth', ['LoadBalancerName', 'Instances']);
    const balancer = requireClassic(call, input.LoadBalancerName);
    const ids = input.Instances?.length ? idsOf(input.Instances) : balancer.registrations.map(({ id }) => id);
    return { InstanceStates: ids.map((id) => stateOfInstance(balancer, id, surroundingsOf(call))) };
  },
});

/** The instance must run, in the VPC of the balancer. https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_RegisterInstancesWithLoadBalancer.html */
const registerInstances = operation<
  RegisterInstancesWithLoadBalancerCommandInput,
  Output<RegisterInstancesWithLoadBalancerCommandOutput>
>({
  checks: (input, call) => classicCheck('RegisterInstancesWithLoadBalancer', call, input.LoadBalancerName),
  run: (input, call) => {
    acceptMembers(input, 'RegisterInstancesWithLoadBalancer', ['LoadBalancerName', 'Instances']);
    const balancer = requireClassic(call, input.LoadBalancerName);
    const { ec2 } = surroundingsOf(call);
    const ids = idsOf(input.Instances);
    for (const id of ids) {
      const instance = ec2.instances.get(id);
      if (instance === undefined) throw invalidInstance(`Could not find EC2 instance ${id}.`);
      if (instance.state !== 'running') throw invalidInstance(`Instance ${id} is not running.`);
      if (interfaceOf(balancer, { id }, ec2)?.vpcId !== balancer.vpcId)
        throw invalidInstance(`EC2 instance ${id} is not in the same VPC as load balancer.`);
    }
    for (const id of ids) register(balancer, { id });
    return { Instances: instancesOf(balancer) };
  },
});

/**
 * AWS does not say what becomes of an instance that exists and is not registered (UNCONFIRMED): it is refused here.
 * https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeregisterInstancesFromLoadBalancer.html
 */
const deregisterInstances = operation<
  DeregisterInstancesFromLoadBalancerCommandInput,
  Output<DeregisterInstancesFromLoadBalancerCommandOutput>
>({
  checks: (input, call) => classicCheck('DeregisterInstancesFromLoadBalancer', call, input.LoadBalancerName),
  run: (input, call) => {
    acceptMembers(input, 'DeregisterInstancesFromLoadBalancer', ['LoadBalancerName', 'Instances']);
    const balancer = requireClassic(call, input.LoadBalancerName);
    const ids = idsOf(input.Instances);
    for (const id of ids) {
      if (findRegistration(balancer, { id }) === undefined)
        throw invalidInstance(`Instance ${id} is not currently registered with the load balancer.`);
    }
    for (const id of ids) deregister(balancer, { id }, call.timeline);
    return { Instances: instancesOf(balancer) };
  },
});

/** Operations of the 2012-06-01 API, by name. */
export const classicOperations = {
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeInstanceHealth: describeInstanceHealth,
  RegisterInstancesWithLoadBalancer: registerInstances,
  DeregisterInstancesFromLoadBalancer: deregisterInstances,
};
