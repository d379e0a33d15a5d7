import type {
  DescribeInstanceAttributeCommandInput,
  DescribeInstanceAttributeCommandOutput,
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import { operation } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { acceptInput, required } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import {
  addressOf,
  interfacesOf,
  renderGroups,
  renderReservations,
  renderState,
  reservationIdOf,
  spotRequestIdOf,
} from './instance-view.ts';
import { stateOf } from './lookup.ts';
import { describeCheck, instanceCheck } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import type { Ec2State, Instance } from './state.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
const readers = (state: Ec2State): Readers<Instance> => {
  const interfaces = (instance: Instance) => interfacesOf(state, instance);
  const profileArns = (instance: Instance): readonly string[] =>
    [...state.profileAssociations.values()]
      .filter((held) => held.instanceId === instance.instanceId)
      .map((held) => held.profileArn);
  return {
    'instance-id': (instance) => [instance.instanceId],
    'instance-state-name': (instance) => [instance.state],
    'instance-state-code': (instance) => [String(renderState(instance.state).Code)],
    'instance-type': (instance) => [instance.instanceType],
    'instance-lifecycle': (instance) => (instance.lifecycle === undefined ? [] : [instance.lifecycle]),
    'spot-instance-request-id': (instance) => [spotRequestIdOf(instance) ?? []].flat(),
    'root-device-type': (instance) => [instance.rootDeviceType ?? 'ebs'],
    'image-id': (instance) => [instance.imageId],
    'reservation-id': (instance) => [reservationIdOf(instance)],
    'client-token': (instance) => (instance.clientToken === undefined ? [] : [instance.clientToken]),
    'availability-zone': (instance) => [instance.availabilityZone],
    architecture: (instance) => [instance.architecture],
    'iam-instance-profile.arn': profileArns,
    'vpc-id': (instance) =>
      interfaces(instance)
        .slice(0, 1)
        .map((held) => held.vpcId),
    'subnet-id': (instance) =>
      interfaces(instance)
        .slice(0, 1)
        .map((held) => held.subnetId),
    'private-ip-address': (instance) =>
      interfaces(instance)
        .slice(0, 1)
        .map((held) => held.privateIpAddress),
    'ip-address': (instance) =>
      interfaces(instance)
        .slice(0, 1)
        .flatMap((held) => addressOf(state, held.networkInterfaceId)?.publicIp ?? held.publicIp ?? []),
    'instance.group-id': (instance) =>
      interfaces(instance)
        .slice(0, 1)
        .flatMap((held) => held.groups),
    'network-interface.network-interface-id': (instance) => instance.networkInterfaceIds,
    'network-interface.vpc-id': (instance) => interfaces(instance).map((held) => held.vpcId),
    'network-interface.subnet-id': (instance) => interfaces(instance).map((held) => held.subnetId),
    'network-interface.group-id': (instance) => interfaces(instance).flatMap((held) => held.groups),
    'network-interface.addresses.private-ip-address': (instance) =>
      interfaces(instance).map((held) => held.privateIpAddress),
    'block-device-mapping.volume-id': (instance) => instance.blockDevices.map((device) => device.volumeId),
  };
};

const describeInstances = operation<
  DescribeInstancesCommandInput,
  Omit<DescribeInstancesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeInstances', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeInstances', [
      'InstanceIds',
      'Filters',
      'MaxResults',
      'NextToken',
      'IncludeManagedResources',
    ]);
    const state = stateOf(call);
    const asked = input.InstanceIds?.length
      ? requireAll(idKinds.instance, state.instances, input.InstanceIds)
      : [...state.instances.values()];
    const shown = page(applyFilters(asked, input.Filters, readers(state)), input, input.InstanceIds);
    return {
      Reservations: renderReservations(state, shown.items, {
        account: call.caller.account,
        region: call.region,
      }),
      NextToken: shown.nextToken,
    };
  },
});

type AttributeOutput = Omit<DescribeInstanceAttributeCommandOutput, '$metadata'>;

const attributeOf = (state: Ec2State, instance: Instance, attribute: string): AttributeOutput => {
  switch (attribute) {
    case 'disableApiTermination':
      return { DisableApiTermination: { Value: instance.disableApiTermination } };
    case 'disableApiStop':
      return { DisableApiStop: { Value: instance.disableApiStop } };
    case 'instanceInitiatedShutdownBehavior':
      return { InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior } };
    case 'instanceType':
      return { InstanceType: { Value: instance.instanceType } };
    // In base64, as it was given. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceAttribute.html
    case 'userData':
      return { UserData: instance.userData === undefined ? {} : { Value: instance.userData } };
    case 'rootDeviceName':
      return { RootDeviceName: { Value: instance.rootDeviceName } };
    case 'groupSet':
      return { Groups: renderGroups(state, interfacesOf(state, instance)[0]?.groups ?? []) };
    case 'blockDeviceMapping':
      return {
        BlockDeviceMappings: instance.blockDevices.map((device) => ({
          DeviceName: device.deviceName,
          Ebs: {
            VolumeId: device.volumeId,
            DeleteOnTermination: device.deleteOnTermination,
            Status: 'attached',
          },
        })),
      };
    default:
      throw unimplemented(`Attribute=${attribute}`, 'DescribeInstanceAttribute');
  }
};

const describeInstanceAttribute = operation<DescribeInstanceAttributeCommandInput, AttributeOutput>({
  checks: (input, call) => [instanceCheck('DescribeInstanceAttribute', call, input.InstanceId ?? '*')],
  run: (input, call) => {
    acceptInput(input, 'DescribeInstanceAttribute', ['InstanceId', 'Attribute']);
    const state = stateOf(call);
    const instance = requireOne(idKinds.instance, state.instances, required(input.InstanceId, 'instanceId'));
    return {
      InstanceId: instance.instanceId,
      ...attributeOf(state, instance, required(input.Attribute, 'attribute')),
    };
  },
});

/** Operations that read instances. */
export const describeInstanceOperations = {
  DescribeInstances: describeInstances,
  DescribeInstanceAttribute: describeInstanceAttribute,
};
