import type {
  GetLaunchTemplateDataCommandInput,
  GetLaunchTemplateDataCommandOutput,
  LaunchTemplateInstanceNetworkInterfaceSpecification,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { interfacesOf } from './instance-view.ts';
import { stateOf } from './lookup.ts';
import { describeCheck, instanceCheck } from './resource-checks.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import type { Instance, NetworkInterface } from './state.ts';

/** The interface itself, with its addresses: an instance that is launched from this data as it is would want what the first one has. */
const interfaceView = (held: NetworkInterface): LaunchTemplateInstanceNetworkInterfaceSpecification => ({
  Description: held.description ?? '',
  DeviceIndex: held.attachment?.deviceIndex ?? 0,
  NetworkInterfaceId: held.networkInterfaceId,
  SubnetId: held.subnetId,
  Groups: [...held.groups],
  PrivateIpAddress: held.privateIpAddress,
  PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: held.privateIpAddress }],
  Ipv6Addresses: held.ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
  DeleteOnTermination: held.attachment?.deleteOnTermination ?? true,
});

const dataOf = (instance: Instance, call: Call): ResponseLaunchTemplateData => {
  const state = stateOf(call);
  const profile = [...state.profileAssociations.values()].find(
    (held) => held.instanceId === instance.instanceId,
  );
  return {
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as NonNullable<ResponseLaunchTemplateData['InstanceType']>,
    Placement: { AvailabilityZone: instance.availabilityZone, GroupName: '', Tenancy: 'default' },
    BlockDeviceMappings: instance.blockDevices.map((device) => ({
      DeviceName: device.deviceName,
      Ebs: { DeleteOnTermination: device.deleteOnTermination },
    })),
    NetworkInterfaces: interfacesOf(state, instance).map(interfaceView),
    MetadataOptions: {
      HttpEndpoint: instance.metadataOptions.httpEndpoint,
      HttpTokens: instance.metadataOptions.httpTokens,
    },
    DisableApiTermination: instance.disableApiTermination,
    DisableApiStop: instance.disableApiStop,
    InstanceInitiatedShutdownBehavior: instance.shutdownBehavior,
    EbsOptimized: false,
    Monitoring: {},
    ...(profile === undefined ? {} : { IamInstanceProfile: { Arn: profile.profileArn } }),
  };
};

/**
 * The operation asks others for its caller; "depending on your configuration" is taken to mean always, of what the caller must be
 * allowed to. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html
 */
export const getLaunchTemplateData = operation<
  GetLaunchTemplateDataCommandInput,
  Omit<GetLaunchTemplateDataCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const id = input.InstanceId ?? '';
    const others = [
      ...describeCheck('DescribeVolumes', call),
      instanceCheck('DescribeInstanceAttribute', call, id),
    ];
    return [
      instanceCheck('GetLaunchTemplateData', call, id),
      ...others.map((check) => ({ ...check, assumed: true as const })),
    ];
  },
  run: (input, call) => {
    acceptInput(input, 'GetLaunchTemplateData', ['InstanceId']);
    const id = required(input.InstanceId, 'InstanceId');
    const instance = requireOne(idKinds.instance, stateOf(call).instances, id);
    return { LaunchTemplateData: dataOf(instance, call) };
  },
});
