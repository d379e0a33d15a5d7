import { blockScenarios } from './block-scenarios.ts';
import { BadInput } from '../raw/bad-input.ts';
import { diskScenarios } from './disk-scenarios.ts';
import { fullInvestigation } from './full-investigation.ts';
import { memoryScenarios } from './memory-scenarios.ts';
import { ownEvent } from './own-event.ts';
import {
  asking,
  askingToReplace,
  climbing,
  cuttingTheSubnet,
  ending,
  keepingPath,
  replacing,
  severe,
  takingHome,
  untracking,
} from './policies.ts';
import { withOtherImages } from './forensic-images.ts';
import { SILENCE, type Scenario } from './scenario.ts';

const richest: Scenario = {
  name: 'richest',
  about:
    'three differently encrypted volumes on an Auto Scaling instance with two interfaces, an Elastic IP and a profile that a healthy sibling shares',
  deliveries: (seed) => [{ document: ownEvent({ seed, profile: true }), afterMs: 0 }],
  fillers: 3,
  hidden: true,
  keyAdmits: false,
  instance: 'running',
  isolationGroupsExist: false,
};

const HOUR = 3_600_000;

/** Two people lift containment two hours after the incident is sealed; the deny of old sessions goes when they have expired. */
const released = {
  kind: 'release',
  afterMs: 2 * HOUR,
  askedBy: 'alice@example.org',
  approvedBy: 'bob@example.org',
  reason: 'a false alarm, ticket 4711',
  giveUp: ['restore-profile'],
  drifted: false,
} as const;

/** What somebody types who has nothing to hide; and what a file on an evidence disk may be called. */
const HONEST_WORK = ['sudo sha256sum /dev/nvme1n1', 'ls; $(reboot) <script> ../../x \u202e'] as const;

