import type {
  BlockDeviceMapping,
  InstanceNetworkInterfaceSpecification,
  RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { acceptMembers, required } from './accept-input.ts';
import { findLaunchTemplate, findVersion } from './launch-templates.ts';
import { stateOf } from './lookup.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import type { Ec2State, Image, LaunchTemplate } from './state.ts';

/** The members of RunInstances that are read; a launch template's data is held to the same. */
export const LAUNCH_MEMBERS = [
  'BlockDeviceMappings',
  'ClientToken',
  'DisableApiStop',
  'DisableApiTermination',
  'EbsOptimized',
  'HibernationOptions',
  'IamInstanceProfile',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceMarketOptions',
  'InstanceType',
  'KeyName',
  'LaunchTemplate',
  'MaxCount',
  'MetadataOptions',
  'MinCount',
  'Monitoring',
  'NetworkInterfaces',
  'PrivateIpAddress',
  'SecurityGroupIds',
  'SubnetId',
  'TagSpecifications',
  'UserData',
] as const;

/** A launch: the request laid over its launch template. */
export interface LaunchPlan {
  readonly merged: RunInstancesCommandInput;
  readonly template: LaunchTemplate | undefined;
}

/**
 * Lays a request over the launch template that it names: what the request gives wins; tags of both hold, the request's last.
 * Does not refuse anything, so that what will be authorized can be told before.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html (LaunchTemplate)
 */
export const planLaunch = (input: RunInstancesCommandInput, call: Call): LaunchPlan => {
  const template =
    input.LaunchTemplate === undefined ? undefined : findLaunchTemplate(stateOf(call), input.LaunchTemplate);
  // The template's data was held to LAUNCH_MEMBERS when it was made, which have the same shapes as the request's.
  const version = template === undefined ? undefined : findVersion(template, input.LaunchTemplate?.Version);
  const data = (version?.data ?? {}) as Partial<RunInstancesCommandInput>;
  const given = Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  ) as Partial<RunInstancesCommandInput>;
  return {
    template,
    merged: {
      ...data,
      ...given,
      MinCount: input.MinCount,
      MaxCount: input.MaxCount,
      TagSpecifications: [...(data.TagSpecifications ?? []), ...(input.TagSpecifications ?? [])],
    },
  };
};

/** The volumes of a launch: those of the image, root first, as the mappings change them, and what they add. */
export const launchDevices = (
  image: Image,
  mappings: readonly BlockDeviceMapping[],
): readonly BlockDeviceMapping[] => {
  const root = [{ DeviceName: image.rootDeviceName, Ebs: {} }];
  const own: readonly BlockDeviceMapping[] =
    image.devices?.map((device) => ({
      DeviceName: device.deviceName,
      Ebs: {
        SnapshotId: device.snapshotId,
        VolumeSize: device.sizeGiB,
        VolumeType: device.volumeType as NonNullable<BlockDeviceMapping['Ebs']>['VolumeType'],
        DeleteOnTermination: device.deleteOnTermination,
      },
    })) ?? root;
  const given = new Map(mappings.map((mapping) => [mapping.DeviceName, mapping]));
  const changed = own.map((mapping) => {
    const over = given.get(mapping.DeviceName);
    return { ...mapping, ...over, Ebs: { ...mapping.Ebs, ...over?.Ebs } };
  });
  const names = new Set(own.map(({ DeviceName }) => DeviceName));
  return [...changed, ...mappings.filter(({ DeviceName }) => !names.has(DeviceName))];
};

/** The name of the public parameter in `resolve:ssm:name` or `resolve:ssm:name:version`, if the image is given so. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html#use-an-ssm-parameter-instead-of-an-ami-id */
export const imageParameter = (imageId: string | undefined): string | undefined =>
  /^resolve:ssm:([^:]+)(:[^:]+)?$/.exec(imageId ?? '')?.[1];

