import type {
  DescribeAvailabilityZonesCommandInput,
  DescribeAvailabilityZonesCommandOutput,
  DescribeRegionsCommandInput,
  DescribeRegionsCommandOutput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  DescribeVpcsCommandInput,
  DescribeVpcsCommandOutput,
} from '@aws-sdk/client-ec2';
import { operation } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { zonesOf } from './availability-zones.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { arnOf, stateOf } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import { idKinds, requireAll } from './resource-ids.ts';
import type { Subnet, Vpc } from './state.ts';
import { freeAddressCount } from './subnet-addresses.ts';
import { renderTags } from './tag-sets.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
const subnetReaders: Readers<Subnet> = {
  'subnet-id': (subnet) => [subnet.subnetId],
  'vpc-id': (subnet) => [subnet.vpcId],
  'owner-id': (subnet) => [subnet.ownerId],
  'availability-zone': (subnet) => [subnet.availabilityZone],
  'availability-zone-id': (subnet) => [subnet.availabilityZoneId],
  'cidr-block': (subnet) => [subnet.cidr],
  state: () => ['available'],
};

const describeSubnets = operation<
  DescribeSubnetsCommandInput,
  Omit<DescribeSubnetsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeSubnets', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeSubnets', ['SubnetIds', 'Filters', 'MaxResults', 'NextToken']);
    const state = stateOf(call);
    const asked = input.SubnetIds?.length
      ? requireAll(idKinds.subnet, state.subnets, input.SubnetIds)
      : [...state.subnets.values()];
    const shown = page(applyFilters(asked, input.Filters, subnetReaders), input, input.SubnetIds);
    const subnets = shown.items.map((subnet) => ({
      SubnetId: subnet.subnetId,
      SubnetArn: arnOf(call, 'subnet', subnet.subnetId),
      VpcId: subnet.vpcId,
      OwnerId: subnet.ownerId,
      CidrBlock: subnet.cidr,
      AvailabilityZone: subnet.availabilityZone,
      AvailabilityZoneId: subnet.availabilityZoneId,
      AvailableIpAddressCount: freeAddressCount(subnet),
      DefaultForAz: false,
      State: 'available' as const,
      Tags: renderTags(subnet.tags),
    }));
    return { Subnets: subnets, NextToken: shown.nextToken };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
const vpcReaders: Readers<Vpc> = {
  'vpc-id': (vpc) => [vpc.vpcId],
  'owner-id': (vpc) => [vpc.ownerId],
  cidr: (vpc) => [vpc.cidr],
  'is-default': () => ['false'],
  state: () => ['available'],
};

const describeVpcs = operation<DescribeVpcsCommandInput, Omit<DescribeVpcsCommandOutput, '$metadata'>>({
  checks: (_input, call) => describeCheck('DescribeVpcs', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeVpcs', ['VpcIds', 'Filters', 'MaxResults', 'NextToken']);
    const state = stateOf(call);
    const asked = input.VpcIds?.length
      ? requireAll(idKinds.vpc, state.vpcs, input.VpcIds)
      : [...state.vpcs.values()];
    const shown = page(applyFilters(asked, input.Filters, vpcReaders), input, input.VpcIds);
    const vpcs = shown.items.map((vpc) => ({
      VpcId: vpc.vpcId,
      OwnerId: vpc.ownerId,
      CidrBlock: vpc.cidr,
      Ipv6CidrBlockAssociationSet:
        vpc.ipv6Cidr === undefined
          ? undefined
          : [{ Ipv6CidrBlock: vpc.ipv6Cidr, Ipv6CidrBlockState: { State: 'associated' as const } }],
      InstanceTenancy: 'default' as const,
      IsDefault: false,
      State: 'available' as const,
      Tags: renderTags(vpc.tags),
    }));
    return { Vpcs: vpcs, NextToken: shown.nextToken };
  },
});

const endpointOf = (region: string): string => `ec2.${region}.amazonaws.com`;

const describeRegions = operation<
  DescribeRegionsCommandInput,
  Omit<DescribeRegionsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeRegions', call),
  run: (input, call) => {
    // Every Region of the organization is enabled in every account, so AllRegions changes nothing.
    acceptInput(input, 'DescribeRegions', ['RegionNames', 'AllRegions']);
    const names = call.world.facts.regions.filter((name) => input.RegionNames?.includes(name) ?? true);
    return {
      Regions: names.map((RegionName) => ({
        RegionName,
        Endpoint: endpointOf(RegionName),
        OptInStatus: 'opt-in-not-required',
      })),
    };
  },
});

const describeAvailabilityZones = operation<
  DescribeAvailabilityZonesCommandInput,
  Omit<DescribeAvailabilityZonesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeAvailabilityZones', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeAvailabilityZones', ['ZoneNames', 'ZoneIds']);
    const zones = zonesOf(call.region).filter(
      ({ name, id }) => (input.ZoneNames?.includes(name) ?? true) && (input.ZoneIds?.includes(id) ?? true),
    );
    return {
      AvailabilityZones: zones.map(({ name, id }) => ({
        ZoneName: name,
        ZoneId: id,
        ZoneType: 'availability-zone',
        RegionName: call.region,
        GroupName: call.region,
        NetworkBorderGroup: call.region,
        OptInStatus: 'opt-in-not-required' as const,
        State: 'available' as const,
        Messages: [],
      })),
    };
  },
});

/** Operations that read where things can stand: VPCs, subnets, Regions and zones. */
export const placeOperations = {
  DescribeSubnets: describeSubnets,
  DescribeVpcs: describeVpcs,
  DescribeRegions: describeRegions,
  DescribeAvailabilityZones: describeAvailabilityZones,
};