/** Every scenario, by name. The first is the one that runs without options. */
const SCENARIOS: readonly Scenario[] = [
  richest,
  fullInvestigation(richest),
  {
    ...richest,
    name: 'second-incident',
    about: 'the richest, where an earlier incident already made the isolation groups',
    isolationGroupsExist: true,
  },
  {
    ...richest,
    name: 'admitting-key',
    about: 'the richest, where the customer key admits the custodian, so that no re-encryption is needed',
    keyAdmits: true,
  },
  ...diskScenarios(richest),
  {
    ...richest,
    name: 'no-profile',
    about: 'an instance without an instance profile',
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: false }), afterMs: 0 }],
  },
  {
    ...richest,
    name: 'contents-home',
    about:
      'the policy has what the host held and said taken to the home Region; without such a rule it stays in its own, as in every other scenario',
    policy: takingHome,
  },
  {
    ...richest,
    name: 'two-hundred-accounts',
    about: 'two hundred member accounts and one finding',
    fillers: 199,
  },
  {
    ...richest,
    name: 'joined-account',
    about:
      'StackSets roll out the roles, then an account moves into their unit: its instance is contained though nobody deployed anything there',
    joinsLate: true,
  },
  {
    ...richest,
    name: 'terminated',
    about: 'a finding about an instance that was terminated before it arrived',
    instance: 'terminated',
  },
  {
    ...richest,
    name: 'three-times',
    about: 'the same finding three times, once updated',
    deliveries: (seed) => [
      { document: ownEvent({ seed, profile: true }), afterMs: 0 },
      { document: ownEvent({ seed, profile: true }), afterMs: 1_200 },
      { document: ownEvent({ seed, profile: true, update: 1 }), afterMs: 40_000 },
    ],
  },
  {
    ...richest,
    name: 'worsens',
    about: 'a second, worse finding about the same instance half an hour later: the difference is planned',
    deliveries: (seed) => [
      { document: ownEvent({ seed, profile: true }), afterMs: 0 },
      { document: ownEvent({ seed, profile: true, worse: true }), afterMs: 1_800_000 },
    ],
  },
  {
    ...richest,
    name: 'naive-swap-survives',
    about:
      'a command-and-control channel through a NAT gateway, twice: a plain change of groups leaves it open, the plan cuts it',
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: true, publicAddress: false }), afterMs: 0 }],
    plainSwapTwin: true,
  },
  {
    ...richest,
    name: 'dns-tunnel',
    about:
      "a tunnel through the VPC's resolver, twice: no group and no ACL filters it, a plain change of groups leaves it open, DNS Firewall cuts it by name; two people release it later, exactly",
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: true, tunnel: true }), afterMs: 0 }],
    plainSwapTwin: true,
    acts: [released, { kind: 'wait', afterMs: 15 * HOUR }],
  },
  {
    ...richest,
    name: 'crash-and-stop',
    about:
      'the policy wants the contained host ended: crashed for a dump of its memory, stopped though it is protected, all volumes held; a second set of snapshots has the memory',
    policy: ending,
    preparedForCrash: true,
  },
  {
    ...richest,
    name: 'climbs-when-open',
    about:
      "somebody puts an interface's groups back as often as they are changed: the subnet's network ACL is closed, and as that does not hold within the subnet, the host is stopped",
    policy: climbing,
    putsGroupsBack: true,
  },
  {
    ...richest,
    name: 'flow-logs-prove',
    about:
      'the VPC has flow logs and its subnet is cut at once: their records show that nothing was accepted after containment, and the statement says so',
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: true, publicAddress: false }), afterMs: 0 }],
    hidden: false,
    policy: cuttingTheSubnet('automatic'),
    flowLogs: true,
  },
  {
    ...richest,
    name: 'flow-logs-climb',
    about:
      "flow logs show a connection that lived through containment, to a server that no finding names: the subnet's network ACL is closed, and then they prove it",
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: true, publicAddress: false }), afterMs: 0 }],
    hidden: false,
    policy: cuttingTheSubnet('if-open'),
    flowLogs: true,
  },
  {
    ...richest,
    name: 'behind-balancers',
    about:
      'an instance in two target groups, a classic balancer and an Auto Scaling group: it leaves them, the healthy target serves on, a replacement starts',
    behindBalancers: true,
  },
  {
    ...richest,
    name: 'lone-instance-replaced',
    about:
      'an instance in no group, behind target groups and a classic balancer: it is contained and stopped, another is launched from its template and takes its place',
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: true, alone: true }), afterMs: 0 }],
    behindBalancers: true,
    alone: 'from-template',
    policy: replacing,
  },
  {
    ...richest,
    name: 'replacement-approved',
    about:
      'the barest lone instance is contained and stopped at once; a person approves another, from its image and with its user data, which nobody changed meanwhile',
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: true, alone: true }), afterMs: 0 }],
    hidden: false,
    alone: 'from-image',
    policy: askingToReplace,
    answers: [
      {
        person: 'alice@example.org',
        decision: 'approve',
        reason: 'the hole is closed in front of it',
        afterAskedMs: 420_000,
      },
    ],
  },
  {
    ...richest,
    name: 'role-chain',
    about:
      'before the finding the attacker assumes a role of another account from the instance; a healthy sibling uses the same role',
    roleChain: 'names-differ',
  },
  {
    ...richest,
    name: 'role-chain-shared-name',
    about:
      'as role-chain, but the attacker calls its session as a healthy sibling calls its own: a person sees whom a deny would hit too, and says yes',
    roleChain: 'shared-name',
    answers: [
      {
        person: 'alice@example.org',
        decision: 'approve',
        reason: 'the publisher can wait, nightly runs are stopped',
        afterAskedMs: 150_000,
      },
    ],
  },
  {
    ...richest,
    name: 'needs-approval',
    about:
      'the policy asks first: a person approves the plan by its hash after seven minutes, in a signed request',
    policy: asking,
    answers: [
      {
        person: 'alice@example.org',
        decision: 'approve',
        reason: 'the shop team agrees, a replacement runs',
        afterAskedMs: 420_000,
      },
    ],
  },
  {
    ...richest,
    name: 'approval-expires',
    about: 'the policy asks first and nobody answers: isolation proceeds, the stop lapses',
    policy: asking,
  },
  {
    ...richest,
    name: 'approval-refused',
    about: 'the policy asks first and a person refuses: nothing is cut, disks and examination go on',
    policy: asking,
    answers: [
      {
        person: 'bob@example.org',
        decision: 'refuse',
        reason: 'a scheduled penetration test, until six',
        afterAskedMs: 180_000,
      },
    ],
  },
  {
    ...richest,
    name: 'untracked-then-cut',
    about:
      'a channel to an address that no finding names lives on after the empty group; a person says yes, the interfaces are opened for a minute behind a closed path, and it dies as they close',
    policy: untracking,
    answers: [
      {
        person: 'alice@example.org',
        decision: 'approve',
        reason: 'the channel is the second one of the same group; nobody else uses the host',
        afterAskedMs: 420_000,
      },
    ],
  },
  {
    ...richest,
    name: 'management-path-kept',
    about:
      'after isolation the primary interface reaches the endpoints of SSM and S3 alone, for half an hour; the channel that the finding names is dead, and the path closes at its time',
    policy: keepingPath,
    managementEndpoints: true,
  },
  {
    ...richest,
    name: 'decoy',
    about:
      "the decoy of a live drill, from its stack, asks for GuardDuty's test domain: GuardDuty finds it, the response is that of any instance, two people release it exactly",
    deliveries: () => [],
    decoy: true,
    acts: [released, { kind: 'wait', afterMs: 15 * HOUR }],
  },
  ...memoryScenarios(richest),
  {
    ...richest,
    name: 'path-then-proof',
    about:
      'a path is kept for half an hour, and flow logs show that nothing was accepted once it was closed: its own packets are not taken for a leak',
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: true, publicAddress: false }), afterMs: 0 }],
    hidden: false,
    policy: severe(
      'cut-and-keep-a-path',
      { mode: 'contain', subnetAcl: 'automatic', managementPath: 'automatic' },
      'nothing else of the subnet is needed while an analyst looks',
    ),
    managementEndpoints: true,
    flowLogs: true,
  },
  ...withOtherImages(richest),
  ...blockScenarios(richest, (set) => severe('hash-every-block', set, 'evidence has to stand up in court')),
  {
    ...richest,
    name: 'contain-then-release',
    about:
      'two people lift containment two hours later, exactly; the deny of old sessions goes by itself when they have expired',
    acts: [released, { kind: 'wait', afterMs: 15 * HOUR }],
  },
  {
    ...richest,
    name: 'drift-is-recontained',
    about:
      'somebody puts the old group back, later the old profile: the watch contains the instance again within its interval',
    acts: [
      { kind: 'put-groups-back', afterMs: HOUR },
      { kind: 'associate-profile', afterMs: 2 * HOUR },
      { kind: 'wait', afterMs: 3 * HOUR },
    ],
  },
  {
    ...richest,
    name: 'drift-by-event',
    about:
      'a trail records calls: somebody puts the old group back by a call, and the event of it has the instance contained again within seconds',
    trails: true,
    acts: [
      { kind: 'call-groups-back', afterMs: HOUR + 10_000 },
      { kind: 'wait', afterMs: 2 * HOUR },
    ],
  },
  {
    ...richest,
    name: 'recorded-session',
    about:
      'two people work on the forensic machine once the incident is sealed: the recording of one comes into custody, and people are told of the other, who ended the stream',
    acts: [
      { kind: 'work-on-machine', afterMs: HOUR, person: 'ada@example.org', texts: HONEST_WORK },
      { kind: 'work-on-machine', afterMs: 2 * HOUR, person: 'eve@example.org', texts: [SILENCE, 'rm -rf /'] },
    ],
  },
  {
    ...richest,
    name: 'release-with-drift',
    about: 'an interface is in another group when two people release: they see it, and lift it by name',
    acts: [
      { kind: 'put-into-another-group', afterMs: 2 * HOUR - 1_000 },
      { ...released, drifted: true },
      { kind: 'wait', afterMs: 15 * HOUR },
    ],
  },
];

/** All scenarios, for help texts and tests. */
export const scenarios = (): readonly Scenario[] => SCENARIOS;

/** The scenario of that name. Throws BadInput that lists the names. */
export const scenarioNamed = (name: string): Scenario => {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) {
    throw new BadInput(
      'unknown-scenario',
      `there is no scenario ${JSON.stringify(name)}`,
      `choose one of: ${SCENARIOS.map((scenario) => scenario.name).join(', ')}`,
    );
  }
  return found;
};
