import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  ModifySnapshotAttributeCommand,
  type Snapshot,
  type Volume,
} from '@aws-sdk/client-ec2';
import { NETWORK } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const ABSENT_VOLUME = 'vol-00000000000000000';
const ABSENT_SNAPSHOT = 'snap-00000000000000000';

const describeVolume = (at: At) =>
  at.member.ec2.send(new DescribeVolumesCommand({ VolumeIds: [at.known.of('volume')] }));

const volumeIs =
  (wanted: string) =>
  ({ Volumes }: { readonly Volumes?: readonly Volume[] | undefined }): boolean =>
    Volumes?.[0]?.State === wanted;

const volumes: readonly Step[] = [
  step(
    'ec2: creates a volume',
    (at) =>
      at.member.ec2.send(
        new CreateVolumeCommand({
          AvailabilityZone: NETWORK.zone,
          Size: 4,
          VolumeType: 'gp3',
          TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'cordon:incident', Value: 'inc-1' }] }],
        }),
      ),
    { keep: ({ VolumeId }) => ({ volume: VolumeId }) },
  ),
  step('ec2: describes a volume that is available', describeVolume, { until: volumeIs('available') }),
  step('ec2: attaches a volume', (at) =>
    at.member.ec2.send(
      new AttachVolumeCommand({
        VolumeId: at.known.of('volume'),
        InstanceId: at.known.of('instance'),
        Device: '/dev/sdf',
      }),
    ),
  ),
  step('ec2: describes a volume that is in use', describeVolume, {
    until: ({ Volumes }) => Volumes?.[0]?.Attachments?.[0]?.State === 'attached',
  }),
  step('ec2: refuses to delete a volume that is in use', (at) =>
    at.member.ec2.send(new DeleteVolumeCommand({ VolumeId: at.known.of('volume') })),
  ),
  step('ec2: finds the volumes of an instance', (at) =>
    at.member.ec2.send(
      new DescribeVolumesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [at.known.of('instance')] }],
      }),
    ),
  ),
  step('ec2: detaches a volume', (at) =>
    at.member.ec2.send(
      new DetachVolumeCommand({ VolumeId: at.known.of('volume'), InstanceId: at.known.of('instance') }),
    ),
  ),
  step('ec2: describes a volume that is detached', describeVolume, { until: volumeIs('available') }),
  step('ec2: refuses to detach a volume that hangs on nothing', (at) =>
    at.member.ec2.send(
      new DetachVolumeCommand({ VolumeId: at.known.of('volume'), InstanceId: at.known.of('instance') }),
    ),
  ),
  step('ec2: refuses to describe a volume that is not there', (at) =>
    at.member.ec2.send(new DescribeVolumesCommand({ VolumeIds: [ABSENT_VOLUME] })),
  ),
];

const describeSnapshot = (at: At, name: string) =>
  at.member.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [at.known.of(name)] }));

const isCompleted = ({ Snapshots }: { readonly Snapshots?: readonly Snapshot[] | undefined }): boolean =>
  Snapshots?.[0]?.State === 'completed';

