import { at, differ, localLacks, motoLacks, motoTakes, outcomes, type Divergence } from '../divergence.ts';

const ELB = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/';
const CLASSIC = 'https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/';

const balancers: readonly Divergence[] = [
  localLacks(
    [
      at(['elb: describes a load balancer by its ARN', 'elb: describes a load balancer by its name'], {
        'LoadBalancers[].CanonicalHostedZoneId': 'Z2P70J7EXAMPLE',
      }),
    ],
    {
      page: `${ELB}API_LoadBalancer.html`,
      because: 'the hosted zone is left out here: nothing of the product makes names for a load balancer',
    },
  ),
  motoLacks(
    [
      at(['elb: describes a load balancer by its ARN', 'elb: describes a load balancer by its name'], {
        'LoadBalancers[].Scheme': 'internet-facing',
      }),
    ],
    {
      page: `${ELB}API_CreateLoadBalancer.html`,
      because: 'a load balancer that is asked for without a scheme is internet-facing, and says so',
    },
  ),
  motoLacks(
    [
      at(['elb: describes the listeners of a load balancer', 'elb: describes a listener by its ARN'], {
        'Listeners[].DefaultActions[].ForwardConfig': {
          TargetGroups: [{ TargetGroupArn: '<target group>', Weight: 1 }],
        },
      }),
    ],
    {
      page: `${ELB}API_Action.html`,
      because: 'an action that forwards is given both ways: by the one target group, and by ForwardConfig',
    },
  ),
  differ(
    [
      at(['elb: describes the listeners of a load balancer', 'elb: describes a listener by its ARN'], {
        'Listeners[].SslPolicy': { moto: 'ELBSecurityPolicy-2016-08' },
      }),
    ],
    {
      right: 'local-aws',
      page: `${ELB}API_Listener.html`,
      because: 'a security policy is that of listeners for HTTPS and TLS; moto gives one to HTTP',
    },
  ),
];

const targets: readonly Divergence[] = [
  differ(
    [
      at(
        [
          'elb: describes a target group by its ARN',
          'elb: describes a target group by its name',
          'elb: finds the target groups of a load balancer',
        ],
        { 'TargetGroups[].HealthCheckTimeoutSeconds': { local: 6, moto: 5 } },
      ),
    ],
    {
      right: 'local-aws',
      page: `${ELB}API_CreateTargetGroup.html`,
      because: 'the default for a target group of HTTP is 6 seconds',
    },
  ),
  differ(
    [
      at(
        [
          'elb: describes the health of all targets',
          'elb: describes the health of a target',
          'elb: describes a target once it has drained',
          'elb: describes the targets that are left',
          'elb: describes a target that is healthy again',
          'autoscaling: describes the targets of a group that lost a member',
        ],
        { 'TargetHealthDescriptions[].HealthCheckPort': { local: '80', moto: 'traffic-port' } },
      ),
    ],
    {
      right: 'local-aws',
      page: `${ELB}API_DescribeTargetHealth.html`,
      because:
        'the answer of the page’s example has the number of the port; moto gives what the target group says',
    },
  ),
  outcomes(
    ['elb: deregisters a target that is not registered, which changes nothing'],
    { local: 'answered', moto: 'refused InvalidTargetException' },
    {
      right: 'local-aws',
      page: `${ELB}API_DeregisterTargets.html`,
      because: 'to deregister a target that is not there succeeds',
    },
  ),
  motoTakes(['elb: refuses to register an instance that is not there'], 'InvalidTargetException', {
    page: `${ELB}API_RegisterTargets.html`,
    because: 'a target that does not exist, or is not in the VPC, is InvalidTarget',
  }),
  motoTakes(['elb: refuses to register a target on a port that is none'], 'ValidationError', {
    page: `${ELB}API_TargetDescription.html`,
    because: 'a port is from 1 to 65535',
  }),
  differ(
    [
      at(['autoscaling: describes the targets of a group that lost a member'], {
        'TargetHealthDescriptions[]': {
          moto: {
            HealthCheckPort: 'traffic-port',
            Target: { Id: '<i>', Port: 80 },
            TargetHealth: { State: 'healthy' },
          },
        },
      }),
      at(['autoscaling: describes the targets of a group that lost a member'], {
        'TargetHealthDescriptions[]': {
          moto: {
            HealthCheckPort: 'traffic-port',
            Target: { Id: '<suspect>', Port: 80 },
            TargetHealth: { State: 'healthy' },
          },
        },
      }),
    ],
    {
      right: 'local-aws',
      page: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html',
      because:
        'a detached instance is deregistered from the target groups of its group; moto leaves it there, beside one that does not exist and that it registered before',
    },
  ),
];

