import { inCidr } from '../cidr.ts';
import type { Permission } from '../state.ts';
import type { Flow, NewFlow } from './flow.ts';
import { openingOf } from './passage.ts';
import type { Picture, PicturedInterface, PicturedSubnet, PicturedTarget } from './picture.ts';

/** One route of a subnet; the first that has an address is followed. */
interface TestRoute {
  readonly cidrs: readonly string[];
  readonly target: PicturedTarget;
}

interface TestSubnet extends PicturedSubnet {
  readonly routes: readonly TestRoute[];
}

/** The instant of every pure test. */
export const NOW = 1_767_225_600_000;

/** A security group rule; `ports` is one port, a range, or everything when absent. */
export const rule = (
  direction: Permission['direction'],
  protocol: string,
  on: { readonly ports?: number | readonly [number, number]; readonly peer: string },
): Permission => {
  const { ports, peer } = on;
  const [fromPort, toPort] = typeof ports === 'number' ? [ports, ports] : [ports?.[0], ports?.[1]];
  const target: Permission['target'] = peer.startsWith('sg-')
    ? { kind: 'group', groupId: peer }
    : peer.startsWith('pl-')
      ? { kind: 'prefix-list', prefixListId: peer }
      : { kind: peer.includes(':') ? 'ipv6' : 'ipv4', cidr: peer };
  return {
    ruleId: `sgr-${direction}-${protocol}-${fromPort}-${peer}`,
    direction,
    protocol,
    fromPort,
    toPort,
    target,
  };
};

/** Both directions open to everybody of both families. */
export const OPEN: readonly Permission[] = (['ingress', 'egress'] as const).flatMap((direction) =>
  ['0.0.0.0/0', '::/0'].map((peer) => rule(direction, '-1', { peer })),
);

/** One entry of a network ACL. */
export const entry = (
  ruleNumber: number,
  action: 'allow' | 'deny',
  on: {
    readonly egress: boolean;
    readonly cidr: string;
    readonly protocol?: string;
    readonly ports?: readonly [number, number];
  },
): PicturedSubnet['acl'][number] => ({
  ruleNumber,
  action,
  egress: on.egress,
  protocol: on.protocol ?? '-1',
  source: { kind: on.cidr.includes(':') ? 'ipv6' : 'ipv4', cidr: on.cidr },
  ...(on.ports === undefined ? {} : { portRange: { from: on.ports[0], to: on.ports[1] } }),
});

/** What a default ACL has. */
export const ALLOW_ALL = [false, true].flatMap((egress) => [
  entry(100, 'allow', { egress, cidr: '0.0.0.0/0' }),
  entry(101, 'allow', { egress, cidr: '::/0' }),
]);

const LOCAL: TestRoute = {
  cidrs: ['10.0.0.0/16', '2001:db8:1::/56'],
  target: { kind: 'local', id: 'local' },
};
const PEERED: TestRoute = {
  cidrs: ['10.9.0.0/16'],
  target: { kind: 'peering', id: 'pcx-1', peerVpcId: 'vpc-2' },
};

const interfaceIn = (
  subnetId: string,
  id: string,
  more: Partial<PicturedInterface> = {},
): PicturedInterface => ({
  networkInterfaceId: id,
  account: '111111111111',
  vpcId: 'vpc-1',
  subnetId,
  privateIpAddress: '',
  ipv6Addresses: [],
  groups: [`sg-${id.slice(4)}`],
  interfaceType: 'interface',
  instanceId: `i-${id.slice(4)}`,
  instanceType: 'm7i.large',
  metadata: true,
  connectionTracking: {},
  ...more,
});

const subnet = (subnetId: string, routes: readonly TestRoute[], vpcId = 'vpc-1'): TestSubnet => ({
  subnetId,
  vpcId,
  networkAclId: `acl-${subnetId}`,
  acl: ALLOW_ALL,
  routes,
});

/** What a test may change of the network below, each by id. */
export interface TestNetworkParts {
  readonly interfaces: Map<string, PicturedInterface>;
  readonly subnets: Map<string, TestSubnet>;
  readonly groups: Map<string, readonly Permission[]>;
  readonly picture: Picture;
}

/**
 * Two VPCs that are peered. `subnet-a` is public, with `eni-host` and `eni-near`; `subnet-b` is private, behind a NAT gateway, an
 * egress-only internet gateway and gateway endpoints, with `eni-back`, a load balancer and an interface endpoint; `subnet-z` is
 * the other VPC's, with `eni-peer`. Every group is open to everybody.
 */
