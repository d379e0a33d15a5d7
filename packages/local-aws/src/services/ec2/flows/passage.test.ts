import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewFlow } from './flow.ts';
import { openingOf } from './passage.ts';
import { ALLOW_ALL, entry, newFlow, OPEN, rule, testPicture, type TestNetworkParts } from './test-picture.ts';

const back = (more: Partial<NewFlow> = {}) => newFlow({ networkInterfaceId: 'eni-back', ...more });
const to = (address: string, more: Partial<NewFlow> = {}) => newFlow({ remote: { address }, ...more });

const setAcl = (on: TestNetworkParts, id: string, acl: typeof ALLOW_ALL) => {
  const subnet = on.subnets.get(id);
  if (subnet !== undefined) on.subnets.set(id, { ...subnet, acl });
};
const change = (on: TestNetworkParts, id: string, more: object) => {
  const held = on.interfaces.get(id);
  if (held !== undefined) on.interfaces.set(id, { ...held, ...more });
};
const why = (on: TestNetworkParts, flow: NewFlow) => {
  const opening = openingOf(on.picture, flow);
  return opening.allowed ? 'allowed' : opening.obstacle;
};

describe('the path of a flow', () => {
  it.each<[string, NewFlow]>([
    ['internet-gateway', newFlow()],
    ['internet-gateway', to('2600::7')],
    ['nat-gateway', back()],
    ['egress-only-internet-gateway', back({ remote: { address: '2600::7' } })],
    ['gateway-endpoint', back({ remote: { address: '203.0.113.7' } })],
    ['network-load-balancer', to('10.0.2.20')],
    ['interface-endpoint', to('10.0.2.30')],
    ['peering', to('10.9.0.5')],
    ['in-vpc', to('10.0.2.5')],
    ['in-vpc', to('2001:db8:1:1::5')],
    ['in-subnet', newFlow({ remote: { networkInterfaceId: 'eni-near' } })],
    ['resolver', to('10.0.0.2', { protocol: 'udp', remotePort: 53 })],
    ['resolver', to('169.254.169.253', { protocol: 'udp', remotePort: 53 })],
    ['metadata', to('169.254.169.254', { remotePort: 80 })],
  ])('is %s, from routes and interfaces', (kind, flow) => {
    const opening = openingOf(testPicture().picture, flow);
    expect(opening).toMatchObject({ allowed: true, way: { kind } });
  });

  it('follows a route that leads nowhere to its end', () => {
    const on = testPicture();
    const subnet = on.subnets.get('subnet-a');
    if (subnet === undefined) throw new Error('no subnet-a');
    const hole = {
      cidrs: ['198.51.100.0/24'],
      target: { kind: 'unknown', id: 'nat-x', down: 'nat-x is gone' },
    } as const;
    on.subnets.set('subnet-a', { ...subnet, routes: [hole, ...subnet.routes] });
    expect(why(on, newFlow())).toBe('route');
    expect(why(on, to('198.51.101.1'))).toBe('allowed');
  });

  it('is never guessed: a route to a transit gateway stops the question', () => {
    const on = testPicture();
    const subnet = on.subnets.get('subnet-a');
    if (subnet === undefined) throw new Error('no subnet-a');
    const transit = { cidrs: ['198.51.100.0/24'], target: { kind: 'unknown', id: 'tgw-1' } } as const;
    on.subnets.set('subnet-a', { ...subnet, routes: [transit] });
    expect(() => openingOf(on.picture, newFlow())).toThrow('tgw-1');
  });

  it.each<[string, NewFlow]>([
    ['a NAT gateway', back({ direction: 'inbound' })],
    ['an egress-only internet gateway', back({ direction: 'inbound', remote: { address: '2600::7' } })],
    ['a gateway endpoint', back({ direction: 'inbound', remote: { address: '203.0.113.7' } })],
  ])('lets nobody in through %s', (_what, flow) => {
    expect(why(testPicture(), flow)).toBe('route');
  });

  it('needs a way back from a peered VPC', () => {
    const on = testPicture();
    const far = on.subnets.get('subnet-z');
    if (far !== undefined) on.subnets.set('subnet-z', { ...far, routes: [] });
    expect(why(on, to('10.9.0.5'))).toBe('route');
  });

  it('needs a public IPv4 address for an internet gateway, in both directions, and an IPv6 address for IPv6', () => {
    const on = testPicture();
    const near = { networkInterfaceId: 'eni-near' };
    expect(why(on, newFlow(near))).toBe('address');
    expect(why(on, newFlow({ ...near, direction: 'inbound' }))).toBe('address');
    expect(why(on, to('2600::7', near))).toBe('address');
  });

  it('needs both ends to work', () => {
    const on = testPicture();
    change(on, 'eni-near', { down: { obstacle: 'instance', because: 'i-near is stopped' } });
    expect(why(on, newFlow({ remote: { networkInterfaceId: 'eni-near' } }))).toBe('instance');
  });
});

