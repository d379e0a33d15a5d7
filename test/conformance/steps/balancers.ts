import {
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
  type DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { POOL } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const ABSENT = 'i-00000000000000000';

/** The ARN of another thing of the same kind, which is not there. */
const absent = (at: At, name: string): string => at.known.of(name).replace(/[^/]+$/, '0000000000000000');

const balancers: readonly Step[] = [
  step('elb: describes a load balancer by its ARN', (at) =>
    at.member.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [at.known.of('balancer')] })),
  ),
  step('elb: describes a load balancer by its name', (at) =>
    at.member.elb.send(new DescribeLoadBalancersCommand({ Names: [POOL.balancer] })),
  ),
  step('elb: refuses a load balancer that is not there', (at) =>
    at.member.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [absent(at, 'balancer')] })),
  ),
  step('elb: refuses the name of a load balancer that is not there', (at) =>
    at.member.elb.send(new DescribeLoadBalancersCommand({ Names: ['absent'] })),
  ),
  step('elb: describes the listeners of a load balancer', (at) =>
    at.member.elb.send(new DescribeListenersCommand({ LoadBalancerArn: at.known.of('balancer') })),
  ),
  step('elb: describes a listener by its ARN', (at) =>
    at.member.elb.send(new DescribeListenersCommand({ ListenerArns: [at.known.of('listener')] })),
  ),
  step('elb: refuses a listener that is not there', (at) =>
    at.member.elb.send(new DescribeListenersCommand({ ListenerArns: [absent(at, 'listener')] })),
  ),
];

const groups: readonly Step[] = [
  step('elb: describes a target group by its ARN', (at) =>
    at.member.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [at.known.of('target group')] })),
  ),
  step('elb: describes a target group by its name', (at) =>
    at.member.elb.send(new DescribeTargetGroupsCommand({ Names: [POOL.targetGroup] })),
  ),
  step('elb: finds the target groups of a load balancer', (at) =>
    at.member.elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: at.known.of('balancer') })),
  ),
  step('elb: refuses a target group that is not there', (at) =>
    at.member.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [absent(at, 'target group')] })),
  ),
  step('elb: refuses the name of a target group that is not there', (at) =>
    at.member.elb.send(new DescribeTargetGroupsCommand({ Names: ['absent'] })),
  ),
  // Of the attributes those that bear on deregistration; docs/conformance.md says so.
  step('elb: reads how long a target drains', async (at) => {
    const { Attributes, $metadata } = await at.member.elb.send(
      new DescribeTargetGroupAttributesCommand({ TargetGroupArn: at.known.of('target group') }),
    );
    return {
      Attributes: Attributes?.filter(({ Key }) => Key?.startsWith('deregistration_delay.') === true),
      $metadata,
    };
  }),
  step('elb: refuses the attributes of a target group that is not there', (at) =>
    at.member.elb.send(
      new DescribeTargetGroupAttributesCommand({ TargetGroupArn: absent(at, 'target group') }),
    ),
  ),
];

const health = (at: At, ...names: readonly string[]) =>
  at.member.elb.send(
    new DescribeTargetHealthCommand({
      TargetGroupArn: at.known.of('target group'),
      ...(names.length === 0 ? {} : { Targets: names.map((name) => ({ Id: at.known.of(name) })) }),
    }),
  );

const targetIs =
  (wanted: string) =>
  ({ TargetHealthDescriptions: [one] = [] }: Partial<DescribeTargetHealthCommandOutput>): boolean =>
    one?.TargetHealth?.State === wanted;

const suspectOn = (at: At, Port?: number) => ({
  TargetGroupArn: at.known.of('target group'),
  Targets: [{ Id: at.known.of('suspect'), ...(Port === undefined ? {} : { Port }) }],
});

