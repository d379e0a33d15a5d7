import type {
  AssociateRouteTableCommandInput,
  AssociateRouteTableCommandOutput,
  CreateRouteTableCommandInput,
  CreateRouteTableCommandOutput,
  DescribeRouteTablesCommandInput,
  DescribeRouteTablesCommandOutput,
  DisassociateRouteTableCommandInput,
  ReplaceRouteTableAssociationCommandInput,
  ReplaceRouteTableAssociationCommandOutput,
  RouteTable as ApiRouteTable,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { addRouteTable, associateRouteTable } from './build-network.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { madeBefore, madeBy } from './made-before.ts';
import { stateOf } from './lookup.ts';
import type { RouteTable } from './network-state.ts';
import { describeCheck, requestTagContext, resourceCheck, tagOnCreateChecks } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import { ownRouteTable, renderRoute } from './routes.ts';
import { notOwned, requireOwnPlace, visibleRouteTables, type VisibleTable } from './sharing.ts';
import { ec2State, type Subnet } from './state.ts';
import { acceptTagSpecifications, renderTags, requestedTags } from './tag-sets.ts';

const associationsOf = (table: RouteTable): ReadonlyMap<string, string | undefined> =>
  new Map<string, string | undefined>([
    ...(table.mainAssociationId === undefined ? [] : [[table.mainAssociationId, undefined] as const]),
    ...table.associations,
  ]);

const render = (table: VisibleTable, call: Call): ApiRouteTable => {
  const state = call.world.of(ec2State, table.ownerId, call.region);
  return {
    RouteTableId: table.routeTableId,
    VpcId: table.vpcId,
    OwnerId: table.ownerId,
    Associations: [...associationsOf(table)].map(([RouteTableAssociationId, SubnetId]) => ({
      RouteTableAssociationId,
      RouteTableId: table.routeTableId,
      Main: SubnetId === undefined,
      SubnetId,
      AssociationState: { State: 'associated' as const },
    })),
    PropagatingVgws: [],
    Routes: table.routes.map((route) => renderRoute(state, table, route)),
    Tags: renderTags(table.tags) ?? [],
  };
};

const present = (values: readonly (string | undefined)[]): readonly string[] =>
  values.filter((value) => value !== undefined);

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
const readers = (call: Call): Readers<VisibleTable> => {
  const routes = (table: VisibleTable) => render(table, call).Routes ?? [];
  return {
    'route-table-id': (table) => [table.routeTableId],
    'vpc-id': (table) => [table.vpcId],
    'owner-id': (table) => [table.ownerId],
    'association.gateway-id': () => [],
    'association.main': (table) =>
      [...associationsOf(table).values()].map((subnetId) => String(subnetId === undefined)),
    'association.route-table-association-id': (table) => [...associationsOf(table).keys()],
    'association.route-table-id': (table) => (associationsOf(table).size === 0 ? [] : [table.routeTableId]),
    'association.subnet-id': (table) => [...table.associations.values()],
    'route.destination-cidr-block': (table) => present(routes(table).map((r) => r.DestinationCidrBlock)),
    'route.destination-ipv6-cidr-block': (table) =>
      present(routes(table).map((r) => r.DestinationIpv6CidrBlock)),
    'route.destination-prefix-list-id': (table) =>
      present(routes(table).map((r) => r.DestinationPrefixListId)),
    'route.gateway-id': (table) => present(routes(table).map((r) => r.GatewayId)),
    'route.egress-only-internet-gateway-id': (table) =>
      present(routes(table).map((r) => r.EgressOnlyInternetGatewayId)),
    'route.nat-gateway-id': (table) => present(routes(table).map((r) => r.NatGatewayId)),
    'route.transit-gateway-id': (table) => present(routes(table).map((r) => r.TransitGatewayId)),
    'route.vpc-peering-connection-id': (table) => present(routes(table).map((r) => r.VpcPeeringConnectionId)),
    'route.origin': (table) => present(routes(table).map((r) => r.Origin)),
    'route.state': (table) => present(routes(table).map((r) => r.State)),
  };
};

const describeRouteTables = operation<
  DescribeRouteTablesCommandInput,
  Omit<DescribeRouteTablesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeRouteTables', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeRouteTables', ['RouteTableIds', 'Filters', 'MaxResults', 'NextToken']);
    const visible = visibleRouteTables(call);
    const asked = input.RouteTableIds?.length
      ? requireAll(idKinds.routeTable, visible, input.RouteTableIds)
      : [...visible.values()];
    const shown = page(applyFilters(asked, input.Filters, readers(call)), input, input.RouteTableIds);
    return { RouteTables: shown.items.map((table) => render(table, call)), NextToken: shown.nextToken };
  },
});

