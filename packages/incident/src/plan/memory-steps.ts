import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import { agentChannel } from './agent-channel.ts';
import type { InstanceFacts } from './facts.ts';
import { costlyGate, type Gate } from './gate.ts';
import { memoryMeans, wayOf, type MemoryToolbox } from './memory-means.ts';
import type { Order, Posture } from './posture.ts';
import { cuts } from './performers.ts';
import type { PlanStep, StepOf } from './steps.ts';
import { nothingToUndo } from './undo.ts';

/** What a deployment has for capturing memory, and whether an earlier plan of the incident did. */
export interface MemoryRight extends MemoryToolbox {
  /** True for an incident whose memory was captured before, and for a plan that only contains again. */
  readonly captured?: boolean;
}

/** What is planned, in which order, and what is not, with the reason. */
export interface MemoryCapture {
  readonly step: StepOf<'capture-memory'> | undefined;
  /** The quarantine profile, for an instance that has none: without credentials its agent has no channel. */
  readonly profile?: StepOf<'add-profile'> | undefined;
  readonly order: Order;
  /** Plain sentences. */
  readonly reasons: string[];
}

/** An image is as large as the memory; the file system, the ranges' headers and the record beside it want some more. */
const volumeGiBFor = (memoryMiB: number): number => Math.ceil((memoryMiB / 1_024) * 1.05) + 2;

/** Why nothing can be captured by the agent, whatever comes first; undefined where it may work. */
const whyNever = ({ machine, state }: InstanceFacts): string | undefined => {
  if (state !== 'running') return `it is ${state}`;
  if (machine?.type?.memoryMiB === undefined) return 'how much memory its type has could not be read';
  return undefined;
};

/**
 * An instance is given a profile for its memory alone. An agent that began without credentials hibernates: it looks again after five minutes, then
 * ever more seldom, at last once an hour. https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
 */
const addProfile = (facts: InstanceFacts, gate: Gate): StepOf<'add-profile'> | undefined =>
  agentChannel(facts) === undefined
    ? {
        kind: 'add-profile',
        gate,
        id: 'add-profile',
        because:
          'the instance has no profile, so that its agent has no channel; one that began without looks for credentials once an hour at least, and may do so too late',
        effectOnOthers:
          'none: whoever is on the host gets credentials that may do nothing but open the channel of an agent',
        undo: { kind: 'end-quarantine-profile' },
      }
    : undefined;

const none = (reason?: string): MemoryCapture => ({
  step: undefined,
  order: 'contain-first',
  reasons: reason === undefined ? [] : [`its memory is not captured: ${reason}`],
});

/**
 * The capture of a running host's memory by its own agent, where the policy wants it: on a fresh volume, which is then carried as any disk.
 * With `memory-first` the cut waits for it, at most as long as the step says; else it needs the management path that is kept after the cut
 * (`reachable`). Pure.
 */
export const memoryCapture = (
  facts: InstanceFacts,
  posture: Posture,
  right: MemoryRight | undefined,
): MemoryCapture => {
  const gate = costlyGate(posture.memory, posture);
  if (gate === undefined || right?.captured === true) return none();
  if (right === undefined) return none('this deployment has no duty that may capture it (evidence.memory)');
  const never = whyNever(facts);
  if (never !== undefined) return none(never);
  const memoryMiB = facts.machine?.type?.memoryMiB ?? 0;
  const means = memoryMeans(facts, memoryMiB, right);
  if ('not' in means) return none(means.not);
  const { reasons, ...by } = means;
  const first =
    posture.order === 'memory-first' &&
    gate === 'automatic' &&
    // An agent without credentials would most likely be waited for in vain.
    agentChannel(facts) !== undefined &&
    // Contained already: nothing is opened again for it.
    facts.profile?.profileArn.endsWith(`/${QUARANTINE_PROFILE_NAME}`) !== true;
  const deadlineSeconds = right.minutes * 60;
  return {
    order: first ? 'memory-first' : 'contain-first',
    profile: addProfile(facts, gate),
    step: {
      kind: 'capture-memory',
      gate,
      id: 'capture-memory',
      volumeGiB: volumeGiBFor(memoryMiB),
      deadlineSeconds,
      ...by,
      ...(posture.copyWithinMinutes === undefined ? {} : { copyWithinMinutes: posture.copyWithinMinutes }),
      because: `the policy wants the memory of the running host: ${wayOf(by)}${
        first
          ? `; the cut waits for it, ${right.minutes} minute(s) at most`
          : `, through the path that is kept after the cut`
      }`,
      effectOnOthers: `none; ${by.tool.name} runs as root on a host that an attacker may hold, so that the image is what its kernel presents${
        first ? '; until it is done the instance goes on as it was' : ''
      }`,
      undo: nothingToUndo('the volume is taken away and deleted once its copy is locked'),
    },
    reasons: [
      ...reasons,
      ...(agentChannel(facts) === 'default-host-management'
        ? [
            'it has no profile, and its agent is reached by Default Host Management: no profile is added for its memory',
          ]
        : []),
    ],
  };
};

/** The steps of a plan whose cut waits for the memory: what would be done at once waits for that instead. */
export const afterMemory = (steps: readonly PlanStep[], order: Order): readonly PlanStep[] =>
  order === 'contain-first'
    ? steps
    : steps.map((step) =>
        step.gate === 'automatic' && (cuts(step) || step.kind === 'keep-management-path')
          ? { ...step, gate: 'memory' as const }
          : step,
      );

/**
 * What remains of a capture when it is known whether a path is kept: once the instance is cut off, nothing else leads to its agent. It
 * waits for whom the path waits for. Pure.
 */
export const reachable = (wanted: MemoryCapture, kept: readonly PlanStep[]): MemoryCapture => {
  const { step, profile, order } = wanted;
  if (step === undefined || order === 'memory-first') return wanted;
  const [path] = kept;
  return path === undefined
    ? none(
        'once it is cut off nothing leads to its agent, for no management path is kept; let the policy keep one, or set order to memory-first',
      )
    : {
        ...wanted,
        step: { ...step, gate: path.gate },
        ...(profile === undefined ? {} : { profile: { ...profile, gate: path.gate } }),
      };
};
