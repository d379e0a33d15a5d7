import type {
  DescribeAutoScalingGroupsCommandOutput,
  DescribeAutoScalingInstancesCommandOutput,
  DetachInstancesCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import { describe, expect, it } from 'vitest';
import { addInstance } from '../ec2/build-instance.ts';
import { addImage, addSecurityGroup, addSubnet, addVpc } from '../ec2/build.ts';
import { instanceDurations } from '../ec2/durations.ts';
import { ec2State } from '../ec2/state.ts';
import { ACCOUNT, bench, REGION, START } from '../testing.ts';
import { addAutoScalingGroup } from './build.ts';
import { autoScalingDurations } from './durations.ts';
import { autoscalingService } from './service.ts';

/** A group `web` of two running instances. */
const setUp = (more: { readonly minSize?: number } = {}) => {
  const on = bench(autoscalingService);
  const { host, ids, timeline, world } = on;
  const state = world.of(ec2State, ACCOUNT, REGION);
  const vpc = addVpc(state, { cidr: '10.0.0.0/16', ownerId: ACCOUNT }, ids);
  const subnet = addSubnet(
    state,
    { vpcId: vpc.vpcId, cidr: '10.0.1.0/24', availabilityZone: 'eu-west-1a' },
    ids,
  );
  const web = addSecurityGroup(
    state,
    { name: 'web', description: 'web', vpcId: vpc.vpcId, ownerId: ACCOUNT },
    ids,
  );
  const image = addImage(state, { ownerId: ACCOUNT, name: 'linux' }, ids);
  const instances = [1, 2].map(() =>
    addInstance(
      state,
      {
        type: 'm7i.large',
        imageId: image.imageId,
        networkInterfaces: [{ subnetId: subnet.subnetId, groups: [web.groupId] }],
        volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'linux', deleteOnTermination: true }],
        profile: { arn: 'arn:aws:iam::111111111111:instance-profile/web', profileId: 'AIPAWEB' },
        launchedAt: START,
      },
      ids,
    ),
  );
  const memberIds = instances.map(({ instanceId }) => instanceId);
  const group = addAutoScalingGroup(
    { name: 'web', memberIds, tags: { team: 'shop' }, ...more },
    { world, timeline, ids, host, account: ACCOUNT, region: REGION },
  );
  const [suspect, other] = instances;
  if (suspect === undefined || other === undefined) throw new Error('two instances were made');
  const detach = (input: object = {}) =>
    on.perform<DetachInstancesCommandOutput>('DetachInstances', {
      AutoScalingGroupName: 'web',
      InstanceIds: [suspect.instanceId],
      ShouldDecrementDesiredCapacity: false,
      ...input,
    });
  return {
    ...on,
    state,
    web,
    group,
    suspect,
    other,
    detach,
    replacement: () =>
      [...state.instances.values()].find(({ instanceId }) => !memberIds.includes(instanceId)),
  };
};

