/** Transport of a flow; ICMP means echo, by the family's own ICMP. */
export type FlowProtocol = 'tcp' | 'udp' | 'icmp';

/** How packets of a flow travel, as routes and interfaces said when it was opened. */
export type PathKind =
  | 'internet-gateway'
  | 'egress-only-internet-gateway'
  | 'nat-gateway'
  | 'network-load-balancer'
  | 'interface-endpoint'
  | 'gateway-endpoint'
  | 'peering'
  | 'in-vpc'
  | 'in-subnet'
  | 'resolver'
  | 'metadata';

/** Why packets do not pass. */
export type Obstacle =
  | 'address'
  | 'dns-firewall'
  | 'groups'
  | 'idle-timeout'
  | 'instance'
  | 'interface'
  | 'metadata-options'
  | 'network-acl'
  | 'route';

/** A cause by kind and in words. */
export interface Blocked {
  readonly obstacle: Obstacle;
  /** Lower case, with the ids concerned. */
  readonly because: string;
  /** The interface at which a group or an ACL rejects the packet, and whether it was on its way in or out there. */
  readonly rejectedAt?: {
    readonly networkInterfaceId: string;
    readonly direction: 'ingress' | 'egress';
  };
}

/** A flow that somebody would open. Ports are ignored for ICMP. */
export interface NewFlow {
  readonly account: string;
  readonly region: string;
  readonly networkInterfaceId: string;
  /** `outbound` when the local interface opens it, `inbound` when the remote does. */
  readonly direction: 'outbound' | 'inbound';
  readonly protocol: FlowProtocol;
  readonly localPort?: number;
  readonly remotePort?: number;
  /** The other end: an address as the local interface sees it, or an interface by its primary private IPv4. */
  readonly remote: { readonly address: string } | { readonly networkInterfaceId: string };
  /** Of queries to the VPC's resolver: the name that is asked for, as a tunnel asks for names below its own. */
  readonly asks?: string;
}

/** One of an interface's ends of a flow: each interface tracks, or does not, on its own. */
export interface FlowEnd {
  readonly networkInterfaceId: string;
  /** Whose interface it is, and where it stands; the instance that had it when the flow was opened. */
  readonly account: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly instanceId?: string;
  readonly opener: boolean;
  readonly tracked: boolean;
}

/** A flow that was opened. */
export interface Flow extends NewFlow {
  readonly flowId: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly path: {
    readonly kind: PathKind;
    /** The gateway, endpoint or peering connection that carries it; absent where nothing stands between. */
    readonly through?: string;
  };
  /** Virtual epoch milliseconds. */
  readonly openedAt: number;
  /** Since when nothing was sent (virtual epoch ms); absent for a flow that keeps sending. */
  readonly idleSince?: number;
  /** Of UDP: it has seen more than one request and response. */
  readonly stream: boolean;
  /** The local interface first, then the remote one where there is one that the organization knows. */
  readonly ends: readonly FlowEnd[];
  readonly state:
    | { readonly kind: 'established' }
    | ({ readonly kind: 'cut'; readonly at: number } & Blocked);
}