/**
 * The image of a launch, through a public parameter where it is given so.
 *
 * @throws ServiceFault MissingParameter, InvalidParameterValue, InvalidAMIID.NotFound, InvalidAMIID.Malformed, and InvalidAMIID.Unavailable
 *   for one that is not ready. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export const requireImage = (state: Ec2State, imageId: string | undefined): Image => {
  const given = required(imageId, 'ImageId');
  const parameter = imageParameter(given);
  if (parameter === undefined) return requireAvailable(state, given);
  const resolved = state.publicParameters.get(parameter);
  if (resolved === undefined)
    throw new ServiceFault(
      'InvalidParameterValue',
      `Invalid Systems Manager parameter: ${parameter} does not exist`,
    );
  return requireAvailable(state, resolved);
};

const requireAvailable = (state: Ec2State, imageId: string): Image => {
  const image = requireOne(idKinds.image, state.images, imageId);
  if (image.state !== undefined && image.state !== 'available')
    throw new ServiceFault(
      'InvalidAMIID.Unavailable',
      `The image ID '${imageId}' is no longer available: it is ${image.state}`,
    );
  return image;
};

const acceptMapping = (mapping: BlockDeviceMapping): void => {
  acceptMembers(mapping, 'RunInstances.BlockDeviceMappings', ['DeviceName', 'Ebs']);
  // Iops and Throughput are speeds, which volumes do not have here.
  acceptMembers(mapping.Ebs, 'RunInstances.BlockDeviceMappings.Ebs', [
    'DeleteOnTermination',
    'Encrypted',
    'Iops',
    'KmsKeyId',
    'SnapshotId',
    'Throughput',
    'VolumeSize',
    'VolumeType',
  ]);
};

const acceptInterface = (wanted: InstanceNetworkInterfaceSpecification): void => {
  acceptMembers(wanted, 'RunInstances.NetworkInterfaces', [
    'AssociatePublicIpAddress',
    'DeleteOnTermination',
    'Description',
    'DeviceIndex',
    'Groups',
    'NetworkInterfaceId',
    'PrivateIpAddress',
    'SubnetId',
  ]);
};

/**
 * Refuses what the local organization does not implement of a launch, and what EC2 refuses whatever the account holds.
 *
 * @throws ServiceFault UnsupportedOperation (501), InvalidParameterCombination, InvalidParameterValue
 */
export const acceptPlan = ({ merged }: LaunchPlan): void => {
  for (const mapping of merged.BlockDeviceMappings ?? []) acceptMapping(mapping);
  for (const wanted of merged.NetworkInterfaces ?? []) acceptInterface(wanted);
  acceptMembers(merged.MetadataOptions, 'RunInstances.MetadataOptions', [
    'HttpEndpoint',
    'HttpPutResponseHopLimit',
    'HttpTokens',
  ]);
  acceptMembers(merged.HibernationOptions, 'RunInstances.HibernationOptions', ['Configured']);
  acceptMembers(merged.IamInstanceProfile, 'RunInstances.IamInstanceProfile', ['Arn', 'Name']);
  acceptMembers(merged.InstanceMarketOptions, 'RunInstances.InstanceMarketOptions', [
    'MarketType',
    'SpotOptions',
  ]);
  acceptMembers(merged.InstanceMarketOptions?.SpotOptions, 'RunInstances.InstanceMarketOptions.SpotOptions', [
    'SpotInstanceType',
  ]);
  const market = merged.InstanceMarketOptions?.MarketType;
  if (market !== undefined && market !== 'spot')
    throw unimplemented(`InstanceMarketOptions.MarketType=${market}`, 'RunInstances');
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html : groups and subnet belong to the interface then.
  if (
    merged.NetworkInterfaces?.length &&
    (merged.SubnetId ?? merged.SecurityGroupIds ?? merged.PrivateIpAddress) !== undefined
  ) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID, security groups or private address may not be specified on the same request',
    );
  }
  const least = required(merged.MinCount, 'MinCount');
  const most = required(merged.MaxCount, 'MaxCount');
  if (least < 1 || most < least) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Value (${least}, ${most}) for parameters MinCount and MaxCount is invalid. MinCount must be at least 1 and at most MaxCount.`,
    );
  }
};
