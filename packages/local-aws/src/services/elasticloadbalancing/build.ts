import type { Ids } from '../../core/ids.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { addNetworkInterface } from '../ec2/build.ts';
import { ec2State, type Ec2State } from '../ec2/state.ts';
import { checkHealth, interfaceOf, surroundingsIn } from './health.ts';
import { register, type Pool } from './registration.ts';
import {
  loadBalancingState,
  type ClassicLoadBalancer,
  type Listener,
  type LoadBalancer,
  type LoadBalancingState,
  type Placed,
  type TargetGroup,
} from './state.ts';

/** The account and Region that are furnished, and what health checks run on from then on. */
export interface Furnishing {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly account: string;
  readonly region: string;
}

const ec2Of = ({ world, account, region }: Furnishing): Ec2State => world.of(ec2State, account, region);
const balancingOf = ({ world, account, region }: Furnishing): LoadBalancingState =>
  world.of(loadBalancingState, account, region);

const arnOf = ({ world, account, region }: Furnishing, resource: string): string =>
  `arn:${world.facts.partition}:elasticloadbalancing:${region}:${account}:${resource}`;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
const checkOf = (protocol: TargetGroup['protocol']): TargetGroup['healthCheck'] => ({
  intervalSeconds: 30,
  timeoutSeconds: protocol === 'HTTP' ? 6 : 10,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
});
/** As the console sets them. https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-healthchecks.html */
const CLASSIC_CHECK = {
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 10,
  unhealthyThreshold: 2,
} as const;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
const DEREGISTRATION_DELAY_SECONDS = 300;

const registerAll = (
  pool: Pool,
  targets: readonly { readonly id: string; readonly port?: number }[],
  on: Furnishing,
): void => {
  for (const target of targets) {
    if (interfaceOf(pool, target, ec2Of(on)) === undefined)
      throw new Error(
        `${pool.name} names target ${target.id}, which is not in ${on.account}/${on.region}: add it first`,
      );
    register(pool, target, 'healthy');
  }
  checkHealth(pool, surroundingsIn(on), on.timeline);
};

/** What a target group is made from. */
export interface TargetGroupSpec {
  readonly name: string;
  readonly vpcId: string;
  /** `HTTP` when absent. */
  readonly protocol?: TargetGroup['protocol'];
  /** 80 when absent. */
  readonly port?: number;
  /** `instance` when absent. */
  readonly targetType?: TargetGroup['targetType'];
  /** 300 when absent. */
  readonly deregistrationDelaySeconds?: number;
  /** False when absent, save for UDP and TCP_UDP. */
  readonly terminatesConnections?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  /** Instance ids or addresses, healthy from the start. */
  readonly targets?: readonly { readonly id: string; readonly port?: number }[];
}

/**
 * Adds a target group whose targets are checked from then on, as soon as a load balancer forwards to it.
 *
 * @throws Error when the name is taken or a target is not in the world
 */
export const addTargetGroup = (spec: TargetGroupSpec, on: Furnishing): TargetGroup => {
  const { targetGroups } = balancingOf(on);
  if ([...targetGroups.values()].some(({ name }) => name === spec.name))
    throw new Error(
      `account ${on.account} has a target group ${spec.name} in ${on.region} already: choose another name`,
    );
  const { protocol = 'HTTP' } = spec;
  const group: TargetGroup = {
    arn: arnOf(on, `targetgroup/${spec.name}/${on.ids.hex('target-group', 16)}`),
    name: spec.name,
    protocol,
    port: spec.port ?? 80,
    vpcId: spec.vpcId,
    targetType: spec.targetType ?? 'instance',
    tags: new Map(Object.entries(spec.tags ?? {})),
    healthCheck: checkOf(protocol),
    deregistrationDelaySeconds: spec.deregistrationDelaySeconds ?? DEREGISTRATION_DELAY_SECONDS,
    terminatesConnections: spec.terminatesConnections ?? (protocol === 'UDP' || protocol === 'TCP_UDP'),
    registrations: [],
  };
  registerAll(group, spec.targets ?? [], on);
  targetGroups.set(group.arn, group);
  return group;
};

