import { describe, expect, it } from 'vitest';
import type { InstanceFacts } from '../plan/facts.ts';
import { stepsOf, type PlanStep } from '../plan/steps.ts';
import { driftFrom } from './drift-from.ts';
import type { AroundInstance } from './drift.ts';
import type { ContainmentJournal } from './journal.ts';
import { contained, instance, journalOf, made, QUARANTINE } from './release.fixture.ts';

const nic = {
  networkInterfaceId: 'eni-1',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  groupIds: ['sg-iso-vpc-1'],
  requesterManaged: false,
  tcpEstablishedSeconds: 60,
  privateIps: ['10.0.0.7'],
};

/** An instance in a subnet with a way out, whose findings name a far end. */
const before = instance({
  metadataOptions: { httpEndpoint: 'enabled' },
  subnets: [
    {
      subnetId: 'subnet-1',
      vpcId: 'vpc-1',
      ownerId: instance().account,
      networkAclId: 'acl-1',
      routes: [{ destination: '0.0.0.0/0', target: 'internet-gateway', targetId: 'igw-1' }],
    },
  ],
  networkAcls: [
    {
      networkAclId: 'acl-1',
      subnetIds: ['subnet-1'],
      entries: [
        { ruleNumber: 100, egress: true, allow: true, cidr: '0.0.0.0/0' },
        { ruleNumber: 100, egress: false, allow: true, cidr: '0.0.0.0/0' },
      ],
    },
  ],
  remoteAddresses: ['203.0.113.9'],
});
const plan = made(before, { metadataOff: 'automatic', detachVolumes: 'automatic' });

const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:602011160021:targetgroup/shop/0123456789abcdef';
const target = { targetGroupArn: GROUP, targetId: 'i-0123456789abcdef0', port: 80 };
const registration: PlanStep = {
  kind: 'deregister-target',
  id: 'deregister-target:shop/0123456789abcdef:i-0123456789abcdef0:80',
  gate: 'automatic',
  because: '',
  effectOnOthers: '',
  ...target,
  undo: { kind: 'register-target', ...target },
};
const journal: ContainmentJournal = {
  ...journalOf(plan),
  found: [{ revision: 0, step: registration }],
  outcomes: [
    ...journalOf(plan).outcomes,
    { revision: 0, outcome: { id: registration.id, status: 'done', detail: '', at: before.readAt } },
  ],
};

const left = contained(before, plan);
const entriesOf = (networkAclId: string) =>
  left.paths.acls.find((one) => one.networkAclId === networkAclId)?.entries ?? [];
/** The instance as containment left it: stopped, in a closed subnet without routes. */
const facts: InstanceFacts = {
  ...left.instance,
  networkInterfaces: [nic],
  metadataOptions: { httpEndpoint: 'disabled' },
  isolationGroups: [{ groupId: 'sg-iso-vpc-1', vpcId: 'vpc-1', empty: true, ours: true }],
  subnets: [
    {
      subnetId: 'subnet-1',
      vpcId: 'vpc-1',
      ownerId: before.account,
      networkAclId: 'remove-closed-acl-vpc-1',
      routes: [],
    },
  ],
  networkAcls: [{ networkAclId: 'remove-closed-acl-vpc-1', subnetIds: ['subnet-1'], entries: [] }],
};
const around: AroundInstance = {
  paths: left.paths,
  volumes: left.volumes,
  balancers: { targetGroups: [{ targetGroupArn: GROUP, targets: [] }], classic: [] },
  tagged: left.tagged,
};

interface Now {
  readonly facts?: Partial<InstanceFacts>;
  readonly around?: Partial<AroundInstance>;
  readonly lifted?: readonly string[];
}
const of = (now: Now): readonly string[] =>
  driftFrom({
    journal,
    facts: { ...facts, ...now.facts },
    around: { ...around, ...now.around },
    deniesGone: [],
    lifted: new Set(now.lifted),
  }).map(({ id }) => id);

