import type { BlockDeviceMapping } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import { keyCheck } from '../kms/key-checks.ts';
import { targetOf } from '../kms/key-target.ts';
import type { VolumeSpec } from './build-instance.ts';
import { launchDevices } from './launch-plan.ts';
import { stateOf } from './lookup.ts';
import { ec2State, type Image, type Snapshot } from './state.ts';

/** A snapshot that the caller may make a volume of: its own, or one shared with it. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html */
const usableSnapshot = (call: Call, snapshotId: string): Snapshot => {
  const { account } = call.caller;
  for (const { region, state } of call.world.all(ec2State)) {
    const found = region === call.region ? state.snapshots.get(snapshotId) : undefined;
    if (found !== undefined && (found.ownerId === account || found.isPublic || found.sharedWith.has(account)))
      return found;
  }
  throw new ServiceFault('InvalidSnapshot.NotFound', `The snapshot '${snapshotId}' does not exist.`);
};

/** Whether EC2 could use the key for the caller: both are asked when the volume is made, after the call was answered. */
const keyIsUsable = (call: Call, reference: string): boolean => {
  const target = targetOf(call, reference);
  const context = { 'kms:ViaService': `ec2.${call.region}.amazonaws.com` };
  const grant = { ...context, 'kms:GrantIsForAWSResource': 'true' };
  // AWS lists what it asks of a key for a volume, not what of it at a launch.
  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html#ebs-encryption-permissions
  const mayUse = (action: string, keys: Readonly<Record<string, string>>): boolean =>
    call.decide({ ...keyCheck(call, action, { target, context: keys }), assumed: true }).verdict === 'allow';
  return (
    target.key?.state === 'Enabled' &&
    mayUse('GenerateDataKeyWithoutPlaintext', context) &&
    mayUse('CreateGrant', grant)
  );
};

interface Launched {
  readonly volumes: readonly VolumeSpec[];
  /** False when a volume cannot be made for its key, which EC2 tells only by ending the instance. */
  readonly usable: boolean;
}

/** The volumes of a launch: the image's root volume as the mappings change it, and what they add. Root first. */
export const launchVolumes = (
  call: Call,
  image: Image,
  on: { mappings: readonly BlockDeviceMapping[]; tags: Readonly<Record<string, string>> },
): Launched => {
  const isRoot = ({ DeviceName }: BlockDeviceMapping): boolean => DeviceName === image.rootDeviceName;
  let usable = true;
  const volumes = launchDevices(image, on.mappings).map((mapping): VolumeSpec => {
    const ebs = mapping.Ebs ?? {};
    const snapshot = ebs.SnapshotId === undefined ? undefined : usableSnapshot(call, ebs.SnapshotId);
    const least = isRoot(mapping) ? image.rootSizeGiB : snapshot?.sizeGiB;
    const sizeGiB = ebs.VolumeSize ?? least;
    if (sizeGiB === undefined)
      throw new ServiceFault(
        'MissingParameter',
        `The device ${mapping.DeviceName} needs a volume size or a snapshot`,
      );
    if (least !== undefined && sizeGiB < least) {
      throw new ServiceFault(
        'InvalidBlockDeviceMapping',
        `Volume of size ${sizeGiB}GB is smaller than snapshot, expect size >= ${least}GB`,
      );
    }
    const encrypted =
      ebs.Encrypted === true || snapshot?.encrypted === true || stateOf(call).ebsEncryptionByDefault;
    // https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html : the default key unless one is named.
    const reference = ebs.KmsKeyId ?? snapshot?.kmsKeyArn ?? 'alias/aws/ebs';
    if (encrypted && !keyIsUsable(call, reference)) usable = false;
    return {
      deviceName: mapping.DeviceName ?? '',
      sizeGiB,
      encrypted,
      ...(encrypted ? { kmsKeyArn: targetOf(call, reference).arn } : {}),
      volumeType: ebs.VolumeType ?? 'gp3',
      ...(ebs.SnapshotId === undefined ? {} : { snapshotId: ebs.SnapshotId }),
      content: snapshot?.content ?? (isRoot(mapping) ? image.content : 'blank'),
      ...(snapshot?.written === undefined ? {} : { written: snapshot.written }),
      // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html : at launch by the API.
      deleteOnTermination: ebs.DeleteOnTermination ?? true,
      tags: on.tags,
    };
  });
  return { volumes, usable };
};
