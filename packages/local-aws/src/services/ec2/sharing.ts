import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { aclOf, routeTableOf } from './build-network.ts';
import { inWorld } from './build-spec.ts';
import { stateOf } from './lookup.ts';
import type { InternetGateway, NetworkAcl, RouteTable } from './network-state.ts';
import { requireOne, type IdKind } from './resource-ids.ts';
import { ec2State, type Ec2State, type NetworkInterface, type SecurityGroup, type Subnet } from './state.ts';

/*
 * Shared subnets, by https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html :
 *
 *   owner:        has VPC, subnet, ACL, routes and gateways; sees participants' interfaces and groups, changes none
 *   participant:  has its own interfaces and groups there; sees VPC, subnet, ACL, route table and internet gateway,
 *                 without the owner's tags, and changes none
 *
 * A participant's state holds records of its own of the shared VPC and subnet. What it only sees is read from the owner's state.
 */

/**
 * Shares a subnet with other accounts of the organization, as a resource share of RAM does.
 *
 * @throws Error when the subnet is not there, or an account is not of the organization
 */
export const shareSubnet = (
  world: World,
  spec: { owner: string; region: string; subnetId: string; participants: readonly string[] },
): void => {
  const state = world.of(ec2State, spec.owner, spec.region);
  const subnet = inWorld(state.subnets.get(spec.subnetId), `subnet ${spec.subnetId} of ${spec.owner}`);
  const vpc = inWorld(state.vpcs.get(subnet.vpcId), `vpc ${subnet.vpcId} of ${spec.owner}`);
  for (const account of spec.participants) {
    inWorld(world.accounts.get(account), `account ${account}`);
    const theirs = world.of(ec2State, account, spec.region);
    if (!theirs.vpcs.has(vpc.vpcId)) theirs.vpcs.set(vpc.vpcId, { ...vpc, tags: new Map() });
    theirs.subnets.set(subnet.subnetId, { ...subnet, tags: new Map() });
    subnet.interfacesByAccount.set(account, theirs.networkInterfaces);
  }
};

const sharedWithCaller = (call: Call): readonly { subnet: Subnet; owner: Ec2State }[] =>
  [...stateOf(call).subnets.values()]
    .filter(({ ownerId }) => ownerId !== call.caller.account)
    .map((subnet) => ({ subnet, owner: call.world.of(ec2State, subnet.ownerId, call.region) }));

const onlyOf = (
  associations: ReadonlyMap<string, string>,
  subnets: ReadonlySet<string>,
): Map<string, string> => new Map([...associations].filter(([, subnetId]) => subnets.has(subnetId)));

/** The ACLs that the caller may describe: its own, and those of subnets that are shared with it, showing those subnets alone. */
export const visibleAcls = (call: Call): ReadonlyMap<string, NetworkAcl> => {
  const shared = sharedWithCaller(call);
  const subnets = new Set(shared.map(({ subnet }) => subnet.subnetId));
  const seen = shared.map(({ subnet, owner }) => aclOf(owner, subnet.subnetId));
  return new Map([
    ...stateOf(call).networkAcls,
    ...seen.map((acl): [string, NetworkAcl] => [
      acl.networkAclId,
      { ...acl, tags: new Map(), associations: onlyOf(acl.associations, subnets) },
    ]),
  ]);
};

/** A route table with the account that has it. */
export interface VisibleTable extends RouteTable {
  readonly ownerId: string;
}

/** The route tables that the caller may describe: its own, and those that subnets follow that are shared with it. */
export const visibleRouteTables = (call: Call): ReadonlyMap<string, VisibleTable> => {
  const shared = sharedWithCaller(call);
  const subnets = new Set(shared.map(({ subnet }) => subnet.subnetId));
  const seen = shared.map(({ subnet, owner }) => ({
    ...routeTableOf(owner, subnet),
    ownerId: subnet.ownerId,
  }));
  const own = [...stateOf(call).routeTables.values()].map((table) => ({
    ...table,
    ownerId: call.caller.account,
  }));
  return new Map([
    ...own.map((table): [string, VisibleTable] => [table.routeTableId, table]),
    ...seen.map((table): [string, VisibleTable] => [
      table.routeTableId,
      { ...table, tags: new Map(), associations: onlyOf(table.associations, subnets) },
    ]),
  ]);
};

