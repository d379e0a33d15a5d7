import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Permission } from '../state.ts';
import { fateOf } from './fate.ts';
import type { Flow, NewFlow } from './flow.ts';
import { openingOf } from './passage.ts';
import {
  ALLOW_ALL,
  entry,
  newFlow,
  NOW,
  OPEN,
  opened,
  rule,
  testPicture,
  type TestNetworkParts,
} from './test-picture.ts';

const SECOND = 1000;
const to = (address: string, more: Partial<NewFlow> = {}) => newFlow({ remote: { address }, ...more });
const near = newFlow({ remote: { networkInterfaceId: 'eni-near' } });
const viaNat = newFlow({ networkInterfaceId: 'eni-back' });

const fate = (on: TestNetworkParts, flow: Flow, secondsLater = 0) => {
  const result = fateOf(on.picture, flow, NOW + secondsLater * SECOND);
  return result.kind === 'lives' ? 'lives' : result.obstacle;
};
const change = (on: TestNetworkParts, id: string, more: object) => {
  const held = on.interfaces.get(id);
  if (held === undefined) throw new Error(`no ${id}`);
  on.interfaces.set(id, { ...held, ...more });
};
const changeSubnet = (on: TestNetworkParts, id: string, more: object) => {
  const subnet = on.subnets.get(id);
  if (subnet === undefined) throw new Error(`no ${id}`);
  on.subnets.set(id, { ...subnet, ...more });
};
/** A flow out to one address, tracked because its rule names it. */
const trackedFlow = (on: TestNetworkParts, more: Partial<Flow> = {}, flow = newFlow()) => {
  on.groups.set('sg-host', [rule('egress', '-1', { peer: '198.51.100.7/32' })]);
  return opened(on.picture, flow, more);
};
/** The same flow where everything is open to everybody: untracked. */
const untrackedFlow = (on: TestNetworkParts, flow = newFlow()) => opened(on.picture, flow);

