import type {
  CreateSnapshotCommandInput,
  CreateSnapshotCommandOutput,
  CreateSnapshotsCommandInput,
  CreateSnapshotsCommandOutput,
  SnapshotInfo,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { acceptInput, required } from './accept-input.ts';
import { ebsDurations } from './ebs-durations.ts';
import {
  newSnapshotCheck,
  parentContext,
  snapshotTagChecks,
  volumeCheck,
  volumeIds,
} from './ebs-resources.ts';
import { stateOf } from './lookup.ts';
import { instanceCheck } from './resource-checks.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import { completeLater, failSnapshot, progressAt } from './snapshot-progress.ts';
import type { Instance, Snapshot, Tags, Volume } from './state.ts';
import { acceptTagSpecifications, renderTags, requestedTags } from './tag-sets.ts';

type Output<T> = Omit<T, '$metadata'>;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (SnapshotCreationPerVolumeRateExceeded) */
const BETWEEN_SNAPSHOTS_MS = 15_000;

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html : snapshots in error count too */
const concurrentLimit = (volumeType: string): number =>
  volumeType === 'st1' || volumeType === 'sc1' ? 1 : 5;

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-create-snapshots.html */
const MOST_VOLUMES = 128;
const MOST_EXCLUDED = 40;

/** Refuses a volume of which EC2 would make no snapshot now. @throws ServiceFault IncorrectState, SnapshotCreationPerVolumeRateExceeded, ConcurrentSnapshotLimitExceeded */
export const acceptVolume = (call: Call, volume: Volume): void => {
  const { volumeId } = volume;
  if (volume.state !== 'available' && volume.state !== 'in-use') {
    throw new ServiceFault(
      'IncorrectState',
      `The volume '${volumeId}' is in the '${volume.state}' state; it must be available or in use`,
    );
  }
  const others = [...stateOf(call).snapshots.values()].filter((snapshot) => snapshot.volumeId === volumeId);
  if (others.some(({ startedAt }) => call.now - startedAt < BETWEEN_SNAPSHOTS_MS)) {
    throw new ServiceFault(
      'SnapshotCreationPerVolumeRateExceeded',
      `The maximum per volume CreateSnapshot request rate has been exceeded for ${volumeId}. Use an increasing or variable sleep interval between requests.`,
    );
  }
  const limit = concurrentLimit(volume.volumeType);
  if (others.filter(({ state }) => state !== 'completed').length >= limit) {
    throw new ServiceFault(
      'ConcurrentSnapshotLimitExceeded',
      `You have reached the limit of ${limit} concurrent snapshots of volume ${volumeId} (${volume.volumeType})`,
    );
  }
};

/** Begins a snapshot of a volume as it is now; `completeLater` ends it. */
export const snapshotOf = (
  call: Call,
  volume: Volume,
  on: { readonly description: string | undefined; readonly tags: Tags },
): Snapshot => {
  const snapshot: Snapshot = {
    snapshotId: `snap-${call.ids.hex('snapshot', 17)}`,
    ownerId: call.caller.account,
    volumeId: volume.volumeId,
    sizeGiB: volume.sizeGiB,
    // Always encrypted as the volume is, with its key. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
    encrypted: volume.encrypted,
    ...(volume.kmsKeyArn === undefined ? {} : { kmsKeyArn: volume.kmsKeyArn }),
    description: on.description ?? '',
    startedAt: call.now,
    tags: on.tags,
    // The point in time is now, however long the blocks take. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html
    content: volume.content,
    ...(volume.written === undefined ? {} : { written: volume.written }),
    // Product codes go from the volume to the snapshot. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
    ...(volume.productCodes === undefined ? {} : { productCodes: volume.productCodes }),
    state: 'pending',
    progress: 0,
    sharedWith: new Set(),
    isPublic: false,
  };
  stateOf(call).snapshots.set(snapshot.snapshotId, snapshot);
  return snapshot;
};

/** StateMessage and key are given by DescribeSnapshots only. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html */
const infoOf = (snapshot: Snapshot, now: number): SnapshotInfo => {
  const tags = renderTags(snapshot.tags);
  return {
    SnapshotId: snapshot.snapshotId,
    VolumeId: snapshot.volumeId,
    VolumeSize: snapshot.sizeGiB,
    State: snapshot.state,
    StartTime: new Date(snapshot.startedAt),
    Progress: progressAt(snapshot, now),
    OwnerId: snapshot.ownerId,
    Encrypted: snapshot.encrypted,
    Description: snapshot.description,
    ...(tags === undefined ? {} : { Tags: tags }),
  };
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html */
export const createSnapshot = operation<CreateSnapshotCommandInput, Output<CreateSnapshotCommandOutput>>({
  checks: (input, call) => {
    const tags = requestedTags(input.TagSpecifications, 'snapshot');
    const volumeId = input.VolumeId ?? '';
    return [
      volumeCheck('CreateSnapshot', call, volumeId),
      newSnapshotCheck('CreateSnapshot', call, {
        tags,
        more: parentContext(call, volumeId),
      }),
      ...snapshotTagChecks('CreateSnapshot', call, tags),
    ];
  },
  run: (input, call) => {
    acceptInput(input, 'CreateSnapshot', ['VolumeId', 'Description', 'TagSpecifications']);
    acceptTagSpecifications(input.TagSpecifications, ['snapshot']);
    const volume = requireOne(volumeIds, stateOf(call).volumes, required(input.VolumeId, 'VolumeId'));
    acceptVolume(call, volume);
    const tags = requestedTags(input.TagSpecifications, 'snapshot');
    const snapshot = snapshotOf(call, volume, { description: input.Description, tags });
    completeLater(call, snapshot, { ms: ebsDurations.snapshot(snapshot.sizeGiB), failure: () => undefined });
    return infoOf(snapshot, call.now);
  },
});

/** The volumes of the set that a request means; unknown ids and instances are left to `run`. */
const volumesOf = (
  input: CreateSnapshotsCommandInput,
  call: Call,
  instance: Instance | undefined,
): readonly Volume[] => {
  const { ExcludeBootVolume, ExcludeDataVolumeIds } = input.InstanceSpecification ?? {};
  return (instance?.blockDevices ?? [])
    .filter(({ deviceName }) => ExcludeBootVolume !== true || deviceName !== instance?.rootDeviceName)
    .filter(({ volumeId }) => !(ExcludeDataVolumeIds ?? []).includes(volumeId))
    .flatMap(({ volumeId }) => stateOf(call).volumes.get(volumeId) ?? []);
};

/** Tags of the request, over those of the volume when CopyTagsFromSource asks; AWS's own are not copied. */
const tagsFor = (input: CreateSnapshotsCommandInput, volume: Volume): Tags =>
  new Map([
    ...(input.CopyTagsFromSource === 'volume'
      ? [...volume.tags].filter(([key]) => !key.startsWith('aws:'))
      : []),
    ...requestedTags(input.TagSpecifications, 'snapshot'),
  ]);

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-create-snapshots.html : listing the root volume makes the request fail */
const acceptExclusions = (input: CreateSnapshotsCommandInput, instance: Instance): void => {
  const excluded = input.InstanceSpecification?.ExcludeDataVolumeIds ?? [];
  if (excluded.length > MOST_EXCLUDED) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `ExcludeDataVolumeIds has ${excluded.length} volumes; it may have ${MOST_EXCLUDED}`,
    );
  }
  for (const volumeId of excluded) {
    const device = instance.blockDevices.find((held) => held.volumeId === volumeId);
    if (device === undefined) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Volume ${volumeId} is not attached to instance ${instance.instanceId}`,
      );
    }
    if (device.deviceName === instance.rootDeviceName) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Volume ${volumeId} is the root volume: use ExcludeBootVolume instead of ExcludeDataVolumeIds`,
      );
    }
  }
};

