import { canonicalJson, sha256Hex } from '@cordon/evidence';
import { credentialSteps, type DeniedBefore } from './credential-steps.ts';
import { dnsSteps } from './dns-steps.ts';
import { diskReasons, diskWishes } from './disk-kinds.ts';
import { diskSteps, examineSteps } from './disk-steps.ts';
import { hashing, hashingOfMemory } from './hash-steps.ts';
import type { HashingRight } from '../workflow/hashing-pace.ts';
import { boundedSteps, type AfterDrift } from '../release/after-drift.ts';
import type { InstanceFacts } from './facts.ts';
import { isUnasked } from './gate.ts';
import { leftOpen } from './left-open.ts';
import { askable, liveResponse, type LiveResponse, type LiveResponseRight } from './live-response-steps.ts';
import { managementPath } from './management-steps.ts';
import {
  afterMemory,
  memoryCapture,
  reachable,
  type MemoryCapture,
  type MemoryRight,
} from './memory-steps.ts';
import { networkSteps } from './network-steps.ts';
import { pathSteps } from './path-steps.ts';
import { askedSteps } from './performers.ts';
import { keptDays, retentionSentence, type Keeping } from '../policy/retention.ts';
import { contentsRegion, residencySentence } from '../residency.ts';
import type { CordonConfig } from '../config.ts';
import type { Posture } from './posture.ts';
import { protectSteps } from './protect-steps.ts';
import { replacement, type ReplacementRight } from './replacement.ts';
import { scalingReasons } from './scaling-steps.ts';
import type { SessionDenyWay } from './session-deny.ts';
import type { Plan, PlanStep } from './steps.ts';
import { endOfHost } from './stop-steps.ts';
import { untracking } from './untrack-steps.ts';

/** What `plan` decides from. */
export interface PlanInput {
  readonly incidentId: string;
  readonly facts: InstanceFacts;
  /** What the policy allows. */
  readonly posture: Posture;
  /** True for a later plan of the incident. */
  readonly again?: boolean;
  /** Volumes that an earlier plan of this incident has brought into custody: a later plan leaves them alone. */
  readonly inCustody?: readonly string[];
  /** How long a crashed host is given to write its dump. */
  readonly crashGraceSeconds?: number;
  /** How long a management path is kept, where the policy wants one. */
  readonly managementPathMinutes?: number;
  /** Sessions that an earlier plan of this incident denied: a later plan makes sure that they still are. */
  readonly denied?: readonly DeniedBefore[];
  /** The organization's own names, which are never blocked. */
  readonly ownDomains?: readonly string[];
  /** Whether a replacement may be launched, and whether an earlier plan of this incident prepared or launched one. */
  readonly replacement?: ReplacementRight;
  /** What the deployment has for capturing memory; nothing when absent. */
  readonly memory?: MemoryRight | undefined;
  /** Whether the deployment may ask a running host what it is doing; not when absent. */
  readonly liveResponse?: LiveResponseRight | undefined;
  /** Of how large volumes blocks may be hashed; of none when absent. */
  readonly blockHashes?: HashingRight | undefined;
  /** Whether the deployment may make images of instances; not when absent. */
  readonly disks?: { readonly image: boolean } | undefined;
  /** How long the deployment keeps evidence; not told when absent. */
  readonly keeping?: Keeping | undefined;
  /** The deployment's Regions, by which it is known where contents are kept; not told when absent. */
  readonly places?: Pick<CordonConfig, 'homeRegion' | 'regions'> | undefined;
  /** How the deployment has sessions denied; by the fixed policy when absent. */
  readonly sessionDeny?: SessionDenyWay;
  /** Of a plan that the watch started: what it must leave as it is. */
  readonly afterDrift?: AfterDrift | undefined;
}

/**
 * Decides what will be done about an instance: every step with its reason, its effect on others and its undo. Pure: the
 * same facts give the same plan and the same hash. What an earlier plan has done is not planned again: an interface that is
 * isolated already, the quarantine profile and volumes in custody stay as they are, so that the undo of the first plan holds.
 */
export const plan = (input: PlanInput): Plan => {
  const { facts } = input;
  const decided = decide(input);
  return hashed(
    {
      schemaVersion: 1 as const,
      incidentId: input.incidentId,
      ...decided,
      ...kept(input),
      ...resides(input),
    },
    facts,
  );
};

/** For how long the evidence is kept, where that is longer than the default. */
const kept = ({ keeping, posture }: PlanInput): Pick<Plan, 'keptDays'> => {
  if (keeping === undefined) return {};
  const days = keptDays(keeping, posture.retentionDays);
  return days > keeping.lockDays ? { keptDays: days } : {};
};

/** Where contents of the evidence are kept, where there is a choice. */
const resides = ({ places, posture, facts: { region } }: PlanInput): Pick<Plan, 'contentsIn'> => {
  const contentsIn = places && contentsRegion(places, { region, residency: posture.residency });
  return contentsIn === undefined ? {} : { contentsIn };
};

const hashed = (body: Omit<Plan, 'hash'>, { account, region, instanceId }: InstanceFacts): Plan => ({
  ...body,
  hash: sha256Hex(canonicalJson({ ...body, instance: [account, region, instanceId] })),
});

/**
 * The plan to ask for after the world has moved on: what waited for nobody, or was climbed to, stays as it was planned, for it is done
 * and its undo holds; what waits for a person is planned anew from the facts of now.
 */
