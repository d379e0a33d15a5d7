import { defineState } from '../../core/world.ts';

/** A target of a target group, or an instance of a Classic Load Balancer: one registration each. */
export interface Registration {
  /** Instance id, or private IPv4 address. */
  readonly id: string;
  readonly port: number;
  /** What its health checks last said; whether it is used at all is worked out where it is shown. */
  health: 'initial' | 'healthy' | 'unhealthy';
  /** Virtual epoch ms at which a deregistration that has begun is complete. */
  drainsUntil?: number;
}

/** How often health is checked and how many checks in a row decide. */
export interface HealthCheck {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP';
  /** Port of a target that is registered without one. */
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'instance' | 'ip';
  readonly tags: ReadonlyMap<string, string>;
  readonly healthCheck: HealthCheck;
  /** `deregistration_delay.timeout_seconds`. */
  readonly deregistrationDelaySeconds: number;
  /** `deregistration_delay.connection_termination.enabled`. */
  readonly terminatesConnections: boolean;
  registrations: Registration[];
}

/** A listener that forwards everything to target groups. */
export interface Listener {
  readonly arn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'TLS' | 'UDP' | 'TCP_UDP';
  readonly targetGroupArns: readonly string[];
}

/** What a load balancer of any kind has in its VPC. */
export interface Placed {
  readonly name: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroups: readonly string[];
  /** Its own, requester-managed interfaces, one in each subnet: health checks and requests come from them. */
  readonly interfaceIds: readonly string[];
  readonly scheme: 'internet-facing' | 'internal';
  readonly dnsName: string;
  readonly createdAt: number;
  readonly tags: ReadonlyMap<string, string>;
}

export interface LoadBalancer extends Placed {
  readonly arn: string;
  readonly type: 'application' | 'network';
  readonly listeners: readonly Listener[];
}

export interface ClassicLoadBalancer extends Placed {
  readonly listeners: readonly { readonly port: number; readonly instancePort: number }[];
  readonly healthCheck: HealthCheck;
  readonly connectionDraining: { readonly enabled: boolean; readonly timeoutSeconds: number };
  registrations: Registration[];
}

/** Elastic Load Balancing in one account and Region: target groups and load balancers by ARN, classic ones by name. */
export interface LoadBalancingState {
  readonly targetGroups: Map<string, TargetGroup>;
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly classic: Map<string, ClassicLoadBalancer>;
}

/** State of Elastic Load Balancing, per account and Region. */
export const loadBalancingState = defineState<LoadBalancingState>('elasticloadbalancing', 'regional', () => ({
  targetGroups: new Map(),
  loadBalancers: new Map(),
  classic: new Map(),
}));
