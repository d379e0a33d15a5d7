import type { NetworkAcl, Route, RouteTable, Subnet } from '@aws-sdk/client-ec2';
import type { InstanceFacts } from '@cordon/incident';
import type { DescribedNetwork } from './describe-network.ts';

type SubnetFacts = InstanceFacts['subnets'][number];
type RouteFacts = SubnetFacts['routes'][number];

/** Where a route leads; undefined for one that stays in the VPC. */
const targetOf = (route: Route): Pick<RouteFacts, 'target' | 'targetId'> | undefined => {
  if (route.NatGatewayId !== undefined) return { target: 'nat-gateway', targetId: route.NatGatewayId };
  if (route.EgressOnlyInternetGatewayId !== undefined)
    return { target: 'egress-only-internet-gateway', targetId: route.EgressOnlyInternetGatewayId };
  if (route.VpcPeeringConnectionId !== undefined)
    return { target: 'peering', targetId: route.VpcPeeringConnectionId };
  if (route.TransitGatewayId !== undefined)
    return { target: 'transit-gateway', targetId: route.TransitGatewayId };
  const gateway = route.GatewayId;
  if (gateway?.startsWith('igw-') === true) return { target: 'internet-gateway', targetId: gateway };
  if (gateway?.startsWith('vpce-') === true) return { target: 'gateway-endpoint', targetId: gateway };
  if (gateway === 'local') return undefined;
  const other = gateway ?? route.NetworkInterfaceId ?? route.InstanceId;
  return other === undefined ? undefined : { target: 'other', targetId: other };
};

const routesOf = (table: RouteTable | undefined): RouteFacts[] =>
  (table?.Routes ?? []).flatMap((route) => {
    const target = route.State === 'blackhole' ? undefined : targetOf(route);
    const destination =
      route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
    return target === undefined || destination === undefined ? [] : [{ destination, ...target }];
  });

/** The subnets that interfaces lie in; the owner is the account itself where EC2 does not say. Pure. */
export const subnetFacts = (
  { subnets, networkAcls, routeTables }: DescribedNetwork,
  account: string,
): readonly object[] =>
  subnets.map((subnet: Subnet) => {
    const associated = networkAcls
      .flatMap(({ Associations = [] }) => Associations)
      .find(({ SubnetId }) => SubnetId === subnet.SubnetId);
    const own = routeTables.find(({ Associations = [] }) =>
      Associations.some(({ SubnetId }) => SubnetId === subnet.SubnetId),
    );
    const main = routeTables.find(
      ({ VpcId, Associations = [] }) =>
        VpcId === subnet.VpcId && Associations.some(({ Main }) => Main === true),
    );
    return {
      subnetId: subnet.SubnetId,
      vpcId: subnet.VpcId,
      ownerId: subnet.OwnerId ?? account,
      ...(associated?.NetworkAclId === undefined ? {} : { networkAclId: associated.NetworkAclId }),
      ...(own?.RouteTableId === undefined ? {} : { routeTableId: own.RouteTableId }),
      routes: routesOf(own ?? main),
    };
  });

/** The network ACLs that hold for those subnets. Pure. */
export const networkAclFacts = ({ networkAcls }: DescribedNetwork): readonly object[] =>
  networkAcls.map(({ NetworkAclId, Associations = [], Entries = [] }: NetworkAcl) => ({
    networkAclId: NetworkAclId,
    subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
    entries: Entries.map((entry) => ({
      ruleNumber: entry.RuleNumber,
      egress: entry.Egress === true,
      allow: entry.RuleAction === 'allow',
      cidr: entry.CidrBlock ?? entry.Ipv6CidrBlock,
    })),
  }));
