import type {
  AssociateRouteTableCommandOutput,
  CreateRouteTableCommandOutput,
  DescribeRouteTablesCommandOutput,
  ReplaceRouteTableAssociationCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, START } from '../testing.ts';
import { addEgressOnlyGateway, addInternetGateway, addNatGateway } from './build-gateways.ts';
import { addRouteTable, mainRouteTable } from './build-network.ts';
import { addVpc } from './build.ts';
import { testNetwork } from './test-network.ts';

const furnished = () => {
  const on = testNetwork();
  const { vpcId } = on.vpc;
  const gateway = addInternetGateway(on.state, { vpcId, routeTableIds: [] }, on.ids);
  const nat = addNatGateway(on.state, { subnetId: on.subnet.subnetId, createdAt: START }, on.ids);
  const egressOnly = addEgressOnlyGateway(on.state, { vpcId }, on.ids);
  const main = mainRouteTable(on.state, vpcId);
  const table = addRouteTable(on.state, { vpcId }, on.ids);
  const elsewhere = addVpc(on.state, { cidr: '10.9.0.0/16', ownerId: ACCOUNT }, on.ids);
  const foreign = addInternetGateway(on.state, { vpcId: elsewhere.vpcId }, on.ids);
  const RouteTableId = table.routeTableId;
  const out = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway.internetGatewayId };
  return { on, vpcId, gateway, nat, egressOnly, main, table, elsewhere, foreign, RouteTableId, out };
};

const described = async (on: ReturnType<typeof testNetwork>, id: string) =>
  (await on.perform<DescribeRouteTablesCommandOutput>('DescribeRouteTables', { RouteTableIds: [id] }))
    .RouteTables?.[0];

