import { parsePolicy } from '@cordon/incident';
import { BadInput } from '../raw/bad-input.ts';
import { ownEvent } from './own-event.ts';
import type { Scenario } from './scenario.ts';

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

/** The policy asks before it cuts, and wants the contained instance stopped: that needs an express yes. */
const asking = parsePolicy({
  schemaVersion: 2,
  rules: [
    {
      name: 'ask-everywhere',
      when: { units: ['r-root'], severityAtLeast: 7 },
      set: { mode: 'ask', stop: 'automatic' },
      because: 'people decide before anything is cut off',
    },
  ],
});

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

/** The policy wants a contained host crashed, stopped, and its volumes held. */
const ending = parsePolicy({
  schemaVersion: 2,
  rules: [
    {
      name: 'end-the-host',
      when: { severityAtLeast: 7 },
      set: { mode: 'contain', stop: 'automatic', crash: 'automatic', detachVolumes: 'automatic' },
      because: 'memory is wanted on disk, and nobody may start the host again',
    },
  ],
});

/** The policy contains, and lets a person have tracked connections cut by opening the interfaces for a minute. */
const untracking = parsePolicy({
  schemaVersion: 2,
  rules: [
    {
      name: 'untrack-after-a-yes',
      when: { severityAtLeast: 7 },
      set: { mode: 'contain', untracking: 'ask' },
      because: 'a channel that no finding names must not live on, and the host must not be stopped',
    },
  ],
});

/** The policy keeps a path for an analyst once the instance is cut off. */
const keepingPath = parsePolicy({
  schemaVersion: 2,
  rules: [
    {
      name: 'keep-a-path',
      when: { severityAtLeast: 7 },
      set: { mode: 'contain', managementPath: 'automatic' },
      because: 'an analyst takes the memory of a contained host through its agent',
    },
  ],
});

/** Every scenario, by name. The first is the one that runs without options. */
const SCENARIOS: readonly Scenario[] = [
  richest,
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
  {
    ...richest,
    name: 'no-profile',
    about: 'an instance without an instance profile',
    deliveries: (seed) => [{ document: ownEvent({ seed, profile: false }), afterMs: 0 }],
  },
  {
    ...richest,
    name: 'two-hundred-accounts',
    about: 'two hundred member accounts and one finding',
    fillers: 199,
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
    name: 'crash-and-stop',
    about:
      'the policy wants the contained host ended: crashed for a dump of its memory, stopped though it is protected, all volumes held; a second set of snapshots has the memory',
    policy: ending,
    preparedForCrash: true,
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
    name: 'role-chain',
    about:
      'before the finding the attacker assumes a role of another account from the instance; a healthy sibling uses the same role',
    roleChain: true,
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
    name: 'contain-then-release',
    about:
      'two people lift containment two hours later, exactly; the deny of old sessions goes by itself when they have expired',
    acts: [released, { kind: 'wait', afterMs: 14 * HOUR }],
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
    name: 'release-with-drift',
    about: 'an interface is in another group when two people release: they see it, and lift it by name',
    acts: [
      { kind: 'put-into-another-group', afterMs: 2 * HOUR - 1_000 },
      { ...released, drifted: true },
      { kind: 'wait', afterMs: 14 * HOUR },
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
