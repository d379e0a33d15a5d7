import { describe, expect, it } from 'vitest';
import { instanceFacts } from '../plan/facts.ts';
import { plan } from '../plan/plan.ts';
import { CONTAIN_ONLY, type Posture } from '../plan/posture.ts';
import { climbedSentences, nextRung, stillOpen, type Held, type OpenPath } from './next-rung.ts';

const subnet = (number: number) => ({
  subnetId: `subnet-${number}`,
  vpcId: 'vpc-1',
  ownerId: '602011160021',
  networkAclId: 'acl-1',
  routes: [{ destination: '0.0.0.0/0', target: 'internet-gateway', targetId: 'igw-1' }],
});
const facts = instanceFacts.parse({
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  state: 'running',
  spot: false,
  networkInterfaces: [],
  volumes: [],
  isolationGroups: [],
  addresses: [],
  subnets: [subnet(1), subnet(2)],
  networkAcls: [
    {
      networkAclId: 'acl-1',
      subnetIds: ['subnet-1', 'subnet-2'],
      entries: [true, false].map((egress) => ({ ruleNumber: 100, egress, allow: true, cidr: '0.0.0.0/0' })),
    },
  ],
  remoteAddresses: ['198.51.100.7'],
  readAt: '2026-11-21T03:00:00.000Z',
});
const EVERY: Partial<Posture> = {
  remoteAddresses: 'if-open',
  subnetAcl: 'if-open',
  routeTable: 'if-open',
  internetGateway: 'if-open',
  stop: 'if-open',
};
const planned = (posture: Partial<Posture>) =>
  plan({ incidentId: 'inc-1', facts, posture: { ...CONTAIN_ONLY, ...posture } });
const NOTHING: Held = {
  closedSubnets: [],
  withoutRoutes: [],
  stopped: false,
  subnetIds: ['subnet-1', 'subnet-2'],
};
const inForeignGroup: OpenPath = {
  what: 'eni-1 is in sg-web',
  reach: 'subnet',
  subnetId: 'subnet-1',
  vpcId: 'vpc-1',
};
const publicAddress: OpenPath = { ...inForeignGroup, what: 'eni-1 has an Elastic IP', reach: 'outside' };
const profile: OpenPath = { what: 'the old profile is associated', reach: 'host' };
const session: OpenPath = { what: 'the session deny is missing', reach: 'elsewhere' };

const climb = (
  open: readonly OpenPath[],
  {
    held = NOTHING,
    tried = [],
    posture = EVERY,
  }: Partial<{
    held: Held;
    tried: readonly string[];
    posture: Partial<Posture>;
  }> = {},
) => nextRung(planned(posture), { open, held, tried });

describe('nextRung', () => {
  it('is the cheapest first, one at a time, of the subnet that is open alone', () => {
    const seen: string[][] = [];
    let tried: readonly string[] = [];
    for (;;) {
      const next = climb([inForeignGroup], { tried });
      if (next === undefined) break;
      seen.push(next.only);
      tried = [...tried, ...next.only];
    }
    expect(seen).toEqual([
      ['deny-remote-addresses:acl-1'],
      ['cut-subnet:subnet-1'],
      ['cut-routes:subnet-1'],
      ['detach-internet-gateway:igw-1'],
      ['stop-instance'],
    ]);
  });

  it.each<[string, Partial<Posture>]>([
    ['nothing is left if-open', {}],
    ['all of it asks', { subnetAcl: 'ask', stop: 'ask' }],
    ['a breaker tripped', { ...EVERY, containment: 'tripped' }],
    ['the cut itself asks', { ...EVERY, containment: 'ask' }],
  ])('is none where %s', (_what, posture) => {
    expect(climb([inForeignGroup], { posture })).toBeUndefined();
  });

  it('is none where nothing is open', () => {
    expect(climb([])).toBeUndefined();
  });

  it('is not climbed for what it could not end or narrow', () => {
    expect(climb([session])).toBeUndefined();
    expect(climb([profile])).toMatchObject({ rung: 'stop-instance' });
    const held = { ...NOTHING, closedSubnets: ['subnet-1'] };
    expect(climb([inForeignGroup], { held })).toMatchObject({ rung: 'stop-instance' });
    expect(climb([inForeignGroup], { held: { ...held, stopped: true } })).toBeUndefined();
  });

  it('denies a far end only where its own entries name it, and spares the subnet where it is a neighbour', () => {
    const to = (address: string, reach: OpenPath['reach']) =>
      climb([{ ...inForeignGroup, reach, address }])?.rung;
    expect(to('198.51.100.7', 'outside')).toBe('deny-remote-addresses');
    expect(to('192.0.2.66', 'outside')).toBe('cut-subnet');
    expect(to('10.0.0.9', 'subnet')).toBe('stop-instance');
    expect(
      climb([{ ...inForeignGroup, reach: 'vpc', address: '10.0.9.9' }], {
        posture: { routeTable: 'if-open' },
      }),
    ).toBeUndefined();
  });
});

describe('stillOpen', () => {
  const closed = { ...NOTHING, closedSubnets: ['subnet-1'] };
  const routeless = { ...NOTHING, withoutRoutes: ['subnet-1'] };
  const stopped = { ...NOTHING, stopped: true };
  it.each<[string, OpenPath, Held, boolean]>([
    ['a group, by a closed ACL: the subnet itself is inside it', inForeignGroup, closed, true],
    ['a public address, by a closed ACL', publicAddress, closed, false],
    ['a public address, by missing routes', publicAddress, routeless, false],
    ['a way through the VPC, by missing routes', { ...publicAddress, reach: 'vpc' }, routeless, true],
    ['what is of every subnet, by one of two', { what: 'x', reach: 'outside' }, closed, true],
    ['a group, by a stop', inForeignGroup, stopped, false],
    ['a profile, by a stop', profile, stopped, false],
    ['a session that is used elsewhere, by a stop', session, stopped, true],
  ])('%s', (_what, path, held, open) => {
    expect(stillOpen([path], held)).toEqual(open ? [path] : []);
  });
});

describe('climbedSentences', () => {
  it('say what it does to others', () => {
    expect(climbedSentences(planned(EVERY), ['cut-subnet:subnet-1'])).toEqual([
      expect.stringContaining('every host of subnet subnet-1 is cut from everything outside it'),
    ]);
  });
});
