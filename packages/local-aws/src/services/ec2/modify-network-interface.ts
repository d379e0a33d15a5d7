import type { ModifyNetworkInterfaceAttributeCommandInput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { acceptInput, acceptMembers, required } from './accept-input.ts';
import { instanceTypeFacts } from './instance-types.ts';
import { replaceGroups } from './interface-groups.ts';
import { stateOf } from './lookup.ts';
import { losePublicAddresses, restorePublicAddress } from './public-address.ts';
import { attributeContext, resourceCheck } from './resource-checks.ts';
import { idKinds } from './resource-ids.ts';
import { requireOwn, visibleInterfaces } from './sharing.ts';
import type { Instance, NetworkInterface } from './state.ts';

type Input = ModifyNetworkInterfaceAttributeCommandInput;

const ATTRIBUTES = [
  'Groups',
  'Description',
  'SourceDestCheck',
  'Attachment',
  'ConnectionTrackingSpecification',
  'AssociatePublicIpAddress',
] as const;

type Attribute = (typeof ATTRIBUTES)[number];

/** Ranges in seconds, both ends included. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#connection-tracking-timeouts */
const TIMEOUTS = {
  TcpEstablishedTimeout: [60, 432_000],
  UdpStreamTimeout: [60, 180],
  UdpTimeout: [30, 60],
} as const;

const setTracking = (
  held: NetworkInterface,
  wanted: NonNullable<Input['ConnectionTrackingSpecification']>,
  instance: Instance | undefined,
): void => {
  const type = instance && instanceTypeFacts(instance.instanceType);
  // The page says that Nitro instances alone have it; the code is assumed.
  if (type !== undefined && type.nitroVersion === undefined) {
    throw new ServiceFault(
      'UnsupportedOperation',
      `Connection tracking timeouts are not supported on instance type ${type.instanceType}`,
    );
  }
  acceptMembers(wanted, 'ConnectionTrackingSpecification', [
    'TcpEstablishedTimeout',
    'UdpStreamTimeout',
    'UdpTimeout',
  ]);
  for (const name of ['TcpEstablishedTimeout', 'UdpStreamTimeout', 'UdpTimeout'] as const) {
    const [least, most] = TIMEOUTS[name];
    const value = wanted[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most)) {
      throw new ServiceFault(
        'InvalidParameterValue',
        `Value (${value}) for parameter ${name} is invalid. Expecting ${least} to ${most} seconds.`,
      );
    }
  }
  const { TcpEstablishedTimeout, UdpStreamTimeout, UdpTimeout } = wanted;
  held.connectionTracking = {
    ...held.connectionTracking,
    ...(TcpEstablishedTimeout === undefined ? {} : { tcpEstablished: TcpEstablishedTimeout }),
    ...(UdpStreamTimeout === undefined ? {} : { udpStream: UdpStreamTimeout }),
    ...(UdpTimeout === undefined ? {} : { udp: UdpTimeout }),
  };
};

const setDeleteOnTermination = (held: NetworkInterface, wanted: NonNullable<Input['Attachment']>): void => {
  acceptMembers(wanted, 'ModifyNetworkInterfaceAttribute.Attachment', [
    'AttachmentId',
    'DeleteOnTermination',
  ]);
  if (held.attachment === undefined || held.attachment.attachmentId !== wanted.AttachmentId) {
    throw new ServiceFault(
      'InvalidAttachmentID.NotFound',
      `The attachment ID '${wanted.AttachmentId}' does not exist`,
    );
  }
  held.attachment.deleteOnTermination = required(
    wanted.DeleteOnTermination,
    'attachment.deleteOnTermination',
  );
};

/**
 * "This option can be enabled for any network interface but will only apply to the primary network interface (eth0)." An instance that is
 * not running has no public address, and gets one when it starts.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
 */
const setPublicAddress = (
  held: NetworkInterface,
  wanted: boolean,
  on: { readonly call: Call; readonly instance: Instance | undefined },
): void => {
  const { call, instance } = on;
  held.autoPublicIp = wanted;
  if (instance === undefined || held.attachment?.deviceIndex !== 0) return;
  const state = stateOf(call);
  if (!wanted) losePublicAddresses(state, { ...instance, networkInterfaceIds: [held.networkInterfaceId] });
  else if (instance.state === 'running' || instance.state === 'pending')
    restorePublicAddress(state, instance, call.ids);
};

const setAttribute = (
  held: NetworkInterface,
  attribute: Attribute,
  { input, call }: { input: Input; call: Call },
): void => {
  const instance = stateOf(call).instances.get(held.attachment?.instanceId ?? '');
  switch (attribute) {
    case 'Groups':
      replaceGroups(stateOf(call), held, input.Groups ?? []);
      return;
    case 'Description':
      held.description = input.Description?.Value ?? '';
      return;
    case 'SourceDestCheck':
      held.sourceDestCheck = required(input.SourceDestCheck?.Value, 'sourceDestCheck.value');
      return;
    case 'Attachment':
      setDeleteOnTermination(held, input.Attachment ?? {});
      return;
    case 'ConnectionTrackingSpecification':
      setTracking(held, input.ConnectionTrackingSpecification ?? {}, instance);
      return;
    case 'AssociatePublicIpAddress':
      setPublicAddress(held, input.AssociatePublicIpAddress === true, { call, instance });
  }
};

const modifyChecks = (input: Input, call: Call): readonly Check[] => [
  resourceCheck('ModifyNetworkInterfaceAttribute', call, {
    type: 'network-interface',
    id: input.NetworkInterfaceId ?? '*',
    more: attributeContext(ATTRIBUTES.filter((name) => input[name] !== undefined)),
  }),
  ...(input.Groups ?? []).map((id) =>
    resourceCheck('ModifyNetworkInterfaceAttribute', call, { type: 'security-group', id }),
  ),
];

const modifyNetworkInterfaceAttribute = operation<Input, object>({
  checks: modifyChecks,
  run: (input, call) => {
    acceptInput(input, 'ModifyNetworkInterfaceAttribute', ['NetworkInterfaceId', ...ATTRIBUTES]);
    const id = required(input.NetworkInterfaceId, 'networkInterfaceId');
    const held = requireOwn(
      {
        kind: idKinds.networkInterface,
        own: stateOf(call).networkInterfaces,
        visible: visibleInterfaces(call),
        operationName: 'ModifyNetworkInterfaceAttribute',
      },
      id,
    );
    const given = ATTRIBUTES.filter((name) => input[name] !== undefined);
    const [attribute] = given;
    // "You can specify only one attribute at a time." https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
    if (given.length > 1) {
      throw new ServiceFault(
        'InvalidParameterCombination',
        `Fields for multiple attribute types specified: ${given.join(', ')}`,
      );
    }
    if (attribute === undefined) throw unimplemented('(no attribute)', 'ModifyNetworkInterfaceAttribute');
    // The page says that the account cannot change it; the code is assumed.
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
    if (held.requesterManaged)
      throw new ServiceFault('AuthFailure', 'You do not have permission to access the specified resource.', {
        status: 403,
      });
    setAttribute(held, attribute, { input, call });
    return {};
  },
});

/** Operations that change network interfaces. */
export const modifyNetworkInterfaceOperations = {
  ModifyNetworkInterfaceAttribute: modifyNetworkInterfaceAttribute,
};