describe('security groups', () => {
  const within = newFlow({ remote: { networkInterfaceId: 'eni-near' }, remotePort: 5432 });

  it('of the end that opens look at what goes out, of the other at what comes in', () => {
    const on = testPicture();
    on.groups.set('sg-host', [rule('egress', 'tcp', { ports: 5432, peer: '10.0.1.6/32' })]);
    on.groups.set('sg-near', [rule('ingress', 'tcp', { ports: 5432, peer: '10.0.1.5/32' })]);
    expect(why(on, within)).toBe('allowed');
    expect(why(on, { ...within, direction: 'inbound', localPort: 5432, remotePort: 40_000 })).toBe('groups');
  });

  it('that are named as a source stand for their interfaces', () => {
    const on = testPicture();
    on.groups.set('sg-near', [rule('ingress', 'tcp', { ports: [5000, 6000], peer: 'sg-host' })]);
    expect(why(on, within)).toBe('allowed');
    change(on, 'eni-host', { groups: ['sg-back'] });
    expect(why(on, within)).toBe('groups');
  });

  it.each([
    ['another protocol', rule('egress', 'udp', { ports: 443, peer: '0.0.0.0/0' })],
    ['another port', rule('egress', 'tcp', { ports: 80, peer: '0.0.0.0/0' })],
    ['another address', rule('egress', 'tcp', { ports: 443, peer: '198.51.100.8/32' })],
    ['the other family', rule('egress', 'tcp', { ports: 443, peer: '::/0' })],
    ['the other direction', rule('ingress', 'tcp', { ports: [0, 65_535], peer: '0.0.0.0/0' })],
    ['a prefix list without the address', rule('egress', 'tcp', { ports: 443, peer: 'pl-corporate' })],
  ])('refuse a flow when there is a rule for %s alone', (_what, only) => {
    const on = testPicture();
    on.groups.set('sg-host', [only]);
    expect(why(on, newFlow())).toBe('groups');
  });

  it('add up, and a prefix list stands for its blocks', () => {
    const on = testPicture();
    on.groups.set('sg-back', [rule('egress', 'tcp', { ports: 443, peer: 'pl-corporate' })]);
    expect(why(on, back({ remote: { address: '203.0.113.7' } }))).toBe('allowed');
    on.groups.set('sg-none', []);
    change(on, 'eni-back', { groups: ['sg-none'] });
    expect(why(on, back({ remote: { address: '203.0.113.7' } }))).toBe('groups');
    change(on, 'eni-back', { groups: ['sg-none', 'sg-back'] });
    expect(why(on, back({ remote: { address: '203.0.113.7' } }))).toBe('allowed');
  });

  it('of an interface that has none let nothing through, save a load balancer made without', () => {
    const on = testPicture();
    change(on, 'eni-near', { groups: [] });
    expect(why(on, within)).toBe('groups');
    expect(why(on, to('10.0.2.20'))).toBe('allowed');
  });

  it('do not see the resolver and the metadata service, and neither do ACLs', () => {
    const on = testPicture();
    on.groups.set('sg-host', []);
    setAcl(on, 'subnet-a', []);
    expect(why(on, to('10.0.0.2', { protocol: 'udp', remotePort: 53 }))).toBe('allowed');
    expect(why(on, to('169.254.169.254', { remotePort: 80 }))).toBe('allowed');
    expect(why(on, to('10.0.0.2', { protocol: 'tcp', remotePort: 22 }))).toBe('route');
    change(on, 'eni-host', { metadata: false });
    expect(why(on, to('169.254.169.254', { remotePort: 80 }))).toBe('metadata-options');
  });
});