interface PlaceSpec {
  readonly name: string;
  /** At least one, all of one VPC. */
  readonly subnetIds: readonly string[];
  readonly securityGroups?: readonly string[];
  /** `internet-facing` when absent. */
  readonly scheme?: Placed['scheme'];
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The balancer's own interfaces, one in each subnet, which nobody else may change; the description names the balancer.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
 */
const place = (
  spec: PlaceSpec,
  made: { readonly description: string; readonly interfaceType: string; readonly dnsName: string },
  on: Furnishing,
): Placed => {
  const ec2 = ec2Of(on);
  const { securityGroups = [] } = spec;
  const vpcId = ec2.subnets.get(spec.subnetIds[0] ?? '')?.vpcId;
  if (vpcId === undefined)
    throw new Error(`load balancer ${spec.name} names no subnet that the world has: add the subnet first`);
  const interfaces = spec.subnetIds.map((subnetId) =>
    addNetworkInterface(
      ec2,
      {
        subnetId,
        groups: securityGroups,
        requesterManaged: true,
        interfaceType: made.interfaceType,
        description: made.description,
        ...(spec.scheme === 'internal' ? {} : { publicIp: 'assign' }),
      },
      on.ids,
    ),
  );
  return {
    name: spec.name,
    vpcId,
    subnetIds: [...spec.subnetIds],
    securityGroups: [...securityGroups],
    interfaceIds: interfaces.map(({ networkInterfaceId }) => networkInterfaceId),
    scheme: spec.scheme ?? 'internet-facing',
    dnsName: made.dnsName,
    createdAt: on.timeline.now(),
    tags: new Map(Object.entries(spec.tags ?? {})),
  };
};

/** What an Application or Network Load Balancer is made from. */
export interface LoadBalancerSpec extends PlaceSpec {
  readonly type: LoadBalancer['type'];
  readonly listeners: readonly {
    readonly port: number;
    /** `HTTP` or, of a Network Load Balancer, `TCP` when absent. */
    readonly protocol?: Listener['protocol'];
    readonly targetGroupArns: readonly string[];
  }[];
}

/**
 * Adds an Application or Network Load Balancer whose listeners forward to target groups.
 *
 * @throws Error when the name is taken, or a subnet or target group is not in the world
 */
export const addLoadBalancer = (spec: LoadBalancerSpec, on: Furnishing): LoadBalancer => {
  const { loadBalancers, targetGroups } = balancingOf(on);
  if ([...loadBalancers.values()].some(({ name }) => name === spec.name))
    throw new Error(
      `account ${on.account} has a load balancer ${spec.name} in ${on.region} already: choose another name`,
    );
  const isNetwork = spec.type === 'network';
  const id = on.ids.hex('load-balancer', 16);
  const path = `${isNetwork ? 'net' : 'app'}/${spec.name}/${id}`;
  const listeners = spec.listeners.map(({ port, protocol, targetGroupArns }): Listener => {
    const missing = targetGroupArns.find((arn) => !targetGroups.has(arn));
    if (missing !== undefined)
      throw new Error(`load balancer ${spec.name} forwards to ${missing}, which is not there: add it first`);
    return {
      arn: arnOf(on, `listener/${path}/${on.ids.hex('listener', 16)}`),
      port,
      protocol: protocol ?? (isNetwork ? 'TCP' : 'HTTP'),
      targetGroupArns: [...targetGroupArns],
    };
  });
  const placed = place(
    spec,
    {
      description: `ELB ${path}`,
      interfaceType: isNetwork ? 'network_load_balancer' : 'interface',
      dnsName: `${spec.name}-${id}.elb.${on.region}.amazonaws.com`,
    },
    on,
  );
  const balancer = { ...placed, arn: arnOf(on, `loadbalancer/${path}`), type: spec.type, listeners };
  loadBalancers.set(balancer.arn, balancer);
  return balancer;
};

/** What a Classic Load Balancer is made from. */
export interface ClassicLoadBalancerSpec extends PlaceSpec {
  /** At least one; health checks go to the instance port of the first. */
  readonly listeners: ClassicLoadBalancer['listeners'];
  /** Off, with 300 seconds, when absent. https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancerAttributes.html */
  readonly connectionDraining?: ClassicLoadBalancer['connectionDraining'];
  /** In service from the start. */
  readonly instanceIds?: readonly string[];
}

/**
 * Adds a Classic Load Balancer with instances, which are checked from then on.
 *
 * @throws Error when the name is taken, or a subnet or instance is not in the world
 */
export const addClassicLoadBalancer = (
  spec: ClassicLoadBalancerSpec,
  on: Furnishing,
): ClassicLoadBalancer => {
  const { classic } = balancingOf(on);
  if (classic.has(spec.name))
    throw new Error(
      `account ${on.account} has a Classic Load Balancer ${spec.name} in ${on.region} already: choose another name`,
    );
  const dnsName = `${spec.name}-${on.ids.hex('classic-load-balancer', 10)}.${on.region}.elb.amazonaws.com`;
  const placed = place(spec, { description: `ELB ${spec.name}`, interfaceType: 'interface', dnsName }, on);
  const balancer: ClassicLoadBalancer = {
    ...placed,
    listeners: [...spec.listeners],
    healthCheck: CLASSIC_CHECK,
    connectionDraining: spec.connectionDraining ?? { enabled: false, timeoutSeconds: 300 },
    registrations: [],
  };
  registerAll(
    balancer,
    (spec.instanceIds ?? []).map((id) => ({ id })),
    on,
  );
  classic.set(balancer.name, balancer);
  return balancer;
};
