import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccountId } from '../ids.ts';
import type { ReleaseFacts } from './release-facts.ts';
import { AT, contained, HOUR, IN_A_DAY, instance, journalOf, lifted, made } from './release.fixture.ts';
import { releasePlan } from './release-plan.ts';

const arbitrary = fc
  .record({
    nics: fc.array(
      fc.record({
        vpc: fc.integer({ min: 1, max: 2 }),
        groups: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        publicIp: fc.boolean(),
        address: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    protectedBefore: fc.boolean(),
    shutdown: fc.constantFrom('stop', 'terminate'),
    goes: fc.array(fc.boolean(), { maxLength: 4 }),
    scaling: fc.boolean(),
    profile: fc.boolean(),
    ways: fc.uniqueArray(fc.constantFrom('internet-gateway', 'nat-gateway', 'peering'), { maxLength: 3 }),
    ownTable: fc.boolean(),
    shared: fc.boolean(),
  })
  .map(({ nics, protectedBefore, shutdown, goes, scaling, profile, ways, ownTable, shared }) =>
    instance({
      networkInterfaces: nics.map((nic, index) => ({
        networkInterfaceId: `eni-${index}`,
        vpcId: `vpc-${nic.vpc}`,
        groupIds: nic.groups.map((group) => `sg-${group}`),
        requesterManaged: false,
        subnetId: `subnet-${nic.vpc}`,
        ...(nic.publicIp ? { publicIp: '203.0.113.9' } : {}),
      })),
      remoteAddresses: ['198.51.100.7'],
      subnets: [...new Set(nics.map(({ vpc }) => vpc))].map((vpc) => ({
        subnetId: `subnet-${vpc}`,
        vpcId: `vpc-${vpc}`,
        ownerId: parseAccountId(shared ? '602011160099' : '602011160021'),
        networkAclId: `acl-${vpc}`,
        ...(ownTable ? { routeTableId: `rtb-${vpc}` } : {}),
        routes: ways.map((target) => ({ destination: '0.0.0.0/0', target, targetId: `${target}-${vpc}` })),
      })),
      networkAcls: [...new Set(nics.map(({ vpc }) => vpc))].map((vpc) => ({
        networkAclId: `acl-${vpc}`,
        subnetIds: [`subnet-${vpc}`],
        entries: [
          { ruleNumber: 100, egress: false, allow: true, cidr: '0.0.0.0/0' },
          { ruleNumber: 100, egress: true, allow: true, cidr: '0.0.0.0/0' },
        ],
      })),
      addresses: nics.flatMap(({ address }, index) =>
        address
          ? [
              {
                associationId: `eipassoc-${index}`,
                allocationId: `eipalloc-${index}`,
                publicIp: '203.0.113.7',
                networkInterfaceId: `eni-${index}`,
              },
            ]
          : [],
      ),
      attributes: {
        disableApiTermination: protectedBefore,
        shutdownBehavior: shutdown,
        deleteOnTermination: goes.map((deleteOnTermination, index) => ({
          deviceName: `/dev/sd${index}`,
          volumeId: `vol-${index}`,
          deleteOnTermination,
        })),
      },
      volumes: goes.map((_goes, index) => ({
        volumeId: `vol-${index}`,
        deviceName: `/dev/sd${index}`,
        sizeGiB: 8,
        encrypted: false,
        isRoot: index === 0,
      })),
      ...(scaling ? { autoScalingGroup: 'shop' } : {}),
      ...(profile
        ? {
            profile: {
              associationId: 'iip-assoc-1',
              profileArn: 'arn:aws:iam::602011160021:instance-profile/web',
            },
          }
        : {}),
    }),
  );

describe('a release plan', () => {
  it('lifts, for any instance, everything that containment did, and then finds all as it was', () => {
    fc.assert(
      fc.property(arbitrary, (facts) => {
        const planned = made(facts, { detachVolumes: 'automatic' });
        const journal = journalOf(planned);
        let now = contained(facts, planned);
        const first = releasePlan(journal, now, IN_A_DAY);
        expect(
          first.steps.filter(({ decision }) => !['restore', 'already', 'impossible'].includes(decision)),
        ).toEqual([]);
        for (const step of first.steps) {
          const at = releasePlan(journal, now, IN_A_DAY).steps.find(({ id }) => id === step.id);
          if (at?.decision === 'restore') now = lifted(now, journal, step.id);
        }
        const left = releasePlan(journal, now, IN_A_DAY).steps.filter(
          ({ decision }) => decision !== 'already',
        );
        expect(left.map(({ kind }) => kind)).toEqual(facts.profile === undefined ? [] : ['restore-profile']);
        expect(now.interfaces.map(({ groupIds }) => groupIds)).toEqual(
          facts.networkInterfaces.map(({ groupIds }) => groupIds),
        );
        expect(now.instance.attributes).toEqual(facts.attributes);
        expect(now.paths.subnets).toEqual(
          facts.subnets.map(({ subnetId, networkAclId, routeTableId }) => ({
            subnetId,
            networkAclId,
            ...(routeTableId === undefined ? {} : { routeTableId }),
          })),
        );
        expect(now.paths.acls.filter(({ networkAclId }) => networkAclId.startsWith('acl-'))).toEqual(
          facts.networkAcls.map(({ networkAclId, entries }) => ({ networkAclId, entries })),
        );
        expect([now.paths.ownThings, now.paths.gateways.filter(({ vpcId }) => vpcId === undefined)]).toEqual([
          [],
          [],
        ]);
        expect([now.tagged, now.isolation, now.instance.autoScalingGroup, now.instance.state]).toEqual([
          [],
          [],
          facts.autoScalingGroup,
          'running',
        ]);
      }),
    );
  });

  it('keeps the groups in their order, and says the same for the same facts', () => {
    const journal = journalOf(made(instance()));
    const one = releasePlan(journal, contained(instance()), IN_A_DAY);
    expect(one.steps.find(({ id }) => id === 'restore-groups:eni-1')?.before).toBe('sg-2, sg-1');
    expect(releasePlan(journal, contained(instance()), IN_A_DAY).hash).toBe(one.hash);
  });

  it('takes what the first plan recorded, whatever a later one found', () => {
    const later = instance({
      networkInterfaces: [
        { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-evil'], requesterManaged: false },
      ],
      attributes: { disableApiTermination: true, shutdownBehavior: 'stop', deleteOnTermination: [] },
    });
    const { steps } = releasePlan(journalOf(made(instance()), made(later)), contained(instance()), IN_A_DAY);
    const before = (id: string) => steps.find((step) => step.id === id)?.before;
    expect(before('restore-groups:eni-1')).toBe('sg-2, sg-1');
    expect(before('restore-attribute:disableApiTermination')).toBe('false');
    expect(before('restore-delete-on-termination')).toBe('/dev/xvda goes');
  });

  it('lifts nothing that was refused, and nothing on its own that only others may have done', () => {
    const journal = journalOf(made(instance()));
    const refused = {
      ...journal,
      outcomes: journal.outcomes.map(({ revision, outcome }) => ({
        revision,
        outcome: { ...outcome, status: 'refused' as const },
      })),
    };
    expect(releasePlan(refused, contained(instance()), IN_A_DAY).steps).toEqual([]);
    const unknown = releasePlan({ ...journal, outcomes: [] }, contained(instance()), IN_A_DAY);
    const decision = (id: string) => unknown.steps.find((step) => step.id === id)?.decision;
    expect(decision('start-instance')).toBe('drifted');
    expect(decision('restore-attribute:disableApiTermination')).toBe('drifted');
    expect(decision('restore-groups:eni-1')).toBe('restore');
  });

  it.each<[string, string, (facts: ReleaseFacts) => ReleaseFacts, string]>([
    [
      'another group',
      'restore-groups:eni-1',
      (facts) => ({ ...facts, interfaces: [{ networkInterfaceId: 'eni-1', groupIds: ['sg-9'] }] }),
      'drifted',
    ],
    [
      'the former groups in another order',
      'restore-groups:eni-1',
      (facts) => ({ ...facts, interfaces: [{ networkInterfaceId: 'eni-1', groupIds: ['sg-1', 'sg-2'] }] }),
      'already',
    ],
    [
      'a former group that is gone',
      'restore-groups:eni-1',
      (facts) => ({ ...facts, groupIds: ['sg-1'] }),
      'impossible',
    ],
    [
      'an interface that is gone',
      'restore-groups:eni-1',
      (facts) => ({ ...facts, interfaces: [] }),
      'impossible',
    ],
    [
      'an instance that is gone',
      'restore-groups:eni-1',
      (facts) => ({ ...facts, interfaces: [], instance: { ...facts.instance, state: 'terminated' } }),
      'already',
    ],
    [
      'other interfaces in the isolation group',
      'remove-isolation-group:vpc-1',
      (facts) => ({
        ...facts,
        isolation: [{ groupId: 'sg-iso-vpc-1', vpcId: 'vpc-1', usedBy: ['eni-1', 'eni-7'] }],
      }),
      'kept',
    ],
    [
      'another incident next door',
      'remove-isolation-group:vpc-1',
      (facts) => ({ ...facts, othersContained: 1 }),
      'kept',
    ],
    [
      'somebody who started it',
      'start-instance',
      (facts) => ({ ...facts, instance: { ...facts.instance, state: 'running' } }),
      'already',
    ],
  ])('meets %s: %s', (_what, id, change, decision) => {
    const { steps } = releasePlan(journalOf(made(instance())), change(contained(instance())), IN_A_DAY);
    expect(steps.find((step) => step.id === id)?.decision).toBe(decision);
  });

  it('leaves the deny for twelve hours, and for as long as a later incident holds the instance', () => {
    const facts = instance({
      profile: { associationId: 'a', profileArn: 'arn:aws:iam::602011160021:instance-profile/web' },
    });
    const journal = journalOf(made(facts));
    const deny = (now: number, more: Partial<ReleaseFacts> = {}) =>
      releasePlan(journal, { ...contained(facts), ...more }, now).steps.find(
        ({ kind }) => kind === 'lift-session-deny',
      );
    const due = Date.parse(AT) + 12 * HOUR;
    expect(deny(due - 1)).toMatchObject({ decision: 'later', notBefore: new Date(due).toISOString() });
    expect(deny(due)).toMatchObject({ decision: 'restore' });
    expect(deny(due, { heldByAnother: true })).toMatchObject({ decision: 'kept' });
  });
});
