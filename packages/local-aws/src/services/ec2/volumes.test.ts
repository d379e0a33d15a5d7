import type { CreateVolumeCommandOutput, DescribeVolumesCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addKey } from '../kms/build.ts';
import { ACCOUNT, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { ebsBench } from './ebs-bench.ts';
import { ebsDurations } from './ebs-durations.ts';

const ZONE = `${REGION}a`;

const setUp = (refuses?: string) => {
  const ebs = ebsBench({ decide: ({ action }) => (action === refuses ? 'deny' : 'allow') });
  const making = { ids: ebs.ids, now: START };
  const key = addKey(ebs.world, { account: ACCOUNT, region: REGION }, making);
  const foreignKey = addKey(ebs.world, { account: OTHER_ACCOUNT, region: REGION }, making);
  const create = async (input: object) => {
    const { VolumeId } = await ebs.perform<CreateVolumeCommandOutput>('CreateVolume', {
      AvailabilityZone: ZONE,
      ...input,
    });
    const made = ebs.state.volumes.get(VolumeId ?? '');
    if (made === undefined) throw new Error(`CreateVolume answered ${VolumeId}, which is not there`);
    return made;
  };
  return { ebs, key, foreignKey, create };
};

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html
describe('CreateVolume', () => {
  it.each([
    ['an own snapshot', ACCOUNT, []],
    ['a shared snapshot', OTHER_ACCOUNT, [ACCOUNT]],
  ])('from %s has its content, and becomes available', async (_name, ownerId, shared) => {
    const { ebs, create } = setUp();
    const snapshot = ebs.snapshot({ ownerId, sharedWith: new Set(shared) });
    const made = await create({ SnapshotId: snapshot.snapshotId });
    expect(made).toMatchObject({ state: 'creating', content: snapshot.content, sizeGiB: snapshot.sizeGiB });
    await ebs.pass(ebsDurations.createVolume);
    expect(made.state).toBe('available');
  });

  it('from a snapshot that is not shared does not find it', async () => {
    const { ebs, create } = setUp();
    const hidden = ebs.snapshot({ ownerId: OTHER_ACCOUNT });
    await expect(create({ SnapshotId: hidden.snapshotId })).rejects.toMatchObject({
      code: 'InvalidSnapshot.NotFound',
    });
  });

  it.each([
    ['no zone', { AvailabilityZone: undefined, Size: 1 }, 'MissingParameter'],
    ['zone and zone id', { AvailabilityZoneId: 'euw1-az1', Size: 1 }, 'InvalidParameterCombination'],
    ['a zone of another Region', { AvailabilityZone: 'us-east-1a', Size: 1 }, 'InvalidZone.NotFound'],
    ['neither size nor snapshot', {}, 'MissingParameter'],
    ['a size of nothing', { Size: 0 }, 'InvalidParameterValue'],
    ['an unknown type', { Size: 1, VolumeType: 'gp9' }, 'InvalidParameterValue'],
    ['a key without encryption', { Size: 1, KmsKeyId: 'alias/x' }, 'InvalidParameterDependency'],
    ['a member that is not implemented', { Size: 1, MultiAttachEnabled: true }, 'UnsupportedOperation'],
  ])('refuses %s', async (_name, input, code) => {
    const { ebs, create } = setUp();
    await expect(create(input)).rejects.toMatchObject({ code });
    expect(ebs.state.volumes.size).toBe(0);
  });

  it('refuses less room than the snapshot needs, and a snapshot that is not completed', async () => {
    const { ebs, create } = setUp();
    const small = create({ SnapshotId: ebs.snapshot({ sizeGiB: 10 }).snapshotId, Size: 9 });
    await expect(small).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    const early = create({ SnapshotId: ebs.snapshot({ state: 'pending' }).snapshotId });
    await expect(early).rejects.toMatchObject({ code: 'IncorrectState' });
  });

  it('takes a zone by its id, which is the same in all accounts', async () => {
    const { create } = setUp();
    expect(
      await create({ AvailabilityZone: undefined, AvailabilityZoneId: 'euw1-az2', Size: 1 }),
    ).toMatchObject({ availabilityZone: `${REGION}b` });
  });

  // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
  it('gives the same volume for the same token, and refuses other parameters with it', async () => {
    const { ebs, create } = setUp();
    const first = await create({ Size: 1, ClientToken: 't' });
    expect(await create({ Size: 1, ClientToken: 't' })).toBe(first);
    await expect(create({ Size: 2, ClientToken: 't' })).rejects.toMatchObject({
      code: 'IdempotentParameterMismatch',
    });
    expect(ebs.state.volumes.size).toBe(1);
  });
});

// https://docs.aws.amazon.com/ebs/latest/userguide/encryption-examples.html#ebs-volume-encryption-outcomes
describe('the key of a new volume', () => {
  it('is that of the caller’s own encrypted snapshot', async () => {
    const { ebs, key, create } = setUp();
    const made = await create({
      SnapshotId: ebs.snapshot({ encrypted: true, kmsKeyArn: key.arn }).snapshotId,
    });
    expect(made).toMatchObject({ encrypted: true, kmsKeyArn: key.arn });
  });

  it('is the default key for an encrypted snapshot that is shared, whose own key is read', async () => {
    const { ebs, foreignKey, create } = setUp();
    const shared = ebs.snapshot({
      ownerId: OTHER_ACCOUNT,
      sharedWith: new Set([ACCOUNT]),
      encrypted: true,
      kmsKeyArn: foreignKey.arn,
    });
    const made = await create({ SnapshotId: shared.snapshotId });
    expect(made.kmsKeyArn).not.toBe(foreignKey.arn);
    await ebs.pass(ebsDurations.createVolume);
    expect(made.state).toBe('available');
    const asked = ebs.checks
      .filter(({ resource }) => resource === foreignKey.arn)
      .map(({ action }) => action);
    expect(asked).toEqual(['kms:DescribeKey', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant']);
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html : validated asynchronously
  it.each([
    ['the caller may not use it', 'kms:CreateGrant', 'Enabled'],
    ['it is disabled', undefined, 'Disabled'],
    ['it is pending deletion', undefined, 'PendingDeletion'],
  ] as const)('ends the volume in error, late, when %s', async (_name, refuses, state) => {
    const { ebs, key, create } = setUp(refuses);
    key.state = state;
    const made = await create({ Size: 1, Encrypted: true, KmsKeyId: key.arn });
    expect(made.state).toBe('creating');
    await ebs.pass(ebsDurations.createVolume);
    expect(made.state).toBe('error');
  });

  it('cannot be left out for an encrypted snapshot', async () => {
    const { ebs, key, create } = setUp();
    const { snapshotId } = ebs.snapshot({ encrypted: true, kmsKeyArn: key.arn });
    await expect(create({ SnapshotId: snapshotId, Encrypted: false })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
describe('attaching and detaching', () => {
  const available = async (refuses?: string, input: object = { Size: 1 }) => {
    const world = setUp(refuses);
    const instance = world.ebs.instance([]);
    const volume = await world.create(input);
    await world.ebs.pass(ebsDurations.createVolume);
    const target = { VolumeId: volume.volumeId, InstanceId: instance.instanceId };
    const attach = (more: object = {}) =>
      world.ebs.perform('AttachVolume', { ...target, Device: '/dev/sdf', ...more });
    return { ...world, instance, volume, attach };
  };

  it('goes by attaching and attached, detaching and available', async () => {
    const { ebs, instance, volume, attach } = await available();
    await attach();
    expect(volume).toMatchObject({
      state: 'in-use',
      attachments: [{ state: 'attaching', instanceId: instance.instanceId }],
    });
    await ebs.pass(ebsDurations.attach);
    expect(volume.attachments[0]?.state).toBe('attached');
    expect(
      instance.blockDevices.map(({ deviceName, deleteOnTermination }) => [deviceName, deleteOnTermination]),
    ).toContainEqual(['/dev/sdf', false]);
    await ebs.perform('DetachVolume', { VolumeId: volume.volumeId });
    expect(volume.attachments[0]?.state).toBe('detaching');
    await ebs.pass(ebsDurations.detach);
    expect(volume).toMatchObject({ state: 'available', attachments: [] });
    expect(instance.blockDevices).toHaveLength(1);
  });

  it('refuses a second attachment, a device in use and an instance that is gone', async () => {
    const { ebs, instance, volume, attach } = await available();
    await expect(attach({ Device: '/dev/xvda' })).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    instance.state = 'terminated';
    await expect(attach()).rejects.toMatchObject({ code: 'IncorrectState' });
    instance.state = 'stopped';
    await attach();
    const other = ebs.instance([]);
    await expect(attach({ InstanceId: other.instanceId })).rejects.toMatchObject({ code: 'VolumeInUse' });
    expect(volume.attachments).toHaveLength(1);
  });

  it('refuses a volume of another zone, and one that is still being made', async () => {
    const { ebs, create, attach } = await available();
    const far = await create({ AvailabilityZone: `${REGION}b`, Size: 1 });
    await expect(attach({ VolumeId: far.volumeId })).rejects.toMatchObject({ code: 'IncorrectState' });
    await ebs.pass(ebsDurations.createVolume);
    await expect(attach({ VolumeId: far.volumeId })).rejects.toMatchObject({
      code: 'InvalidVolume.ZoneMismatch',
    });
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html
  it('falls back to available when the key of the volume has become unusable', async () => {
    const world = setUp();
    const instance = world.ebs.instance([]);
    const volume = await world.create({ Size: 1, Encrypted: true, KmsKeyId: world.key.arn });
    await world.ebs.pass(ebsDurations.createVolume);
    world.key.state = 'Disabled';
    await world.ebs.perform('AttachVolume', {
      VolumeId: volume.volumeId,
      InstanceId: instance.instanceId,
      Device: '/dev/sdf',
    });
    await world.ebs.pass(ebsDurations.attach);
    expect(volume).toMatchObject({ state: 'available', attachments: [] });
    expect(instance.blockDevices).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html
  it('detaches the root volume of a stopped instance only', async () => {
    const { ebs, instance } = await available();
    const VolumeId = instance.blockDevices[0]?.volumeId;
    await expect(ebs.perform('DetachVolume', { VolumeId })).rejects.toMatchObject({
      code: 'OperationNotPermitted',
    });
    instance.state = 'stopped';
    await expect(ebs.perform('DetachVolume', { VolumeId })).resolves.toBeDefined();
  });

  it('refuses to detach what is not attached, or attached elsewhere', async () => {
    const { ebs, volume, attach } = await available();
    const detach = (more: object = {}) => ebs.perform('DetachVolume', { VolumeId: volume.volumeId, ...more });
    await expect(detach()).rejects.toMatchObject({ code: 'IncorrectState' });
    await attach();
    await expect(detach({ InstanceId: 'i-0123456789abcdef0' })).rejects.toMatchObject({
      code: 'InvalidAttachment.NotFound',
    });
  });
});

describe('DescribeVolumes and DeleteVolume', () => {
  it.each([
    ['attachment.instance-id', (id: string) => id, ['root disk', 'data disk 0']],
    ['tag:Name', () => 'root', ['root disk']],
    ['status', () => 'available', []],
  ])('finds volumes by %s', async (Name, value, expected) => {
    const { ebs } = setUp();
    const instance = ebs.instance();
    const { Volumes } = await ebs.perform<DescribeVolumesCommandOutput>('DescribeVolumes', {
      Filters: [{ Name, Values: [value(instance.instanceId)] }],
    });
    expect(Volumes?.map(({ VolumeId }) => ebs.state.volumes.get(VolumeId ?? '')?.content)).toEqual(expected);
  });

  it('gives pages, and refuses an unknown id', async () => {
    const { ebs, create } = setUp();
    for (let count = 0; count < 6; count += 1) await create({ Size: 1 });
    const first = await ebs.perform<DescribeVolumesCommandOutput>('DescribeVolumes', { MaxResults: 5 });
    const second = await ebs.perform<DescribeVolumesCommandOutput>('DescribeVolumes', {
      MaxResults: 5,
      NextToken: first.NextToken,
    });
    expect([first.Volumes?.length, second.Volumes?.length]).toEqual([5, 1]);
    const unknown = ebs.perform('DescribeVolumes', { VolumeIds: ['vol-0123456789abcdef0'] });
    await expect(unknown).rejects.toMatchObject({ code: 'InvalidVolume.NotFound' });
  });

  it('deletes an available volume only', async () => {
    const { ebs, create } = setUp();
    const attached = ebs.instance([]).blockDevices[0]?.volumeId;
    await expect(ebs.perform('DeleteVolume', { VolumeId: attached })).rejects.toMatchObject({
      code: 'VolumeInUse',
    });
    const { volumeId } = await create({ Size: 1 });
    await expect(ebs.perform('DeleteVolume', { VolumeId: volumeId })).rejects.toMatchObject({
      code: 'IncorrectState',
    });
    await ebs.pass(ebsDurations.createVolume);
    await ebs.perform('DeleteVolume', { VolumeId: volumeId });
    await ebs.pass(ebsDurations.deleteVolume);
    expect(ebs.state.volumes.has(volumeId)).toBe(false);
  });
});