export const testPicture = (): TestNetworkParts => {
  const internet = { kind: 'internet-gateway', id: 'igw-1' } as const;
  const nat = {
    kind: 'nat-gateway',
    id: 'nat-1',
    subnetId: 'subnet-a',
    privateIp: '10.0.1.9',
    connectivity: 'public',
  } as const;
  const service = (name: string, cidr: string): TestRoute => ({
    cidrs: [cidr],
    target: { kind: 'gateway-endpoint', id: `vpce-${name}`, serviceName: `com.amazonaws.eu-west-1.${name}` },
  });
  const service4 = [service('s3', '203.0.113.0/25'), service('dynamodb', '203.0.113.128/25')];
  const all = [
    interfaceIn('subnet-a', 'eni-host', {
      privateIpAddress: '10.0.1.5',
      publicIp: '198.18.0.5',
      ipv6Addresses: ['2001:db8:1::5'],
    }),
    interfaceIn('subnet-a', 'eni-near', { privateIpAddress: '10.0.1.6' }),
    interfaceIn('subnet-b', 'eni-back', { privateIpAddress: '10.0.2.5', ipv6Addresses: ['2001:db8:1:1::5'] }),
    interfaceIn('subnet-b', 'eni-nlb', {
      privateIpAddress: '10.0.2.20',
      groups: [],
      interfaceType: 'network_load_balancer',
    }),
    interfaceIn('subnet-b', 'eni-vpce', { privateIpAddress: '10.0.2.30', interfaceType: 'vpc_endpoint' }),
    interfaceIn('subnet-z', 'eni-peer', { privateIpAddress: '10.9.0.5', vpcId: 'vpc-2' }),
  ];
  const interfaces = new Map(all.map((held) => [held.networkInterfaceId, held]));
  const groups = new Map(all.flatMap((held) => held.groups).map((id) => [id, OPEN]));
  const subnets = new Map(
    [
      subnet('subnet-a', [LOCAL, PEERED, { cidrs: ['0.0.0.0/0', '::/0'], target: internet }]),
      subnet('subnet-b', [
        LOCAL,
        ...service4,
        { cidrs: ['0.0.0.0/0'], target: nat },
        { cidrs: ['::/0'], target: { kind: 'egress-only-internet-gateway', id: 'eigw-1' } },
      ]),
      subnet(
        'subnet-z',
        [{ cidrs: ['10.0.0.0/16'], target: { kind: 'peering', id: 'pcx-1', peerVpcId: 'vpc-1' } }],
        'vpc-2',
      ),
    ].map((made) => [made.subnetId, made]),
  );
  const picture: Picture = {
    networkInterface: (id) => interfaces.get(id),
    interfaceAt: (vpcId, address) =>
      [...interfaces.values()].find(
        (held) => held.vpcId === vpcId && [held.privateIpAddress, ...held.ipv6Addresses].includes(address),
      ),
    subnet: (id) => subnets.get(id),
    target: (id, address) =>
      subnets.get(id)?.routes.find(({ cidrs }) => cidrs.some((cidr) => inCidr(address, cidr)))?.target,
    vpcCidrs: (vpcId) => (vpcId === 'vpc-1' ? LOCAL.cidrs : ['10.9.0.0/16']),
    permissions: (id) => groups.get(id) ?? [],
    refusesName: (vpcId, name) =>
      vpcId === 'vpc-1' && name.endsWith('.blocked.example')
        ? `rslvr-frg-1 answers NODATA for ${name}`
        : undefined,
    prefixList: (id) => (id === 'pl-corporate' ? ['203.0.113.0/24'] : []),
  };
  return { interfaces, subnets, groups, picture };
};

/** A flow of TCP that `eni-host` would open to port 443 of an internet address, unless `more` says otherwise. */
export const newFlow = (more: Partial<NewFlow> = {}): NewFlow => ({
  account: '111111111111',
  region: 'eu-west-1',
  networkInterfaceId: 'eni-host',
  direction: 'outbound',
  protocol: 'tcp',
  localPort: 40_000,
  remotePort: 443,
  remote: { address: '198.51.100.7' },
  ...more,
});

/** The flow as it is after it was opened at `NOW`; throws where the picture does not let it through. */
export const opened = (picture: Picture, flow: NewFlow, more: Partial<Flow> = {}): Flow => {
  const opening = openingOf(picture, flow);
  if (!opening.allowed) throw new Error(`the test's flow cannot be opened: ${opening.because}`);
  const { kind, through } = opening.way;
  return {
    ...opening.flow,
    flowId: 'flow-1',
    path: { kind, ...(through === undefined ? {} : { through }) },
    openedAt: NOW,
    stream: true,
    ends: opening.ends,
    state: { kind: 'established' },
    ...more,
  };
};
