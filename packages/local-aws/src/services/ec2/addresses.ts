import type {
  AssociateAddressCommandInput,
  AssociateAddressCommandOutput,
  DescribeAddressesCommandInput,
  DescribeAddressesCommandOutput,
  DisassociateAddressCommandInput,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { associateAddress } from './build.ts';
import { applyFilters, type Readers } from './describe.ts';
import { stateOf } from './lookup.ts';
import { restorePublicAddress } from './public-address.ts';
import { describeCheck, instanceCheck, resourceCheck } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import type { Address, Ec2State, NetworkInterface } from './state.ts';
import { renderTags } from './tag-sets.ts';

const held = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value]);

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html */
const readers: Readers<Address> = {
  'allocation-id': (address) => [address.allocationId],
  'association-id': (address) => held(address.association?.associationId),
  'instance-id': (address) => held(address.association?.instanceId),
  'network-interface-id': (address) => held(address.association?.networkInterfaceId),
  'private-ip-address': (address) => held(address.association?.privateIpAddress),
  'public-ip': (address) => [address.publicIp],
};

const describeAddresses = operation<
  DescribeAddressesCommandInput,
  Omit<DescribeAddressesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeAddresses', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeAddresses', ['AllocationIds', 'Filters']);
    const state = stateOf(call);
    const asked = input.AllocationIds?.length
      ? requireAll(idKinds.allocation, state.addresses, input.AllocationIds)
      : [...state.addresses.values()];
    return {
      Addresses: applyFilters(asked, input.Filters, readers).map((address) => ({
        AllocationId: address.allocationId,
        PublicIp: address.publicIp,
        Domain: 'vpc' as const,
        NetworkBorderGroup: call.region,
        PublicIpv4Pool: 'amazon',
        AssociationId: address.association?.associationId,
        InstanceId: address.association?.instanceId,
        NetworkInterfaceId: address.association?.networkInterfaceId,
        NetworkInterfaceOwnerId: address.association && call.caller.account,
        PrivateIpAddress: address.association?.privateIpAddress,
        Tags: renderTags(address.tags),
      })),
    };
  },
});

const interfaceFor = (input: AssociateAddressCommandInput, state: Ec2State): NetworkInterface => {
  if (input.NetworkInterfaceId !== undefined) {
    return requireOne(idKinds.networkInterface, state.networkInterfaces, input.NetworkInterfaceId);
  }
  const instance = requireOne(idKinds.instance, state.instances, required(input.InstanceId, 'instanceId'));
  const [primary, second] = instance.networkInterfaceIds;
  // "If the instance has more than one network interface, you must specify a network interface ID."
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
  if (primary === undefined || second !== undefined) {
    throw new ServiceFault(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${instance.instanceId}'. Please specify an interface ID for the operation instead.`,
    );
  }
  return requireOne(idKinds.networkInterface, state.networkInterfaces, primary);
};

/** Interfaces here have one private address, their primary: another cannot be named. */
const acceptPrivateAddress = (held: NetworkInterface, wanted: string | undefined): void => {
  if (wanted !== undefined && wanted !== held.privateIpAddress) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Invalid value '${wanted}' for privateIpAddress. It is not assigned to interface '${held.networkInterfaceId}'`,
    );
  }
};

const addressChecks = (
  action: string,
  call: Call,
  address: Address | undefined,
  interfaceId: string | undefined,
): readonly Check[] => [
  resourceCheck(action, call, { type: 'elastic-ip', id: address?.allocationId ?? '*' }),
  ...(interfaceId === undefined
    ? []
    : [resourceCheck(action, call, { type: 'network-interface', id: interfaceId })]),
];

const associate = operation<AssociateAddressCommandInput, Omit<AssociateAddressCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    ...addressChecks(
      'AssociateAddress',
      call,
      stateOf(call).addresses.get(input.AllocationId ?? ''),
      input.NetworkInterfaceId,
    ),
    ...(input.InstanceId === undefined ? [] : [instanceCheck('AssociateAddress', call, input.InstanceId)]),
  ],
  run: (input, call) => {
    acceptInput(input, 'AssociateAddress', [
      'AllocationId',
      'InstanceId',
      'NetworkInterfaceId',
      'AllowReassociation',
      'PrivateIpAddress',
    ]);
    const state = stateOf(call);
    const address = requireOne(
      idKinds.allocation,
      state.addresses,
      required(input.AllocationId, 'allocationId'),
    );
    const target = interfaceFor(input, state);
    acceptPrivateAddress(target, input.PrivateIpAddress);
    const current = address.association;
    if (
      current !== undefined &&
      current.networkInterfaceId !== target.networkInterfaceId &&
      input.AllowReassociation === false
    ) {
      throw new ServiceFault(
        'Resource.AlreadyAssociated',
        `resource ${address.allocationId} is already associated with associate-id ${current.associationId}`,
      );
    }
    // "This is an idempotent operation. If you perform the operation more than once, Amazon EC2 doesn't return an error."
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
    if (current !== undefined && current.networkInterfaceId === target.networkInterfaceId)
      return { AssociationId: current.associationId };
    const other = [...state.addresses.values()].find(
      (taken) => taken.association?.networkInterfaceId === target.networkInterfaceId,
    );
    // An address that the private address had before is disassociated, and stays the account's.
    if (other !== undefined) delete other.association;
    return { AssociationId: associateAddress(address, target, call.ids) };
  },
});

const addressOfAssociation = (call: Call, associationId: string | undefined): Address | undefined =>
  [...stateOf(call).addresses.values()].find(
    (address) => address.association?.associationId === associationId && associationId !== undefined,
  );

const disassociate = operation<DisassociateAddressCommandInput, object>({
  checks: (input, call) => {
    const address = addressOfAssociation(call, input.AssociationId);
    return addressChecks('DisassociateAddress', call, address, address?.association?.networkInterfaceId);
  },
  run: (input, call) => {
    acceptInput(input, 'DisassociateAddress', ['AssociationId']);
    const address = addressOfAssociation(call, required(input.AssociationId, 'associationId'));
    // "This is an idempotent operation. If you perform the operation more than once, Amazon EC2 doesn't return an error."
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html
    if (address?.association === undefined) return {};
    const { instanceId } = address.association;
    delete address.association;
    const state = stateOf(call);
    const instance = instanceId === undefined ? undefined : state.instances.get(instanceId);
    if (instance?.state === 'running') restorePublicAddress(state, instance, call.ids);
    return {};
  },
});

/** Operations of Elastic IP addresses. */
export const addressOperations = {
  DescribeAddresses: describeAddresses,
  AssociateAddress: associate,
  DisassociateAddress: disassociate,
};