export const planAskedAnew = (before: Plan, input: PlanInput): Plan => {
  const { hash: _hash, ...fresh } = plan(input);
  return hashed(
    {
      ...fresh,
      outcome: before.outcome,
      steps: [
        ...before.steps.filter(({ gate }) => isUnasked(gate) || gate === 'climb'),
        ...askedSteps(fresh),
      ],
    },
    input.facts,
  );
};

/** Said with the rest that stays open: whoever reads "contained" must not take it for the whole. */
const leftLifted = (lifted: readonly string[]): string[] =>
  lifted.length === 0
    ? []
    : [
        `what people had lifted stays lifted: ${lifted.slice(0, 10).join(', ')}${lifted.length > 10 ? `, and ${lifted.length - 10} more` : ''}`.slice(
          0,
          2_000,
        ),
      ];

/** The path to the agent, the memory and the words of the host that are had through it or before the cut, and what ends the host after that. */
const hostSteps = (input: PlanInput, facts: InstanceFacts, credentials: readonly PlanStep[]) => {
  const { posture } = input;
  // Of all that it has: a volume that is in custody already is stopped and detached with the others.
  const endOf = (memory?: MemoryCapture | LiveResponse) =>
    endOfHost(input.facts, posture, {
      graceSeconds: input.crashGraceSeconds,
      memoryGate: memory?.step?.gate,
    });
  const wanted = memoryCapture(input.facts, posture, input.memory);
  const words = liveResponse(input.facts, posture, { right: input.liveResponse, order: wanted.order });
  const kept = managementPath(facts, posture, {
    steps: [...credentials, ...endOf().steps],
    minutes: input.managementPathMinutes ?? 30,
    capture: wanted.step === undefined ? words : wanted,
  });
  const memory = reachable(wanted, kept.steps);
  const live = askable(words, kept.steps);
  return { kept, memory, live, ending: endOf(memory.step === undefined ? live : memory) };
};

/** aws-facts 2.1: EC2 refuses changes to a managed instance by anyone but its service; only tags and snapshots work. */
const leftToService = (service: string): Pick<Plan, 'outcome' | 'reasons' | 'leftOpen'> => ({
  outcome: 'ask',
  reasons: [
    `the instance is managed by ${service}: EC2 lets only that service change it, so a person must use its playbook`,
  ],
  leftOpen: ['every connection: nothing of the instance may be changed by us'],
});

const decide = (
  input: PlanInput,
): Pick<Plan, 'outcome' | 'reasons' | 'steps' | 'order' | 'leftOpen' | 'lifted'> => {
  const { posture } = input;
  const facts = {
    ...input.facts,
    volumes: input.facts.volumes.filter(({ volumeId }) => input.inCustody?.includes(volumeId) !== true),
  };
  const blocks = hashing(facts, posture, input.blockHashes);
  const wishes = diskWishes(posture, input.disks);
  const disks = diskSteps(facts, blocks.volumeIds, wishes);
  if (facts.state === 'gone' || facts.state === 'terminated' || facts.state === 'shutting-down') {
    return {
      outcome: 'nothing-to-contain',
      reasons: [`the instance is ${facts.state}: it has no interface left to isolate`],
      steps: facts.state === 'gone' ? [] : disks,
      leftOpen: [],
    };
  }
  if (facts.managedBy !== undefined) return { ...leftToService(facts.managedBy), steps: disks };
  const paths = pathSteps(facts, { incidentId: input.incidentId, posture, again: input.again ?? false });
  const credentials = credentialSteps(
    facts,
    { by: input.sessionDeny ?? 'attach-fixed-policy', denied: input.denied },
    posture,
  );
  const { kept, memory: captured, live, ending } = hostSteps(input, facts, credentials);
  const memory = hashingOfMemory(captured, posture, input.blockHashes);
  const opened = untracking(facts, posture, [...paths, ...ending.steps]);
  const inPlace = replacement(input.facts, posture, input.replacement);
  const planned = [
    ...protectSteps(input.facts, posture),
    ...disks,
    ...networkSteps(facts, posture),
    ...paths,
    ...dnsSteps(facts, { posture, own: input.ownDomains ?? [] }),
    ...opened.steps,
    ...credentials,
    ...kept.steps,
    ...[memory.profile, memory.step, live.step].filter((step) => step !== undefined),
    ...ending.steps,
    ...inPlace.steps,
    ...examineSteps(facts),
  ];
  const steps = [...afterMemory(boundedSteps(planned, input.afterDrift), memory.order)];
  const lifted = input.afterDrift?.lifted ?? [];
  return {
    outcome: 'respond',
    reasons: [
      `the instance is ${facts.state} with ${facts.networkInterfaces.length} interface(s) and ${facts.volumes.length} volume(s)`,
      ...posture.because,
      ...scalingReasons(facts),
      ...inPlace.reasons,
      ...opened.reasons,
      ...kept.reasons,
      ...memory.reasons,
      ...live.reasons,
      ...ending.reasons,
      ...blocks.reasons,
      ...diskReasons(facts, wishes),
      ...[residencySentence(resides(input).contentsIn, facts.region)].filter((said) => said !== undefined),
      ...(input.keeping === undefined ? [] : [retentionSentence(input.keeping, posture.retentionDays)]),
    ],
    steps,
    ...(memory.order === 'memory-first' ? { order: memory.order } : {}),
    leftOpen: [...leftOpen(facts, steps, input.ownDomains), ...leftLifted(lifted)],
    ...(lifted.length === 0 ? {} : { lifted: [...lifted] }),
  };
};
