import { describe, expect, it } from 'vitest';
import { zoneId } from './availability-zones.ts';
import { testNetwork } from './test-network.ts';

describe('where things can stand', () => {
  it('tells a subnet’s free addresses: five are AWS’s', async () => {
    const on = testNetwork();
    on.instance();
    await expect(on.perform('DescribeSubnets', { SubnetIds: [on.subnet.subnetId] })).resolves.toMatchObject({
      Subnets: [{ AvailableIpAddressCount: 256 - 5 - 1, AvailabilityZoneId: 'euw1-az1' }],
    });
  });

  it('tells the VPC with its IPv6 block', async () => {
    const on = testNetwork();
    await expect(
      on.perform('DescribeVpcs', { Filters: [{ Name: 'cidr', Values: ['10.0.*'] }] }),
    ).resolves.toMatchObject({
      Vpcs: [{ VpcId: on.vpc.vpcId, Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2001:db8::/56' }] }],
    });
  });

  it('tells the Regions of the organization and the zones of this one', async () => {
    const on = testNetwork();
    await expect(on.perform('DescribeRegions', {})).resolves.toMatchObject({
      Regions: [{ RegionName: 'eu-west-1' }, { RegionName: 'us-east-1' }],
    });
    await expect(
      on.perform('DescribeAvailabilityZones', { ZoneNames: ['eu-west-1b'] }),
    ).resolves.toMatchObject({
      AvailabilityZones: [{ ZoneId: 'euw1-az2' }],
    });
  });

  it.each([
    ['us-east-1a', 'use1-az1'],
    ['ap-southeast-2c', 'apse2-az3'],
    ['eu-central-1b', 'euc1-az2'],
    ['eu-west-1z', undefined],
  ])('names the zone %s %s', (name, id) => {
    expect(zoneId(name)).toBe(id);
  });

  it('finds images by owner and launch templates by name, or says that there is none', async () => {
    const on = testNetwork();
    const images = await on.perform<{ Images?: { ImageId?: string }[] }>('DescribeImages', {
      Owners: ['self'],
    });
    expect(images.Images?.map(({ ImageId }) => ImageId)).toEqual([on.image.imageId, on.graviton.imageId]);
    await expect(
      on.perform('DescribeLaunchTemplates', { LaunchTemplateNames: ['none'] }),
    ).rejects.toMatchObject({
      code: 'InvalidLaunchTemplateName.NotFoundException',
    });
  });
});
