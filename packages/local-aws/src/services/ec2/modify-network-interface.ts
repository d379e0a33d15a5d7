import type { ModifyNetworkInterfaceAttributeCommandInput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { acceptInput, acceptMembers, required } from './accept-input.ts';
import { replaceGroups } from './interface-groups.ts';
import { stateOf } from './lookup.ts';
import { losePublicAddresses, restorePublicAddress } from './public-address.ts';
import { attributeContext, resourceCheck } from './resource-checks.ts';
import { idKinds } from './resource-ids.ts';
import { requireOwn, visibleInterfaces } from './sharing.ts';
import type { NetworkInterface } from './state.ts';

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

/** Ranges in seconds. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#connection-tracking-timeouts */
const TIMEOUTS = {
  TcpEstablishedTimeout: [60, 432_000],
  UdpStreamTimeout: [60, 180],
  UdpTimeout: [30, 60],
} as const;

const setTracking = (
  held: NetworkInterface,
  wanted: NonNullable<Input['ConnectionTrackingSpecification']>,
): void => {
  acceptMembers(wanted, 'ConnectionTrackingSpecification', [
    'TcpEstablishedTimeout',
    'UdpStreamTimeout',
    'UdpTimeout',
  ]);
  for (const name of ['TcpEstablishedTimeout', 'UdpStreamTimeout', 'UdpTimeout'] as const) {
    const [least, most] = TIMEOUTS[name];
    const value = wanted[name];
    if (value !== undefined && (value < least || value > most)) {
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

/** Acts on the auto-assigned IPv4 of a primary interface. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html */
const setPublicAddress = (held: NetworkInterface, wanted: boolean, call: Call): void => {
  const state = stateOf(call);
  const instance =
    held.attachment === undefined ? undefined : state.instances.get(held.attachment.instanceId);
  if (instance === undefined || held.attachment?.deviceIndex !== 0) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      `The network interface '${held.networkInterfaceId}' is not the primary interface of an instance`,
    );
  }
  held.autoPublicIp = wanted;
  if (wanted) restorePublicAddress(state, instance, call.ids);
  else losePublicAddresses(state, { ...instance, networkInterfaceIds: [held.networkInterfaceId] });
};

const setAttribute = (
  held: NetworkInterface,
  attribute: Attribute,
  { input, call }: { input: Input; call: Call },
): void => {
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
      setTracking(held, input.ConnectionTrackingSpecification ?? {});
      return;
    case 'AssociatePublicIpAddress':
      setPublicAddress(held, input.AssociatePublicIpAddress === true, call);
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