describe('describing', () => {
  it('shows the members of a group, and an instance of no group not at all', async () => {
    const on = setUp();
    const { AutoScalingInstances } = await on.perform<DescribeAutoScalingInstancesCommandOutput>(
      'DescribeAutoScalingInstances',
      { InstanceIds: [on.suspect.instanceId, 'i-none'] },
    );
    expect(AutoScalingInstances).toEqual([
      {
        InstanceId: on.suspect.instanceId,
        InstanceType: 'm7i.large',
        AutoScalingGroupName: 'web',
        AvailabilityZone: 'eu-west-1a',
        LifecycleState: 'InService',
        HealthStatus: 'HEALTHY',
        ProtectedFromScaleIn: false,
      },
    ]);
    const first = await on.perform<DescribeAutoScalingInstancesCommandOutput>(
      'DescribeAutoScalingInstances',
      { MaxRecords: 1 },
    );
    const second = await on.perform<DescribeAutoScalingInstancesCommandOutput>(
      'DescribeAutoScalingInstances',
      { NextToken: first.NextToken },
    );
    expect(
      [first, second].flatMap((page) => page.AutoScalingInstances?.map(({ InstanceId }) => InstanceId)),
    ).toEqual([on.suspect.instanceId, on.other.instanceId]);
  });

  it('shows a group with its sizes and tags', async () => {
    const on = setUp({ minSize: 1 });
    const { AutoScalingGroups } = await on.perform<DescribeAutoScalingGroupsCommandOutput>(
      'DescribeAutoScalingGroups',
      { AutoScalingGroupNames: ['web'] },
    );
    expect(AutoScalingGroups).toMatchObject([
      {
        AutoScalingGroupARN: on.group.arn,
        MinSize: 1,
        MaxSize: 3,
        DesiredCapacity: 2,
        Tags: [{ Key: 'team', Value: 'shop' }],
        Instances: [{ HealthStatus: 'Healthy' }, {}],
      },
    ]);
    expect(await on.perform('DescribeAutoScalingGroups', { AutoScalingGroupNames: ['none'] })).toEqual({
      AutoScalingGroups: [],
    });
  });
});

describe('detaching', () => {
  it('asks for the group by its ARN and tags, takes the instance out and launches another like it', async () => {
    const on = setUp();
    const { Activities } = await on.detach();
    expect(on.checks).toEqual([
      {
        action: 'autoscaling:DetachInstances',
        resource: on.group.arn,
        context: { 'aws:ResourceTag/team': 'shop', 'autoscaling:ResourceTag/team': 'shop' },
      },
    ]);
    expect(Activities).toMatchObject([{ AutoScalingGroupName: 'web', StatusCode: 'InProgress' }]);
    expect(on.group.members.get(on.suspect.instanceId)?.lifecycleState).toBe('Detaching');
    // What is done to the detached instance must not reach its replacement.
    for (const held of on.state.networkInterfaces.values())
      if (on.suspect.networkInterfaceIds.includes(held.networkInterfaceId)) held.groups = ['sg-isolated'];
    await on.pass(autoScalingDurations.replace);
    expect(on.group.members.has(on.suspect.instanceId)).toBe(false);
    expect(on.suspect.state).toBe('running');
    const launched = on.replacement();
    expect(launched).toMatchObject({
      state: 'pending',
      instanceType: 'm7i.large',
      imageId: on.suspect.imageId,
    });
    expect(on.state.networkInterfaces.get(launched?.networkInterfaceIds[0] ?? '')?.groups).toEqual([
      on.web.groupId,
    ]);
    expect([...on.state.profileAssociations.values()].map(({ instanceId }) => instanceId)).toContain(
      launched?.instanceId,
    );
    await on.pass(instanceDurations.start);
    expect(on.group.members.get(launched?.instanceId ?? '')?.lifecycleState).toBe('InService');
    expect(on.group.members.size).toBe(2);
  });

  it('lowers the capacity when asked, and launches nothing', async () => {
    const on = setUp({ minSize: 1 });
    await on.detach({ ShouldDecrementDesiredCapacity: true });
    await on.pass(10 * autoScalingDurations.replace);
    expect([on.group.desiredCapacity, [...on.group.members.keys()], on.replacement()]).toEqual([
      1,
      [on.other.instanceId],
      undefined,
    ]);
  });

  it('refuses to go below the minimum, and changes nothing', async () => {
    const on = setUp();
    await expect(on.detach({ ShouldDecrementDesiredCapacity: true })).rejects.toMatchObject({
      code: 'ValidationError',
      message: /min size/,
    });
    expect([on.group.desiredCapacity, on.group.members.get(on.suspect.instanceId)?.lifecycleState]).toEqual([
      2,
      'InService',
    ]);
  });

  it.each([
    ['no flag', { ShouldDecrementDesiredCapacity: undefined }, /shouldDecrementDesiredCapacity/],
    ['an unknown group', { AutoScalingGroupName: 'none' }, /'none' not found/],
    [
      'an instance of no group',
      { InstanceIds: ['i-none'] },
      /^The instance i-none is not part of Auto Scaling group web\.$/,
    ],
    ['no instances', { InstanceIds: [] }, /At least one/],
    [
      'more than twenty',
      { InstanceIds: Array.from({ length: 21 }, (_, index) => `i-${index}`) },
      /limited to 20/,
    ],
  ])('refuses %s with ValidationError', async (_what, input, message) => {
    await expect(setUp().detach(input)).rejects.toMatchObject({ code: 'ValidationError', message });
  });

  it('refuses an instance that is being detached, and later one that was', async () => {
    const on = setUp();
    await on.detach();
    await expect(on.detach()).rejects.toMatchObject({ message: /Detaching/ });
    await on.pass(autoScalingDurations.detach);
    await expect(on.detach()).rejects.toMatchObject({ message: /is not part of Auto Scaling group web/ });
  });
});