const classic: readonly Divergence[] = [
  motoLacks(
    [
      at(['classic: describes a load balancer'], {
        'LoadBalancerDescriptions[].AvailabilityZones': ['eu-west-1a', 'eu-west-1b'],
        'LoadBalancerDescriptions[].HealthCheck': {
          HealthyThreshold: 10,
          Interval: 30,
          Target: 'TCP:80',
          Timeout: 5,
          UnhealthyThreshold: 2,
        },
      }),
    ],
    {
      page: `${CLASSIC}API_LoadBalancerDescription.html`,
      because: 'a load balancer in subnets names their zones, and has a health check from the start',
    },
  ),
  localLacks(
    [
      at(['classic: describes a load balancer'], {
        'LoadBalancerDescriptions[].CanonicalHostedZoneName': '<classic name>',
        'LoadBalancerDescriptions[].Policies': {},
        'LoadBalancerDescriptions[].SourceSecurityGroup': { GroupName: 'default', OwnerAlias: '<member>' },
      }),
    ],
    {
      page: `${CLASSIC}API_LoadBalancerDescription.html`,
      because:
        'name in Route 53, policies and source group are left out here: nothing of the product reads them',
    },
  ),
  motoLacks(
    [
      at(['classic: reads the attributes of a load balancer'], {
        'LoadBalancerAttributes.ConnectionDraining.Timeout': 300,
      }),
    ],
    {
      page: `${CLASSIC}API_ConnectionDraining.html`,
      because: 'how long an instance drains is shown with 300 seconds, its default',
    },
  ),
  differ(
    [
      at(
        [
          'classic: refuses the attributes of a load balancer that is not there',
          'classic: refuses to register with a load balancer that is not there',
          'classic: refuses to deregister from a load balancer that is not there',
        ],
        {
          'refused.code': { local: 'AccessPointNotFoundException', moto: 'Error' },
          status: { local: 400, moto: 500 },
        },
      ),
    ],
    {
      right: 'local-aws',
      page: `${CLASSIC}API_RegisterInstancesWithLoadBalancer.html`,
      because:
        'a load balancer that is not there is LoadBalancerNotFound (400); moto ends in an error of its own (500)',
    },
  ),
  motoLacks(
    [
      at(['classic: deregisters an instance'], { Instances: [{ InstanceId: '<other member>' }] }),
      at(['classic: registers an instance'], {
        Instances: [{ InstanceId: '<other member>' }, { InstanceId: '<suspect>' }],
      }),
    ],
    {
      page: `${CLASSIC}API_DeregisterInstancesFromLoadBalancer.html`,
      because: 'the answers have the instances that are registered then',
    },
  ),
  differ(
    [
      at(['classic: describes the health of an instance that is not registered'], {
        'InstanceStates[].Description': {
          local: 'Instance is not currently registered with the LoadBalancer.',
          moto: 'N/A',
        },
        'InstanceStates[].ReasonCode': { local: 'Instance', moto: 'N/A' },
      }),
    ],
    {
      right: 'local-aws',
      page: `${CLASSIC}API_InstanceState.html`,
      because: 'there is a description for an instance that is not registered, whose reason is the instance',
    },
  ),
  differ(
    [
      at(['classic: describes the health of an instance that is not registered'], {
        'InstanceStates[].State': { local: 'OutOfService', moto: 'Unknown' },
      }),
    ],
    {
      right: 'neither-documented',
      page: `${CLASSIC}API_InstanceState.html`,
      because:
        'the page does not say which state goes with the description of an instance that is not registered',
    },
  ),
  motoTakes(['classic: refuses to register an instance that is not there'], 'InvalidEndPointException', {
    page: `${CLASSIC}API_RegisterInstancesWithLoadBalancer.html`,
    because: 'an instance that is not there is InvalidInstance',
  }),
];

/** Elastic Load Balancing, by both of its APIs. */
export const balancerDivergences: readonly Divergence[] = [...balancers, ...targets, ...classic];