describe('network ACLs', () => {
  const denyOut = entry(50, 'deny', { egress: true, cidr: '198.51.100.7/32' });
  const denyAnswers = entry(50, 'deny', {
    egress: false,
    cidr: '0.0.0.0/0',
    protocol: '6',
    ports: [1024, 65_535],
  });

  it.each([
    ['what goes out', denyOut],
    ['the answers', denyAnswers],
  ])('refuse a flow by denying %s', (_what, deny) => {
    const on = testPicture();
    setAcl(on, 'subnet-a', [...ALLOW_ALL, deny]);
    expect(why(on, newFlow())).toBe('network-acl');
  });

  it('let the lowest number decide, in whatever order they are listed', () => {
    const on = testPicture();
    const allow = entry(40, 'allow', { egress: true, cidr: '198.51.100.0/24' });
    setAcl(on, 'subnet-a', [denyOut, ...ALLOW_ALL, allow]);
    expect(why(on, newFlow())).toBe('allowed');
  });

  it('deny what no entry matches', () => {
    const on = testPicture();
    setAcl(
      on,
      'subnet-a',
      ALLOW_ALL.filter(({ egress }) => egress),
    );
    expect(why(on, newFlow())).toBe('network-acl');
  });

  it('of the remote subnet count as well', () => {
    const on = testPicture();
    setAcl(on, 'subnet-b', [entry(1, 'deny', { egress: false, cidr: '10.0.1.5/32' }), ...ALLOW_ALL]);
    expect(why(on, to('10.0.2.5'))).toBe('network-acl');
    expect(why(on, newFlow({ networkInterfaceId: 'eni-near', remote: { address: '10.0.2.5' } }))).toBe(
      'allowed',
    );
  });

  it('of the NAT gateway’s subnet see both sides of it', () => {
    for (const deny of [
      entry(1, 'deny', { egress: false, cidr: '10.0.2.5/32' }),
      entry(1, 'deny', { egress: true, cidr: '198.51.100.7/32' }),
      entry(1, 'deny', { egress: true, cidr: '10.0.2.5/32', protocol: '6', ports: [40_000, 40_000] }),
    ]) {
      const on = testPicture();
      setAcl(on, 'subnet-a', [deny, ...ALLOW_ALL]);
      expect(why(on, back())).toBe('network-acl');
    }
  });

  it('tell an echo from its answer', () => {
    const on = testPicture();
    const echo = newFlow({ protocol: 'icmp' });
    const icmp = (egress: boolean, type: number) => ({
      ...entry(1, 'allow', { egress, cidr: '0.0.0.0/0', protocol: '1' }),
      icmp: { type, code: -1 },
    });
    setAcl(on, 'subnet-a', [icmp(true, 8), icmp(false, 0)]);
    expect(why(on, echo)).toBe('allowed');
    expect(why(on, { ...echo, direction: 'inbound' })).toBe('network-acl');
  });

  it('never see what stays within a subnet', () => {
    const action = fc.constantFrom('allow' as const, 'deny' as const);
    const acls = fc.array(
      fc
        .tuple(
          fc.integer({ min: 1, max: 32_766 }),
          action,
          fc.boolean(),
          fc.constantFrom('0.0.0.0/0', '10.0.1.0/24', '10.0.1.6/32'),
        )
        .map(([number, what, egress, cidr]) => entry(number, what, { egress, cidr })),
    );
    fc.assert(
      fc.property(acls, fc.constantFrom('tcp' as const, 'udp' as const, 'icmp' as const), (acl, protocol) => {
        const on = testPicture();
        setAcl(on, 'subnet-a', acl);
        const flow = newFlow({ protocol, remote: { networkInterfaceId: 'eni-near' } });
        expect(why(on, flow)).toBe('allowed');
      }),
    );
  });
});

