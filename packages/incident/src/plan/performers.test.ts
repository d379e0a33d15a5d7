import { describe, expect, it } from 'vitest';
import { driftOf } from '../operator/drift.ts';
import { approverPattern } from '../operator/approver-pattern.ts';
import { instanceFacts } from './facts.ts';
import { heldBack, roundsOf } from './performers.ts';
import { plan, planAskedAnew } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import { stepsToDo } from './steps.ts';

const nic = (id: string) => ({
  networkInterfaceId: id,
  vpcId: 'vpc-1',
  groupIds: ['sg-web'],
  requesterManaged: false,
});
const facts = (more: object = {}) =>
  instanceFacts.parse({
    account: '602011160021',
    region: 'eu-central-1',
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    spot: false,
    networkInterfaces: [nic('eni-1')],
    volumes: [{ volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true }],
    isolationGroups: [],
    addresses: [],
    profile: { associationId: 'iip-1', profileArn: 'arn:aws:iam::602011160021:instance-profile/web' },
    readAt: '2026-11-21T03:00:00.000Z',
    ...more,
  });
const planned = (posture: Partial<Posture>, more: object = {}) =>
  plan({ incidentId: 'inc-1', facts: facts(more), posture: { ...CONTAIN_ONLY, ...posture } });

describe('roundsOf', () => {
  it.each<[string, Partial<Posture>, object]>([
    ['contain', {}, { cutNow: true, stopNow: false, asked: [], cutLater: false, stopLater: false }],
    ['contain and stop', { stop: 'automatic' }, { cutNow: true, stopNow: true, asked: [], stopLater: false }],
    [
      'contain, and ask before the stop',
      { stop: 'ask' },
      { cutNow: true, stopNow: false, asked: ['stop-instance'], cutLater: false, stopLater: true },
    ],
    ['ask', { containment: 'ask' }, { cutNow: false, cutLater: true, stopLater: false }],
    [
      'a tripped breaker: credentials at once, the network asks',
      { containment: 'tripped' },
      {
        cutNow: true,
        asked: ['isolate-interface:eni-1', 'shorten-connection-timeout:eni-1'],
        cutLater: true,
      },
    ],
  ])('of %s', (_what, posture, rounds) => {
    expect(roundsOf(planned(posture))).toMatchObject(rounds);
  });
});

describe('heldBack', () => {
  const asking = planned({ containment: 'ask', stop: 'automatic' });
  const ids = (allowed: Parameters<typeof heldBack>[1]) => heldBack(asking, allowed).map(({ id }) => id);

  it('is the cut while nobody has decided, and nothing once it is allowed', () => {
    expect(ids({ gates: ['automatic'] })).toEqual([
      'isolate-interface:eni-1',
      'shorten-connection-timeout:eni-1',
      'replace-profile',
      'deny-sessions',
    ]);
    expect(ids({ gates: ['automatic', 'ask', 'approve'] })).toEqual([]);
  });

  it('is not what needs an express yes: after the expiry the cut is whole', () => {
    expect(ids({ gates: ['automatic', 'ask'] })).toEqual([]);
  });

  it('is what a person left out', () => {
    const only = ['isolate-interface:eni-1'];
    expect(ids({ gates: ['automatic', 'ask', 'approve'], only })).toEqual([
      'shorten-connection-timeout:eni-1',
      'replace-profile',
      'deny-sessions',
    ]);
    const gates = ['automatic', 'ask', 'approve'] as const;
    expect(stepsToDo({ plan: asking, gates, only }, 'deny-sessions', 'stop-instance')).toEqual([]);
    expect(stepsToDo({ plan: asking, gates, only }, 'tag-instance')).toHaveLength(1);
  });
});

describe('driftOf', () => {
  const asked = planned({ containment: 'ask', stop: 'automatic' });
  const now = (more: object) => driftOf(asked, planned({ containment: 'ask', stop: 'automatic' }, more));

  it('is empty when nothing has changed, nor only what waits for nobody, nor our own group', () => {
    expect(now({})).toEqual([]);
    expect(now({ volumes: [] })).toEqual([]);
    expect(now({ isolationGroups: [{ groupId: 'sg-9', vpcId: 'vpc-1', empty: true, ours: true }] })).toEqual(
      [],
    );
  });

  it.each([
    ['another interface', { networkInterfaces: [nic('eni-1'), nic('eni-2')] }, /eni-2 is to be done as well/],
    ['an interface that is gone', { networkInterfaces: [] }, /eni-1 is no longer to be done/],
    [
      'other groups',
      { networkInterfaces: [{ ...nic('eni-1'), groupIds: ['sg-other'] }] },
      /isolate-interface:eni-1 is another step now/,
    ],
    ['another profile', { profile: { associationId: 'iip-2', profileArn: 'arn:x' } }, /replace-profile/],
    ['an instance that stands', { state: 'stopped' }, /stop-instance is no longer to be done/],
  ])('names %s', (_what, more, line) => {
    expect(now(more).join('\n')).toMatch(line);
  });
});

describe('planAskedAnew', () => {
  it('plans what waits from the facts of now, and keeps what was done as it was planned', () => {
    const posture = { ...CONTAIN_ONLY, containment: 'tripped' as const };
    const before = planned(posture);
    const quarantined = {
      associationId: 'iip-2',
      profileArn: 'arn:aws:iam::602011160021:instance-profile/cordon/cordon-quarantine',
    };
    const later = facts({ networkInterfaces: [nic('eni-1'), nic('eni-2')], profile: quarantined });
    const anew = planAskedAnew(before, { incidentId: 'inc-1', facts: later, posture });
    expect(anew.steps.filter(({ gate }) => gate === 'automatic')).toEqual(
      before.steps.filter(({ gate }) => gate === 'automatic'),
    );
    expect(roundsOf(anew).asked).toEqual([
      'isolate-interface:eni-1',
      'isolate-interface:eni-2',
      'shorten-connection-timeout:eni-1',
      'shorten-connection-timeout:eni-2',
    ]);
    expect(anew.hash).not.toBe(before.hash);
  });
});

describe('who may be an approver', () => {
  it.each([
    'arn:aws:iam::602011150002:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operators_*',
    'arn:aws:iam::602011150002:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Operators_0123456789abcdef',
    'arn:aws:iam::602011150002:user/oncall/carol',
  ])('%s', (arn) => {
    expect(approverPattern.safeParse(arn).success).toBe(true);
  });

  it.each([
    'arn:aws:iam::602011150002:role/administrator',
    'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operators_*',
    'arn:aws:iam::602011150002:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_*',
    'arn:aws:iam::602011150002:role/aws-reserved/sso.amazonaws.com/*/*',
    'arn:aws:iam::602011150002:user/*',
    '*',
  ])('not %s', (arn) => {
    expect(approverPattern.safeParse(arn).success).toBe(false);
  });
});
