import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccountId } from '../ids.ts';
import { instanceFacts, type InstanceFacts } from '../plan/facts.ts';
import { plan } from '../plan/plan.ts';
import { CONTAIN_ONLY } from '../plan/posture.ts';
import type { Plan } from '../plan/steps.ts';
import { driftFrom } from './drift-from.ts';
import { decideOnDrift } from './decide-on-drift.ts';
import { toLift, type ContainmentJournal } from './journal.ts';
import { containedPaths, liftedPaths } from './paths.fixture.ts';
import type { ReleaseFacts } from './release-facts.ts';
import { releasePlan } from './release-plan.ts';

const AT = '2026-11-21T03:00:00.000Z';
const ROLE = 'arn:aws:iam::602011160021:role/web';
const QUARANTINE = 'arn:aws:iam::602011160021:instance-profile/cordon/cordon-quarantine';
const HOUR = 3_600_000;
const IN_A_DAY = Date.parse(AT) + 24 * HOUR;

const instance = (more: Partial<InstanceFacts> = {}): InstanceFacts => ({
  ...instanceFacts.parse({
    account: '602011160021',
    region: 'eu-central-1',
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    spot: false,
    networkInterfaces: [
      { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-2', 'sg-1'], requesterManaged: false },
    ],
    volumes: [{ volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true }],
    isolationGroups: [],
    addresses: [],
    attributes: {
      disableApiTermination: false,
      shutdownBehavior: 'terminate',
      deleteOnTermination: [{ deviceName: '/dev/xvda', volumeId: 'vol-1', deleteOnTermination: true }],
    },
    readAt: AT,
  }),
  ...more,
});

const made = (facts: InstanceFacts): Plan =>
  plan({
    incidentId: 'inc-0123456789',
    facts,
    posture: {
      ...CONTAIN_ONLY,
      stop: 'automatic',
      subnetAcl: 'automatic',
      routeTable: 'automatic',
      internetGateway: 'automatic',
    },
  });

const journalOf = (...plans: readonly Plan[]): ContainmentJournal => ({
  incidentId: 'inc-0123456789',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  revision: plans.length - 1,
  plans: plans.map((one, revision) => ({ revision, plan: one })),
  outcomes: plans.flatMap((one, revision) =>
    one.steps.map(({ id, kind }) => ({
      revision,
      outcome: {
        id,
        status: 'done' as const,
        detail: '',
        at: AT,
        ...(kind === 'deny-sessions' ? { on: ROLE } : {}),
      },
    })),
  ),
});

/** What is there once everything of the plan was done. */
const contained = (facts: InstanceFacts): ReleaseFacts => ({
  instance: {
    ...facts,
    state: 'stopped',
    networkInterfaces: facts.networkInterfaces.map(({ publicIp: _given, ...nic }) => ({
      ...nic,
      groupIds: [`sg-iso-${nic.vpcId}`],
    })),
    addresses: [],
    attributes: {
      disableApiTermination: true,
      shutdownBehavior: 'stop',
      deleteOnTermination: facts.attributes.deleteOnTermination.map((one) => ({
        ...one,
        deleteOnTermination: false,
      })),
    },
    ...(facts.profile === undefined ? {} : { profile: { associationId: 'a', profileArn: QUARANTINE } }),
    autoScalingGroup: undefined,
  },
  interfaces: facts.networkInterfaces.map(({ networkInterfaceId, vpcId }) => ({
    networkInterfaceId,
    groupIds: [`sg-iso-${vpcId}`],
    tcpEstablishedSeconds: 60,
  })),
  paths: containedPaths(facts, made(facts)),
  groupIds: facts.networkInterfaces.flatMap(({ groupIds }) => groupIds),
  addresses: facts.addresses.map(({ allocationId }) => ({ allocationId })),
  scalingGroups:
    facts.autoScalingGroup === undefined ? [] : [{ name: facts.autoScalingGroup, desired: 1, max: 9 }],
  isolation: [...new Set(facts.networkInterfaces.map(({ vpcId }) => vpcId))].map((vpcId) => ({
    groupId: `sg-iso-${vpcId}`,
    vpcId,
    usedBy: facts.networkInterfaces
      .filter((nic) => nic.vpcId === vpcId)
      .map(({ networkInterfaceId }) => networkInterfaceId),
  })),
  roles:
    facts.profile === undefined
      ? []
      : [{ roleArn: ROLE, marks: ['cordon-contained-1'], othersMarked: 0, attached: true, inline: 'none' }],
  tagged: [facts.instanceId, ...facts.networkInterfaces.map(({ networkInterfaceId }) => networkInterfaceId)],
  heldByAnother: false,
  othersContained: 0,
});

/** Does to the facts what the lift of one step does to the world. */
const lifted = (now: ReleaseFacts, journal: ContainmentJournal, id: string): ReleaseFacts => {
  const lift = toLift(journal).find((one) => one.id === id)?.lift;
  const attributes = (more: Partial<InstanceFacts['attributes']>): ReleaseFacts => ({
    ...now,
    instance: { ...now.instance, attributes: { ...now.instance.attributes, ...more } },
  });
  const paths = lift === undefined ? undefined : liftedPaths(now.paths, lift);
  if (paths !== undefined) return { ...now, paths };
  switch (lift?.kind) {
    case 'restore-connection-timeout':
      return {
        ...now,
        interfaces: now.interfaces.map(({ tcpEstablishedSeconds, ...nic }) => {
          const mine = nic.networkInterfaceId === lift.networkInterfaceId;
          const seconds = mine ? lift.tcpEstablishedSeconds : tcpEstablishedSeconds;
          return seconds === undefined ? nic : { ...nic, tcpEstablishedSeconds: seconds };
        }),
      };
    case 'restore-groups':
      return {
        ...now,
        interfaces: now.interfaces.map((nic) =>
          nic.networkInterfaceId === lift.networkInterfaceId ? { ...nic, groupIds: lift.groupIds } : nic,
        ),
      };
    case 'assign-public-ip':
      return {
        ...now,
        interfaces: now.interfaces.map((nic) =>
          nic.networkInterfaceId === lift.networkInterfaceId ? { ...nic, publicIp: '198.51.100.7' } : nic,
        ),
      };
    case 'associate-address':
      return {
        ...now,
        addresses: now.addresses.map((one) =>
          one.allocationId === lift.allocationId
            ? { ...one, associatedWith: { networkInterfaceId: lift.networkInterfaceId } }
            : one,
        ),
      };
    case 'restore-attribute':
      return lift.attribute === 'disableApiTermination'
        ? attributes({ disableApiTermination: lift.before === 'true' })
        : attributes({ shutdownBehavior: lift.before });
    case 'restore-delete-on-termination':
      return attributes({ deleteOnTermination: lift.devices });
    case 'attach-to-auto-scaling':
      return { ...now, instance: { ...now.instance, autoScalingGroup: lift.groupName } };
    case 'start-instance':
      return { ...now, instance: { ...now.instance, state: 'running' } };
    case 'end-quarantine-profile': {
      const { profile: _quarantine, ...rest } = now.instance;
      return { ...now, instance: rest };
    }
    case 'lift-session-deny':
      return { ...now, roles: now.roles.map((role) => ({ ...role, marks: [], attached: false })) };
    case 'remove-isolation-group':
      return { ...now, isolation: now.isolation.filter(({ vpcId }) => vpcId !== lift.vpcId) };
    case 'remove-tags':
      return { ...now, tagged: [] };
    default:
      return now;
  }
};

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
        const journal = journalOf(made(facts));
        let now = contained(facts);
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
