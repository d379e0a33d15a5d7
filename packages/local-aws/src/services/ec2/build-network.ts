import type { Ids } from '../../core/ids.ts';
import { inWorld, tagsFrom, type TagSpec } from './build-spec.ts';
import type { NetworkAcl, NetworkAclEntry, Route, RouteTable } from './network-state.ts';
import type { Ec2State, Subnet, Vpc } from './state.ts';

/** Numbers of the last entries, which the console shows as `*` and nobody can change. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const LAST_RULE = { ipv4: 32_767, ipv6: 32_768 } as const;

const families = (vpc: Vpc): readonly NetworkAclEntry['source'][] => [
  { kind: 'ipv4', cidr: '0.0.0.0/0' },
  ...(vpc.ipv6Cidr === undefined ? [] : [{ kind: 'ipv6', cidr: '::/0' } as const]),
];

const entriesFor = (vpc: Vpc, isDefault: boolean): NetworkAclEntry[] =>
  [false, true].flatMap((egress) =>
    families(vpc).flatMap((source): NetworkAclEntry[] => {
      const last = {
        ruleNumber: LAST_RULE[source.kind],
        egress,
        protocol: '-1',
        action: 'deny',
        source,
      } as const;
      const first = { ...last, ruleNumber: source.kind === 'ipv4' ? 100 : 101, action: 'allow' } as const;
      return isDefault ? [first, last] : [last];
    }),
  );

/** The one ACL of a subnet of this account's. */
export const aclOf = (state: Ec2State, subnetId: string): NetworkAcl =>
  inWorld(
    [...state.networkAcls.values()].find((acl) => [...acl.associations.values()].includes(subnetId)),
    `network acl of subnet ${subnetId}`,
  );

/** Moves a subnet to an ACL; gives the new association's id. A subnet is in no more than one. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html */
export const associateAcl = (
  state: Ec2State,
  on: { acl: NetworkAcl; subnetId: string },
  ids: Ids,
): string => {
  for (const acl of state.networkAcls.values())
    for (const [id, subnetId] of acl.associations) if (subnetId === on.subnetId) acl.associations.delete(id);
  const id = `aclassoc-${ids.hex('acl-association', 17)}`;
  on.acl.associations.set(id, on.subnetId);
  return id;
};

/**
 * Adds a network ACL: the VPC's default one lets everything through, any other nothing until it has `entries`.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html
 */
export const addNetworkAcl = (
  state: Ec2State,
  spec: {
    vpcId: string;
    isDefault?: boolean;
    entries?: readonly NetworkAclEntry[];
    subnetIds?: readonly string[];
    tags?: TagSpec;
  },
  ids: Ids,
): NetworkAcl => {
  const vpc = inWorld(state.vpcs.get(spec.vpcId), `vpc ${spec.vpcId}`);
  const acl: NetworkAcl = {
    networkAclId: `acl-${ids.hex('network-acl', 17)}`,
    vpcId: vpc.vpcId,
    ownerId: vpc.ownerId,
    isDefault: spec.isDefault ?? false,
    tags: tagsFrom(spec.tags),
    entries: [...(spec.entries ?? []), ...entriesFor(vpc, spec.isDefault ?? false)],
    associations: new Map(),
  };
  state.networkAcls.set(acl.networkAclId, acl);
  for (const subnetId of spec.subnetIds ?? []) {
    inWorld(state.subnets.get(subnetId), `subnet ${subnetId}`);
    associateAcl(state, { acl, subnetId }, ids);
  }
  return acl;
};

/** Puts a new subnet under its VPC's default ACL. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html */
export const joinDefaultAcl = (state: Ec2State, subnet: Subnet, ids: Ids): void => {
  const acl = [...state.networkAcls.values()].find((held) => held.vpcId === subnet.vpcId && held.isDefault);
  associateAcl(
    state,
    { acl: inWorld(acl, `default network acl of ${subnet.vpcId}`), subnetId: subnet.subnetId },
    ids,
  );
};

/** The routes within the VPC, which every table has and nobody can delete. https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html */
const localRoutes = (vpc: Vpc): Route[] => {
  const local = { target: { kind: 'local', id: 'local' }, origin: 'CreateRouteTable' } as const;
  return [
    { ...local, destination: { kind: 'ipv4', cidr: vpc.cidr } },
    ...(vpc.ipv6Cidr === undefined
      ? []
      : [{ ...local, destination: { kind: 'ipv6', cidr: vpc.ipv6Cidr } } as const]),
  ];
};

/** Adds a route table that routes within its VPC; `subnetIds` are associated with it, and `routes` added. */
export const addRouteTable = (
  state: Ec2State,
  spec: {
    vpcId: string;
    isMain?: boolean;
    subnetIds?: readonly string[];
    routes?: readonly Omit<Route, 'origin'>[];
    tags?: TagSpec;
  },
  ids: Ids,
): RouteTable => {
  const vpc = inWorld(state.vpcs.get(spec.vpcId), `vpc ${spec.vpcId}`);
  const table: RouteTable = {
    routeTableId: `rtb-${ids.hex('route-table', 17)}`,
    vpcId: spec.vpcId,
    tags: tagsFrom(spec.tags),
    associations: new Map(),
    routes: localRoutes(vpc),
    ...(spec.isMain === true
      ? { mainAssociationId: `rtbassoc-${ids.hex('route-table-association', 17)}` }
      : {}),
  };
  state.routeTables.set(table.routeTableId, table);
  for (const subnetId of spec.subnetIds ?? []) {
    inWorld(state.subnets.get(subnetId), `subnet ${subnetId}`);
    associateRouteTable(state, { table, subnetId }, ids);
  }
  for (const route of spec.routes ?? []) addRoute(table, route);
  return table;
};

/** Associates a subnet with a table, in place of the one that it followed; gives the new association's id. */
export const associateRouteTable = (
  state: Ec2State,
  on: { table: RouteTable; subnetId: string },
  ids: Ids,
): string => {
  for (const table of state.routeTables.values())
    for (const [id, subnetId] of table.associations)
      if (subnetId === on.subnetId) table.associations.delete(id);
  const id = `rtbassoc-${ids.hex('route-table-association', 17)}`;
  on.table.associations.set(id, on.subnetId);
  return id;
};

/** One text for each destination. */
export const destinationKey = ({ destination }: Pick<Route, 'destination'>): string =>
  destination.kind === 'prefix-list' ? destination.prefixListId : destination.cidr;

/** Adds a route to a table, in place of one to the same destination. */
export const addRoute = (table: RouteTable, route: Omit<Route, 'origin'>): Route => {
  const added: Route = { ...route, origin: 'CreateRoute' };
  const others = table.routes.filter((held) => destinationKey(held) !== destinationKey(route));
  table.routes = [...others, added];
  return added;
};

/** The main route table of a VPC of this account's. */
export const mainRouteTable = (state: Ec2State, vpcId: string): RouteTable =>
  inWorld(
    [...state.routeTables.values()].find(
      (table) => table.vpcId === vpcId && table.mainAssociationId !== undefined,
    ),
    `main route table of ${vpcId}`,
  );

/** The table that a subnet of this account's follows: its own, else the VPC's main one. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
export const routeTableOf = (state: Ec2State, subnet: Pick<Subnet, 'subnetId' | 'vpcId'>): RouteTable =>
  [...state.routeTables.values()].find((table) =>
    [...table.associations.values()].includes(subnet.subnetId),
  ) ?? mainRouteTable(state, subnet.vpcId);