describe('health', () => {
  it('terminates a member that was stopped, whatever protects it, with its volumes, and replaces it', async () => {
    const on = setUp();
    on.suspect.disableApiTermination = true;
    await on.perform('SetInstanceProtection', {
      AutoScalingGroupName: 'web',
      InstanceIds: [on.suspect.instanceId],
      ProtectedFromScaleIn: true,
    });
    expect(on.group.members.get(on.suspect.instanceId)?.protectedFromScaleIn).toBe(true);
    const volumeId = on.suspect.blockDevices[0]?.volumeId ?? '';
    on.suspect.state = 'stopped';
    await on.pass(autoScalingDurations.healthCheck);
    expect([on.suspect.state, on.group.members.get(on.suspect.instanceId)]).toMatchObject([
      'shutting-down',
      { healthStatus: 'Unhealthy', lifecycleState: 'Terminating' },
    ]);
    await on.pass(instanceDurations.terminate + autoScalingDurations.replace + instanceDurations.start);
    expect([
      on.suspect.state,
      on.state.volumes.has(volumeId),
      on.group.members.has(on.suspect.instanceId),
    ]).toEqual(['terminated', false, false]);
    expect(on.group.members.get(on.replacement()?.instanceId ?? '')?.lifecycleState).toBe('InService');
  });

  it('spares an instance that was detached before it was stopped', async () => {
    const on = setUp();
    await on.detach();
    on.suspect.state = 'stopped';
    await on.pass(3 * autoScalingDurations.healthCheck);
    expect(on.suspect.state).toBe('stopped');
  });

  it('spares running members', async () => {
    const on = setUp();
    await on.pass(10 * autoScalingDurations.healthCheck);
    expect([on.group.members.size, on.state.instances.size]).toEqual([2, 2]);
  });
});

describe('attaching', () => {
  it('raises the desired capacity by one, and the replacement stays', async () => {
    const on = setUp();
    await on.detach();
    await on.timeline.run();
    await on.perform('AttachInstances', {
      AutoScalingGroupName: 'web',
      InstanceIds: [on.suspect.instanceId],
    });
    expect(on.group.desiredCapacity).toBe(3);
    await on.timeline.run();
    expect(on.group.members.get(on.suspect.instanceId)?.lifecycleState).toBe('InService');
    expect(on.group.members.size).toBe(3);
  });

  it('refuses beyond the maximum, an instance of a group, and one that does not run', async () => {
    const on = setUp();
    const attach = () =>
      on.perform('AttachInstances', { AutoScalingGroupName: 'web', InstanceIds: [on.suspect.instanceId] });
    await expect(attach()).rejects.toThrow('is already part of AutoScalingGroup');
    await on.detach();
    await on.timeline.run();
    on.group.desiredCapacity = on.group.maxSize;
    await expect(attach()).rejects.toThrow('exceeds the AutoScalingGroup max size');
    on.group.desiredCapacity = 2;
    on.suspect.state = 'stopped';
    await expect(attach()).rejects.toThrow('is not in correct state');
  });
});
