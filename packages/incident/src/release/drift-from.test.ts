import { describe, expect, it } from 'vitest';
import type { InstanceFacts } from '../plan/facts.ts';
import { driftFrom } from './drift-from.ts';
import { around, driftIds, facts, GROUP, journal, left, nic, type Now } from './drift.fixture.ts';
import { instance, journalOf, made, QUARANTINE } from './release.fixture.ts';

/** What was done to it, what is found, and the release step by which people would have done it. */
const CASES: readonly (readonly [string, Now, readonly string[], (readonly string[])?])[] = [
  ['nothing', {}, []],
  [
    'an interface in another group',
    { facts: { networkInterfaces: [{ ...nic, groupIds: ['sg-1'] }] } },
    ['interface:eni-1'],
    ['restore-groups:eni-1'],
  ],
  [
    'an interface in another group too',
    { facts: { networkInterfaces: [{ ...nic, groupIds: ['sg-iso-vpc-1', 'sg-1'] }] } },
    ['interface:eni-1'],
  ],
  [
    'rules in the isolation group',
    { facts: { isolationGroups: [{ groupId: 'sg-iso-vpc-1', vpcId: 'vpc-1', empty: false, ours: true }] } },
    ['interface:eni-1'],
  ],
  [
    'a new interface',
    {
      facts: { networkInterfaces: [nic, { ...nic, networkInterfaceId: 'eni-9', groupIds: ['sg-1'] }] },
    },
    ['interface:eni-9'],
  ],
  [
    'a public address',
    { facts: { networkInterfaces: [{ ...nic, publicIp: '203.0.113.1' }] } },
    ['public-address:eni-1'],
    ['assign-public-ip:eni-1'],
  ],
  [
    'an Elastic IP',
    {
      facts: {
        addresses: [
          {
            associationId: 'eipassoc-1',
            allocationId: 'eipalloc-1',
            publicIp: '203.0.113.1',
            networkInterfaceId: 'eni-1',
          },
        ],
      },
    },
    ['address:eipalloc-1'],
    ['associate-address:eipalloc-1'],
  ],
  [
    'a profile',
    {
      facts: {
        profile: { associationId: 'a', profileArn: 'arn:aws:iam::602011160021:instance-profile/evil' },
      },
    },
    ['profile'],
    ['end-quarantine-profile'],
  ],
  ['the quarantine profile', { facts: { profile: { associationId: 'a', profileArn: QUARANTINE } } }, []],
  ['a start', { facts: { state: 'running' } }, ['started'], ['start-instance']],
  ['a start under way', { facts: { state: 'pending' } }, ['started']],
  [
    'an Auto Scaling group',
    { facts: { autoScalingGroup: 'shop' } },
    ['auto-scaling'],
    ['attach-to-auto-scaling'],
  ],
  [
    'metadata that answer',
    { facts: { metadataOptions: { httpEndpoint: 'enabled' } } },
    ['metadata'],
    ['restore-metadata-options'],
  ],
  [
    'termination protection that was turned off',
    { facts: { attributes: { ...facts.attributes, disableApiTermination: false } } },
    ['termination-protection'],
    ['restore-attribute:disableApiTermination'],
  ],
  [
    'a shutdown that terminates',
    { facts: { attributes: { ...facts.attributes, shutdownBehavior: 'terminate' } } },
    ['shutdown-behavior'],
    ['restore-attribute:instanceInitiatedShutdownBehavior'],
  ],
  [
    'a held volume at the instance, to go with it',
    {
      facts: {
        attributes: {
          ...facts.attributes,
          deleteOnTermination: [{ deviceName: '/dev/xvda', volumeId: 'vol-1', deleteOnTermination: true }],
        },
      },
      around: {
        volumes: [
          {
            volumeId: 'vol-1',
            state: 'in-use',
            attachedTo: { instanceId: 'i-0123456789abcdef0', deviceName: '/dev/xvda' },
          },
        ],
      },
    },
    ['delete-on-termination:vol-1', 'volume:vol-1'],
    ['restore-delete-on-termination', 'attach-volumes'],
  ],
  ['a held volume that is gone', { around: { volumes: [] } }, ['volume:vol-1'], ['attach-volumes']],
  [
    'the tag taken off the instance and off a held volume',
    { around: { tagged: ['eni-1'] } },
    ['tag:i-0123456789abcdef0', 'tag:vol-1'],
    ['remove-tags'],
  ],
  [
    'a target group that has it again',
    {
      around: {
        balancers: {
          targetGroups: [{ targetGroupArn: GROUP, targets: [{ targetId: 'i-0123456789abcdef0', port: 80 }] }],
          classic: [],
        },
      },
    },
    ['target:shop/0123456789abcdef:i-0123456789abcdef0:80'],
    ['register-target:shop/0123456789abcdef:i-0123456789abcdef0:80'],
  ],
  [
    'a target group that has its address',
    {
      around: {
        balancers: {
          targetGroups: [{ targetGroupArn: GROUP, targets: [{ targetId: '10.0.0.7', port: 8080 }] }],
          classic: [],
        },
      },
    },
    ['target:shop/0123456789abcdef:10.0.0.7:8080'],
  ],
  [
    'a target group that it never left and that has another host of its address',
    {
      around: {
        balancers: {
          targetGroups: [{ targetGroupArn: `${GROUP}9`, targets: [{ targetId: '10.0.0.7', port: 80 }] }],
          classic: [],
        },
      },
    },
    [],
  ],
  [
    'a classic balancer',
    {
      around: {
        balancers: {
          targetGroups: [],
          classic: [{ name: 'shop', instanceIds: ['i-0123456789abcdef0'] }],
        },
      },
    },
    ['classic-balancer:shop'],
    ['register-with-classic-balancer:shop'],
  ],
  ['an end', { facts: { state: 'terminated', networkInterfaces: [{ ...nic, groupIds: ['sg-1'] }] } }, []],
];

