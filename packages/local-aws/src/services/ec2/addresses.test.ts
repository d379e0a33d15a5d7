import type { AssociateAddressCommandOutput, DescribeAddressesCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addAddress } from './build.ts';
import { testNetwork } from './test-network.ts';

const furnished = (interfaces = 1) => {
  const on = testNetwork();
  const one = { subnetId: on.subnet.subnetId, groups: [on.web.groupId], publicIp: '198.18.0.7' };
  const made = on.instance({ networkInterfaces: Array.from({ length: interfaces }, () => one) });
  const id = made.networkInterfaceIds[0] ?? '';
  const address = addAddress(on.state, { networkInterfaceId: id }, on.ids);
  const primary = () => on.state.networkInterfaces.get(id);
  return { on, made, id, address, primary };
};

describe('DisassociateAddress', () => {
  it('takes the Elastic IP, once and again', async () => {
    const { on, address } = furnished();
    const input = { AssociationId: address.association?.associationId };
    await on.perform('DisassociateAddress', input);
    expect(address.association).toBeUndefined();
    await expect(on.perform('DisassociateAddress', input)).resolves.toEqual({});
  });

  it('lets an instance that had an auto-assigned address get a new one', async () => {
    const { on, address, primary } = furnished();
    expect(primary()?.publicIp).toBeUndefined();
    await on.perform('DisassociateAddress', { AssociationId: address.association?.associationId });
    expect(primary()?.publicIp).toMatch(/^198\.1[89]\./);
  });

  it('gives no new address to an instance with two interfaces', async () => {
    const { on, address, primary } = furnished(2);
    await on.perform('DisassociateAddress', { AssociationId: address.association?.associationId });
    expect(primary()?.publicIp).toBeUndefined();
  });
});

describe('AssociateAddress', () => {
  it('moves an address to an instance, and the auto-assigned one goes', async () => {
    const { on, address } = furnished();
    const other = on.instance();
    const output = await on.perform<AssociateAddressCommandOutput>('AssociateAddress', {
      AllocationId: address.allocationId,
      InstanceId: other.instanceId,
    });
    expect(address.association).toMatchObject({
      associationId: output.AssociationId,
      instanceId: other.instanceId,
    });
    expect(on.state.networkInterfaces.get(other.networkInterfaceIds[0] ?? '')?.publicIp).toBeUndefined();
  });

  it('refuses to move it when reassociation is forbidden', async () => {
    const { on, address } = furnished();
    const other = on.instance();
    const input = {
      AllocationId: address.allocationId,
      InstanceId: other.instanceId,
      AllowReassociation: false,
    };
    await expect(on.perform('AssociateAddress', input)).rejects.toMatchObject({
      code: 'Resource.AlreadyAssociated',
    });
  });

  it('refuses an instance with two interfaces', async () => {
    const { on, made, address } = furnished(2);
    const input = { AllocationId: address.allocationId, InstanceId: made.instanceId };
    await expect(on.perform('AssociateAddress', input)).rejects.toMatchObject({ code: 'InvalidInstanceID' });
  });
});

describe('AssociateAddress again', () => {
  const back = (on: ReturnType<typeof furnished>) => ({
    AllocationId: on.address.allocationId,
    NetworkInterfaceId: on.id,
    PrivateIpAddress: on.primary()?.privateIpAddress,
    AllowReassociation: false,
  });

  it('gives the address back to the interface and private address that had it, once and again', async () => {
    const on = furnished();
    await on.on.perform('DisassociateAddress', { AssociationId: on.address.association?.associationId });
    const first = await on.on.perform<AssociateAddressCommandOutput>('AssociateAddress', back(on));
    const second = await on.on.perform<AssociateAddressCommandOutput>('AssociateAddress', back(on));
    expect(second).toEqual(first);
    expect(on.address.association).toMatchObject({
      networkInterfaceId: on.id,
      privateIpAddress: on.primary()?.privateIpAddress,
      instanceId: on.made.instanceId,
    });
    expect(on.primary()?.publicIp).toBeUndefined();
  });

  it('refuses a private address that the interface does not have', async () => {
    const on = furnished();
    const attempt = on.on.perform('AssociateAddress', { ...back(on), PrivateIpAddress: '10.0.1.250' });
    await expect(attempt).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });

  it('frees an address that somebody put there meanwhile, which stays allocated', async () => {
    const on = furnished();
    await on.on.perform('DisassociateAddress', { AssociationId: on.address.association?.associationId });
    const between = addAddress(on.on.state, { networkInterfaceId: on.id }, on.on.ids);
    await on.on.perform('AssociateAddress', back(on));
    expect(between.association).toBeUndefined();
    expect(on.on.state.addresses.has(between.allocationId)).toBe(true);
  });
});

describe('DescribeAddresses', () => {
  it.each(['instance-id', 'network-interface-id'])('filters by %s', async (Name) => {
    const { on, made, id, address } = furnished();
    addAddress(on.state, {}, on.ids);
    const output = await on.perform<DescribeAddressesCommandOutput>('DescribeAddresses', {
      Filters: [{ Name, Values: [Name === 'instance-id' ? made.instanceId : id] }],
    });
    expect(output.Addresses?.map((shown) => shown.AllocationId)).toEqual([address.allocationId]);
  });
});
