import type {
  CreateImageCommandOutput,
  DescribeImagesCommandOutput,
  RunInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ebsDurations } from './ebs-durations.ts';
import { LOST } from './memory.ts';
import { testNetwork } from './test-network.ts';

const SECOND = 1000;

const setUp = () => {
  const on = testNetwork();
  const instance = on.instance({ memory: 'what runs' });
  return {
    ...on,
    suspect: instance,
    create: (more: object = {}) =>
      on.perform<CreateImageCommandOutput>('CreateImage', {
        InstanceId: instance.instanceId,
        Name: 'copy',
        NoReboot: true,
        ...more,
      }),
    /** Long enough for the snapshot of the larger volume. */
    finish: () => on.pass(ebsDurations.snapshot(100)),
    image: async (imageId: string | undefined) => {
      const out = await on.perform<DescribeImagesCommandOutput>('DescribeImages', { ImageIds: [imageId] });
      return out.Images?.[0];
    },
  };
};

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
describe('CreateImage', () => {
  it('asks for the instance, the image, a snapshot of each volume, and the tags that they get', async () => {
    const on = setUp();
    const Tags = [{ Key: 'team', Value: 'shop' }];
    await on.create({
      TagSpecifications: [
        { ResourceType: 'image', Tags },
        { ResourceType: 'snapshot', Tags },
      ],
    });
    expect(on.checks.map(({ action, resource }) => [action, resource.split(':').at(-1)])).toEqual([
      ['ec2:CreateImage', `instance/${on.suspect.instanceId}`],
      ['ec2:CreateImage', 'image/*'],
      ['ec2:CreateImage', 'snapshot/*'],
      ['ec2:CreateImage', 'snapshot/*'],
      ['ec2:CreateTags', 'image/*'],
      ['ec2:CreateTags', 'snapshot/*'],
    ]);
    expect([...on.state.snapshots.values()].map(({ tags }) => tags.get('team'))).toEqual(['shop', 'shop']);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidSnapshot.InUse)
  it('keeps the snapshots behind it from being deleted', async () => {
    const on = setUp();
    await on.create();
    const [SnapshotId] = on.state.snapshots.keys();
    await expect(on.perform('DeleteSnapshot', { SnapshotId })).rejects.toMatchObject({
      code: 'InvalidSnapshot.InUse',
    });
  });

  it('is pending until every snapshot behind it is complete', async () => {
    const on = setUp();
    const { ImageId } = await on.create();
    expect(await on.image(ImageId)).toMatchObject({
      State: 'pending',
      SourceInstanceId: on.suspect.instanceId,
    });
    await on.pass(ebsDurations.snapshot(100) - SECOND);
    expect((await on.image(ImageId))?.State).toBe('pending');
    await on.pass(SECOND);
    const snapshots = [...on.state.snapshots.values()];
    expect(snapshots.map(({ state }) => state)).toEqual(['completed', 'completed']);
    expect(await on.image(ImageId)).toMatchObject({
      State: 'available',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { SnapshotId: snapshots[0]?.snapshotId, VolumeSize: 8 } },
        { DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: false, VolumeSize: 100 } },
      ],
    });
  });

  it('reboots a running instance unless it is told not to', async () => {
    const [spared, rebooted, stopped] = [setUp(), setUp(), setUp()];
    stopped.suspect.state = 'stopped';
    await spared.create();
    await rebooted.create({ NoReboot: undefined });
    await stopped.create({ NoReboot: false });
    for (const on of [spared, rebooted, stopped]) await on.finish();
    expect([spared, rebooted, stopped].map((on) => on.suspect.memory)).toEqual([
      'what runs',
      LOST,
      'what runs',
    ]);
  });

  it('fails when one of its snapshots fails', async () => {
    const on = setUp();
    const { ImageId } = await on.create();
    const [first] = on.state.snapshots.values();
    if (first !== undefined) first.state = 'error';
    await on.finish();
    expect((await on.image(ImageId))?.State).toBe('failed');
  });

  it.each([
    ['a name that is too short', { Name: 'ab' }, 'InvalidAMIName.Malformed'],
    ['a name with other characters', { Name: 'a;b;c' }, 'InvalidAMIName.Malformed'],
    ['a name that another image has', { Name: 'linux' }, 'InvalidAMIName.Duplicate'],
    ['an instance that is not there', { InstanceId: 'i-0123456789abcdef0' }, 'InvalidInstanceID.NotFound'],
    ['tags of anything else', { TagSpecifications: [{ ResourceType: 'volume' }] }, 'InvalidParameterValue'],
    ['a boot mode', { BootModeOverride: 'uefi' }, 'UnsupportedOperation'],
  ])('refuses %s, and changes nothing', async (_what, more, code) => {
    const on = setUp();
    await expect(on.create({ NoReboot: false, ...more })).rejects.toMatchObject({ code });
    await on.finish();
    expect([on.state.snapshots.size, on.suspect.memory]).toEqual([0, 'what runs']);
  });

  it('refuses an instance that is going, or has no EBS root', async () => {
    const on = setUp();
    on.suspect.state = 'stopping';
    await expect(on.create()).rejects.toMatchObject({ code: 'IncorrectInstanceState' });
    const { instanceId: InstanceId } = on.instance({ rootDeviceType: 'instance-store' });
    await expect(on.create({ InstanceId })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });
});

describe('launching from an image that was made of an instance', () => {
  const launch = (on: ReturnType<typeof setUp>, ImageId: string | undefined, more: object = {}) =>
    on.perform<RunInstancesCommandOutput>('RunInstances', {
      MinCount: 1,
      MaxCount: 1,
      ImageId,
      InstanceType: 'm7i.large',
      SubnetId: on.subnet.subnetId,
      SecurityGroupIds: [on.web.groupId],
      ...more,
    });
  const volumesOf = (on: ReturnType<typeof setUp>, output: RunInstancesCommandOutput) =>
    on.state.instances
      .get(output.Instances?.[0]?.InstanceId ?? '')
      ?.blockDevices.map(({ deviceName, deleteOnTermination, volumeId }) => {
        const { content, sizeGiB } = on.state.volumes.get(volumeId) ?? {};
        return [deviceName, content, sizeGiB, deleteOnTermination];
      });

  it('waits for the image to be available', async () => {
    const on = setUp();
    const { ImageId } = await on.create();
    await expect(launch(on, ImageId)).rejects.toMatchObject({ code: 'InvalidAMIID.Unavailable' });
  });

  it('gives every volume as it was, changed as the request says', async () => {
    const on = setUp();
    const { ImageId } = await on.create();
    await on.finish();
    expect(volumesOf(on, await launch(on, ImageId))).toEqual([
      ['/dev/xvda', 'root', 8, true],
      ['/dev/sdf', 'data', 100, false],
    ]);
    const changed = await launch(on, ImageId, {
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 200, DeleteOnTermination: true } }],
    });
    expect(volumesOf(on, changed)).toEqual([
      ['/dev/xvda', 'root', 8, true],
      ['/dev/sdf', 'data', 200, true],
    ]);
  });

  it('asks for the snapshots behind it too, which AWS does not say', async () => {
    const on = setUp();
    const { ImageId } = await on.create();
    await on.finish();
    on.checks.length = 0;
    await launch(on, ImageId);
    const snapshots = on.checks.filter(({ resource }) => resource.includes(':snapshot/'));
    expect(snapshots.map(({ assumed }) => assumed)).toEqual([true, true]);
  });
});
