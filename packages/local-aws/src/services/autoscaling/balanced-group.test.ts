import type {
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandOutput,
  DetachInstancesCommandOutput,
  EnterStandbyCommandOutput,
  ExitStandbyCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { instanceDurations } from '../ec2/durations.ts';
import { addClassicLoadBalancer, addLoadBalancer, addTargetGroup } from '../elasticloadbalancing/build.ts';
import { deregister } from '../elasticloadbalancing/registration.ts';
import { balancedWorld } from '../elasticloadbalancing/testing.ts';
import { addAutoScalingGroup, type AutoScalingGroupSpec } from './build.ts';
import { autoScalingDurations } from './durations.ts';
import { autoscalingService } from './service.ts';

const SECOND = 1000;
/** Two failed checks, 30 seconds apart. */
const UNHEALTHY = 60 * SECOND;
const DELAY = 300 * SECOND;

/** A group `web` of two members in a target group, behind an Application Load Balancer, and in a classic one. */
const setUp = (more: Partial<AutoScalingGroupSpec> = {}) => {
  const on = balancedWorld(autoscalingService);
  const [suspect, other] = [on.runInstance(), on.runInstance()];
  const targets = addTargetGroup({ name: 'web', vpcId: on.vpc.vpcId }, on.furnishing);
  const place = { subnetIds: [on.subnet.subnetId], securityGroups: [on.lb.groupId] };
  addLoadBalancer(
    {
      ...place,
      type: 'application',
      name: 'front',
      listeners: [{ port: 80, targetGroupArns: [targets.arn] }],
    },
    on.furnishing,
  );
  const classic = addClassicLoadBalancer(
    { ...place, name: 'old', listeners: [{ port: 80, instancePort: 80 }] },
    on.furnishing,
  );
  const group = addAutoScalingGroup(
    {
      name: 'web',
      memberIds: [suspect.instanceId, other.instanceId],
      targetGroupArns: [targets.arn],
      loadBalancerNames: ['old'],
      ...more,
    },
    on.furnishing,
  );
  const known = new Set([suspect.instanceId, other.instanceId]);
  const ask =
    (operation: string) =>
    <Output extends object>(input: object = {}) =>
      on.perform<Output>(operation, {
        AutoScalingGroupName: 'web',
        InstanceIds: [suspect.instanceId],
        ...input,
      });
  return {
    ...on,
    suspect,
    other,
    targets,
    classic,
    group,
    detach: (input: object = {}) =>
      ask('DetachInstances')<DetachInstancesCommandOutput>({
        ShouldDecrementDesiredCapacity: false,
        ...input,
      }),
    attach: ask('AttachInstances'),
    enterStandby: (input: object = {}) =>
      ask('EnterStandby')<EnterStandbyCommandOutput>({ ShouldDecrementDesiredCapacity: false, ...input }),
    exitStandby: () => ask('ExitStandby')<ExitStandbyCommandOutput>(),
    stateOf: ({ instanceId }: { readonly instanceId: string }) =>
      group.members.get(instanceId)?.lifecycleState,
    targetIds: () => targets.registrations.map(({ id }) => id),
    replacement: () => [...on.state.instances.values()].find(({ instanceId }) => !known.has(instanceId)),
  };
};

describe('detaching a member that is behind load balancers', () => {
  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
  it('deregisters it everywhere and takes as long as the slowest takes to drain', async () => {
    const on = setUp();
    await on.detach();
    expect(on.targets.registrations.map(({ drainsUntil }) => drainsUntil !== undefined)).toEqual([
      true,
      false,
    ]);
    expect(on.classic.registrations.map(({ id }) => id)).toEqual([on.other.instanceId]);
    await on.pass(DELAY - SECOND);
    expect(on.stateOf(on.suspect)).toBe('Detaching');
    await on.pass(SECOND);
    expect(on.stateOf(on.suspect)).toBeUndefined();
    expect(on.targetIds()).not.toContain(on.suspect.instanceId);
    expect(on.suspect.state).toBe('running');
  });

  it('registers the replacement when it is in service', async () => {
    const on = setUp();
    await on.detach();
    await on.pass(autoScalingDurations.replace);
    const launched = on.replacement()?.instanceId ?? '';
    expect(on.targetIds()).not.toContain(launched);
    await on.pass(instanceDurations.start);
    expect(on.targetIds()).toContain(launched);
    expect(on.classic.registrations.map(({ id }) => id)).toContain(launched);
    expect(on.replacement()?.tags.get('aws:autoscaling:groupName')).toBe('web');
  });

  it('spares it, whatever is done to it while it drains', async () => {
    const on = setUp({ healthCheckType: 'ELB' });
    await on.detach();
    on.isolate(on.suspect);
    on.suspect.state = 'stopped';
    await on.pass(2 * DELAY);
    expect(on.suspect.state).toBe('stopped');
  });

  it('says what became of the capacity', async () => {
    const on = setUp({ minSize: 1 });
    const { Activities } = await on.detach({ ShouldDecrementDesiredCapacity: true });
    expect(Activities?.[0]?.Cause).toMatch(/was detached .*, shrinking the capacity from 2 to 1\.$/);
  });
});

describe('health checks of type ELB', () => {
  it('terminate an isolated member that was not detached before, and replace it', async () => {
    const on = setUp({ healthCheckType: 'ELB' });
    on.isolate(on.suspect);
    await on.pass(UNHEALTHY + autoScalingDurations.healthCheck - SECOND);
    expect(on.suspect.state).toBe('running');
    await on.pass(SECOND);
    expect([on.suspect.state, on.stateOf(on.suspect)]).toEqual(['shutting-down', 'Terminating']);
    await on.pass(autoScalingDurations.replace + instanceDurations.start);
    expect(on.stateOf(on.replacement() ?? on.suspect)).toBe('InService');
    expect(on.stateOf(on.other)).toBe('InService');
  });

  it('are not those of type EC2, which spare an isolated member', async () => {
    const on = setUp();
    on.isolate(on.suspect);
    await on.pass(10 * UNHEALTHY);
    expect(on.suspect.state).toBe('running');
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
  it('end a member that somebody deregistered and left in the group, when it has drained', async () => {
    const on = setUp({ healthCheckType: 'ELB', loadBalancerNames: [] });
    deregister(on.targets, { id: on.suspect.instanceId }, on.timeline);
    await on.pass(DELAY - SECOND);
    expect(on.suspect.state).toBe('running');
    await on.pass(SECOND + autoScalingDurations.healthCheck);
    expect(on.suspect.state).toBe('shutting-down');
  });
});

describe('attaching', () => {
  it('raises the capacity, registers and tags the instance, and has it in service after a while', async () => {
    const on = setUp({ maxSize: 3 });
    const joining = on.runInstance();
    expect(await on.attach({ InstanceIds: [joining.instanceId] })).toEqual({});
    expect([on.group.desiredCapacity, on.stateOf(joining)]).toEqual([3, 'Pending']);
    await on.pass(autoScalingDurations.enterService);
    expect(on.stateOf(joining)).toBe('InService');
    expect(on.targetIds()).toContain(joining.instanceId);
    expect(joining.tags.get('aws:autoscaling:groupName')).toBe('web');
    await on.pass(10 * autoScalingDurations.replace);
    expect(on.group.members.size).toBe(3);
  });

  it('takes back a detached instance', async () => {
    const on = setUp({ minSize: 1 });
    await on.detach({ ShouldDecrementDesiredCapacity: true });
    await on.pass(DELAY);
    await on.attach();
    await on.pass(autoScalingDurations.enterService);
    expect([on.group.desiredCapacity, on.stateOf(on.suspect)]).toEqual([2, 'InService']);
  });

  it('refuses to go above the maximum', async () => {
    const on = setUp({ maxSize: 2 });
    await expect(on.attach({ InstanceIds: [on.runInstance().instanceId] })).rejects.toMatchObject({
      code: 'ValidationError',
      message:
        'AutoScalingGroup web has min-size=2, max-size=2, and desired-size=2. To attach 1 instance, please update the AutoScalingGroup sizes appropriately.',
    });
    expect(on.group.members.size).toBe(2);
  });

  // Rules from https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-detach-attach-instances.html
  it.each([
    ['that does not exist', () => 'i-0123456789abcdef0', /does not exist/],
    [
      'that is stopped',
      (on: ReturnType<typeof setUp>) => on.runInstance({ state: 'stopped' }).instanceId,
      /not in running state/,
    ],
    [
      'of another zone',
      (on: ReturnType<typeof setUp>) => on.runInstance({ subnetId: on.otherZone.subnetId }).instanceId,
      /eu-west-1b/,
    ],
    [
      'of a group',
      (on: ReturnType<typeof setUp>) => on.other.instanceId,
      /is a member of Auto Scaling group web/,
    ],
    [
      'whose AMI is gone',
      (on: ReturnType<typeof setUp>) => {
        const made = on.runInstance();
        on.state.images.clear();
        return made.instanceId;
      },
      /AMI .* does not exist/,
    ],
  ])('refuses an instance %s', async (_what, idIn, message) => {
    const on = setUp();
    await expect(on.attach({ InstanceIds: [idIn(on)] })).rejects.toMatchObject({
      code: 'ValidationError',
      message,
    });
    expect(on.group.desiredCapacity).toBe(2);
  });
});

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
describe('standby', () => {
  it('takes a member out of its load balancers and spares it from health checks, in the group', async () => {
    const on = setUp({ minSize: 1 });
    const { Activities } = await on.enterStandby({ ShouldDecrementDesiredCapacity: true });
    expect(Activities?.[0]).toMatchObject({
      Description: `Moving EC2 instance to Standby: ${on.suspect.instanceId}`,
      Cause: expect.stringMatching(/was moved to standby .*, shrinking the capacity from 2 to 1\.$/),
    });
    expect(on.stateOf(on.suspect)).toBe('EnteringStandby');
    on.suspect.state = 'stopped';
    await on.pass(2 * DELAY);
    expect([on.suspect.state, on.stateOf(on.suspect), on.targetIds()]).toEqual([
      'stopped',
      'Standby',
      [on.other.instanceId],
    ]);
    expect(on.group.members.get(on.suspect.instanceId)?.healthStatus).toBe('Healthy');
    expect(on.replacement()).toBeUndefined();
  });

  it('launches another unless the capacity is lowered', async () => {
    const on = setUp();
    await on.enterStandby();
    await on.pass(autoScalingDurations.replace + instanceDurations.start);
    expect(on.stateOf(on.replacement() ?? on.suspect)).toBe('InService');
  });

  it('refuses to lower the capacity below the minimum, and what is not in service', async () => {
    const on = setUp();
    await expect(on.enterStandby({ ShouldDecrementDesiredCapacity: true })).rejects.toMatchObject({
      code: 'ValidationError',
      message: /min-size=2/,
    });
    await on.enterStandby();
    await expect(on.enterStandby()).rejects.toMatchObject({ message: /EnteringStandby/ });
    await on.pass(DELAY);
    await expect(on.detach()).rejects.toMatchObject({ message: /it is Standby/ });
  });

  it('ends with the member in service, registered, and the capacity raised again', async () => {
    const on = setUp({ minSize: 1 });
    await on.enterStandby({ ShouldDecrementDesiredCapacity: true });
    await expect(on.exitStandby()).rejects.toMatchObject({ message: /not in Standby/ });
    await on.pass(DELAY);
    const { Activities } = await on.exitStandby();
    expect(Activities?.[0]).toMatchObject({ StatusCode: 'PreInService', Progress: 30 });
    await on.pass(autoScalingDurations.enterService);
    expect([on.group.desiredCapacity, on.stateOf(on.suspect)]).toEqual([2, 'InService']);
    expect(on.targetIds()).toContain(on.suspect.instanceId);
  });

  it('ends badly for a member that was stopped meanwhile: it is found unhealthy and terminated', async () => {
    const on = setUp({ minSize: 1 });
    await on.enterStandby({ ShouldDecrementDesiredCapacity: true });
    await on.pass(DELAY);
    on.suspect.state = 'stopped';
    await on.exitStandby();
    await on.pass(autoScalingDurations.enterService + autoScalingDurations.healthCheck);
    expect(on.suspect.state).toBe('shutting-down');
  });
});

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
describe('updating a group', () => {
  const update = (on: ReturnType<typeof setUp>, input: object) =>
    on.perform('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', ...input });

  it('lowers the minimum so that a member can leave without a replacement', async () => {
    const on = setUp();
    await update(on, { MinSize: 1 });
    expect(on.checks.at(-1)).toMatchObject({
      action: 'autoscaling:UpdateAutoScalingGroup',
      resource: on.group.arn,
      context: { 'autoscaling:MinSize': '1' },
    });
    await on.detach({ ShouldDecrementDesiredCapacity: true });
    expect(on.group.desiredCapacity).toBe(1);
  });

  it('raises the capacity to a larger minimum, and launches what is then missing', async () => {
    const on = setUp({ maxSize: 5 });
    await update(on, { MinSize: 3 });
    await on.pass(autoScalingDurations.replace + instanceDurations.start);
    expect([on.group.desiredCapacity, on.targetIds().length]).toEqual([3, 3]);
  });

  it('refuses sizes that contradict each other, and scale-in, which is not here', async () => {
    const on = setUp();
    await expect(update(on, { MinSize: 4 })).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(update(on, { DesiredCapacity: 4 })).rejects.toMatchObject({
      code: 'ValidationError',
      message: 'Desired capacity:4 must be between the specified min size:2 and max size:3',
    });
    await expect(update(on, { MinSize: 0, DesiredCapacity: 1 })).rejects.toMatchObject({ status: 501 });
    await expect(update(on, { DefaultCooldown: 5 })).rejects.toMatchObject({ status: 501 });
    expect(on.group).toMatchObject({ minSize: 2, maxSize: 3, desiredCapacity: 2 });
  });

  it('changes whom the health check asks', async () => {
    const on = setUp();
    await update(on, { HealthCheckType: 'ELB' });
    expect(on.group.healthCheckType).toBe('ELB');
  });
});

describe('describing', () => {
  it('shows load balancers, health check type and where instances come from', async () => {
    const choice = { launchTemplateId: 'lt-0123456789abcdef0', launchTemplateName: 'web', version: '3' };
    const on = setUp({ healthCheckType: 'ELB', launchTemplate: choice });
    const { AutoScalingGroups } = await on.perform<DescribeAutoScalingGroupsCommandOutput>(
      'DescribeAutoScalingGroups',
      {},
    );
    expect(AutoScalingGroups).toMatchObject([
      {
        TargetGroupARNs: [on.targets.arn],
        LoadBalancerNames: ['old'],
        HealthCheckType: 'ELB',
        LaunchTemplate: { LaunchTemplateName: 'web', Version: '3' },
      },
    ]);
    const mixed = setUp({ mixedInstances: { launchTemplate: choice, types: ['m7i.large', 'm6i.large'] } });
    expect(await mixed.perform('DescribeAutoScalingGroups', {})).toMatchObject({
      AutoScalingGroups: [
        {
          MixedInstancesPolicy: {
            LaunchTemplate: {
              LaunchTemplateSpecification: { LaunchTemplateName: 'web' },
              Overrides: [{ InstanceType: 'm7i.large' }, { InstanceType: 'm6i.large' }],
            },
          },
        },
      ],
    });
  });

  it('shows a member on standby', async () => {
    const on = setUp();
    await on.enterStandby();
    await on.pass(DELAY);
    const { AutoScalingInstances } = await on.perform<DescribeAutoScalingInstancesCommandOutput>(
      'DescribeAutoScalingInstances',
      { InstanceIds: [on.suspect.instanceId] },
    );
    expect(AutoScalingInstances).toMatchObject([{ LifecycleState: 'Standby', HealthStatus: 'HEALTHY' }]);
  });
});