const targets: readonly Step[] = [
  step('elb: describes the health of all targets', (at) => health(at)),
  step('elb: describes the health of a target', (at) => health(at, 'suspect')),
  step('elb: refuses the health of targets of a group that is not there', (at) =>
    at.member.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: absent(at, 'target group') })),
  ),
  step('elb: deregisters a target', (at) => at.member.elb.send(new DeregisterTargetsCommand(suspectOn(at)))),
  step('elb: describes a target once it has drained', (at) => health(at, 'suspect'), {
    until: targetIs('unused'),
  }),
  step('elb: deregisters a target that is not registered, which changes nothing', (at) =>
    at.member.elb.send(new DeregisterTargetsCommand(suspectOn(at))),
  ),
  step('elb: describes the targets that are left', (at) => health(at)),
  step('elb: registers a target', (at) => at.member.elb.send(new RegisterTargetsCommand(suspectOn(at)))),
  step('elb: describes a target that is healthy again', (at) => health(at, 'suspect'), {
    until: targetIs('healthy'),
  }),
  step('elb: refuses to register an instance that is not there', (at) =>
    at.member.elb.send(
      new RegisterTargetsCommand({ TargetGroupArn: at.known.of('target group'), Targets: [{ Id: ABSENT }] }),
    ),
  ),
  step('elb: refuses to register a target on a port that is none', (at) =>
    at.member.elb.send(new RegisterTargetsCommand(suspectOn(at, 70_000))),
  ),
  step('elb: refuses to register with a group that is not there', (at) =>
    at.member.elb.send(
      new RegisterTargetsCommand({ ...suspectOn(at), TargetGroupArn: absent(at, 'target group') }),
    ),
  ),
  step('elb: refuses to deregister from a group that is not there', (at) =>
    at.member.elb.send(
      new DeregisterTargetsCommand({ ...suspectOn(at), TargetGroupArn: absent(at, 'target group') }),
    ),
  ),
];

const named = { LoadBalancerName: POOL.classicBalancer };
const nobody = { LoadBalancerName: 'absent' };

const suspectIn = (at: At) => ({ Instances: [{ InstanceId: at.known.of('suspect') }] });

const classic: readonly Step[] = [
  step('classic: describes a load balancer', (at) =>
    at.member.classic.send(new DescribeClassicCommand({ LoadBalancerNames: [POOL.classicBalancer] })),
  ),
  step('classic: refuses a load balancer that is not there', (at) =>
    at.member.classic.send(new DescribeClassicCommand({ LoadBalancerNames: ['absent'] })),
  ),
  step('classic: reads the attributes of a load balancer', (at) =>
    at.member.classic.send(new DescribeLoadBalancerAttributesCommand(named)),
  ),
  step('classic: refuses the attributes of a load balancer that is not there', (at) =>
    at.member.classic.send(new DescribeLoadBalancerAttributesCommand(nobody)),
  ),
  step('classic: describes the health of all instances', (at) =>
    at.member.classic.send(new DescribeInstanceHealthCommand(named)),
  ),
  step('classic: refuses the health of instances of a load balancer that is not there', (at) =>
    at.member.classic.send(new DescribeInstanceHealthCommand(nobody)),
  ),
  step('classic: deregisters an instance', (at) =>
    at.member.classic.send(new DeregisterInstancesFromLoadBalancerCommand({ ...named, ...suspectIn(at) })),
  ),
  step('classic: describes the health of an instance that is not registered', (at) =>
    at.member.classic.send(new DescribeInstanceHealthCommand({ ...named, ...suspectIn(at) })),
  ),
  step('classic: registers an instance', (at) =>
    at.member.classic.send(new RegisterInstancesWithLoadBalancerCommand({ ...named, ...suspectIn(at) })),
  ),
  step(
    'classic: describes an instance that is in service again',
    (at) => at.member.classic.send(new DescribeInstanceHealthCommand({ ...named, ...suspectIn(at) })),
    { until: ({ InstanceStates }) => InstanceStates?.[0]?.State === 'InService' },
  ),
  step('classic: refuses to register an instance that is not there', (at) =>
    at.member.classic.send(
      new RegisterInstancesWithLoadBalancerCommand({ ...named, Instances: [{ InstanceId: ABSENT }] }),
    ),
  ),
  step('classic: refuses to register with a load balancer that is not there', (at) =>
    at.member.classic.send(new RegisterInstancesWithLoadBalancerCommand({ ...nobody, ...suspectIn(at) })),
  ),
  step('classic: refuses to deregister from a load balancer that is not there', (at) =>
    at.member.classic.send(new DeregisterInstancesFromLoadBalancerCommand({ ...nobody, ...suspectIn(at) })),
  ),
];

/** Load balancers of both APIs, with the targets of the pool; before the steps that change its group. */
export const balancerSteps: readonly Step[] = [...balancers, ...groups, ...targets, ...classic];
