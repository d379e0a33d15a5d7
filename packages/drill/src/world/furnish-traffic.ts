import {
  addAddress,
  addInstance,
  addInternetGateway,
  addNatGateway,
  addRouteTable,
  addSubnet,
  ec2State,
  flowsOf,
  mainRouteTable,
  openFlow,
  type NewFlow,
  type Organization,
} from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';

/** Where a VPC is. */
interface VpcPlace {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
}

/**
 * Gives a VPC its way out, as its hosts need it: an internet gateway where a host has a public address of its own, else a NAT
 * gateway in a public subnet beside them. A VPC that has a way out keeps it.
 */
export const furnishWayOut = (
  { world, ids, timeline }: Organization,
  { account, region, vpcId, availabilityZone }: VpcPlace,
  publicHosts: boolean,
): void => {
  const state = world.of(ec2State, account, region);
  const hasOne = mainRouteTable(state, vpcId).routes.some(({ target }) => target.kind !== 'local');
  const vpc = state.vpcs.get(vpcId);
  if (hasOne || vpc === undefined) return;
  if (publicHosts) {
    addInternetGateway(state, { vpcId }, ids);
    return;
  }
  const [a, b] = vpc.cidr.split('.');
  const { subnetId } = addSubnet(state, { vpcId, cidr: `${a}.${b}.254.0/24`, availabilityZone }, ids);
  const { routeTableId } = addRouteTable(state, { vpcId, subnetIds: [subnetId] }, ids);
  addInternetGateway(state, { vpcId, routeTableIds: [routeTableId] }, ids);
  const main = mainRouteTable(state, vpcId).routeTableId;
  addNatGateway(state, { subnetId, routeTableIds: [main], createdAt: timeline.now() }, ids);
};

/** A healthy host in the suspect's first subnet and groups, without a profile: what containment must not break. */
export const furnishNeighbour = (
  { world, ids, timeline }: Organization,
  at: { readonly account: string; readonly region: string },
  besideInterface: string,
): string => {
  const state = world.of(ec2State, at.account, at.region);
  const beside = state.networkInterfaces.get(besideInterface);
  if (beside === undefined) throw new Error(`the suspect's interface ${besideInterface} is not there`);
  const neighbour = addInstance(
    state,
    {
      type: 'm5.large',
      imageId: 'ami-0123456789abcdef0',
      launchedAt: timeline.now() - 30 * 86_400_000,
      networkInterfaces: [{ subnetId: beside.subnetId, groups: [...beside.groups] }],
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root of a neighbour' }],
      tags: { Name: 'neighbour' },
    },
    ids,
  );
  const [nic] = neighbour.networkInterfaceIds;
  const isPublic = mainRouteTable(state, beside.vpcId).routes.some(
    ({ target }) => target.kind === 'internet-gateway',
  );
  if (isPublic && nic !== undefined) addAddress(state, { networkInterfaceId: nic }, ids);
  return neighbour.instanceId;
};

/** A server that no finding names: the attacker's second one, or a supplier's. */
const UNNAMED_ATTACKER = '192.0.2.66';
/** What healthy hosts talk to. */
export const SUPPLIER = '192.0.2.10';

/** A name that healthy hosts ask for; no finding can tell one of its zone, for nobody can register it (RFC 2606). */
export const SUPPLIER_NAME = 'api.supplier.test';
/** Where every VPC's resolver answers. https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
const RESOLVER = '169.254.169.253';

/** A query of a host's, as `mayOpen` and `openFlow` take it. */
export const asking = (
  at: { readonly account: string; readonly region: string; readonly networkInterfaceId: string },
  asks: string,
): NewFlow => ({
  account: at.account,
  region: at.region,
  networkInterfaceId: at.networkInterfaceId,
  direction: 'outbound',
  protocol: 'udp',
  localPort: 50_053,
  remotePort: 53,
  remote: { address: RESOLVER },
  asks,
});

/** The name that a tunnel asks for next: its first label is what it carries, and another one each time. */
export const nextAsked = (name: string): string => {
  const [, ...zone] = name.split('.');
  return zone.length < 2 ? `next.${name}` : `next.${zone.join('.')}`;
};

/** Has the suspect ask for what its findings tell, now and next; and where it does, its neighbours for what they need. */
const openQueries = (
  organization: Organization,
  { account, region, asks = [], networkInterfaceIds, neighbours }: Suspect,
): void => {
  const [primary] = networkInterfaceIds;
  const state = organization.world.of(ec2State, account, region);
  if (primary === undefined || asks.length === 0) return;
  for (const name of asks.flatMap((one) => [one, nextAsked(one)]))
    openFlow(organization, asking({ account, region, networkInterfaceId: primary }, name));
  for (const id of neighbours) {
    const [networkInterfaceId] = state.instances.get(id)?.networkInterfaceIds ?? [];
    if (networkInterfaceId !== undefined)
      openFlow(organization, asking({ account, region, networkInterfaceId }, SUPPLIER_NAME));
  }
};

/**
 * Opens the connections that there would be at the time of the finding, as far as the network lets them through: the
 * suspect's to each far end that the finding names, to a server that no finding names, and to its neighbour; the neighbour's
 * to a supplier. The attacker keeps them busy, so that no idle timeout ends them.
 */
export const openTraffic = (organization: Organization, suspect: Suspect): void => {
  const { world } = organization;
  const { account, region } = suspect;
  const state = world.of(ec2State, account, region);
  const tcp = (networkInterfaceId: string, remote: NewFlow['remote'], ports: Partial<NewFlow>): void => {
    openFlow(organization, {
      account,
      region,
      networkInterfaceId,
      direction: 'outbound',
      protocol: 'tcp',
      localPort: 40_000 + flowsOf(world, { account, region }).length,
      remote,
      ...ports,
    });
  };
  const [primary] = suspect.networkInterfaceIds;
  if (primary === undefined) return;
  openQueries(organization, suspect);
  for (const remote of suspect.remotes)
    tcp(
      primary,
      { address: remote.address },
      {
        direction: remote.direction,
        ...(remote.direction === 'inbound' && remote.localPort !== undefined
          ? { localPort: remote.localPort }
          : {}),
        remotePort: remote.port,
      },
    );
  for (const id of suspect.networkInterfaceIds) tcp(id, { address: UNNAMED_ATTACKER }, { remotePort: 8_443 });
  for (const neighbour of suspect.neighbours) {
    const [networkInterfaceId] = state.instances.get(neighbour)?.networkInterfaceIds ?? [];
    if (networkInterfaceId === undefined) continue;
    tcp(primary, { networkInterfaceId }, { remotePort: 443 });
    tcp(networkInterfaceId, { address: SUPPLIER }, { remotePort: 443 });
  }
};