describe('a tracked flow', () => {
  it('lives on when its rule goes, for as long as it keeps sending', () => {
    const on = testPicture();
    const flow = trackedFlow(on);
    on.groups.set('sg-host', []);
    expect(fate(on, flow)).toBe('lives');
    expect(fate(on, flow, 10 * 432_000)).toBe('lives');
  });

  it('lives on when all groups are replaced by one that has no rules', () => {
    const on = testPicture();
    const flow = trackedFlow(on);
    on.groups.set('sg-isolated', []);
    change(on, 'eni-host', { groups: ['sg-isolated'] });
    expect(fate(on, flow)).toBe('lives');
    expect(openingOf(on.picture, newFlow()).allowed).toBe(false);
  });

  it('that sends is untracked under rules for everybody, and ends when they go', () => {
    const on = testPicture();
    const flow = trackedFlow(on);
    on.groups.set('sg-host', OPEN);
    const result = fateOf(on.picture, flow, NOW);
    if (result.kind !== 'lives') throw new Error(result.because);
    expect(result.ends[0]?.tracked).toBe(false);
    on.groups.set('sg-host', []);
    expect(fate(on, { ...flow, ends: result.ends })).toBe('groups');
  });

  it('that sends nothing stays tracked under them: no packet met them', () => {
    const on = testPicture();
    const flow = trackedFlow(on, { idleSince: NOW });
    on.groups.set('sg-host', OPEN);
    const result = fateOf(on.picture, flow, NOW);
    expect(result.kind === 'lives' && result.ends[0]?.tracked).toBe(true);
  });

  it('behind a NAT gateway stays tracked under them, and lives on when they go', () => {
    const on = testPicture();
    on.groups.set('sg-back', OPEN);
    const flow = opened(on.picture, viaNat);
    const result = fateOf(on.picture, flow, NOW);
    if (result.kind !== 'lives') throw new Error(result.because);
    expect(result.ends[0]?.tracked).toBe(true);
    on.groups.set('sg-back', []);
    expect(fate(on, { ...flow, ends: result.ends })).toBe('lives');
  });

  it.each<[string, number, Partial<Flow>, Partial<NewFlow>, object]>([
    ['TCP', 432_000, {}, {}, {}],
    ['TCP on Nitro v6', 350, {}, {}, { instanceType: 'm8i.large' }],
    ['TCP on Nitro v5', 432_000, {}, {}, { instanceType: 'm8g.large' }],
    ['TCP with a chosen timeout', 60, {}, {}, { connectionTracking: { tcpEstablished: 60 } }],
    [
      'TCP on Nitro v6 with a chosen timeout',
      3600,
      {},
      {},
      { instanceType: 'r8gn.large', connectionTracking: { tcpEstablished: 3600 } },
    ],
    ['a UDP stream', 180, { stream: true }, { protocol: 'udp' }, {}],
    [
      'a UDP stream with a chosen timeout',
      60,
      { stream: true },
      { protocol: 'udp' },
      { connectionTracking: { udpStream: 60 } },
    ],
    ['UDP one way', 30, { stream: false }, { protocol: 'udp' }, {}],
    [
      'UDP one way with a chosen timeout',
      45,
      { stream: false },
      { protocol: 'udp' },
      { connectionTracking: { udp: 45 } },
    ],
  ])('of %s is forgotten after %i idle seconds without a rule', (_what, seconds, more, asked, held) => {
    const on = testPicture();
    const flow = trackedFlow(on, { idleSince: NOW, ...more }, newFlow(asked));
    change(on, 'eni-host', held);
    on.groups.set('sg-host', []);
    expect(fate(on, flow, seconds - 1)).toBe('lives');
    expect(fateOf(on.picture, flow, NOW)).toMatchObject({ recheckAt: NOW + seconds * SECOND });
    expect(fate(on, flow, seconds)).toBe('idle-timeout');
  });

  it('that is forgotten lives by the rules of now, like a new one', () => {
    const on = testPicture();
    const flow = trackedFlow(on, { idleSince: NOW });
    expect(fate(on, flow, 432_001)).toBe('lives');
    on.groups.set('sg-host', []);
    expect(fate(on, flow, 432_001)).toBe('idle-timeout');
  });

  it('is never cut by other groups while it sends, whatever they are', () => {
    const rules = fc.array(
      fc
        .tuple(
          fc.constantFrom('ingress' as const, 'egress' as const),
          fc.constantFrom('tcp', 'udp', '-1'),
          fc.integer({ min: 0, max: 65_535 }),
          fc.constantFrom('0.0.0.0/0', '::/0', '198.51.100.7/32', '10.0.0.0/8', 'sg-near'),
        )
        .map(([direction, protocol, ports, peer]) => rule(direction, protocol, { ports, peer })),
    );
    fc.assert(
      fc.property(rules, rules, fc.integer({ min: 0, max: 5_000_000 }), (host, far, seconds) => {
        for (const asked of [newFlow(), viaNat, near, to('10.0.2.20'), to('10.0.2.30')]) {
          const on = testPicture();
          for (const id of ['sg-host', 'sg-near', 'sg-back', 'sg-vpce'])
            on.groups.set(
              id,
              OPEN.map((one): Permission => ({
                ...one,
                target: { kind: 'ipv4', cidr: '128.0.0.0/1' },
              })).concat(
                OPEN.map((one): Permission => ({ ...one, target: { kind: 'ipv4', cidr: '0.0.0.0/1' } })),
              ),
            );
          const flow = opened(on.picture, asked);
          expect(flow.ends.every((end) => end.tracked)).toBe(true);
          on.groups.set('sg-host', host);
          for (const id of ['sg-near', 'sg-back', 'sg-vpce']) on.groups.set(id, far);
          expect(fate(on, flow, seconds)).toBe('lives');
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('an untracked flow', () => {
  it('is cut at once when its rule goes, as SSH is in the page’s example', () => {
    const on = testPicture();
    const everybody = [
      rule('ingress', 'tcp', { ports: 22, peer: '0.0.0.0/0' }),
      rule('egress', '-1', { peer: '0.0.0.0/0' }),
    ];
    on.groups.set('sg-host', everybody);
    const flow = untrackedFlow(on, newFlow({ direction: 'inbound', localPort: 22, remotePort: 50_000 }));
    on.groups.set('sg-host', everybody.slice(1));
    expect(fate(on, flow)).toBe('groups');
  });

  it('is cut at once when the host’s groups are replaced', () => {
    const on = testPicture();
    const flow = untrackedFlow(on);
    change(on, 'eni-host', { groups: [] });
    expect(fate(on, flow)).toBe('groups');
  });

  it('lives on when another rule admits it, and is tracked from then on', () => {
    const on = testPicture();
    const flow = untrackedFlow(on);
    on.groups.set('sg-host', [rule('egress', 'tcp', { ports: 443, peer: '198.51.100.0/24' })]);
    const result = fateOf(on.picture, flow, NOW);
    if (result.kind !== 'lives') throw new Error(result.because);
    expect(result.ends[0]?.tracked).toBe(true);
    on.groups.set('sg-host', []);
    expect(fate(on, { ...flow, ends: result.ends })).toBe('lives');
  });

  it('is tracked from then on when the rule that let all responses through goes', () => {
    const on = testPicture();
    const flow = untrackedFlow(on);
    on.groups.set(
      'sg-host',
      OPEN.filter(({ direction }) => direction === 'egress'),
    );
    expect(fateOf(on.picture, flow, NOW)).toMatchObject({ kind: 'lives', ends: [{ tracked: true }] });
  });

  it('is cut by the groups of the other end as well', () => {
    const on = testPicture();
    const flow = untrackedFlow(on, near);
    on.groups.set('sg-near', []);
    expect(fate(on, flow)).toBe('groups');
  });
});

describe('any flow', () => {
  const cases: readonly [string, NewFlow, string, (on: TestNetworkParts) => void][] = [
    [
      'an ACL denies what goes out',
      newFlow(),
      'network-acl',
      (on) =>
        changeSubnet(on, 'subnet-a', {
          acl: [entry(1, 'deny', { egress: true, cidr: '0.0.0.0/0' }), ...ALLOW_ALL],
        }),
    ],
    [
      'an ACL denies the answers',
      newFlow(),
      'network-acl',
      (on) =>
        changeSubnet(on, 'subnet-a', {
          acl: [entry(1, 'deny', { egress: false, cidr: '0.0.0.0/0' }), ...ALLOW_ALL],
        }),
    ],
    [
      'an ACL of the remote subnet denies it',
      to('10.0.2.5'),
      'network-acl',
      (on) =>
        changeSubnet(on, 'subnet-b', {
          acl: [entry(1, 'deny', { egress: false, cidr: '10.0.1.5/32' }), ...ALLOW_ALL],
        }),
    ],
    [
      'an ACL denies the host behind a NAT gateway',
      viaNat,
      'network-acl',
      (on) =>
        changeSubnet(on, 'subnet-b', {
          acl: [entry(1, 'deny', { egress: true, cidr: '0.0.0.0/0' }), ...ALLOW_ALL],
        }),
    ],
    ['the route goes', newFlow(), 'route', (on) => changeSubnet(on, 'subnet-a', { routes: [] })],
    ['the NAT gateway’s way out goes', viaNat, 'route', (on) => changeSubnet(on, 'subnet-a', { routes: [] })],
    [
      'the gateway is detached',
      newFlow(),
      'route',
      (on) =>
        changeSubnet(on, 'subnet-a', {
          routes: [
            {
              cidrs: ['0.0.0.0/0'],
              target: { kind: 'internet-gateway', id: 'igw-1', down: 'igw-1 is detached' },
            },
          ],
        }),
    ],
    [
      'the route leads to another gateway',
      newFlow(),
      'route',
      (on) =>
        changeSubnet(on, 'subnet-a', {
          routes: [{ cidrs: ['0.0.0.0/0'], target: { kind: 'internet-gateway', id: 'igw-2' } }],
        }),
    ],
    [
      'the route leads where nothing can be followed',
      newFlow(),
      'route',
      (on) =>
        changeSubnet(on, 'subnet-a', {
          routes: [{ cidrs: ['0.0.0.0/0'], target: { kind: 'unknown', id: 'tgw-1' } }],
        }),
    ],
    ['the peering goes', to('10.9.0.5'), 'route', (on) => changeSubnet(on, 'subnet-z', { routes: [] })],
    ['the interface is gone', newFlow(), 'interface', (on) => on.interfaces.delete('eni-host')],
    [
      'the interface is detached',
      newFlow(),
      'interface',
      (on) => change(on, 'eni-host', { down: { obstacle: 'interface', because: 'detached' } }),
    ],
    [
      'the instance stops',
      newFlow(),
      'instance',
      (on) => change(on, 'eni-host', { down: { obstacle: 'instance', because: 'stopped' } }),
    ],
    [
      'the other instance stops',
      near,
      'instance',
      (on) => change(on, 'eni-near', { down: { obstacle: 'instance', because: 'stopped' } }),
    ],
    ['the other interface is gone', near, 'route', (on) => on.interfaces.delete('eni-near')],
    [
      'the metadata service is turned off',
      to('169.254.169.254', { remotePort: 80 }),
      'metadata-options',
      (on) => change(on, 'eni-host', { metadata: false }),
    ],
  ];
  it.each(cases)('is cut when %s', (_what, asked, obstacle, cause) => {
    const on = testPicture();
    const flow = opened(on.picture, asked);
    expect(fate(on, flow)).toBe('lives');
    cause(on);
    expect(fate(on, flow)).toBe(obstacle);
  });

  it('to the resolver lives on whatever groups and ACLs say', () => {
    const on = testPicture();
    const flow = opened(on.picture, to('10.0.0.2', { protocol: 'udp', remotePort: 53 }));
    on.groups.set('sg-host', []);
    changeSubnet(on, 'subnet-a', { acl: [] });
    expect(fate(on, flow)).toBe('lives');
  });

  it('lives on without its public address: no page says that it does not', () => {
    const on = testPicture();
    const flow = opened(on.picture, newFlow());
    change(on, 'eni-host', { publicIp: undefined });
    expect(fate(on, flow)).toBe('lives');
    expect(openingOf(on.picture, newFlow()).allowed).toBe(false);
  });

  it.each<[string, number, NewFlow]>([
    ['a NAT gateway', 350, viaNat],
    ['a load balancer', 350, to('10.0.2.20')],
    ['a load balancer, by UDP', 120, to('10.0.2.20', { protocol: 'udp' })],
  ])('through %s is dropped after %i idle seconds, whatever the rules', (_what, seconds, asked) => {
    const on = testPicture();
    const flow = opened(on.picture, asked, { idleSince: NOW });
    expect(fate(on, flow, seconds - 1)).toBe('lives');
    expect(fate(on, flow, seconds)).toBe('idle-timeout');
  });

  it('that is cut is not brought back by one more deny', () => {
    const deny = fc.record({
      number: fc.integer({ min: 1, max: 99 }),
      egress: fc.boolean(),
      cidr: fc.constantFrom('0.0.0.0/0', '198.51.100.0/24', '10.0.1.5/32'),
    });
    fc.assert(
      fc.property(fc.array(deny), deny, (before, more) => {
        const on = testPicture();
        for (const asked of [newFlow(), viaNat, to('10.0.2.5')]) {
          const entries = before.map(({ number, ...at }) => entry(number, 'deny', at));
          changeSubnet(on, 'subnet-a', { acl: ALLOW_ALL });
          const flow = opened(on.picture, asked);
          changeSubnet(on, 'subnet-a', { acl: [...entries, ...ALLOW_ALL] });
          const first = fate(on, flow);
          changeSubnet(on, 'subnet-a', { acl: [...entries, entry(more.number, 'deny', more), ...ALLOW_ALL] });
          expect([first, 'network-acl']).toContain(fate(on, flow));
          expect(first === 'network-acl' && fate(on, flow) === 'lives').toBe(false);
        }
      }),
    );
  });
});
