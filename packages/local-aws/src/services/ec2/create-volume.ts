import type { CreateVolumeCommandInput, CreateVolumeCommandOutput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import type { KeyTarget } from '../kms/key-target.ts';
import { acceptInput } from './accept-input.ts';
import { zonesOf } from './availability-zones.ts';
import { ebsDurations } from './ebs-durations.ts';
import { keyByArn, keysAdmit, requestedKey, type KeyUse } from './ebs-keys.ts';
import { refuseArchived } from './snapshot-tier.ts';
import { requireUsableSnapshot, snapshotCheck } from './ebs-resources.ts';
import { arnOf, snapshotAnywhere, stateOf } from './lookup.ts';
import { resourceCheck, requestTagContext, tagOnCreateChecks } from './resource-checks.ts';
import { zoneFacts, type Context } from './resource-facts.ts';
import type { Snapshot, Volume } from './state.ts';
import { acceptTagSpecifications, requestedTags } from './tag-sets.ts';
import { isVolumeType, volumeView } from './volume-view.ts';

const LARGEST_GIB = 65_536;

const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameterValue', message);

/** The keys of the volume that is to be, as far as request and snapshot tell. */
const newVolumeContext = (input: CreateVolumeCommandInput, call: Call): Context => {
  const snapshot = snapshotAnywhere(call.world, call.region, input.SnapshotId ?? '');
  const zone = zonesOf(call.region).find(
    ({ name, id }) => name === input.AvailabilityZone || id === input.AvailabilityZoneId,
  );
  const encrypted = input.Encrypted === true || snapshot?.encrypted === true;
  const size = input.Size ?? snapshot?.sizeGiB;
  return {
    'ec2:Encrypted': String(encrypted || stateOf(call).ebsEncryptionByDefault),
    'ec2:VolumeType': input.VolumeType ?? 'gp2',
    ...(zone === undefined ? {} : zoneFacts(zone.name)),
    ...(size === undefined ? {} : { 'ec2:VolumeSize': String(size) }),
    ...(input.KmsKeyId === undefined ? {} : { 'ec2:KmsKeyId': input.KmsKeyId }),
    ...(input.SnapshotId === undefined
      ? {}
      : { 'ec2:ParentSnapshot': arnOf(call, 'snapshot', input.SnapshotId) }),
  };
};

const createChecks = (input: CreateVolumeCommandInput, call: Call): readonly Check[] => {
  const tags = requestedTags(input.TagSpecifications, 'volume');
  const more = { ...newVolumeContext(input, call), ...requestTagContext(tags) };
  return [
    resourceCheck('CreateVolume', call, { type: 'volume', id: '*', more }),
    ...(input.SnapshotId === undefined
      ? []
      : [snapshotCheck('CreateVolume', call, { id: input.SnapshotId })]),
    ...tagOnCreateChecks('CreateVolume', call, { type: 'volume', tags }),
  ];
};

/** Exactly one of name and id; ids are the same in all accounts. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html */
const zoneOf = (input: CreateVolumeCommandInput, call: Call): string => {
  const { AvailabilityZone: name, AvailabilityZoneId: id } = input;
  if (name !== undefined && id !== undefined) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      'Specify AvailabilityZone or AvailabilityZoneId, but not both',
    );
  }
  if (name === undefined && id === undefined)
    throw new ServiceFault(
      'MissingParameter',
      'The request must contain the parameter AvailabilityZone or AvailabilityZoneId',
    );
  const zone = zonesOf(call.region).find((known) => known.name === name || known.id === id);
  if (zone === undefined)
    throw new ServiceFault('InvalidZone.NotFound', `The zone '${name ?? id}' does not exist.`);
  return zone.name;
};

/**
 * What a gp3 volume may be given: 3,000 to 80,000 IOPS, 500 at most for each GiB above the base, and 125 to 2,000 MiB/s, 0.25 at most for each
 * of the IOPS. https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-performance
 */
const acceptPerformance = (
  { Iops, Throughput, VolumeType }: CreateVolumeCommandInput,
  sizeGiB: number,
): void => {
  if (Iops === undefined && Throughput === undefined) return;
  if (VolumeType !== 'gp3')
    throw new ServiceFault(
      'InvalidParameterCombination',
      `Iops and Throughput of ${VolumeType ?? 'gp2'} are not implemented here, gp3's are`,
    );
  const iops = Iops ?? 3_000;
  if (iops < 3_000 || iops > 80_000 || (iops > 3_000 && iops > 500 * sizeGiB))
    throw invalid(`Iops ${iops} is not valid for a gp3 volume of ${sizeGiB} GiB`);
  const throughput = Throughput ?? 125;
  if (throughput < 125 || throughput > 2_000 || throughput > 0.25 * iops)
    throw invalid(`Throughput ${throughput} is not valid for ${iops} IOPS`);
};

const sizeOf = (input: CreateVolumeCommandInput, snapshot: Snapshot | undefined): number => {
  const size = input.Size ?? snapshot?.sizeGiB;
  if (size === undefined)
    throw new ServiceFault('MissingParameter', 'The request must contain the parameter size or snapshotId');
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_GIB)
    throw invalid(`Volume size ${size} is not valid: want 1 to ${LARGEST_GIB} GiB`);
  if (snapshot !== undefined && size < snapshot.sizeGiB) {
    throw invalid(
      `The size of a volume cannot be smaller than its snapshot: ${size} GiB, snapshot ${snapshot.sizeGiB} GiB`,
    );
  }
  return size;
};

/**
 * The key of the new volume: the one asked for, else that of the caller's own encrypted snapshot, else the default key.
 * https://docs.aws.amazon.com/ebs/latest/userguide/encryption-examples.html#ebs-volume-encryption-outcomes
 */
