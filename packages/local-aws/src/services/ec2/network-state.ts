import type { MadeBy } from './made-before.ts';
import type { Tags } from './state.ts';

/** One rule of a network ACL. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkAclEntry.html */
export interface NetworkAclEntry {
  /** 1 to 32766 for an entry of the user's; 32767 (IPv4) and 32768 (IPv6) for the last, which the console shows as `*`. */
  readonly ruleNumber: number;
  readonly egress: boolean;
  /** A protocol number as text, or `-1` for all. */
  readonly protocol: string;
  readonly action: 'allow' | 'deny';
  readonly source:
    | { readonly kind: 'ipv4'; readonly cidr: string }
    | { readonly kind: 'ipv6'; readonly cidr: string };
  /** Of TCP (6) and UDP (17) alone. */
  readonly portRange?: { readonly from: number; readonly to: number };
  /** Of ICMP (1) and ICMPv6 (58) alone; -1 means all. */
  readonly icmp?: { readonly type: number; readonly code: number };
}

/** A subnet's stateless filter. Each subnet has exactly one, the VPC's default where nobody chose. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html */
export interface NetworkAcl {
  readonly networkAclId: string;
  readonly vpcId: string;
  readonly ownerId: string;
  readonly isDefault: boolean;
  readonly tags: Tags;
  /** In no order: evaluated by number, the lowest first, in each direction on its own. */
  entries: NetworkAclEntry[];
  madeBy?: MadeBy;
  /** Association id to subnet id. */
  readonly associations: Map<string, string>;
}

/** Where a route leads. */
export interface RouteTarget {
  readonly kind:
    | 'local'
    | 'internet-gateway'
    | 'egress-only-internet-gateway'
    | 'nat-gateway'
    | 'network-interface'
    | 'virtual-private-gateway'
    | 'transit-gateway'
    | 'vpc-endpoint'
    | 'vpc-peering-connection';
  /** Id of the target; `local` for the VPC itself. */
  readonly id: string;
}

/** One route. https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html */
export interface Route {
  readonly destination:
    | { readonly kind: 'ipv4'; readonly cidr: string }
    | { readonly kind: 'ipv6'; readonly cidr: string }
    | { readonly kind: 'prefix-list'; readonly prefixListId: string };
  readonly target: RouteTarget;
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
}

/** A route table; a subnet without an association follows its VPC's main table. */
export interface RouteTable {
  readonly routeTableId: string;
  readonly vpcId: string;
  readonly tags: Tags;
  /** Association id to subnet id. */
  readonly associations: Map<string, string>;
  /** Id of the association that makes it the main table of its VPC; absent for every other table. */
  mainAssociationId?: string;
  madeBy?: MadeBy;
  routes: Route[];
}

/** Attached to one VPC at most; a VPC has one at most. */
export interface InternetGateway {
  readonly internetGatewayId: string;
  readonly ownerId: string;
  readonly tags: Tags;
  /** The VPC that it is attached to. */
  vpcId?: string;
}

/** Lets IPv6 out and answers in. https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html */
export interface EgressOnlyInternetGateway {
  readonly egressOnlyInternetGatewayId: string;
  readonly vpcId: string;
  readonly tags: Tags;
}

export interface NatGateway {
  readonly natGatewayId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly connectivity: 'public' | 'private';
  /** Virtual epoch ms. */
  readonly createdAt: number;
  /** Its own interface in its subnet, which AWS manages. */
  readonly networkInterfaceId: string;
  readonly privateIp: string;
  /** Elastic IP of a public one, and its allocation. */
  readonly publicIp?: string;
  readonly allocationId?: string;
  readonly tags: Tags;
  state: 'pending' | 'failed' | 'available' | 'deleting' | 'deleted';
}

/** One side of a peering connection. */
export interface PeeringSide {
  readonly ownerId: string;
  readonly region: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly ipv6Cidr?: string;
}

/** Each side's account keeps a record of its own, with its own tags. https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html */
export interface VpcPeeringConnection {
  readonly vpcPeeringConnectionId: string;
  readonly requester: PeeringSide;
  readonly accepter: PeeringSide;
  readonly tags: Tags;
  readonly status: 'active' | 'pending-acceptance' | 'rejected' | 'deleted';
}

/** What DescribeFlowLogs tells of a flow log. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html */
export interface FlowLog {
  readonly flowLogId: string;
  /** A VPC, a subnet or a network interface. */
  readonly resourceId: string;
  readonly trafficType: 'ACCEPT' | 'REJECT' | 'ALL';
  readonly destination:
    | { readonly kind: 'cloud-watch-logs'; readonly logGroupName: string; readonly roleArn: string }
    | { readonly kind: 's3'; readonly arn: string };
  readonly format: string;
  readonly maxAggregationSeconds: 60 | 600;
  /** Virtual epoch ms. */
  readonly createdAt: number;
  readonly tags: Tags;
}

/** A branch interface that hangs off a trunk interface. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TrunkInterfaceAssociation.html */
export interface TrunkAssociation {
  readonly associationId: string;
  readonly trunkInterfaceId: string;
  readonly branchInterfaceId: string;
  readonly protocol:
    | { readonly kind: 'VLAN'; readonly vlanId: number }
    | { readonly kind: 'GRE'; readonly greKey: number };
  readonly tags: Tags;
}

/** Addresses under one name, such as those of a service with gateway endpoints. https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html */
export interface PrefixList {
  readonly prefixListId: string;
  /** Such as `com.amazonaws.eu-west-1.s3`. */
  readonly name: string;
  readonly cidrs: readonly string[];
}

/** The part of EC2's state that carries and filters packets between interfaces. */
export interface NetworkState {
  readonly networkAcls: Map<string, NetworkAcl>;
  readonly routeTables: Map<string, RouteTable>;
  readonly internetGateways: Map<string, InternetGateway>;
  readonly egressOnlyGateways: Map<string, EgressOnlyInternetGateway>;
  readonly natGateways: Map<string, NatGateway>;
  readonly peerings: Map<string, VpcPeeringConnection>;
  readonly flowLogs: Map<string, FlowLog>;
  readonly trunkAssociations: Map<string, TrunkAssociation>;
  readonly prefixLists: Map<string, PrefixList>;
}

/** An account and Region without any network. */
export const emptyNetwork = (): NetworkState => ({
  networkAcls: new Map(),
  routeTables: new Map(),
  internetGateways: new Map(),
  egressOnlyGateways: new Map(),
  natGateways: new Map(),
  peerings: new Map(),
  flowLogs: new Map(),
  trunkAssociations: new Map(),
  prefixLists: new Map(),
});
