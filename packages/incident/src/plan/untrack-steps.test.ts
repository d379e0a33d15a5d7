import { describe, expect, it } from 'vitest';
import { ACCOUNT, instance } from './plan.fixture.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import { stepsOf } from './steps.ts';
import { isPathClosed } from './untrack-steps.ts';

const to = (target: string, destination = '0.0.0.0/0') => ({
  destination,
  target,
  targetId: `${target}-1`,
});
const subnet = (more: object = {}) => ({
  subnetId: 'subnet-a',
  vpcId: 'vpc-1',
  ownerId: ACCOUNT,
  networkAclId: 'acl-1',
  routes: [to('internet-gateway')],
  ...more,
});
const ALLOW_ALL = [
  { ruleNumber: 100, egress: false, allow: true, cidr: '0.0.0.0/0' },
  { ruleNumber: 100, egress: true, allow: true, cidr: '0.0.0.0/0' },
];
const nic = (more: object = {}) => ({
  networkInterfaceId: 'eni-1',
  vpcId: 'vpc-1',
  subnetId: 'subnet-a',
  groupIds: ['sg-web'],
  requesterManaged: false,
  ...more,
});
const planOf = (more: object = {}, posture: Partial<Posture> = {}, again = false) =>
  plan({
    incidentId: 'inc-0123456789',
    again,
    facts: instance({
      networkInterfaces: [nic()],
      subnets: [subnet()],
      networkAcls: [{ networkAclId: 'acl-1', subnetIds: ['subnet-a'], entries: ALLOW_ALL }],
      remoteAddresses: ['198.51.100.7'],
      ...more,
    }),
    posture: { ...CONTAIN_ONLY, untracking: 'ask', ...posture },
  });

describe('untracking', () => {
  it('is planned behind an express yes, to what the same plan closes first, for a bounded time', () => {
    const made = planOf();
    expect(stepsOf(made, 'untrack-connections')).toMatchObject([
      { gate: 'approve', networkInterfaceId: 'eni-1', closedTo: ['198.51.100.7/32'], openSeconds: 65 },
    ]);
    const kinds = made.steps.map(({ kind }) => kind);
    expect(kinds.indexOf('deny-remote-addresses')).toBeLessThan(kinds.indexOf('untrack-connections'));
  });

  it('waits for an express yes whatever a posture says', () => {
    const [step] = stepsOf(planOf({}, { untracking: 'automatic' }), 'untrack-connections');
    expect(step?.gate).toBe('approve');
  });

  it('is not planned unless the policy says so', () => {
    const made = planOf({}, { untracking: 'never' });
    expect(stepsOf(made, 'untrack-connections')).toEqual([]);
    expect(made.reasons.join('\n')).not.toContain('untracked');
  });

  it('is planned where an earlier plan has denied the addresses already', () => {
    const denied = [true, false].map((egress) => ({
      ruleNumber: 7,
      egress,
      allow: false,
      cidr: '198.51.100.7/32',
    }));
    const acl = { networkAclId: 'acl-1', subnetIds: ['subnet-a'], entries: [...denied, ...ALLOW_ALL] };
    const made = planOf({ networkAcls: [acl] }, {}, true);
    expect(stepsOf(made, 'deny-remote-addresses')).toEqual([]);
    expect(stepsOf(made, 'untrack-connections')).toHaveLength(1);
  });

  it.each<[string, object, string, Partial<Posture>?]>([
    [
      'behind a NAT gateway',
      { subnets: [subnet({ routes: [to('nat-gateway')] })] },
      'tracked whatever the rules say',
    ],
    [
      'where one of two ways out is tracked anyway',
      { subnets: [subnet({ routes: [to('internet-gateway'), to('egress-only-internet-gateway', '::/0')] })] },
      'egress-only-internet-gateway-1',
    ],
    ['where nothing is known of the subnet', { subnets: [] }, 'could not be read'],
    ['in a shared subnet', { subnets: [subnet({ ownerId: '602011160099' })] }, 'belongs to another account'],
    ['where the findings name no address', { remoteAddresses: [] }, 'nothing closes the path'],
    [
      'where a named address is a neighbour',
      { remoteAddresses: ['198.51.100.7', '10.0.0.9'] },
      'nothing closes the path',
    ],
    [
      'where the policy leaves the addresses open',
      {},
      'nothing closes the path',
      { remoteAddresses: 'never' },
    ],
    [
      "of a pod's interface",
      { networkInterfaces: [nic({ branch: true })] },
      'not an interface of the instance alone',
    ],
    [
      'where the plan stops the host',
      {
        machine: {
          rootDevice: 'ebs',
          hibernation: false,
          type: { nitro: true, x86: true, instanceStorage: false },
        },
      },
      'the plan stops the host',
      { stop: 'automatic' },
    ],
  ])('is not planned %s, and the plan says why', (_where, more, because, posture) => {
    const made = planOf(more, posture);
    expect(stepsOf(made, 'untrack-connections')).toEqual([]);
    expect(made.reasons.join('\n')).toContain(because);
  });
});

describe('a closed path', () => {
  const deny = (egress: boolean, more: object = {}) => ({
    ruleNumber: 7,
    egress,
    allow: false,
    all: true,
    cidr: '198.51.100.7/32',
    ...more,
  });
  const allow = (egress: boolean, ruleNumber = 100) => ({
    ruleNumber,
    egress,
    allow: true,
    all: true,
    cidr: '0.0.0.0/0',
  });
  const rest = [allow(true), allow(false)];
  const to7 = ['198.51.100.7/32'];

  it.each([
    [
      'both directions denied before anything is allowed',
      { leadsOut: true, entries: [deny(true), deny(false), ...rest] },
      to7,
      true,
    ],
    [
      'an ACL that allows nothing',
      { leadsOut: true, entries: [deny(true, { cidr: '0.0.0.0/0' })] },
      to7,
      true,
    ],
    ['no route out', { leadsOut: false, entries: rest }, to7, true],
    ['one direction alone', { leadsOut: true, entries: [deny(true), ...rest] }, to7, false],
    [
      'one protocol alone',
      { leadsOut: true, entries: [deny(true, { all: false }), deny(false), ...rest] },
      to7,
      false,
    ],
    [
      'an entry after one that allows',
      { leadsOut: true, entries: [deny(true), deny(false), allow(true, 3), allow(false)] },
      to7,
      false,
    ],
    [
      'another address',
      { leadsOut: true, entries: [deny(true), deny(false), ...rest] },
      ['198.51.100.8/32'],
      false,
    ],
    ['no address at all', { leadsOut: true, entries: [deny(true), deny(false), ...rest] }, [], false],
    ['an ACL that could not be read', { leadsOut: true, entries: undefined }, to7, false],
  ])('is told from an open one: %s', (_what, now, closedTo, closed) => {
    expect(isPathClosed(now, closedTo)).toBe(closed);
  });
});
