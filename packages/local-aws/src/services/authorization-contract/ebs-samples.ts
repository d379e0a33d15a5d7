import { OTHER_ACCOUNT, REGION } from '../testing.ts';
import { tagged } from './ec2-instance-samples.ts';
import type { FurnishedWorld } from './furnished-world.ts';
import type { Sample, Samples } from './sample.ts';

const snapshots = (on: FurnishedWorld): readonly Sample[] => {
  const InstanceSpecification = { InstanceId: on.instance.instanceId };
  const TagSpecifications = tagged('snapshot');
  const VolumeId = on.spare.volumeId;
  const { snapshotId: SnapshotId } = on.snapshot;
  const { snapshotId: sharedId } = on.shared;
  return [
    { operation: 'CreateSnapshot', what: 'without tags', input: { VolumeId } },
    { operation: 'CreateSnapshot', what: 'with tags', input: { VolumeId, TagSpecifications } },
    { operation: 'CreateSnapshots', what: 'without tags', input: { InstanceSpecification } },
    {
      operation: 'CreateSnapshots',
      what: 'with tags, and those of the volumes',
      input: { InstanceSpecification, TagSpecifications, CopyTagsFromSource: 'volume' },
    },
    { operation: 'DescribeSnapshots', input: {} },
    {
      operation: 'CopySnapshot',
      what: 'of its own, under a key by alias, with tags',
      late: true,
      input: {
        SourceRegion: REGION,
        SourceSnapshotId: SnapshotId,
        KmsKeyId: 'alias/data',
        Encrypted: true,
        TagSpecifications,
      },
    },
    {
      operation: 'CopySnapshot',
      what: 'of one that is shared',
      input: { SourceRegion: REGION, SourceSnapshotId: sharedId },
    },
    {
      operation: 'CopySnapshot',
      what: 'from another Region',
      input: { SourceRegion: 'us-east-1', SourceSnapshotId: SnapshotId },
    },
    {
      operation: 'DescribeSnapshotAttribute',
      input: { SnapshotId, Attribute: 'createVolumePermission' },
    },
    { operation: 'DeleteSnapshot', input: { SnapshotId } },
    {
      operation: 'LockSnapshot',
      input: { SnapshotId, LockMode: 'compliance', LockDuration: 30, CoolOffPeriod: 24 },
    },
    { operation: 'UnlockSnapshot', input: { SnapshotId } },
    { operation: 'ModifySnapshotTier', input: { SnapshotId, StorageTier: 'archive' } },
    { operation: 'RestoreSnapshotTier', input: { SnapshotId, TemporaryRestoreDays: 7 } },
    { operation: 'DescribeLockedSnapshots', input: {} },
  ];
};

const sharing = (on: FurnishedWorld): readonly Sample[] =>
  [
    { what: 'with one account', CreateVolumePermission: { Add: [{ UserId: OTHER_ACCOUNT }] } },
    {
      what: 'with two accounts',
      CreateVolumePermission: { Add: [{ UserId: OTHER_ACCOUNT }, { UserId: '333333333333' }] },
    },
    { what: 'no more', CreateVolumePermission: { Remove: [{ UserId: OTHER_ACCOUNT }] } },
    { what: 'with everyone', OperationType: 'add', GroupNames: ['all'] },
    { what: 'no more with everyone', OperationType: 'remove', GroupNames: ['all'] },
  ].map(({ what, ...change }) => ({
    operation: 'ModifySnapshotAttribute',
    what: `shared ${what}`,
    input: { SnapshotId: on.snapshot.snapshotId, Attribute: 'createVolumePermission', ...change },
  }));

/** Requests on volumes and snapshots. */
export const ebsSamples: Samples = (on) => {
  const VolumeId = on.spare.volumeId;
  const InstanceId = on.instance.instanceId;
  const AvailabilityZone = `${REGION}a`;
  return [
    { operation: 'DescribeVolumes', input: {} },
    {
      operation: 'CreateVolume',
      what: 'empty, encrypted, with tags',
      late: true,
      input: {
        AvailabilityZone,
        Size: 5,
        Encrypted: true,
        KmsKeyId: on.key.arn,
        TagSpecifications: tagged('volume'),
      },
    },
    {
      operation: 'CreateVolume',
      what: 'of a snapshot',
      late: true,
      input: { AvailabilityZone, SnapshotId: on.snapshot.snapshotId },
    },
    { operation: 'AttachVolume', late: true, input: { VolumeId, InstanceId, Device: '/dev/sdk' } },
    {
      operation: 'DetachVolume',
      input: { VolumeId: on.instance.blockDevices[1]?.volumeId },
    },
    { operation: 'DeleteVolume', input: { VolumeId } },
    ...snapshots(on),
    ...sharing(on),
  ];
};