const keyFor = (
  input: CreateVolumeCommandInput,
  call: Call,
  snapshot: Snapshot | undefined,
): KeyTarget | undefined => {
  if (input.KmsKeyId !== undefined && input.Encrypted !== true) {
    throw new ServiceFault(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set to true.',
    );
  }
  if (snapshot?.encrypted === true && input.Encrypted === false) {
    throw invalid(
      `Value (false) for parameter encrypted is invalid: snapshot ${snapshot.snapshotId} is encrypted, and so is a volume of it`,
    );
  }
  const encrypted =
    snapshot?.encrypted === true || input.Encrypted === true || stateOf(call).ebsEncryptionByDefault;
  if (!encrypted) return undefined;
  const own = snapshot?.ownerId === call.caller.account ? snapshot.kmsKeyArn : undefined;
  return input.KmsKeyId === undefined && own !== undefined
    ? keyByArn(call, own)
    : requestedKey(call, input.KmsKeyId);
};

const keyUses = (
  call: Call,
  volume: Volume,
  on: { key: KeyTarget | undefined; snapshot: Snapshot | undefined },
): readonly KeyUse[] => {
  const { key, snapshot } = on;
  const ebsId = volume.volumeId;
  if (key === undefined) return [];
  if (snapshot?.kmsKeyArn === undefined || snapshot.kmsKeyArn === key.arn)
    return [{ target: key, use: 'volume', ebsId }];
  return [
    { target: keyByArn(call, snapshot.kmsKeyArn), use: 'source', ebsId },
    { target: key, use: 'destination', ebsId },
  ];
};

/** The same token with the same request gives the volume that is there. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html */
const madeBefore = (input: CreateVolumeCommandInput, call: Call): Volume | undefined => {
  if (input.ClientToken === undefined) return undefined;
  const found = [...stateOf(call).volumes.values()].find(
    ({ clientToken }) => clientToken === input.ClientToken,
  );
  if (found !== undefined && found.createRequest !== JSON.stringify(input)) {
    throw new ServiceFault(
      'IdempotentParameterMismatch',
      `The client token ${input.ClientToken} was used with other parameters`,
    );
  }
  return found;
};

/** The key is looked at after the reply. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html (createVolume, cause) */
const finishLater = (call: Call, volume: Volume, uses: readonly KeyUse[]): void => {
  let refused = false;
  call.timeline.at(call.now + ebsDurations.keyCheck, () => {
    refused = !keysAdmit(
      call,
      uses.map((use) => ({ ...use, target: keyByArn(call, use.target.arn) })),
    );
  });
  call.timeline.at(call.now + ebsDurations.createVolume, () => {
    if (volume.state === 'creating') volume.state = refused ? 'error' : 'available';
  });
};

const volumeFrom = (
  input: CreateVolumeCommandInput,
  call: Call,
  on: { key: KeyTarget | undefined; snapshot: Snapshot | undefined },
): Volume => {
  const { key, snapshot } = on;
  const type = input.VolumeType ?? 'gp2';
  if (!isVolumeType(type)) throw invalid(`Volume type ${type} is not valid`);
  const volumeId = `vol-${call.ids.hex('volume', 17)}`;
  return {
    volumeId,
    sizeGiB: sizeOf(input, snapshot),
    availabilityZone: zoneOf(input, call),
    volumeType: type,
    encrypted: key !== undefined,
    ...(key?.key === undefined ? {} : { kmsKeyArn: key.key.arn }),
    ...(snapshot === undefined ? {} : { snapshotId: snapshot.snapshotId }),
    createdAt: call.now,
    ...(input.ClientToken === undefined
      ? {}
      : { clientToken: input.ClientToken, createRequest: JSON.stringify(input) }),
    tags: requestedTags(input.TagSpecifications, 'volume'),
    content: snapshot?.content ?? `empty volume ${volumeId}`,
    ...(snapshot?.written === undefined ? {} : { written: snapshot.written }),
    ...(snapshot?.productCodes === undefined ? {} : { productCodes: snapshot.productCodes }),
    state: 'creating',
    attachments: [],
  };
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html */
export const createVolume = operation<CreateVolumeCommandInput, Omit<CreateVolumeCommandOutput, '$metadata'>>(
  {
    checks: createChecks,
    run: (input, call) => {
      acceptInput(input, 'CreateVolume', [
        'AvailabilityZone',
        'AvailabilityZoneId',
        'Encrypted',
        'KmsKeyId',
        'Size',
        'SnapshotId',
        'VolumeType',
        'Iops',
        'Throughput',
        'TagSpecifications',
        'ClientToken',
      ]);
      acceptTagSpecifications(input.TagSpecifications, ['volume']);
      const state = stateOf(call);
      const before = madeBefore(input, call);
      if (before !== undefined) return volumeView(state, before);
      const snapshot =
        input.SnapshotId === undefined
          ? undefined
          : requireUsableSnapshot(call, call.region, input.SnapshotId);
      if (snapshot !== undefined && snapshot.state !== 'completed') {
        throw new ServiceFault('IncorrectState', `Snapshot is in invalid state - ${snapshot.state}`);
      }
      if (snapshot !== undefined) refuseArchived(snapshot);
      acceptPerformance(input, sizeOf(input, snapshot));
      const key = keyFor(input, call, snapshot);
      const volume = volumeFrom(input, call, { key, snapshot });
      state.volumes.set(volume.volumeId, volume);
      finishLater(call, volume, keyUses(call, volume, { key, snapshot }));
      return volumeView(state, volume);
    },
  },
);
