import type { InstanceFacts } from '../plan/facts.ts';
import type { PlanStep } from '../plan/steps.ts';
import { driftFrom } from './drift-from.ts';
import type { AroundInstance } from './drift.ts';
import type { ContainmentJournal } from './journal.ts';
import { contained, instance, journalOf, made } from './release.fixture.ts';

/** Its interface. */
export const nic = {
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
/** The plan that contained it. */
export const plan = made(before, { metadataOff: 'automatic', detachVolumes: 'automatic' });

/** A target group that it left. */
export const GROUP =
  'arn:aws:elasticloadbalancing:eu-central-1:602011160021:targetgroup/shop/0123456789abcdef';
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
/** What containment wrote down. */
export const journal: ContainmentJournal = {
  ...journalOf(plan),
  found: [{ revision: 0, step: registration }],
  outcomes: [
    ...journalOf(plan).outcomes,
    { revision: 0, outcome: { id: registration.id, status: 'done', detail: '', at: before.readAt } },
  ],
};

/** What there is once the plan was done. */
export const left = contained(before, plan);
/** The instance as containment left it: stopped, in a closed subnet without routes. */
export const facts: InstanceFacts = {
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
/** What is around it. */
export const around: AroundInstance = {
  paths: left.paths,
  volumes: left.volumes,
  balancers: { targetGroups: [{ targetGroupArn: GROUP, targets: [] }], classic: [] },
  tagged: left.tagged,
};

/** What somebody changed of it, and what people lifted. */
export interface Now {
  readonly facts?: Partial<InstanceFacts>;
  readonly around?: Partial<AroundInstance>;
  readonly lifted?: readonly string[];
}
/** Ids of what drifted. */
export const driftIds = (now: Now): readonly string[] =>
  driftFrom({
    journal,
    facts: { ...facts, ...now.facts },
    around: { ...around, ...now.around },
    deniesGone: [],
    blocksGone: [],
    lifted: new Set(now.lifted),
  }).map(({ id }) => id);