describe('CreateRoute', () => {
  it('adds a route, its block in canonical form', async () => {
    const { on, nat, RouteTableId } = furnished();
    const NatGatewayId = nat.natGatewayId;
    // The page's own example of canonical form: 100.68.0.18/18 becomes 100.68.0.0/18.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    await on.perform('CreateRoute', { RouteTableId, DestinationCidrBlock: '100.68.0.18/18', NatGatewayId });
    expect((await described(on, RouteTableId))?.Routes).toEqual([
      expect.objectContaining({
        DestinationCidrBlock: '10.0.0.0/16',
        GatewayId: 'local',
        Origin: 'CreateRouteTable',
      }),
      expect.objectContaining({ DestinationIpv6CidrBlock: '2001:db8::/56', GatewayId: 'local' }),
      expect.objectContaining({
        DestinationCidrBlock: '100.68.0.0/18',
        NatGatewayId,
        Origin: 'CreateRoute',
        State: 'active',
      }),
    ]);
  });

  const NAT = 'nat-0123456789abcdef0';
  it.each<[string, (set: ReturnType<typeof furnished>) => object, string]>([
    ['a destination that has a route', () => ({ DestinationCidrBlock: '10.0.0.0/16' }), 'RouteAlreadyExists'],
    [
      'a table that is not there',
      () => ({ RouteTableId: 'rtb-0123456789abcdef0' }),
      'InvalidRouteTableID.NotFound',
    ],
    ['two targets', ({ nat }) => ({ NatGatewayId: nat.natGatewayId }), 'InvalidParameterCombination'],
    ['no target', () => ({ GatewayId: undefined }), 'MissingParameter'],
    ['two destinations', () => ({ DestinationIpv6CidrBlock: '::/0' }), 'InvalidParameterCombination'],
    ['no destination', () => ({ DestinationCidrBlock: undefined }), 'MissingParameter'],
    ['what is no block', () => ({ DestinationCidrBlock: '0.0.0.0' }), 'InvalidParameterValue'],
    [
      'a gateway of another VPC',
      ({ foreign }) => ({ GatewayId: foreign.internetGatewayId }),
      'InvalidParameterValue',
    ],
    [
      'a NAT gateway that is not there',
      () => ({ GatewayId: undefined, NatGatewayId: NAT }),
      'InvalidNatGatewayID.NotFound',
    ],
    [
      'IPv4 by an egress-only gateway',
      ({ egressOnly }) => ({
        GatewayId: undefined,
        EgressOnlyInternetGatewayId: egressOnly.egressOnlyInternetGatewayId,
      }),
      'InvalidParameterValue',
    ],
    [
      'IPv6 by a NAT gateway',
      ({ nat }) => ({
        DestinationCidrBlock: undefined,
        DestinationIpv6CidrBlock: '::/0',
        GatewayId: undefined,
        NatGatewayId: nat.natGatewayId,
      }),
      'InvalidParameterValue',
    ],
    [
      'part of the VPC to the internet',
      () => ({ DestinationCidrBlock: '10.0.1.0/24' }),
      'InvalidParameterValue',
    ],
    [
      'part of a subnet',
      ({ nat }) => ({
        DestinationCidrBlock: '10.0.1.9/32',
        GatewayId: undefined,
        NatGatewayId: nat.natGatewayId,
      }),
      'InvalidParameterValue',
    ],
    [
      'a prefix list that is not there',
      () => ({ DestinationCidrBlock: undefined, DestinationPrefixListId: 'pl-12345678' }),
      'InvalidPrefixListId.NotFound',
    ],
    ['a member that is not implemented', () => ({ CarrierGatewayId: 'cagw-1' }), 'UnsupportedOperation'],
    ['a dry run', () => ({ DryRun: true }), 'DryRunOperation'],
  ])('refuses %s and adds nothing', async (_what, more, code) => {
    const set = furnished();
    await expect(set.on.perform('CreateRoute', { ...set.out, ...more(set) })).rejects.toMatchObject({ code });
    expect(set.table.routes.map(({ target }) => target.kind)).toEqual(['local', 'local']);
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html : a middlebox between subnets.
  it('takes a whole subnet to an interface in the VPC', async () => {
    const { on, RouteTableId, table } = furnished();
    const [NetworkInterfaceId = ''] = on.instance().networkInterfaceIds;
    await on.perform('CreateRoute', {
      RouteTableId,
      DestinationCidrBlock: '10.0.1.0/24',
      NetworkInterfaceId,
    });
    expect(table.routes.at(-1)?.target).toEqual({ kind: 'network-interface', id: NetworkInterfaceId });
  });
});

describe('ReplaceRoute and DeleteRoute', () => {
  it('change the route to that destination', async () => {
    const { on, nat, RouteTableId, out, table } = furnished();
    await on.perform('CreateRoute', out);
    await on.perform('ReplaceRoute', {
      RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: nat.natGatewayId,
    });
    expect(table.routes.at(-1)?.target).toEqual({ kind: 'nat-gateway', id: nat.natGatewayId });
    await on.perform('DeleteRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' });
    expect(table.routes).toHaveLength(2);
  });

  it('refuse a destination without a route', async () => {
    const { on, RouteTableId, out } = furnished();
    await expect(on.perform('ReplaceRoute', out)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    const gone = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' };
    await expect(on.perform('DeleteRoute', gone)).rejects.toMatchObject({ code: 'InvalidRoute.NotFound' });
  });

  it('leave the local route, and the route of a gateway endpoint', async () => {
    const { on, RouteTableId, out } = furnished();
    const local = { RouteTableId, DestinationCidrBlock: '10.0.0.0/16' };
    await expect(on.perform('DeleteRoute', local)).rejects.toMatchObject({ code: 'InvalidParameterValue' });
    await expect(
      on.perform('ReplaceRoute', { ...out, DestinationCidrBlock: '10.0.0.0/16' }),
    ).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    on.create('AWS::EC2::VPCEndpoint', {
      VpcId: on.vpc.vpcId,
      ServiceName: `com.amazonaws.${REGION}.s3`,
      RouteTableIds: [RouteTableId],
    });
    const [DestinationPrefixListId] = on.state.prefixLists.keys();
    await expect(on.perform('DeleteRoute', { RouteTableId, DestinationPrefixListId })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});

describe('associations of route tables', () => {
  it('are made once for a subnet, replaced, and taken away', async () => {
    const { on, RouteTableId, main, table } = furnished();
    const SubnetId = on.subnet.subnetId;
    const associate = (id: string) =>
      on.perform<AssociateRouteTableCommandOutput>('AssociateRouteTable', { RouteTableId: id, SubnetId });
    const { AssociationId = '' } = await associate(RouteTableId);
    expect((await associate(RouteTableId)).AssociationId).toBe(AssociationId);
    await expect(associate(main.routeTableId)).rejects.toMatchObject({ code: 'Resource.AlreadyAssociated' });
    const { NewAssociationId = '' } = await on.perform<ReplaceRouteTableAssociationCommandOutput>(
      'ReplaceRouteTableAssociation',
      { AssociationId, RouteTableId: main.routeTableId },
    );
    expect([...main.associations]).toEqual([[NewAssociationId, SubnetId]]);
    expect(table.associations.size).toBe(0);
    await on.perform('DisassociateRouteTable', { AssociationId: NewAssociationId });
    expect(main.associations.size).toBe(0);
    await expect(
      on.perform('DisassociateRouteTable', { AssociationId: NewAssociationId }),
    ).rejects.toMatchObject({ code: 'InvalidAssociationID.NotFound' });
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html
  it('of the main table say which table is the main one, and always one is', async () => {
    const { on, vpcId, RouteTableId, main, table } = furnished();
    const AssociationId = main.mainAssociationId;
    await expect(on.perform('DisassociateRouteTable', { AssociationId })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
    await on.perform('ReplaceRouteTableAssociation', { AssociationId, RouteTableId });
    expect(mainRouteTable(on.state, vpcId)).toBe(table);
    expect((await described(on, main.routeTableId))?.Associations).toEqual([]);
    expect((await described(on, RouteTableId))?.Associations).toMatchObject([{ Main: true }]);
  });

  it('are of one VPC', async () => {
    const { on, elsewhere } = furnished();
    const { routeTableId } = mainRouteTable(on.state, elsewhere.vpcId);
    await expect(
      on.perform('AssociateRouteTable', { RouteTableId: routeTableId, SubnetId: on.subnet.subnetId }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValue' });
  });
});

it('CreateRouteTable makes a table that routes within the VPC and is followed by no subnet', async () => {
  const { on, vpcId } = furnished();
  const { RouteTable } = await on.perform<CreateRouteTableCommandOutput>('CreateRouteTable', {
    VpcId: vpcId,
    TagSpecifications: [{ ResourceType: 'route-table', Tags: [{ Key: 'team', Value: 'shop' }] }],
  });
  expect(RouteTable?.Routes?.map(({ GatewayId }) => GatewayId)).toEqual(['local', 'local']);
  expect(RouteTable).toMatchObject({ Associations: [], Tags: [{ Key: 'team', Value: 'shop' }] });
});

it('DescribeRouteTables finds tables by subnet, by main and by route', async () => {
  const { on, out, RouteTableId, main, gateway } = furnished();
  await on.perform('CreateRoute', out);
  await on.perform('AssociateRouteTable', { RouteTableId, SubnetId: on.subnet.subnetId });
  const ids = async (Name: string, value: string) =>
    (
      await on.perform<DescribeRouteTablesCommandOutput>('DescribeRouteTables', {
        Filters: [
          { Name, Values: [value] },
          { Name: 'vpc-id', Values: [on.vpc.vpcId] },
        ],
      })
    ).RouteTables?.map((table) => table.RouteTableId);
  expect(await ids('association.subnet-id', on.subnet.subnetId)).toEqual([RouteTableId]);
  expect(await ids('association.main', 'true')).toEqual([main.routeTableId]);
  expect(await ids('route.gateway-id', gateway.internetGatewayId)).toEqual([RouteTableId]);
  expect(await ids('route.state', 'blackhole')).toEqual([]);
});