describe('drift', () => {
  it.each(CASES.map(([what, now, ids]) => ({ what, now, ids })))('is found in $what', ({ now, ids }) => {
    expect(driftIds(now)).toEqual(ids);
  });

  it.each(CASES.flatMap(([what, now, , lifts]) => (lifts === undefined ? [] : [{ what, now, lifts }])))(
    'is not what people lifted: $what',
    ({ now, lifts }) => {
      expect(driftIds({ ...now, lifted: lifts })).toEqual([]);
    },
  );

  it('of a held volume at another instance is told, for no plan of ours takes it away there', () => {
    const volumes = [
      {
        volumeId: 'vol-1',
        state: 'in-use',
        attachedTo: { instanceId: 'i-0fedcba9876543210', deviceName: '/dev/sdf' },
      },
    ];
    expect(
      driftFrom({
        journal,
        facts,
        around: { ...around, volumes },
        deniesGone: [],
        blocksGone: [],
        lifted: new Set(),
      }),
    ).toMatchObject([{ id: 'volume:vol-1', mends: false }]);
  });

  it('is not a group that opens for a bounded time beside the isolation group, and is one without it or on another interface', () => {
    const seen = (opened: readonly string[], groupIds: readonly string[]) =>
      driftFrom({
        journal,
        facts: { ...facts, networkInterfaces: [{ ...nic, groupIds: [...groupIds] }] },
        around,
        deniesGone: [],
        blocksGone: [],
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

  it('is not what containment never did', () => {
    const only = journalOf(made(instance(), { subnetAcl: 'never', stop: 'never' }));
    const subnets = left.paths.subnets.map((one) => ({ ...one, networkAclId: 'acl-1' }));
    const now = { ...around, paths: { ...left.paths, subnets } };
    const running: InstanceFacts = {
      ...facts,
      state: 'running',
      metadataOptions: { httpEndpoint: 'enabled' },
    };
    expect(
      driftFrom({
        journal: only,
        facts: running,
        around: now,
        deniesGone: [],
        blocksGone: [],
        lifted: new Set(),
      }),
    ).toEqual([]);
  });
});
