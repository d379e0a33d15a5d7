import type {
  DescribeListenersCommandOutput,
  DescribeLoadBalancersCommandOutput,
  DescribeTargetGroupsCommandOutput,
  DescribeTargetHealthCommandOutput,
  TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { addLoadBalancer, addTargetGroup, type TargetGroupSpec } from './build.ts';
import { balancedWorld } from './testing.ts';

const SECOND = 1000;
const CHECK = 30 * SECOND;

const setUp = (spec: Partial<TargetGroupSpec> = {}) => {
  const on = balancedWorld();
  const instance = on.runInstance();
  const group = addTargetGroup(
    {
      name: 'shop',
      vpcId: on.vpc.vpcId,
      tags: { team: 'shop' },
      targets: [{ id: instance.instanceId }],
      ...spec,
    },
    on.furnishing,
  );
  const balancer = addLoadBalancer(
    {
      type: 'application',
      name: 'front',
      subnetIds: [on.subnet.subnetId],
      securityGroups: [on.lb.groupId],
      listeners: [{ port: 443, protocol: 'HTTPS', targetGroupArns: [group.arn] }],
    },
    on.furnishing,
  );
  const TargetGroupArn = group.arn;
  const change =
    (operation: string) =>
    (...Targets: TargetDescription[]) =>
      on.perform(operation, { TargetGroupArn, Targets });
  return {
    ...on,
    instance,
    group,
    balancer,
    register: change('RegisterTargets'),
    deregister: change('DeregisterTargets'),
    health: async (...Targets: TargetDescription[]) => {
      const { TargetHealthDescriptions: shown = [] } = await on.perform<DescribeTargetHealthCommandOutput>(
        'DescribeTargetHealth',
        { TargetGroupArn, ...(Targets.length === 0 ? {} : { Targets }) },
      );
      return shown.map(({ Target, TargetHealth: { State, Reason } = {} }) => [
        Target?.Id,
        Target?.Port,
        State,
        ...(Reason === undefined ? [] : [Reason]),
      ]);
    },
  };
};

describe('deregistering a target', () => {
  it('asks for the target group with its tags', async () => {
    const on = setUp();
    await on.deregister({ Id: on.instance.instanceId });
    expect(on.checks).toEqual([
      {
        action: 'elasticloadbalancing:DeregisterTargets',
        resource: on.group.arn,
        context: { 'aws:ResourceTag/team': 'shop', 'elasticloadbalancing:ResourceTag/team': 'shop' },
      },
    ]);
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay :
  // draining for 300 seconds by default, also without connections, then unused.
  it('drains it for 300 seconds, and then it is unused', async () => {
    const on = setUp();
    const { instanceId: Id } = on.instance;
    await on.deregister({ Id });
    expect(await on.health()).toEqual([[Id, 80, 'draining', 'Target.DeregistrationInProgress']]);
    await on.pass(299 * SECOND);
    expect(await on.health({ Id })).toEqual([[Id, 80, 'draining', 'Target.DeregistrationInProgress']]);
    await on.pass(SECOND);
    expect(await on.health({ Id })).toEqual([[Id, 80, 'unused', 'Target.NotRegistered']]);
    expect(await on.health()).toEqual([]);
  });

  it('takes as long as the group says, from the first request on', async () => {
    const on = setUp({ deregistrationDelaySeconds: 20 });
    const { instanceId: Id } = on.instance;
    await on.deregister({ Id });
    await on.pass(15 * SECOND);
    await on.deregister({ Id });
    await on.pass(5 * SECOND);
    expect(await on.health()).toEqual([]);
    const none = setUp({ deregistrationDelaySeconds: 0 });
    await none.deregister({ Id: none.instance.instanceId });
    expect(await none.health()).toEqual([]);
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html
  it('finds a target with a port of its own by that port alone', async () => {
    const on = setUp({ targets: [] });
    const { instanceId: Id } = on.instance;
    await on.register({ Id, Port: 8080 }, { Id, Port: 8081 });
    await on.deregister({ Id });
    expect(on.group.registrations.map(({ drainsUntil }) => drainsUntil)).toEqual([undefined, undefined]);
    await on.deregister({ Id, Port: 8080 });
    await on.pass(300 * SECOND);
    expect((await on.health()).map(([, port]) => port)).toEqual([8081]);
  });

  it('succeeds for a target that is not registered, and does not exist', async () => {
    const on = setUp();
    expect(await on.deregister({ Id: 'i-0123456789abcdef0' })).toEqual({});
    expect(await on.health()).toEqual([[on.instance.instanceId, 80, 'healthy']]);
  });

  it('is taken back by registering again, which begins with an initial check', async () => {
    const on = setUp();
    const { instanceId: Id } = on.instance;
    await on.deregister({ Id });
    await on.pass(100 * SECOND);
    await on.register({ Id });
    expect(await on.health()).toEqual([[Id, 80, 'initial', 'Elb.InitialHealthChecking']]);
    await on.pass(300 * SECOND);
    expect(await on.health()).toEqual([[Id, 80, 'healthy']]);
  });
});

describe('registering a target', () => {
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html : one check is enough
  it('makes it healthy after one health check', async () => {
    const on = setUp();
    const { instanceId: Id } = on.runInstance();
    await on.register({ Id });
    expect((await on.health({ Id }))[0]?.slice(2)).toEqual(['initial', 'Elb.InitialHealthChecking']);
    await on.pass(CHECK);
    expect(await on.health({ Id })).toEqual([[Id, 80, 'healthy']]);
  });

  it('takes addresses of the VPC in a group of addresses', async () => {
    const on = setUp({ targetType: 'ip', targets: [] });
    const held = on.state.networkInterfaces.get(on.instance.networkInterfaceIds[0] ?? '');
    const Id = held?.privateIpAddress ?? '';
    await on.register({ Id });
    await on.pass(CHECK);
    expect(await on.health({ Id })).toEqual([[Id, 80, 'healthy']]);
    await expect(on.register({ Id: on.instance.instanceId })).rejects.toMatchObject({
      code: 'InvalidTarget',
    });
    await expect(on.register({ Id: '192.168.0.9' })).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  });

  it.each([
    ['an instance that does not exist', () => 'i-0123456789abcdef0', /do not exist/],
    ['an address', () => '10.0.1.9', /not valid/],
    [
      'a stopped instance',
      (on: ReturnType<typeof setUp>) => {
        on.instance.state = 'stopped';
        return on.instance.instanceId;
      },
      /not in a running state/,
    ],
  ])('refuses %s with InvalidTarget', async (_what, idIn, message) => {
    const on = setUp({ targets: [] });
    await expect(on.register({ Id: idIn(on) })).rejects.toMatchObject({ code: 'InvalidTarget', message });
    expect(on.group.registrations).toEqual([]);
  });

  it('refuses a group that does not exist, a zone and a port that is none', async () => {
    const on = setUp();
    const { instanceId: Id } = on.instance;
    const elsewhere = { TargetGroupArn: `${on.group.arn}0`, Targets: [{ Id }] };
    for (const name of ['RegisterTargets', 'DeregisterTargets', 'DescribeTargetHealth'])
      await expect(on.perform(name, elsewhere)).rejects.toMatchObject({ code: 'TargetGroupNotFound' });
    await expect(on.register({ Id, AvailabilityZone: 'all' })).rejects.toMatchObject({ status: 501 });
    await expect(on.register({ Id, Port: 0 })).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

describe('the health of targets', () => {
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html : two failures in a row
  it('fails after two checks where the security groups let the balancer in no more', async () => {
    const on = setUp();
    const { instanceId: Id } = on.instance;
    await on.pass(10 * CHECK);
    expect(await on.health()).toEqual([[Id, 80, 'healthy']]);
    on.isolate(on.instance);
    await on.pass(2 * CHECK - SECOND);
    expect(await on.health()).toEqual([[Id, 80, 'healthy']]);
    await on.pass(SECOND);
    expect(await on.health()).toEqual([[Id, 80, 'unhealthy', 'Target.Timeout']]);
  });

  it('is reported as failed checks by a Network Load Balancer, which has addresses and no groups', async () => {
    const on = balancedWorld();
    const from = { direction: 'ingress', protocol: 'tcp', fromPort: 80, toPort: 80 } as const;
    on.web.permissions = [{ ...from, ruleId: 'sgr-1', target: { kind: 'ipv4', cidr: '10.0.1.0/24' } }];
    const instance = on.runInstance();
    const targets = [{ id: instance.instanceId }];
    const group = addTargetGroup(
      { name: 'tcp', vpcId: on.vpc.vpcId, protocol: 'TCP', targets },
      on.furnishing,
    );
    const listeners = [{ port: 80, targetGroupArns: [group.arn] }];
    const subnetIds = [on.subnet.subnetId];
    const { interfaceIds } = addLoadBalancer(
      { type: 'network', name: 'net', subnetIds, listeners },
      on.furnishing,
    );
    expect(on.state.networkInterfaces.get(interfaceIds[0] ?? '')).toMatchObject({
      interfaceType: 'network_load_balancer',
      requesterManaged: true,
      groups: [],
      description: expect.stringMatching(/^ELB net\/net\//),
    });
    const health = () => on.perform('DescribeTargetHealth', { TargetGroupArn: group.arn });
    await on.pass(2 * CHECK);
    expect(await health()).toMatchObject({
      TargetHealthDescriptions: [{ TargetHealth: { State: 'healthy' }, HealthCheckPort: '80' }],
    });
    on.isolate(instance);
    await on.pass(2 * CHECK);
    expect(await health()).toMatchObject({
      TargetHealthDescriptions: [{ TargetHealth: { Reason: 'Target.FailedHealthChecks' } }],
    });
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html (example)
  it('is unused where no balancer forwards to the group', async () => {
    const on = setUp();
    const group = addTargetGroup(
      { name: 'idle', vpcId: on.vpc.vpcId, targets: [{ id: on.instance.instanceId }] },
      on.furnishing,
    );
    expect(await on.perform('DescribeTargetHealth', { TargetGroupArn: group.arn })).toEqual({
      TargetHealthDescriptions: [
        {
          Target: { Id: on.instance.instanceId, Port: 80 },
          HealthCheckPort: '80',
          TargetHealth: {
            State: 'unused',
            Reason: 'Target.NotInUse',
            Description: 'Given target group is not configured to receive traffic from ELB',
          },
        },
      ],
    });
  });

  it('is unused in a zone that the balancer has not, and for a stopped instance', async () => {
    const on = setUp();
    const { instanceId: Id } = on.runInstance({ subnetId: on.otherZone.subnetId });
    await on.register({ Id });
    expect(await on.health({ Id })).toEqual([[Id, 80, 'unused', 'Target.NotInUse']]);
    on.instance.state = 'stopped';
    const stopped = on.instance.instanceId;
    expect(await on.health({ Id: stopped })).toEqual([[stopped, 80, 'unused', 'Target.InvalidState']]);
  });

  it('is not told of an instance that does not exist', async () => {
    await expect(setUp().health({ Id: 'i-0123456789abcdef0' })).rejects.toMatchObject({
      code: 'InvalidTarget',
    });
  });
});

describe('describing', () => {
  it('shows groups by ARN, name or balancer, one of them at a time', async () => {
    const on = setUp();
    addTargetGroup({ name: 'idle', vpcId: on.vpc.vpcId }, on.furnishing);
    const names = async (input: object) => {
      const out = await on.perform<DescribeTargetGroupsCommandOutput>('DescribeTargetGroups', input);
      return out.TargetGroups?.map(({ TargetGroupName }) => TargetGroupName);
    };
    expect(await names({})).toEqual(['shop', 'idle']);
    expect(await names({ Names: ['idle'] })).toEqual(['idle']);
    expect(await names({ TargetGroupArns: [on.group.arn] })).toEqual(['shop']);
    expect(await names({ LoadBalancerArn: on.balancer.arn })).toEqual(['shop']);
    await expect(names({ Names: ['none'] })).rejects.toMatchObject({ code: 'TargetGroupNotFound' });
    await expect(names({ LoadBalancerArn: 'arn:none' })).rejects.toMatchObject({
      code: 'LoadBalancerNotFound',
    });
    await expect(names({ Names: ['idle'], LoadBalancerArn: on.balancer.arn })).rejects.toMatchObject({
      code: 'ValidationError',
    });
    const first = await on.perform<DescribeTargetGroupsCommandOutput>('DescribeTargetGroups', {
      PageSize: 1,
    });
    expect(first.TargetGroups).toMatchObject([
      { TargetGroupName: 'shop', TargetType: 'instance', Port: 80, LoadBalancerArns: [on.balancer.arn] },
    ]);
    expect(await names({ PageSize: 1, Marker: first.NextMarker })).toEqual(['idle']);
    await expect(names({ PageSize: 401 })).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(names({ Marker: 'made up' })).rejects.toMatchObject({ code: 'ValidationError' });
  });

  it('shows what bears on deregistration, connection termination for network protocols alone', async () => {
    const on = setUp();
    const udp = addTargetGroup({ name: 'dns', vpcId: on.vpc.vpcId, protocol: 'UDP' }, on.furnishing);
    const attributes = (TargetGroupArn: string) =>
      on.perform('DescribeTargetGroupAttributes', { TargetGroupArn });
    const delay = { Key: 'deregistration_delay.timeout_seconds', Value: '300' };
    expect(await attributes(on.group.arn)).toEqual({ Attributes: [delay] });
    expect(await attributes(udp.arn)).toEqual({
      Attributes: [delay, { Key: 'deregistration_delay.connection_termination.enabled', Value: 'true' }],
    });
  });

  it('shows balancers and their listeners', async () => {
    const on = setUp();
    const { LoadBalancers } = await on.perform<DescribeLoadBalancersCommandOutput>('DescribeLoadBalancers', {
      Names: ['front'],
    });
    expect(LoadBalancers).toMatchObject([
      {
        LoadBalancerArn: on.balancer.arn,
        Type: 'application',
        State: { Code: 'active' },
        SecurityGroups: [on.lb.groupId],
        AvailabilityZones: [{ SubnetId: on.subnet.subnetId, ZoneName: 'eu-west-1a' }],
      },
    ]);
    const { Listeners } = await on.perform<DescribeListenersCommandOutput>('DescribeListeners', {
      LoadBalancerArn: on.balancer.arn,
    });
    expect(Listeners).toMatchObject([
      { Port: 443, DefaultActions: [{ Type: 'forward', TargetGroupArn: on.group.arn }] },
    ]);
    const byArn = { ListenerArns: [Listeners?.[0]?.ListenerArn ?? ''] };
    expect(await on.perform('DescribeListeners', byArn)).toEqual({ Listeners });
    await expect(on.perform('DescribeListeners', {})).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(on.perform('DescribeListeners', { ListenerArns: ['arn:none'] })).rejects.toMatchObject({
      code: 'ListenerNotFound',
    });
    await expect(on.perform('DescribeLoadBalancers', { Names: ['none'] })).rejects.toMatchObject({
      code: 'LoadBalancerNotFound',
    });
    await expect(
      on.perform('DescribeLoadBalancers', { LoadBalancerArns: Array(21).fill(on.balancer.arn) }),
    ).rejects.toMatchObject({ code: 'ValidationError' });
  });
});
