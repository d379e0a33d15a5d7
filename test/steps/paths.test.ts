import {
  addEgressOnlyGateway,
  addInstance,
  addLoadBalancer,
  addNatGateway,
  addPeering,
  addRoute,
  addRouteTable,
  addSubnet,
  addTargetGroup,
  addVpc,
  addVpcEndpoint,
  flowsOf,
  mainRouteTable,
  mayOpen,
  openFlow,
  type Flow,
  type PathKind,
} from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { allowing } from './allowing.ts';
import { play, type Played, type Stage } from './play.ts';

const primaryOf = ({ ec2, suspect }: Stage) => {
  const nic = ec2.networkInterfaces.get(suspect.networkInterfaceIds[0] ?? '');
  if (nic === undefined) throw new Error('the suspect has no interface');
  return nic;
};

/** A host in a subnet of its own of a VPC; gives its interface. */
const hostIn = ({ ec2, organization }: Stage, vpcId: string, cidr: string): string => {
  const spec = { vpcId, cidr, availabilityZone: 'eu-central-1b' };
  const { subnetId } = addSubnet(ec2, spec, organization.ids);
  const open = [...ec2.securityGroups.values()].find(
    (group) => group.vpcId === vpcId && group.name !== 'default',
  );
  const groups = [open ?? [...ec2.securityGroups.values()].find((group) => group.vpcId === vpcId)];
  const made = addInstance(
    ec2,
    {
      type: 'm5.large',
      imageId: 'ami-0123456789abcdef0',
      launchedAt: organization.timeline.now(),
      networkInterfaces: [{ subnetId, groups: groups.flatMap((group) => group?.groupId ?? []) }],
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root of a host' }],
    },
    organization.ids,
  );
  return made.networkInterfaceIds[0] ?? '';
};

/** Opens a connection of the attacker's; throws when the network did not let it through, for then nothing is shown. */
const attack = (stage: Stage, flow: Pick<Parameters<typeof openFlow>[1], 'remote'> & Partial<Flow>): void => {
  const { account, region } = stage.suspect;
  const opened = openFlow(stage.organization, {
    account,
    region,
    networkInterfaceId: primaryOf(stage).networkInterfaceId,
    direction: 'outbound',
    protocol: 'tcp',
    localPort: 50_001,
    remotePort: 443,
    ...flow,
  });
  if (!opened.opened) throw new Error(`the attacker cannot connect: ${opened.because}`);
};

/** The interface that a load balancer has in the VPC, by the balancer's name in its description. */
const interfaceOf = ({ ec2 }: Stage, name: string): string =>
  [...ec2.networkInterfaces.values()].find(({ description }) => description?.includes(`/${name}/`) === true)
    ?.networkInterfaceId ?? '';

/** The internet gateway that the suspect's subnet has its default route to. */
const gatewayOf = (stage: Stage): string =>
  [...stage.ec2.internetGateways.values()].find(({ vpcId }) => vpcId === primaryOf(stage).vpcId)
    ?.internetGatewayId ?? '';

/** Gives the suspect's primary interface an IPv6 address. */
const withIpv6 = (stage: Stage): void => {
  const nic = primaryOf(stage);
  const at = { ...nic, ipv6Addresses: ['2001:db8:1234:1::10'] };
  stage.ec2.networkInterfaces.set(nic.networkInterfaceId, at);
};

