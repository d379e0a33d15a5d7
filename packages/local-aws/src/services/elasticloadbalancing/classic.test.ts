import type {
  DeregisterInstancesFromLoadBalancerCommandOutput,
  DescribeInstanceHealthCommandOutput,
  DescribeLoadBalancersCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import { describe, expect, it } from 'vitest';
import { addClassicLoadBalancer, type ClassicLoadBalancerSpec } from './build.ts';
import { classicLoadBalancingService } from './service.ts';
import { balancedWorld } from './testing.ts';

const SECOND = 1000;
const CHECK = 30 * SECOND;

const setUp = (spec: Partial<ClassicLoadBalancerSpec> = {}) => {
  const on = balancedWorld(classicLoadBalancingService);
  const [suspect, other] = [on.runInstance(), on.runInstance()];
  addClassicLoadBalancer(
    {
      name: 'my-load-balancer',
      subnetIds: [on.subnet.subnetId],
      securityGroups: [on.lb.groupId],
      listeners: [{ port: 80, instancePort: 80 }],
      instanceIds: [suspect.instanceId, other.instanceId],
      tags: { team: 'shop' },
      ...spec,
    },
    on.furnishing,
  );
  const naming = (ids: readonly string[]) => ({
    LoadBalancerName: 'my-load-balancer',
    Instances: ids.map((InstanceId) => ({ InstanceId })),
  });
  return {
    ...on,
    suspect,
    other,
    deregister: (...ids: string[]) =>
      on.perform<DeregisterInstancesFromLoadBalancerCommandOutput>(
        'DeregisterInstancesFromLoadBalancer',
        naming(ids),
      ),
    register: (...ids: string[]) => on.perform('RegisterInstancesWithLoadBalancer', naming(ids)),
    health: async (...ids: string[]) => {
      const input = ids.length === 0 ? { LoadBalancerName: 'my-load-balancer' } : naming(ids);
      const out = await on.perform<DescribeInstanceHealthCommandOutput>('DescribeInstanceHealth', input);
      return out.InstanceStates ?? [];
    },
  };
};

const DRAINING = { connectionDraining: { enabled: true, timeoutSeconds: 300 } };

describe('deregistering an instance', () => {
  it('asks for the balancer with its tags, and gives the instances that are left', async () => {
    const on = setUp();
    expect(await on.deregister(on.suspect.instanceId)).toEqual({
      Instances: [{ InstanceId: on.other.instanceId }],
    });
    expect(on.checks).toEqual([
      {
        action: 'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
        resource: 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/my-load-balancer',
        context: { 'aws:ResourceTag/team': 'shop', 'elasticloadbalancing:ResourceTag/team': 'shop' },
      },
    ]);
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/config-conn-drain.html
  it('keeps it in service until it has drained, and out of the balancer from the start', async () => {
    const on = setUp(DRAINING);
    const { instanceId } = on.suspect;
    await on.deregister(instanceId);
    const { LoadBalancerDescriptions } = await on.perform<DescribeLoadBalancersCommandOutput>(
      'DescribeLoadBalancers',
      {},
    );
    expect(LoadBalancerDescriptions?.[0]?.Instances).toEqual([{ InstanceId: on.other.instanceId }]);
    await on.pass(299 * SECOND);
    expect(await on.health(instanceId)).toEqual([
      {
        InstanceId: instanceId,
        State: 'InService',
        ReasonCode: 'N/A',
        Description: 'Instance deregistration currently in progress.',
      },
    ]);
    await on.pass(SECOND);
    expect(await on.health(instanceId)).toEqual([
      {
        InstanceId: instanceId,
        State: 'OutOfService',
        ReasonCode: 'Instance',
        Description: 'Instance is not currently registered with the LoadBalancer.',
      },
    ]);
    expect((await on.health()).map(({ InstanceId }) => InstanceId)).toEqual([on.other.instanceId]);
  });

  it('is over at once without connection draining', async () => {
    const on = setUp();
    await on.deregister(on.suspect.instanceId);
    expect((await on.health(on.suspect.instanceId))[0]?.State).toBe('OutOfService');
  });

  it('refuses what is not registered, and changes nothing', async () => {
    const on = setUp();
    const { instanceId } = on.runInstance();
    for (const id of [instanceId, 'i-0123456789abcdef0'])
      await expect(on.deregister(on.suspect.instanceId, id)).rejects.toMatchObject({
        code: 'InvalidInstance',
      });
    expect((await on.health()).length).toBe(2);
  });
});

describe('registering an instance', () => {
  it('takes a running instance of the VPC into service', async () => {
    const on = setUp();
    const { instanceId } = on.runInstance();
    expect(await on.register(instanceId)).toMatchObject({ Instances: [{}, {}, { InstanceId: instanceId }] });
    expect((await on.health(instanceId))[0]?.Description).toBe('Instance registration is still in progress.');
    await on.pass(CHECK);
    expect((await on.health(instanceId))[0]).toMatchObject({ State: 'InService', Description: 'N/A' });
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_RegisterInstancesWithLoadBalancer.html
  it('refuses an instance that does not run or does not exist', async () => {
    const on = setUp();
    const stopped = on.runInstance({ state: 'stopped' });
    for (const id of [stopped.instanceId, 'i-0123456789abcdef0'])
      await expect(on.register(id)).rejects.toMatchObject({ code: 'InvalidInstance' });
  });
});

describe('the health of instances', () => {
  it('fails where the security groups let the balancer in no more', async () => {
    const on = setUp();
    on.isolate(on.suspect);
    await on.pass(2 * CHECK);
    expect(await on.health(on.suspect.instanceId, on.other.instanceId)).toMatchObject([
      { State: 'OutOfService', Description: expect.stringMatching(/^Instance has failed/) },
      { State: 'InService' },
    ]);
  });

  it('tells of a stopped instance, and of a zone that the balancer has not', async () => {
    const on = setUp();
    on.suspect.state = 'stopped';
    const { instanceId } = on.runInstance({ subnetId: on.otherZone.subnetId });
    await on.register(instanceId);
    expect(
      (await on.health(on.suspect.instanceId, instanceId)).map(({ Description }) => Description),
    ).toEqual([
      'Instance is in stopped state.',
      'Instance is in the EC2 Availability Zone for which LoadBalancer is not configured to route traffic to.',
    ]);
  });

  it('is not told of an instance or balancer that does not exist', async () => {
    const on = setUp();
    await expect(on.health('i-0123456789abcdef0')).rejects.toMatchObject({ code: 'InvalidInstance' });
    await expect(on.perform('DescribeInstanceHealth', { LoadBalancerName: 'none' })).rejects.toMatchObject({
      code: 'LoadBalancerNotFound',
    });
  });
});

describe('describing', () => {
  // https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancerAttributes.html (example)
  it('shows whether connections are drained', async () => {
    const attributes = (on: ReturnType<typeof setUp>) =>
      on.perform('DescribeLoadBalancerAttributes', { LoadBalancerName: 'my-load-balancer' });
    expect(await attributes(setUp())).toMatchObject({
      LoadBalancerAttributes: { ConnectionDraining: { Enabled: false, Timeout: 300 } },
    });
    expect(await attributes(setUp(DRAINING))).toMatchObject({
      LoadBalancerAttributes: { ConnectionDraining: { Enabled: true, Timeout: 300 } },
    });
  });

  it('shows balancers by name, and page by page', async () => {
    const on = setUp();
    const more = {
      name: 'second',
      subnetIds: [on.subnet.subnetId],
      listeners: [{ port: 80, instancePort: 80 }],
    };
    addClassicLoadBalancer(more, on.furnishing);
    const names = async (input: object) => {
      const out = await on.perform<DescribeLoadBalancersCommandOutput>('DescribeLoadBalancers', input);
      return [out.LoadBalancerDescriptions?.map(({ LoadBalancerName }) => LoadBalancerName), out.NextMarker];
    };
    expect(await names({ LoadBalancerNames: ['second'] })).toEqual([['second'], undefined]);
    const [, Marker] = await names({ PageSize: 1 });
    expect(await names({ PageSize: 1, Marker })).toEqual([['second'], undefined]);
    await expect(names({ LoadBalancerNames: ['none'] })).rejects.toMatchObject({
      code: 'LoadBalancerNotFound',
    });
  });
});