const snapshots: readonly Step[] = [
  step(
    'ec2: snapshots a volume',
    (at) =>
      at.member.ec2.send(
        new CreateSnapshotCommand({
          VolumeId: at.known.of('volume'),
          Description: 'evidence',
          TagSpecifications: [
            { ResourceType: 'snapshot', Tags: [{ Key: 'cordon:incident', Value: 'inc-1' }] },
          ],
        }),
      ),
    { keep: ({ SnapshotId }) => ({ snapshot: SnapshotId }) },
  ),
  step('ec2: describes a snapshot that is completed', (at) => describeSnapshot(at, 'snapshot'), {
    until: isCompleted,
  }),
  step('ec2: refuses to snapshot a volume that is not there', (at) =>
    at.member.ec2.send(new CreateSnapshotCommand({ VolumeId: ABSENT_VOLUME })),
  ),
  step(
    'ec2: snapshots all volumes of an instance at once',
    (at) =>
      at.member.ec2.send(
        new CreateSnapshotsCommand({
          InstanceSpecification: { InstanceId: at.known.of('instance') },
          Description: 'freeze',
          TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'cordon:hop', Value: 'freeze' }] }],
        }),
      ),
    { keep: ({ Snapshots }) => ({ 'frozen snapshot': Snapshots?.[0]?.SnapshotId }) },
  ),
  step(
    'ec2: finds snapshots by tag',
    (at) =>
      at.member.ec2.send(
        new DescribeSnapshotsCommand({
          OwnerIds: ['self'],
          Filters: [{ Name: 'tag:cordon:hop', Values: ['freeze'] }],
        }),
      ),
    { until: isCompleted },
  ),
  step('ec2: finds the snapshots of a volume', (at) =>
    at.member.ec2.send(
      new DescribeSnapshotsCommand({
        OwnerIds: ['self'],
        Filters: [{ Name: 'volume-id', Values: [at.known.of('volume')] }],
      }),
    ),
  ),
  step('ec2: refuses to describe a snapshot that is not there', (at) =>
    at.member.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [ABSENT_SNAPSHOT] })),
  ),
  step(
    'ec2: creates a volume from a snapshot',
    (at) =>
      at.member.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: NETWORK.zone, SnapshotId: at.known.of('snapshot') }),
      ),
    { keep: ({ VolumeId }) => ({ 'restored volume': VolumeId }) },
  ),
  step('ec2: refuses a volume from a snapshot that is not there', (at) =>
    at.member.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: NETWORK.zone, SnapshotId: ABSENT_SNAPSHOT }),
    ),
  ),
];

const sharing: readonly Step[] = [
  step('ec2: shares a snapshot with an account', (at) =>
    at.member.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: at.known.of('snapshot'),
        Attribute: 'createVolumePermission',
        OperationType: 'add',
        UserIds: [at.known.of('management')],
      }),
    ),
  ),
  step('ec2: reads with whom a snapshot is shared', (at) =>
    at.member.ec2.send(
      new DescribeSnapshotAttributeCommand({
        SnapshotId: at.known.of('snapshot'),
        Attribute: 'createVolumePermission',
      }),
    ),
  ),
  step('ec2: takes the share back', (at) =>
    at.member.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: at.known.of('snapshot'),
        Attribute: 'createVolumePermission',
        OperationType: 'remove',
        UserIds: [at.known.of('management')],
      }),
    ),
  ),
  step('ec2: a snapshot of another account that is not shared is not there', (at) =>
    at.management.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [at.known.of('snapshot')] })),
  ),
  step('ec2: deletes a snapshot', (at) =>
    at.member.ec2.send(new DeleteSnapshotCommand({ SnapshotId: at.known.of('snapshot') })),
  ),
  step('ec2: refuses to delete a snapshot twice', (at) =>
    at.member.ec2.send(new DeleteSnapshotCommand({ SnapshotId: at.known.of('snapshot') })),
  ),
  step('ec2: deletes a volume', (at) =>
    at.member.ec2.send(new DeleteVolumeCommand({ VolumeId: at.known.of('volume') })),
  ),
];

const attach = (at: At, Device: string) =>
  at.member.ec2.send(
    new AttachVolumeCommand({
      VolumeId: at.known.of('restored volume'),
      InstanceId: at.known.of('instance'),
      Device,
    }),
  );

/** Last of all: moto attaches a volume twice, and can then neither detach nor delete it. */
const twice: readonly Step[] = [
  step('ec2: attaches the restored volume', (at) => attach(at, '/dev/sdg')),
  step('ec2: refuses to attach a volume that is attached', (at) => attach(at, '/dev/sdh')),
];

/** Volumes and snapshots, attached to the instance of `instanceSteps`. */
export const diskSteps: readonly Step[] = [...volumes, ...snapshots, ...sharing, ...twice];