/** How a connection that no finding names is made, by its path. */
const ATTACKS: Partial<Readonly<Record<PathKind, (stage: Stage) => void>>> = {
  'internet-gateway': () => {},
  'in-subnet': () => {},
  'in-vpc': (stage) => {
    const nic = primaryOf(stage);
    const [a, b] = nic.privateIpAddress.split('.');
    attack(stage, { remote: { networkInterfaceId: hostIn(stage, nic.vpcId, `${a}.${b}.200.0/24`) } });
  },
  peering: (stage) => {
    const { ec2, organization, suspect } = stage;
    const { account, region } = suspect;
    const { vpcId } = addVpc(ec2, { cidr: '10.99.0.0/16', ownerId: account }, organization.ids);
    const requester = { account, region, vpcId: primaryOf(stage).vpcId };
    addPeering(organization.world, { requester, accepter: { account, region, vpcId } }, organization.ids);
    const nic = ec2.networkInterfaces.get(hostIn(stage, vpcId, '10.99.1.0/24'));
    const group = ec2.securityGroups.get(nic?.groups[0] ?? '');
    group?.permissions.push({
      ruleId: 'sgr-peer',
      direction: 'ingress',
      protocol: '-1',
      fromPort: undefined,
      toPort: undefined,
      target: { kind: 'ipv4', cidr: '10.0.0.0/8' },
    });
    attack(stage, { remote: { address: nic?.privateIpAddress ?? '' } });
  },
  'nat-gateway': (stage) => {
    const { ec2, organization } = stage;
    const { vpcId, privateIpAddress } = primaryOf(stage);
    const [a, b] = privateIpAddress.split('.');
    const spec = { vpcId, cidr: `${a}.${b}.202.0/24`, availabilityZone: 'eu-central-1b' };
    const { subnetId } = addSubnet(ec2, spec, organization.ids);
    const outside = addRouteTable(ec2, { vpcId, subnetIds: [subnetId] }, organization.ids);
    addRoute(outside, {
      destination: { kind: 'ipv4', cidr: '0.0.0.0/0' },
      target: { kind: 'internet-gateway', id: gatewayOf(stage) },
    });
    const { natGatewayId } = addNatGateway(ec2, { subnetId, createdAt: 0 }, organization.ids);
    addRoute(mainRouteTable(ec2, vpcId), {
      destination: { kind: 'ipv4', cidr: '192.0.2.64/26' },
      target: { kind: 'nat-gateway', id: natGatewayId },
    });
    attack(stage, { remote: { address: '192.0.2.77' } });
  },
  'egress-only-internet-gateway': (stage) => {
    const { ec2, organization } = stage;
    const { vpcId } = primaryOf(stage);
    withIpv6(stage);
    const { egressOnlyInternetGatewayId: id } = addEgressOnlyGateway(ec2, { vpcId }, organization.ids);
    addRoute(mainRouteTable(ec2, vpcId), {
      destination: { kind: 'ipv6', cidr: '2001:db8:ffff::/48' },
      target: { kind: 'egress-only-internet-gateway', id },
    });
    attack(stage, { remote: { address: '2001:db8:ffff::66' } });
  },
  'gateway-endpoint': (stage) => {
    const { ec2, organization } = stage;
    const { vpcId } = primaryOf(stage);
    addVpcEndpoint(
      ec2,
      {
        vpcId,
        serviceName: 'com.amazonaws.eu-central-1.dynamodb',
        type: 'Gateway',
        routeTableIds: [mainRouteTable(ec2, vpcId).routeTableId],
        policy: () => ({ statements: [] }) as never,
      },
      organization.ids,
    );
    const cidr = [...ec2.prefixLists.values()][0]?.cidrs[0] ?? '';
    attack(stage, { remote: { address: cidr.replace(/0\/24$/, '10') } });
  },
  'interface-endpoint': (stage) => {
    const { ec2, organization } = stage;
    const nic = primaryOf(stage);
    const [a, b] = nic.privateIpAddress.split('.');
    const spec = { vpcId: nic.vpcId, cidr: `${a}.${b}.201.0/24`, availabilityZone: 'eu-central-1b' };
    const { subnetId } = addSubnet(ec2, spec, organization.ids);
    const endpoint = addVpcEndpoint(
      ec2,
      {
        vpcId: nic.vpcId,
        serviceName: 'com.amazonaws.eu-central-1.secretsmanager',
        type: 'Interface',
        subnetIds: [subnetId],
        groups: [...nic.groups],
        policy: () => ({ statements: [] }) as never,
      },
      organization.ids,
    );
    attack(stage, { remote: { networkInterfaceId: endpoint.networkInterfaceIds?.[0] ?? '' } });
  },
  'network-load-balancer': (stage) => {
    const { organization, suspect } = stage;
    const nic = primaryOf(stage);
    const { account, region } = suspect;
    const on = { ...organization, account, region };
    const group = addTargetGroup({ name: 'front', protocol: 'TCP', port: 443, vpcId: nic.vpcId }, on);
    const balancer = addLoadBalancer(
      {
        name: 'front',
        type: 'network',
        subnetIds: [nic.subnetId],
        listeners: [{ port: 443, targetGroupArns: [group.arn] }],
      },
      on,
    );
    attack(stage, {
      direction: 'inbound',
      localPort: 443,
      remotePort: 50_002,
      remote: { networkInterfaceId: interfaceOf(stage, balancer.name) },
    });
  },
};

const ofPath = ({ organization, suspect }: Played, path: PathKind): readonly Flow[] =>
  flowsOf(organization.world, suspect).filter(
    (flow) =>
      flow.path.kind === path && !suspect.remotes.some(({ address }) => address === flow.remoteAddress),
  );

const playedWith = async (path: PathKind, set: object): Promise<Played> => {
  const played = await play({ config: allowing(set), furnish: ATTACKS[path] ?? (() => {}) });
  expect(ofPath(played, path).length).toBeGreaterThan(0);
  return played;
};

const NAMED: Partial<Readonly<Record<PathKind, string>>> = {
  'internet-gateway': 'an internet gateway',
  'nat-gateway': 'a NAT gateway',
  'egress-only-internet-gateway': 'an egress-only internet gateway',
  'gateway-endpoint': 'a gateway endpoint',
  peering: 'a VPC peering connection',
};

