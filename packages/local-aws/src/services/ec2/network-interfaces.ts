import type {
  DescribeNetworkInterfaceAttributeCommandInput,
  DescribeNetworkInterfaceAttributeCommandOutput,
  DescribeNetworkInterfacesCommandInput,
  DescribeNetworkInterfacesCommandOutput,
  NetworkInterface as ApiNetworkInterface,
} from '@aws-sdk/client-ec2';
import { operation } from '../../core/operation.ts';
import { unimplemented } from '../accept-members.ts';
import { acceptInput, required } from './accept-input.ts';
import { zoneId } from './availability-zones.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import {
  addressOf,
  privateDnsName,
  renderAssociation,
  renderGroups,
  renderTracking,
  type Place,
} from './instance-view.ts';
import { stateOf } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import { visibleInterfaces, type VisibleInterface } from './sharing.ts';
import { ec2State, type Ec2State, type NetworkInterface } from './state.ts';
import { renderTags } from './tag-sets.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
const readers = (stateFor: (held: VisibleInterface) => Ec2State): Readers<VisibleInterface> => ({
  'owner-id': (held) => [held.ownerId],
  'network-interface-id': (held) => [held.networkInterfaceId],
  'attachment.attachment-id': (held) => (held.attachment === undefined ? [] : [held.attachment.attachmentId]),
  'attachment.instance-id': (held) => (held.attachment === undefined ? [] : [held.attachment.instanceId]),
  'attachment.device-index': (held) =>
    held.attachment === undefined ? [] : [String(held.attachment.deviceIndex)],
  'vpc-id': (held) => [held.vpcId],
  'subnet-id': (held) => [held.subnetId],
  'availability-zone': (held) => [held.availabilityZone],
  'group-id': (held) => held.groups,
  'group-name': (held) => held.groups.flatMap((id) => stateFor(held).securityGroups.get(id)?.name ?? []),
  'interface-type': (held) => [held.interfaceType],
  'requester-managed': (held) => [String(held.requesterManaged)],
  status: (held) => [held.attachment === undefined ? 'available' : 'in-use'],
  description: (held) => [held.description ?? ''],
  'private-ip-address': (held) => [held.privateIpAddress],
  'addresses.private-ip-address': (held) => [held.privateIpAddress],
  'association.public-ip': (held) =>
    [addressOf(stateFor(held), held.networkInterfaceId)?.publicIp ?? held.publicIp ?? []].flat(),
  'association.allocation-id': (held) =>
    [addressOf(stateFor(held), held.networkInterfaceId)?.allocationId ?? []].flat(),
});

const render = (state: Ec2State, held: NetworkInterface, place: Place): ApiNetworkInterface => {
  const association = renderAssociation(state, held, place.account);
  return {
    NetworkInterfaceId: held.networkInterfaceId,
    InterfaceType: held.interfaceType as ApiNetworkInterface['InterfaceType'],
    OwnerId: place.account,
    VpcId: held.vpcId,
    SubnetId: held.subnetId,
    AvailabilityZone: held.availabilityZone,
    AvailabilityZoneId: zoneId(held.availabilityZone),
    Description: held.description ?? '',
    Status: held.attachment === undefined ? 'available' : 'in-use',
    RequesterManaged: held.requesterManaged,
    SourceDestCheck: held.sourceDestCheck ?? true,
    PrivateIpAddress: held.privateIpAddress,
    PrivateDnsName: privateDnsName(held.privateIpAddress, place.region),
    PrivateIpAddresses: [
      { Primary: true, PrivateIpAddress: held.privateIpAddress, Association: association },
    ],
    Ipv6Addresses: held.ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
    Groups: renderGroups(state, held.groups),
    Association: association,
    ConnectionTrackingConfiguration: renderTracking(held),
    Attachment: held.attachment && {
      AttachmentId: held.attachment.attachmentId,
      AttachTime: new Date(held.attachment.attachedAt),
      DeleteOnTermination: held.attachment.deleteOnTermination ?? true,
      DeviceIndex: held.attachment.deviceIndex,
      NetworkCardIndex: held.attachment.networkCardIndex,
      InstanceId: held.attachment.instanceId,
      InstanceOwnerId: place.account,
      Status: 'attached',
    },
    TagSet: renderTags(held.tags) ?? [],
  };
};

const describeNetworkInterfaces = operation<
  DescribeNetworkInterfacesCommandInput,
  Omit<DescribeNetworkInterfacesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeNetworkInterfaces', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeNetworkInterfaces', [
      'NetworkInterfaceIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const visible = visibleInterfaces(call);
    const stateFor = ({ ownerId }: VisibleInterface) => call.world.of(ec2State, ownerId, call.region);
    const asked = input.NetworkInterfaceIds?.length
      ? requireAll(idKinds.networkInterface, visible, input.NetworkInterfaceIds)
      : [...visible.values()];
    const shown = page(
      applyFilters(asked, input.Filters, readers(stateFor)),
      input,
      input.NetworkInterfaceIds,
    );
    return {
      NetworkInterfaces: shown.items.map((held) =>
        render(stateFor(held), held, { account: held.ownerId, region: call.region }),
      ),
      NextToken: shown.nextToken,
    };
  },
});

type AttributeOutput = Omit<DescribeNetworkInterfaceAttributeCommandOutput, '$metadata'>;

const attributeOf = (state: Ec2State, held: NetworkInterface, attribute: string): AttributeOutput => {
  switch (attribute) {
    case 'associatePublicIpAddress':
      return { AssociatePublicIpAddress: held.autoPublicIp ?? false };
    case 'description':
      return { Description: { Value: held.description ?? '' } };
    case 'groupSet':
      return { Groups: renderGroups(state, held.groups) };
    case 'sourceDestCheck':
      return { SourceDestCheck: { Value: held.sourceDestCheck ?? true } };
    default:
      throw unimplemented(`Attribute=${attribute}`, 'DescribeNetworkInterfaceAttribute');
  }
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaceAttribute.html */
const describeNetworkInterfaceAttribute = operation<
  DescribeNetworkInterfaceAttributeCommandInput,
  AttributeOutput
>({
  checks: (_input, call) => describeCheck('DescribeNetworkInterfaceAttribute', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeNetworkInterfaceAttribute', ['NetworkInterfaceId', 'Attribute']);
    const state = stateOf(call);
    const id = required(input.NetworkInterfaceId, 'networkInterfaceId');
    const held = requireOne(idKinds.networkInterface, state.networkInterfaces, id);
    return {
      NetworkInterfaceId: id,
      ...attributeOf(state, held, required(input.Attribute, 'attribute')),
    };
  },
});

/** Operations that read network interfaces. */
export const networkInterfaceOperations = {
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribeNetworkInterfaceAttribute: describeNetworkInterfaceAttribute,
};