const createRouteTable = operation<
  CreateRouteTableCommandInput,
  Omit<CreateRouteTableCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const tags = requestedTags(input.TagSpecifications, 'route-table');
    const more = requestTagContext(tags);
    return [
      resourceCheck('CreateRouteTable', call, { type: 'route-table', id: '*', more }),
      resourceCheck('CreateRouteTable', call, { type: 'vpc', id: input.VpcId ?? '*' }),
      ...tagOnCreateChecks('CreateRouteTable', call, { type: 'route-table', tags }),
    ];
  },
  run: (input, call) => {
    acceptInput(input, 'CreateRouteTable', ['VpcId', 'TagSpecifications', 'ClientToken']);
    acceptTagSpecifications(input.TagSpecifications, ['route-table']);
    const state = stateOf(call);
    const asked = { kind: idKinds.vpc, from: state.vpcs, operationName: 'CreateRouteTable' };
    const { vpcId } = requireOwnPlace(call, asked, required(input.VpcId, 'vpcId'));
    const tags = Object.fromEntries(requestedTags(input.TagSpecifications, 'route-table'));
    const before = madeBefore(state.routeTables.values(), input);
    const table = before ?? addRouteTable(state, { vpcId, tags }, call.ids);
    if (before === undefined) Object.assign(table, madeBy(input));
    return {
      RouteTable: render({ ...table, ownerId: call.caller.account }, call),
      ...(input.ClientToken === undefined ? {} : { ClientToken: input.ClientToken }),
    };
  },
});

/** What an association id is of: a table and a subnet, or the main table of a VPC. */
interface Association {
  readonly table: RouteTable;
  readonly subnetId: string | undefined;
}

const associationIn = (tables: Iterable<RouteTable>): ReadonlyMap<string, Association> =>
  new Map(
    [...tables].flatMap((table) =>
      [...associationsOf(table)].map(([id, subnetId]) => [id, { table, subnetId }] as const),
    ),
  );

const ownAssociation = (call: Call, operationName: string, id: string | undefined): Association => {
  const own = associationIn(stateOf(call).routeTables.values());
  const asked = required(id, 'associationId');
  if (!own.has(asked) && associationIn(visibleRouteTables(call).values()).has(asked))
    throw notOwned(operationName);
  return requireOne(idKinds.routeTableAssociation, own, asked);
};

const tableAndSubnet = (
  action: string,
  call: Call,
  on: { tableId: string | undefined; subnetId: string | undefined },
): readonly Check[] => [
  resourceCheck(action, call, { type: 'route-table', id: on.tableId ?? '*' }),
  ...(on.subnetId === undefined ? [] : [resourceCheck(action, call, { type: 'subnet', id: on.subnetId })]),
];

const refuseOtherVpc = (table: RouteTable, vpcId: string | undefined, what: string): void => {
  if (table.vpcId === vpcId) return;
  // The code is UNCONFIRMED: no page says what a foreign VPC gives.
  throw new ServiceFault(
    'InvalidParameterValue',
    `route table ${table.routeTableId} and ${what} belong to different networks`,
  );
};

const ASSOCIATED = { State: 'associated' } as const;

const associate = operation<
  AssociateRouteTableCommandInput,
  Omit<AssociateRouteTableCommandOutput, '$metadata'>