const withSubnet = (more: Partial<AroundInstance['paths']['subnets'][number]>): Now => ({
  around: {
    paths: { ...left.paths, subnets: left.paths.subnets.map((one) => ({ ...one, ...more })) },
  },
});
const ownAcl = (entries: readonly (typeof left.paths.acls)[number]['entries'][number][]): Now => ({
  facts: {
    subnets: facts.subnets.map((one) => ({ ...one, networkAclId: 'acl-1' })),
    networkAcls: [{ networkAclId: 'acl-1', subnetIds: ['subnet-1'], entries: [...entries] }],
  },
});
const [denyOut] = stepsOf(plan, 'deny-remote-addresses').flatMap(({ entries }) => entries);
const allowFirst = { ruleNumber: 1, egress: true, allow: true, cidr: '0.0.0.0/0' };

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
    'a longer timeout',
    { facts: { networkInterfaces: [{ ...nic, tcpEstablishedSeconds: 432_000 }] } },
    ['timeout:eni-1'],
    ['restore-connection-timeout:eni-1'],
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
    'another network ACL of the subnet, with the entries of ours in none',
    {
      ...withSubnet({ networkAclId: 'acl-2' }),
      around: {
        paths: {
          ...left.paths,
          acls: [...left.paths.acls, { networkAclId: 'acl-2', entries: [allowFirst] }],
          subnets: left.paths.subnets.map((one) => ({ ...one, networkAclId: 'acl-2' })),
        },
      },
      facts: {
        subnets: facts.subnets.map((one) => ({ ...one, networkAclId: 'acl-2' })),
        networkAcls: [{ networkAclId: 'acl-2', subnetIds: ['subnet-1'], entries: [allowFirst] }],
      },
    },
    ['remote-addresses:acl-2', 'subnet-acl:subnet-1'],
  ],
  [
    'an entry that allows in our closed ACL',
    {
      around: {
        paths: {
          ...left.paths,
          acls: left.paths.acls.map((acl) =>
            acl.networkAclId === 'acl-1' ? acl : { ...acl, entries: [allowFirst] },
          ),
        },
      },
    },
    ['subnet-acl:subnet-1'],
    ['restore-subnet-acl:subnet-1'],
  ],
  [
    'entries of ours that were taken away',
    ownAcl(entriesOf('acl-1').filter(({ ruleNumber }) => ruleNumber !== denyOut?.ruleNumber)),
    ['remote-addresses:acl-1'],
    ['remove-acl-entries:acl-1'],
  ],
  [
    'an entry that allows before ours',
    ownAcl([allowFirst, ...entriesOf('acl-1').map((one) => ({ ...one, ruleNumber: one.ruleNumber + 1 }))]),
    ['remote-addresses:acl-1'],
  ],
  ['entries of ours as they were', ownAcl(entriesOf('acl-1')), []],
  [
    'another route table',
    {
      ...withSubnet({ routeTableId: 'rtb-1' }),
      facts: {
        subnets: facts.subnets.map((one) => ({
          ...one,
          routes: [{ destination: '0.0.0.0/0', target: 'nat-gateway', targetId: 'nat-1' }],
        })),
      },
    },
    ['subnet-routes:subnet-1'],
    ['restore-subnet-routes:subnet-1'],
  ],
  [
    'a way out in our empty table',
    {
      facts: {
        subnets: facts.subnets.map((one) => ({
          ...one,
          routes: [{ destination: '0.0.0.0/0', target: 'nat-gateway', targetId: 'nat-1' }],
        })),
      },
      around: {
        paths: { ...left.paths, ownThings: left.paths.ownThings.map((one) => ({ ...one, open: true })) },
      },
    },
    ['subnet-routes:subnet-1'],
  ],
  [
    'another internet gateway',
    {
      around: {
        paths: {
          ...left.paths,
          gateways: [...left.paths.gateways, { internetGatewayId: 'igw-2', vpcId: 'vpc-1' }],
        },
      },
    },
    ['internet-gateway:vpc-1'],
    ['attach-internet-gateway:igw-1'],
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
    expect(of(now)).toEqual(ids);
  });

  it.each(CASES.flatMap(([what, now, , lifts]) => (lifts === undefined ? [] : [{ what, now, lifts }])))(
    'is not what people lifted: $what',
    ({ now, lifts }) => {
      expect(of({ ...now, lifted: lifts })).toEqual([]);
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
      driftFrom({ journal, facts, around: { ...around, volumes }, deniesGone: [], lifted: new Set() }),
    ).toMatchObject([{ id: 'volume:vol-1', mends: false }]);
  });

  it('is not what containment never did', () => {
    const only = journalOf(made(instance(), { subnetAcl: 'never', stop: 'never' }));
    const now = { ...around, ...withSubnet({ networkAclId: 'acl-1' }).around };
    const running: InstanceFacts = {
      ...facts,
      state: 'running',
      metadataOptions: { httpEndpoint: 'enabled' },
    };
    expect(
      driftFrom({ journal: only, facts: running, around: now, deniesGone: [], lifted: new Set() }),
    ).toEqual([]);
  });
});
