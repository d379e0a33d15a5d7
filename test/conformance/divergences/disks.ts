import {
  at,
  differ,
  ec2Page,
  localLacks,
  motoLacks,
  motoTakes,
  outcomes,
  type Divergence,
} from '../divergence.ts';

const CODES = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html';

const volumes: readonly Divergence[] = [
  motoLacks(
    [
      at(['ec2: creates a volume', 'ec2: creates a volume from a snapshot'], {
        AvailabilityZoneId: '<opaque>',
        MultiAttachEnabled: false,
      }),
      at(['ec2: creates a volume'], { SnapshotId: '' }),
      at(
        [
          'ec2: describes a volume that is available',
          'ec2: describes a volume that is in use',
          'ec2: finds the volumes of an instance',
          'ec2: describes a volume that is detached',
        ],
        {
          'Volumes[].AvailabilityZoneId': '<opaque>',
          'Volumes[].MultiAttachEnabled': false,
          'Volumes[].SnapshotId': '',
        },
      ),
    ],
    { page: ec2Page('Volume'), because: 'a volume has these, the id of a snapshot also where it is empty' },
  ),
  localLacks(
    [
      at(['ec2: creates a volume'], { Iops: 3000 }),
      at(
        [
          'ec2: describes a volume that is available',
          'ec2: describes a volume that is in use',
          'ec2: finds the volumes of an instance',
          'ec2: describes a volume that is detached',
        ],
        { 'Volumes[].Iops': 3000 },
      ),
    ],
    {
      page: ec2Page('Volume'),
      because: 'IOPS are left out here: nothing of the product reads what a volume performs',
    },
  ),
  differ(
    [
      at(['ec2: finds the volumes of an instance'], {
        'Volumes[].VolumeType': { local: 'gp3', moto: 'gp2' },
      }),
    ],
    {
      right: 'neither-documented',
      page: ec2Page('EbsBlockDevice'),
      because: 'which type a root volume has is its image’s to say, and that image says nothing',
    },
  ),
  differ(
    [
      at(['ec2: creates a volume', 'ec2: creates a volume from a snapshot'], {
        State: { local: 'creating', moto: 'available' },
      }),
    ],
    {
      right: 'local-aws',
      page: ec2Page('CreateVolume'),
      because: 'a new volume is creating first; moto takes no time',
    },
  ),
  motoLacks(
    [
      at(['ec2: attaches a volume', 'ec2: detaches a volume', 'ec2: attaches the restored volume'], {
        DeleteOnTermination: false,
      }),
      at(['ec2: describes a volume that is in use', 'ec2: finds the volumes of an instance'], {
        'Volumes[].Attachments[].DeleteOnTermination': false,
      }),
      at(['ec2: finds the volumes of an instance'], { 'Volumes[].Attachments[].DeleteOnTermination': true }),
    ],
    {
      page: ec2Page('VolumeAttachment'),
      because: 'an attachment says whether the volume goes with its instance',
    },
  ),
  differ(
    [
      at(['ec2: refuses to detach a volume that hangs on nothing'], {
        'refused.code': { local: 'IncorrectState', moto: 'InvalidAttachment.NotFound' },
      }),
    ],
    {
      right: 'neither-documented',
      page: CODES,
      because: 'the page has both codes, and does not say which comes first for a volume that is available',
    },
  ),
  motoTakes(['ec2: refuses to attach a volume that is attached'], 'VolumeInUse', {
    page: CODES,
    because: 'a volume without multi-attach hangs on one instance; moto attaches it a second time',
  }),
];

const snapshots: readonly Divergence[] = [
  differ(
    [
      at(['ec2: snapshots a volume'], {
        Progress: { local: '0%', moto: '100%' },
        State: { local: 'pending', moto: 'completed' },
      }),
      at(['ec2: snapshots all volumes of an instance at once'], {
        'Snapshots[].Progress': { local: '0%', moto: '100%' },
      }),
    ],
    {
      right: 'local-aws',
      page: ec2Page('CreateSnapshot'),
      because: 'a new snapshot is pending; moto takes no time',
    },
  ),
  motoLacks([at(['ec2: snapshots all volumes of an instance at once'], { 'Snapshots[].State': 'pending' })], {
    page: ec2Page('SnapshotInfo'),
    because: 'each snapshot of the set has its state',
  }),
  localLacks([at(['ec2: snapshots a volume'], { StorageTier: 'standard' })], {
    page: ec2Page('CreateSnapshot'),
    because: 'the tier of a new snapshot is left out here: the product reads it from DescribeSnapshots',
  }),
  motoLacks(
    [
      at(
        [
          'ec2: describes a snapshot that is completed',
          'ec2: finds snapshots by tag',
          'ec2: finds the snapshots of a volume',
        ],
        { 'Snapshots[].CompletionTime': '<time>' },
      ),
      at(['ec2: describes a snapshot that is completed', 'ec2: finds the snapshots of a volume'], {
        'Snapshots[].FullSnapshotSizeInBytes': 4294967296,
      }),
      at(['ec2: finds snapshots by tag'], { 'Snapshots[].FullSnapshotSizeInBytes': 8589934592 }),
    ],
    { page: ec2Page('Snapshot'), because: 'a completed snapshot has both' },
  ),
  outcomes(
    ['ec2: a snapshot of another account that is not shared is not there'],
    { local: 'answered', moto: 'refused InvalidSnapshot.NotFound' },
    {
      right: 'local-aws',
      page: ec2Page('DescribeSnapshots'),
      because:
        'the id of a snapshot that the caller may not use is left out of the answer; one that is not there is refused',
    },
  ),
];

/** EC2's volumes and snapshots. */
export const diskDivergences: readonly Divergence[] = [...volumes, ...snapshots];
