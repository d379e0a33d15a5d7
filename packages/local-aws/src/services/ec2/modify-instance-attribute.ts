import type { ModifyInstanceAttributeCommandInput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { acceptInput, acceptMembers, required } from './accept-input.ts';
import { refuseManaged } from './instance-guards.ts';
import { replaceGroups } from './interface-groups.ts';
import { interfacesOf } from './instance-view.ts';
import { stateOf } from './lookup.ts';
import { attributeContext, instanceCheck, resourceCheck } from './resource-checks.ts';
import { idKinds, requireOne } from './resource-ids.ts';
import type { Instance } from './state.ts';

type Input = ModifyInstanceAttributeCommandInput;

/** The attributes that a call can set here; AWS has more. */
const ATTRIBUTES = [
  'DisableApiTermination',
  'DisableApiStop',
  'InstanceInitiatedShutdownBehavior',
  'BlockDeviceMappings',
  'Groups',
] as const;

type Attribute = (typeof ATTRIBUTES)[number];

const given = (input: Input): readonly Attribute[] => ATTRIBUTES.filter((name) => input[name] !== undefined);

/** Spot Instances have neither protection. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html */
const refuseForSpot = (instance: Instance, attribute: Attribute): void => {
  if (instance.lifecycle === 'spot') {
    throw new ServiceFault(
      'UnsupportedOperation',
      `The instance '${instance.instanceId}' is a Spot Instance: ${attribute} cannot be changed.`,
    );
  }
};

const setDeleteOnTermination = (
  instance: Instance,
  mappings: NonNullable<Input['BlockDeviceMappings']>,
): void => {
  const devices = mappings.map((mapping) => {
    acceptMembers(mapping, 'ModifyInstanceAttribute.BlockDeviceMappings', ['DeviceName', 'Ebs']);
    acceptMembers(mapping.Ebs, 'ModifyInstanceAttribute.BlockDeviceMappings.Ebs', [
      'DeleteOnTermination',
      'VolumeId',
    ]);
    const device = instance.blockDevices.find(({ deviceName }) => deviceName === mapping.DeviceName);
    if (device === undefined) {
      throw new ServiceFault(
        'InvalidInstanceAttributeValue',
        `No device is currently mapped at ${mapping.DeviceName}`,
      );
    }
    // "If you omit this parameter, it is set to true."
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsInstanceBlockDeviceSpecification.html
    return { device, value: mapping.Ebs?.DeleteOnTermination ?? true };
  });
  for (const { device, value } of devices) device.deleteOnTermination = value;
};

const setGroups = (instance: Instance, groups: readonly string[], call: Call): void => {
  const state = stateOf(call);
  const interfaces = interfacesOf(state, instance);
  const [primary] = interfaces;
  if (interfaces.length > 1 || primary === undefined) {
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html : a code that looks like "no such instance".
    throw new ServiceFault(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${instance.instanceId}'. Please specify an interface ID for the operation instead.`,
    );
  }
  replaceGroups(state, primary, groups);
};

const setAttribute = (
  instance: Instance,
  attribute: Attribute,
  { input, call }: { input: Input; call: Call },
): void => {
  switch (attribute) {
    case 'DisableApiTermination':
      refuseForSpot(instance, attribute);
      instance.disableApiTermination = required(
        input.DisableApiTermination?.Value,
        'disableApiTermination.value',
      );
      return;
    case 'DisableApiStop':
      refuseForSpot(instance, attribute);
      instance.disableApiStop = required(input.DisableApiStop?.Value, 'disableApiStop.value');
      return;
    case 'InstanceInitiatedShutdownBehavior': {
      const value = input.InstanceInitiatedShutdownBehavior?.Value;
      if (value !== 'stop' && value !== 'terminate') {
        throw new ServiceFault(
          'InvalidParameterValue',
          `Value (${value}) for parameter instanceInitiatedShutdownBehavior is invalid. Expected: 'stop' or 'terminate'`,
        );
      }
      instance.shutdownBehavior = value;
      return;
    }
    case 'BlockDeviceMappings':
      setDeleteOnTermination(instance, input.BlockDeviceMappings ?? []);
      return;
    case 'Groups':
      setGroups(instance, input.Groups ?? [], call);
  }
};

const checks = (input: Input, call: Call): readonly Check[] => {
  const id = input.InstanceId ?? '*';
  const instance = stateOf(call).instances.get(id);
  const volumes = (input.BlockDeviceMappings ?? []).flatMap(
    (mapping) =>
      instance?.blockDevices.find(({ deviceName }) => deviceName === mapping.DeviceName)?.volumeId ?? [],
  );
  return [
    instanceCheck('ModifyInstanceAttribute', call, id, attributeContext(given(input))),
    ...(input.Groups ?? []).map((group) =>
      resourceCheck('ModifyInstanceAttribute', call, { type: 'security-group', id: group }),
    ),
    // The reference lists volumes as an optional resource and does not say when they are checked.
    ...volumes.map((volumeId): Check => ({
      ...resourceCheck('ModifyInstanceAttribute', call, {
        type: 'volume',
        id: volumeId,
      }),
      assumed: true,
    })),
  ];
};

const modifyInstanceAttribute = operation<Input, object>({
  checks,
  run: (input, call) => {
    acceptInput(input, 'ModifyInstanceAttribute', ['InstanceId', ...ATTRIBUTES]);
    const instance = requireOne(
      idKinds.instance,
      stateOf(call).instances,
      required(input.InstanceId, 'instanceId'),
    );
    const attributes = given(input);
    const [attribute] = attributes;
    // "You can specify only one attribute at a time." https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
    if (attributes.length > 1) {
      throw new ServiceFault(
        'InvalidParameterCombination',
        `Fields for multiple attribute types specified: ${attributes.join(', ')}`,
      );
    }
    if (attribute === undefined) throw unimplemented('(no attribute)', 'ModifyInstanceAttribute');
    refuseManaged(instance);
    if (instance.state === 'terminated' || instance.state === 'shutting-down') {
      throw new ServiceFault(
        'IncorrectInstanceState',
        `The instance '${instance.instanceId}' is not in a state from which its attributes can be modified: ${instance.state}.`,
      );
    }
    setAttribute(instance, attribute, { input, call });
    return {};
  },
});

/** Operations that change attributes of instances. */
export const instanceAttributeOperations = { ModifyInstanceAttribute: modifyInstanceAttribute };