/** The internet gateways that the caller may describe: its own, and those of VPCs with subnets that are shared with it. */
export const visibleInternetGateways = (call: Call): ReadonlyMap<string, InternetGateway> =>
  new Map([
    ...stateOf(call).internetGateways,
    ...sharedWithCaller(call).flatMap(({ subnet, owner }) =>
      [...owner.internetGateways.values()]
        .filter((gateway) => gateway.vpcId === subnet.vpcId)
        .map((gateway): [string, InternetGateway] => [
          gateway.internetGatewayId,
          { ...gateway, tags: new Map() },
        ]),
    ),
  ]);

/** An interface with the account that has it, and that account's state. */
export interface VisibleInterface extends NetworkInterface {
  readonly ownerId: string;
}

/** The interfaces that the caller may describe: its own, and those of participants in its subnets. */
export const visibleInterfaces = (call: Call): ReadonlyMap<string, VisibleInterface> => {
  const { account } = call.caller;
  const state = stateOf(call);
  const theirs = [...state.subnets.values()]
    .filter((subnet) => subnet.ownerId === account)
    .flatMap((subnet) =>
      [...subnet.interfacesByAccount].flatMap(([ownerId, interfaces]) =>
        [...interfaces.values()]
          .filter((held) => ownerId !== account && held.subnetId === subnet.subnetId)
          .map((held) => ({ ...held, ownerId })),
      ),
    );
  const own = [...state.networkInterfaces.values()].map((held) => ({ ...held, ownerId: account }));
  return new Map([...own, ...theirs].map((held) => [held.networkInterfaceId, held]));
};

/** The security groups that the caller may describe: its own, and those of participants in its VPCs. */
export const visibleGroups = (call: Call): ReadonlyMap<string, SecurityGroup> => {
  const { account } = call.caller;
  const state = stateOf(call);
  const accounts = new Set(
    [...state.subnets.values()].flatMap((subnet) => [...subnet.interfacesByAccount.keys()]),
  );
  accounts.delete(account);
  const theirs = [...accounts].flatMap((participant) =>
    [...call.world.of(ec2State, participant, call.region).securityGroups.values()].filter(
      (group) => state.vpcs.get(group.vpcId)?.ownerId === account,
    ),
  );
  return new Map([
    ...state.securityGroups,
    ...theirs.map((group): [string, SecurityGroup] => [group.groupId, group]),
  ]);
};

/**
 * What AWS answers a participant who would change what is the owner's. No page names it: code and words as people report them.
 * https://github.com/ekristen/aws-nuke/issues/497
 */
export const notOwned = (operationName: string): ServiceFault =>
  new ServiceFault(
    'UnauthorizedOperation',
    `You are not authorized to perform ${operationName} operation. A subnet in this vpc is shared but the provided object is not owned by you`,
    { status: 403 },
  );

/** What is asked for, and where: the caller's own records, and those that it sees beside them. */
interface Asked<Found> {
  readonly kind: IdKind;
  readonly own: ReadonlyMap<string, Found>;
  readonly visible: ReadonlyMap<string, unknown>;
  readonly operationName: string;
}

/**
 * The caller's own record with this id.
 *
 * @throws ServiceFault UnauthorizedOperation for one that the caller only sees; else as `requireOne`
 */
export const requireOwn = <Found>({ kind, own, visible, operationName }: Asked<Found>, id: string): Found => {
  if (!own.has(id) && visible.has(id)) throw notOwned(operationName);
  return requireOne(kind, own, id);
};

/** The VPC or subnet with this id, if it is the caller's own; faults as `requireOwn`. */
export const requireOwnPlace = <Found extends { readonly ownerId: string }>(
  call: Call,
  { kind, from, operationName }: { kind: IdKind; from: ReadonlyMap<string, Found>; operationName: string },
  id: string,
): Found => {
  const found = requireOne(kind, from, id);
  if (found.ownerId !== call.caller.account) throw notOwned(operationName);
  return found;
};