const setChecks = (input: CreateSnapshotsCommandInput, call: Call): readonly Check[] => {
  const instanceId = input.InstanceSpecification?.InstanceId ?? '';
  const volumes = volumesOf(input, call, stateOf(call).instances.get(instanceId));
  return [
    instanceCheck('CreateSnapshots', call, instanceId),
    ...volumes.flatMap((volume): readonly Check[] => {
      const tags = tagsFor(input, volume);
      return [
        volumeCheck('CreateSnapshots', call, volume.volumeId),
        newSnapshotCheck('CreateSnapshots', call, {
          tags,
          more: parentContext(call, volume.volumeId),
        }),
        // AWS does not say whether copied tags count as requested: the stricter reading is that they do.
        ...snapshotTagChecks('CreateSnapshots', call, tags).map((check) =>
          input.CopyTagsFromSource === undefined ? check : { ...check, assumed: true as const },
        ),
      ];
    }),
  ];
};

/** All of a set or none: when one fails, so do the others. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-create-snapshots.html */
export const failTogether = (set: readonly Snapshot[]) => (): { message?: string } | undefined => {
  if (!set.some(({ state }) => state === 'error')) return undefined;
  for (const snapshot of set) failSnapshot(snapshot);
  return {};
};

/** One snapshot per attached volume, all of one point in time. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html */
export const createSnapshots = operation<CreateSnapshotsCommandInput, Output<CreateSnapshotsCommandOutput>>({
  checks: setChecks,
  run: (input, call) => {
    acceptInput(input, 'CreateSnapshots', [
      'InstanceSpecification',
      'Description',
      'TagSpecifications',
      'CopyTagsFromSource',
    ]);
    const specification = required(input.InstanceSpecification, 'InstanceSpecification');
    acceptMembers(specification, 'CreateSnapshots.InstanceSpecification', [
      'InstanceId',
      'ExcludeBootVolume',
      'ExcludeDataVolumeIds',
    ]);
    acceptTagSpecifications(input.TagSpecifications, ['snapshot']);
    const instance = requireOne(
      idKinds.instance,
      stateOf(call).instances,
      required(specification.InstanceId, 'InstanceId'),
    );
    acceptExclusions(input, instance);
    const volumes = volumesOf(input, call, instance);
    if (volumes.length === 0 || volumes.length > MOST_VOLUMES) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Instance ${instance.instanceId} has ${volumes.length} volumes to snapshot; want 1 to ${MOST_VOLUMES}`,
      );
    }
    for (const volume of volumes) acceptVolume(call, volume);
    const set = volumes.map((volume) =>
      snapshotOf(call, volume, { description: input.Description, tags: tagsFor(input, volume) }),
    );
    for (const snapshot of set) {
      completeLater(call, snapshot, {
        ms: ebsDurations.snapshot(snapshot.sizeGiB),
        failure: failTogether(set),
      });
    }
    return { Snapshots: set.map((snapshot) => infoOf(snapshot, call.now)) };
  },
});
