import type {
  CreateSnapshotCommandOutput,
  CreateSnapshotsCommandOutput,
  DescribeSnapshotsCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { REGION, START } from '../testing.ts';
import { ebsBench } from './ebs-bench.ts';
import { ebsDurations } from './ebs-durations.ts';

const snapshotTags = (tags: Record<string, string>) => [
  { ResourceType: 'snapshot', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
];

const setUp = () => {
  const ebs = ebsBench();
  const instance = ebs.instance([{ tags: { owner: 'team', 'aws:backup': 'x' } }, { sizeGiB: 100 }]);
  const [root = '', first = '', second = ''] = instance.blockDevices.map(({ volumeId }) => volumeId);
  const InstanceSpecification = { InstanceId: instance.instanceId };
  const createAll = (more: object = {}) =>
    ebs.perform<CreateSnapshotsCommandOutput>('CreateSnapshots', { InstanceSpecification, ...more });
  return { ebs, instance, root, first, second, InstanceSpecification, createAll };
};

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
describe('CreateSnapshots', () => {
  it('takes every volume of the instance at one point in time, whatever is written afterwards', async () => {
    const { ebs, root, first, second, createAll } = setUp();
    const { Snapshots } = await createAll({ Description: 'freeze' });
    expect(Snapshots?.map(({ VolumeId }) => VolumeId)).toEqual([root, first, second]);
    expect(new Set(Snapshots?.map(({ StartTime }) => StartTime?.getTime()))).toEqual(new Set([START]));
    const disk = ebs.state.volumes.get(root);
    if (disk !== undefined) disk.content = 'wiped';
    await ebs.pass(3_600_000);
    const kept = Snapshots?.map(({ SnapshotId }) => ebs.state.snapshots.get(SnapshotId ?? ''));
    expect(kept?.map((snapshot) => [snapshot?.content, snapshot?.state])).toEqual([
      ['root disk', 'completed'],
      ['data disk 0', 'completed'],
      ['data disk 1', 'completed'],
    ]);
  });

  it.each([
    ['the root volume', { ExcludeBootVolume: true }, ['first', 'second']],
    ['a data volume', { ExcludeDataVolumeIds: ['first'] }, ['root', 'second']],
  ] as const)('leaves out %s when told', async (_name, specification, expected) => {
    const world = setUp();
    const excluded =
      'ExcludeDataVolumeIds' in specification ? { ExcludeDataVolumeIds: [world.first] } : specification;
    const { Snapshots } = await world.createAll({
      InstanceSpecification: { ...world.InstanceSpecification, ...excluded },
    });
    expect(Snapshots?.map(({ VolumeId }) => VolumeId)).toEqual(expected.map((name) => world[name]));
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-create-snapshots.html
  it('fails when the root volume is among the excluded data volumes', async () => {
    const { ebs, root, InstanceSpecification, createAll } = setUp();
    const asked = createAll({
      InstanceSpecification: { ...InstanceSpecification, ExcludeDataVolumeIds: [root] },
    });
    await expect(asked).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    expect(ebs.state.snapshots.size).toBe(0);
  });

  it('fails together: when one of the set fails, the others go to error', async () => {
    const { ebs, createAll } = setUp();
    const { Snapshots } = await createAll();
    const broken = ebs.state.snapshots.get(Snapshots?.[2]?.SnapshotId ?? '');
    if (broken !== undefined) broken.state = 'error';
    await ebs.pass(3_600_000);
    expect([...ebs.state.snapshots.values()].map(({ state }) => state)).toEqual(['error', 'error', 'error']);
  });

  it('makes no snapshot when one volume is over its limit', async () => {
    const ebs = ebsBench();
    const instance = ebs.instance([{ volumeType: 'st1' }]);
    const volumeId = instance.blockDevices[1]?.volumeId ?? '';
    await ebs.perform('CreateSnapshot', { VolumeId: volumeId });
    await ebs.pass(15_000);
    const asked = ebs.perform('CreateSnapshots', {
      InstanceSpecification: { InstanceId: instance.instanceId },
    });
    await expect(asked).rejects.toMatchObject({ code: 'ConcurrentSnapshotLimitExceeded' });
    expect(ebs.state.snapshots.size).toBe(1);
  });

  it('copies the tags of the volumes when told, without those of AWS, under those of the request', async () => {
    const { createAll } = setUp();
    const input = { CopyTagsFromSource: 'volume', TagSpecifications: snapshotTags({ incident: '42' }) };
    const { Snapshots } = await createAll(input);
    expect(Snapshots?.map(({ Tags }) => Tags)).toEqual([
      [
        { Key: 'Name', Value: 'root' },
        { Key: 'incident', Value: '42' },
      ],
      [
        { Key: 'owner', Value: 'team' },
        { Key: 'incident', Value: '42' },
      ],
      [{ Key: 'incident', Value: '42' }],
    ]);
  });

  it.each([
    [
      'an unknown instance',
      { InstanceSpecification: { InstanceId: 'i-0123456789abcdef0' } },
      'InvalidInstanceID.NotFound',
    ],
    [
      'tags for volumes',
      { TagSpecifications: [{ ResourceType: 'volume', Tags: [] }] },
      'InvalidParameterValue',
    ],
    ['a member that is not implemented', { OutpostArn: 'x' }, 'UnsupportedOperation'],
    ['a dry run', { DryRun: true }, 'DryRunOperation'],
  ])('refuses %s', async (_name, more, code) => {
    const { ebs, createAll } = setUp();
    await expect(createAll(more)).rejects.toMatchObject({ code });
    expect(ebs.state.snapshots.size).toBe(0);
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/security_iam_id-based-policy-examples.html
  it('asks for the instance, each volume, the new snapshots without an account, and their tags', () => {
    const { ebs, InstanceSpecification, root } = setUp();
    const checks = ebs.checksOf('CreateSnapshots', {
      InstanceSpecification,
      TagSpecifications: snapshotTags({ incident: '42' }),
    });
    expect(
      new Set(
        checks.map(({ action, resource }) =>
          `${action} ${resource.split(':').slice(3).join(':')}`.replaceAll(/(vol|i)-[0-9a-f]+/g, '$1'),
        ),
      ),
    ).toEqual(
      new Set([
        `ec2:CreateSnapshots ${REGION}:111111111111:instance/i`,
        `ec2:CreateSnapshots ${REGION}:111111111111:volume/vol`,
        `ec2:CreateSnapshots ${REGION}::snapshot/*`,
        `ec2:CreateTags ${REGION}::snapshot/*`,
      ]),
    );
    expect(checks.find(({ resource }) => resource.endsWith(root))?.context).toMatchObject({
      'ec2:ResourceTag/Name': 'root',
    });
    const tagging = checks.find(({ action }) => action === 'ec2:CreateTags');
    expect(tagging?.context).toMatchObject({
      'ec2:CreateAction': 'CreateSnapshots',
      'aws:RequestTag/incident': '42',
      'aws:TagKeys': ['incident'],
    });
  });
});

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
describe('CreateSnapshot', () => {
  it('is pending with its progress until its duration has passed', async () => {
    const { ebs, root } = setUp();
    const made = await ebs.perform<CreateSnapshotCommandOutput>('CreateSnapshot', { VolumeId: root });
    const look = async () => {
      const seen = await ebs.perform<DescribeSnapshotsCommandOutput>('DescribeSnapshots', {
        SnapshotIds: [made.SnapshotId],
      });
      return [seen.Snapshots?.[0]?.State, seen.Snapshots?.[0]?.Progress];
    };
    expect(await look()).toEqual(['pending', '0%']);
    await ebs.pass(ebsDurations.snapshot(8) / 2);
    expect(await look()).toEqual(['pending', '50%']);
    await ebs.pass(ebsDurations.snapshot(8) / 2);
    expect(await look()).toEqual(['completed', '100%']);
  });

  it('refuses a second one within 15 seconds', async () => {
    const { ebs, root } = setUp();
    const take = () => ebs.perform('CreateSnapshot', { VolumeId: root });
    await take();
    await ebs.pass(14_999);
    await expect(take()).rejects.toMatchObject({ code: 'SnapshotCreationPerVolumeRateExceeded' });
    await ebs.pass(1);
    await expect(take()).resolves.toBeDefined();
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html
  it.each([
    ['gp3', 5],
    ['standard', 5],
    ['st1', 1],
    ['sc1', 1],
  ])('lets %s have %i at a time, failed ones included', async (volumeType, limit) => {
    const ebs = ebsBench();
    const volumeId = ebs.instance([{ sizeGiB: 1000, volumeType }]).blockDevices[1]?.volumeId;
    for (let count = 0; count < limit; count += 1) {
      await ebs.perform('CreateSnapshot', { VolumeId: volumeId });
      await ebs.pass(15_000);
    }
    const [first] = ebs.state.snapshots.values();
    if (first !== undefined) first.state = 'error';
    await expect(ebs.perform('CreateSnapshot', { VolumeId: volumeId })).rejects.toMatchObject({
      code: 'ConcurrentSnapshotLimitExceeded',
    });
  });

  it('refuses a volume that is unknown or still being made', async () => {
    const ebs = ebsBench();
    const unknown = ebs.perform('CreateSnapshot', { VolumeId: 'vol-0123456789abcdef0' });
    await expect(unknown).rejects.toMatchObject({ code: 'InvalidVolume.NotFound' });
    const { VolumeId } = await ebs.perform<{ VolumeId?: string }>('CreateVolume', {
      AvailabilityZone: `${REGION}a`,
      Size: 1,
    });
    await expect(ebs.perform('CreateSnapshot', { VolumeId })).rejects.toMatchObject({
      code: 'IncorrectState',
    });
  });
});

describe('DeleteSnapshot', () => {
  it('removes a snapshot, also while it is pending', async () => {
    const { ebs, root } = setUp();
    const { SnapshotId } = await ebs.perform<CreateSnapshotCommandOutput>('CreateSnapshot', {
      VolumeId: root,
    });
    await ebs.perform('DeleteSnapshot', { SnapshotId });
    await ebs.pass(3_600_000);
    expect(ebs.state.snapshots.size).toBe(0);
    await expect(ebs.perform('DeleteSnapshot', { SnapshotId })).rejects.toMatchObject({
      code: 'InvalidSnapshot.NotFound',
    });
  });
});