describe('a connection that no finding names', () => {
  it.each(Object.keys(ATTACKS) as PathKind[])(
    'by %s survives the empty group, and the statement of containment names its kind',
    async (path) => {
      const played = await playedWith(path, {});
      expect(ofPath(played, path).map(({ state }) => state.kind)).toContain('established');
      expect(played.kinds).toContain('contained');
      expect(played.reasonsOf('contained')).toContain(NAMED[path] ?? 'hosts of the same VPC');
    },
  );

  it.each([
    ['internet-gateway', 'subnetAcl', 'network-acl'],
    ['in-vpc', 'subnetAcl', 'network-acl'],
    ['peering', 'subnetAcl', 'network-acl'],
    ['interface-endpoint', 'subnetAcl', 'network-acl'],
    ['nat-gateway', 'subnetAcl', 'network-acl'],
    ['egress-only-internet-gateway', 'subnetAcl', 'network-acl'],
    ['gateway-endpoint', 'subnetAcl', 'network-acl'],
    ['internet-gateway', 'routeTable', 'route'],
    ['peering', 'routeTable', 'route'],
    ['nat-gateway', 'routeTable', 'route'],
    ['egress-only-internet-gateway', 'routeTable', 'route'],
    ['gateway-endpoint', 'routeTable', 'route'],
    ...(Object.keys(ATTACKS) as PathKind[]).map((path) => [path, 'stop', 'instance'] as const),
  ] as const)('by %s dies where the policy allows %s by itself', async (path, leaf, obstacle) => {
    const played = await playedWith(path, { [leaf]: 'automatic' });
    const states = ofPath(played, path).map(({ state }) => state);
    expect(states.map(({ kind }) => kind)).toEqual(states.map(() => 'cut'));
    expect(states.some((state) => state.kind === 'cut' && state.obstacle === obstacle)).toBe(true);
    expect(played.kinds).toContain('contained');
  });

  it('in the subnet is not touched by a network ACL: only a stop ends it', async () => {
    const played = await playedWith('in-subnet', { subnetAcl: 'automatic' });
    expect(ofPath(played, 'in-subnet').map(({ state }) => state.kind)).toContain('established');
  });

  it('that falls idle dies by the shortened timeout, long before the five days that EC2 gives it', async () => {
    const played = await play({
      config: allowing({}),
      furnish: (stage) =>
        attack(stage, { remote: { address: '192.0.2.99' }, idleSince: stage.organization.timeline.now() }),
    });
    const idle = flowsOf(played.organization.world, played.suspect).find(
      ({ remoteAddress }) => remoteAddress === '192.0.2.99',
    );
    expect(idle?.state).toMatchObject({ kind: 'cut', obstacle: 'idle-timeout' });
  });
});

describe('the internet gateway of a VPC', () => {
  it('is not detached while public addresses are mapped: EC2 says no, that is told, and the instance stays contained', async () => {
    const played = await play({ config: allowing({ internetGateway: 'automatic' }) });
    expect(played.callsOf('DetachInternetGateway').map(({ outcome }) => outcome)).toMatchObject([
      { code: 'DependencyViolation' },
    ]);
    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('detach-internet-gateway');
  });

  it('is detached where the VPC has IPv6 alone to the internet, and the channel through it dies', async () => {
    const remote = '2001:db8:ffff::66';
    const played = await play({
      config: allowing({ internetGateway: 'automatic' }),
      furnish: (stage) => {
        const { ec2 } = stage;
        ec2.addresses.clear();
        for (const [id, { publicIp: _given, ...nic }] of ec2.networkInterfaces)
          ec2.networkInterfaces.set(id, nic);
        withIpv6(stage);
        attack(stage, { remote: { address: remote } });
      },
    });
    const channel = flowsOf(played.organization.world, played.suspect).find(
      ({ remoteAddress }) => remoteAddress === remote,
    );
    expect(channel?.state).toMatchObject({ kind: 'cut', obstacle: 'route' });
    expect(played.kinds).toContain('contained');
  });
});

describe('the neighbour in the subnet', () => {
  const supplier = ({ organization, suspect, ec2 }: Played) => {
    const [id = ''] = suspect.neighbours;
    const nic = ec2.instances.get(id)?.networkInterfaceIds[0] ?? '';
    return {
      alive: flowsOf(organization.world, { ...suspect, instanceId: id }).some(
        ({ networkInterfaceId, state }) => networkInterfaceId === nic && state.kind === 'established',
      ),
      opens: mayOpen(organization.world, {
        account: suspect.account,
        region: suspect.region,
        networkInterfaceId: nic,
        direction: 'outbound',
        protocol: 'tcp',
        remotePort: 443,
        remote: { address: '192.0.2.10' },
      }).allowed,
    };
  };

  it('keeps its connections and opens new ones under the plan of every day', async () => {
    expect(supplier(await play({}))).toEqual({ alive: true, opens: true });
  });

  it.each(['subnetAcl', 'routeTable'])(
    'loses them where the policy allows %s, as the plan says beforehand',
    async (leaf) => {
      expect(supplier(await play({ config: allowing({ [leaf]: 'automatic' }) }))).toEqual({
        alive: false,
        opens: false,
      });
    },
  );
});