/** The example of https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#untracked-connections */
const EXAMPLE = [
  rule('ingress', 'tcp', { ports: 22, peer: '203.0.113.1/32' }),
  rule('ingress', 'tcp', { ports: 80, peer: '0.0.0.0/0' }),
  rule('ingress', 'tcp', { ports: 80, peer: '::/0' }),
  rule('ingress', 'icmp', { peer: '0.0.0.0/0' }),
  rule('egress', '-1', { peer: '0.0.0.0/0' }),
  rule('egress', '-1', { peer: '::/0' }),
];

describe('connection tracking', () => {
  const tracked = (rules: typeof EXAMPLE, flow: NewFlow, on = testPicture()) => {
    on.groups.set('sg-host', rules);
    const opening = openingOf(on.picture, flow);
    return opening.allowed ? opening.ends[0]?.tracked : opening.because;
  };
  const from = (address: string, port: number, more: Partial<NewFlow> = {}) =>
    to(address, { direction: 'inbound', localPort: port, remotePort: 50_000, ...more });
  const without = (cidr: string) =>
    EXAMPLE.filter(
      (one) => !(one.direction === 'egress' && 'cidr' in one.target && one.target.cidr === cidr),
    );

  it.each<[string, boolean, NewFlow, typeof EXAMPLE]>([
    ['SSH from one address', true, from('203.0.113.1', 22), EXAMPLE],
    ['HTTP from everybody', false, from('198.51.100.7', 80), EXAMPLE],
    ['HTTP from everybody by IPv6', false, from('2600::7', 80), EXAMPLE],
    ['ICMP', true, from('198.51.100.7', 0, { protocol: 'icmp' }), EXAMPLE],
    ['HTTP once the outbound rule for IPv4 is gone', true, from('198.51.100.7', 80), without('0.0.0.0/0')],
    [
      'HTTP by IPv6 once the outbound rule for IPv4 is gone',
      false,
      from('2600::7', 80),
      without('0.0.0.0/0'),
    ],
    ['HTTP by IPv6 once the outbound rule for IPv6 is gone', true, from('2600::7', 80), without('::/0')],
  ])('%s: %s, as in the page’s example', (_what, expected, flow, rules) => {
    expect(tracked(rules, flow)).toBe(expected);
  });

  it.each([
    ['all responses on any port', false, rule('ingress', 'tcp', { ports: [0, 65_535], peer: '0.0.0.0/0' })],
    ['all traffic', false, rule('ingress', '-1', { peer: '0.0.0.0/0' })],
    [
      'responses on high ports alone',
      true,
      rule('ingress', 'tcp', { ports: [1024, 65_535], peer: '0.0.0.0/0' }),
    ],
    [
      'responses of another protocol',
      true,
      rule('ingress', 'udp', { ports: [0, 65_535], peer: '0.0.0.0/0' }),
    ],
    ['responses from one half of the internet', true, rule('ingress', '-1', { peer: '128.0.0.0/1' })],
  ])('of what the host opens to everybody, with %s let in: %s', (_what, expected, answers) => {
    expect(tracked([rule('egress', 'tcp', { ports: 443, peer: '0.0.0.0/0' }), answers], newFlow())).toBe(
      expected,
    );
  });

  it.each<[string, boolean, NewFlow]>([
    ['internet-gateway', false, newFlow()],
    ['in-vpc', false, to('10.0.2.5')],
    ['peering', false, to('10.9.0.5')],
    ['network-load-balancer', true, to('10.0.2.20')],
    ['interface-endpoint', true, to('10.0.2.30')],
    ['nat-gateway', true, back()],
    ['egress-only-internet-gateway', true, back({ remote: { address: '2600::7' } })],
    ['gateway-endpoint of DynamoDB', true, back({ remote: { address: '203.0.113.200' } })],
    ['gateway-endpoint of S3', false, back({ remote: { address: '203.0.113.7' } })],
  ])('by %s with every group open: %s', (_kind, expected, flow) => {
    expect(tracked([...OPEN], flow)).toBe(expected);
  });

  it('is each end’s own', () => {
    const on = testPicture();
    on.groups.set('sg-back', [rule('ingress', 'tcp', { ports: 443, peer: 'sg-host' })]);
    const opening = openingOf(on.picture, to('10.0.2.5'));
    expect(opening.allowed && opening.ends.map((end) => end.tracked)).toEqual([false, true]);
  });
});
