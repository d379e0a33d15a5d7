import { describe, expect, it } from 'vitest';
import type { InstanceFacts } from '../plan/facts.ts';
import { decideOnDrift } from './decide-on-drift.ts';
import { driftFrom } from './drift-from.ts';
import { contained, instance, journalOf, made, QUARANTINE } from './release.fixture.ts';

describe('drift', () => {
  const quiet = {
    ...contained(instance()).instance,
    isolationGroups: [{ groupId: 'sg-iso-vpc-1', vpcId: 'vpc-1', empty: true, ours: true }],
  };
  const of = (more: Partial<InstanceFacts>, lifts: readonly string[] = []) =>
    driftFrom({
      journal: journalOf(made(instance())),
      facts: { ...quiet, ...more },
      deniesGone: [],
      lifted: new Set(lifts),
    }).map(({ id }) => id);
  const nic = {
    networkInterfaceId: 'eni-1',
    vpcId: 'vpc-1',
    groupIds: ['sg-iso-vpc-1'],
    requesterManaged: false,
  };

  it.each<[string, Partial<InstanceFacts>, readonly string[]]>([
    ['nothing', {}, []],
    [
      'an interface in another group',
      { networkInterfaces: [{ ...nic, groupIds: ['sg-1'] }] },
      ['interface:eni-1'],
    ],
    [
      'an interface in another group too',
      { networkInterfaces: [{ ...nic, groupIds: ['sg-iso-vpc-1', 'sg-1'] }] },
      ['interface:eni-1'],
    ],
    [
      'rules in the isolation group',
      { isolationGroups: [{ groupId: 'sg-iso-vpc-1', vpcId: 'vpc-1', empty: false, ours: true }] },
      ['interface:eni-1'],
    ],
    [
      'a new interface',
      { networkInterfaces: [nic, { ...nic, networkInterfaceId: 'eni-9', groupIds: ['sg-1'] }] },
      ['interface:eni-9'],
    ],
    [
      'a public address',
      { networkInterfaces: [{ ...nic, publicIp: '203.0.113.1' }] },
      ['public-address:eni-1'],
    ],
    [
      'a profile',
      { profile: { associationId: 'a', profileArn: 'arn:aws:iam::602011160021:instance-profile/evil' } },
      ['profile'],
    ],
    ['the quarantine profile', { profile: { associationId: 'a', profileArn: QUARANTINE } }, []],
    ['a start', { state: 'running' }, ['started']],
    ['an Auto Scaling group', { autoScalingGroup: 'shop' }, ['auto-scaling']],
    ['an end', { state: 'terminated', networkInterfaces: [{ ...nic, groupIds: ['sg-1'] }] }, []],
  ])('is found in %s', (_what, more, ids) => {
    expect(of(more)).toEqual(ids);
  });

  it('is not what a person lifted', () => {
    expect(of({ networkInterfaces: [{ ...nic, groupIds: ['sg-1'] }] }, ['restore-groups:eni-1'])).toEqual([]);
  });

  it('is not a group that opens for a bounded time beside the isolation group, and is one without it or on another interface', () => {
    const seen = (opened: readonly string[], groupIds: readonly string[]) =>
      driftFrom({
        journal: journalOf(made(instance())),
        facts: { ...quiet, networkInterfaces: [{ ...nic, groupIds: [...groupIds] }] },
        deniesGone: [],
        lifted: new Set(),
        opened: new Set(opened),
      }).map(({ id }) => id);
    const beside = ['sg-iso-vpc-1', 'sg-path'];
    expect(seen(['eni-1/sg-path'], beside)).toEqual([]);
    expect(seen([], beside)).toEqual(['interface:eni-1']);
    expect(seen(['eni-2/sg-path'], beside)).toEqual(['interface:eni-1']);
    expect(seen(['eni-1/sg-path'], ['sg-path'])).toEqual(['interface:eni-1']);
    expect(seen(['eni-1/sg-path'], [...beside, 'sg-1'])).toEqual(['interface:eni-1']);
  });

  it('is acted on at once when it is new or came back, and at growing intervals when it does not yield', () => {
    const drifted = [{ id: 'profile' }];
    const first = decideOnDrift(drifted, undefined, 0);
    expect(first.act).toBe(true);
    expect(decideOnDrift(drifted, first.memory, 9 * 60_000).act).toBe(false);
    const second = decideOnDrift(drifted, first.memory, 10 * 60_000);
    expect(second).toMatchObject({ act: true, memory: { times: 2 } });
    expect(decideOnDrift(drifted, second.memory, 39 * 60_000).act).toBe(false);
    const mended = decideOnDrift([], second.memory, 15 * 60_000);
    expect(decideOnDrift(drifted, mended.memory, 16 * 60_000).act).toBe(true);
    expect(decideOnDrift([...drifted, { id: 'started' }], second.memory, 16 * 60_000).act).toBe(true);
  });
});