>({
  checks: (input, call) =>
    tableAndSubnet('AssociateRouteTable', call, { tableId: input.RouteTableId, subnetId: input.SubnetId }),
  run: (input, call) => {
    acceptInput(input, 'AssociateRouteTable', ['RouteTableId', 'SubnetId']);
    const state = stateOf(call);
    const asked = { kind: idKinds.subnet, from: state.subnets, operationName: 'AssociateRouteTable' };
    const subnet: Subnet = requireOwnPlace(call, asked, required(input.SubnetId, 'subnetId'));
    const table = ownRouteTable(call, 'AssociateRouteTable', input.RouteTableId);
    refuseOtherVpc(table, subnet.vpcId, `subnet ${subnet.subnetId}`);
    const current = [...associationIn(state.routeTables.values())].find(
      ([, { subnetId }]) => subnetId === subnet.subnetId,
    );
    // Again to the same table changes nothing. UNCONFIRMED: the page says neither.
    if (current?.[1].table === table) return { AssociationId: current[0], AssociationState: ASSOCIATED };
    if (current !== undefined) {
      throw new ServiceFault(
        'Resource.AlreadyAssociated',
        `the specified association for route table ${table.routeTableId} conflicts with an existing association`,
      );
    }
    const AssociationId = associateRouteTable(state, { table, subnetId: subnet.subnetId }, call.ids);
    return { AssociationId, AssociationState: ASSOCIATED };
  },
});

const disassociate = operation<DisassociateRouteTableCommandInput, object>({
  checks: (input, call) => {
    const found = associationIn(visibleRouteTables(call).values()).get(input.AssociationId ?? '');
    return tableAndSubnet('DisassociateRouteTable', call, {
      tableId: found?.table.routeTableId,
      subnetId: found?.subnetId,
    });
  },
  run: (input, call) => {
    acceptInput(input, 'DisassociateRouteTable', ['AssociationId']);
    const { table, subnetId } = ownAssociation(call, 'DisassociateRouteTable', input.AssociationId);
    if (subnetId === undefined) {
      // A VPC always has a main table; the code is as people report it.
      throw new ServiceFault(
        'InvalidParameterValue',
        `cannot disassociate the main route table association ${input.AssociationId}`,
      );
    }
    table.associations.delete(input.AssociationId ?? '');
    return {};
  },
});

const replaceAssociation = operation<
  ReplaceRouteTableAssociationCommandInput,
  Omit<ReplaceRouteTableAssociationCommandOutput, '$metadata'>
>({
  checks: (input, call) => {
    const found = associationIn(visibleRouteTables(call).values()).get(input.AssociationId ?? '');
    const action = 'ReplaceRouteTableAssociation';
    return [
      ...tableAndSubnet(action, call, { tableId: input.RouteTableId, subnetId: found?.subnetId }),
      // The reference does not say whether the table that the subnet leaves is asked for too.
      ...(found === undefined || found.table.routeTableId === input.RouteTableId
        ? []
        : [
            {
              ...resourceCheck(action, call, { type: 'route-table', id: found.table.routeTableId }),
              assumed: true as const,
            },
          ]),
    ];
  },
  run: (input, call) => {
    acceptInput(input, 'ReplaceRouteTableAssociation', ['AssociationId', 'RouteTableId']);
    const state = stateOf(call);
    const { table: current, subnetId } = ownAssociation(
      call,
      'ReplaceRouteTableAssociation',
      input.AssociationId,
    );
    const table = ownRouteTable(call, 'ReplaceRouteTableAssociation', input.RouteTableId);
    refuseOtherVpc(table, current.vpcId, `association ${input.AssociationId}`);
    if (subnetId !== undefined) {
      const NewAssociationId = associateRouteTable(state, { table, subnetId }, call.ids);
      return { NewAssociationId, AssociationState: ASSOCIATED };
    }
    // Of the main association it changes which table is the main one.
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html
    delete current.mainAssociationId;
    table.mainAssociationId = `rtbassoc-${call.ids.hex('route-table-association', 17)}`;
    return { NewAssociationId: table.mainAssociationId, AssociationState: ASSOCIATED };
  },
});

/** Operations of route tables as wholes, and of which subnets follow them. */
export const routeTableOperations = {
  DescribeRouteTables: describeRouteTables,
  CreateRouteTable: createRouteTable,
  AssociateRouteTable: associate,
  DisassociateRouteTable: disassociate,
  ReplaceRouteTableAssociation: replaceAssociation,
};
