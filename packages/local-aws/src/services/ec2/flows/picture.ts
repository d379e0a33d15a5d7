import type { NetworkAclEntry } from '../network-state.ts';
import type { Permission } from '../state.ts';

/** A network interface, as far as packets are concerned. */
export interface PicturedInterface {
  readonly networkInterfaceId: string;
  /** The account whose interface it is. */
  readonly account: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly privateIpAddress: string;
  readonly ipv6Addresses: readonly string[];
  /** Auto-assigned or Elastic. */
  readonly publicIp?: string;
  readonly groups: readonly string[];
  /** As in `InterfaceType`: `interface`, `network_load_balancer`, `vpc_endpoint`, ... */
  readonly interfaceType: string;
  readonly instanceId?: string;
  readonly instanceType?: string;
  /** Whether the instance's metadata service answers. */
  readonly metadata: boolean;
  /** Idle timeouts in seconds that somebody chose. */
  readonly connectionTracking: {
    readonly tcpEstablished?: number;
    readonly udpStream?: number;
    readonly udp?: number;
  };
  /** Why nothing is sent or received through it now; absent while it works. */
  readonly down?: { readonly obstacle: 'interface' | 'instance'; readonly because: string };
}

/** Where a route leads, resolved. `down` says why it leads nowhere now (AWS shows such a route as a blackhole). */
export type PicturedTarget = { readonly id: string; readonly down?: string } & (
  | { readonly kind: 'local' | 'internet-gateway' | 'egress-only-internet-gateway' }
  | {
      readonly kind: 'nat-gateway';
      readonly subnetId: string;
      readonly privateIp: string;
      readonly connectivity: 'public' | 'private';
    }
  | { readonly kind: 'peering'; readonly peerVpcId: string }
  | { readonly kind: 'gateway-endpoint'; readonly serviceName: string }
  | { readonly kind: 'unknown' }
);

/** A subnet with what filters its packets. */
export interface PicturedSubnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly networkAclId: string;
  readonly acl: readonly Pick<
    NetworkAclEntry,
    'ruleNumber' | 'egress' | 'protocol' | 'action' | 'source' | 'portRange' | 'icmp'
  >[];
}

/** The network as packets see it at one moment. Lookups give undefined for what is not there. */
export interface Picture {
  networkInterface(id: string): PicturedInterface | undefined;
  /** The interface that has this private IPv4 or IPv6 address in a VPC. */
  interfaceAt(vpcId: string, address: string): PicturedInterface | undefined;
  subnet(id: string): PicturedSubnet | undefined;
  /** Where packets from a subnet to an address go: the target of the most specific route. Undefined when no route has the address. */
  target(subnetId: string, address: string): PicturedTarget | undefined;
  /** All blocks of a VPC, the primary IPv4 block first. */
  vpcCidrs(vpcId: string): readonly string[];
  /** Rules of a security group, in any order. */
  permissions(groupId: string): readonly Permission[];
  /** Why the resolver of a VPC does not answer for a name; undefined where it does. */
  refusesName(vpcId: string, name: string): string | undefined;
  /** Blocks of a prefix list. Throws for one that is not there: what it would allow is unknown. */
  prefixList(id: string): readonly string[];
}
