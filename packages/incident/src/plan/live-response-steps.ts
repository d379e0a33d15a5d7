import type { InstanceFacts } from './facts.ts';
import { costlyGate } from './gate.ts';
import type { Order, Posture } from './posture.ts';
import type { PlanStep, StepOf } from './steps.ts';
import { nothingToUndo } from './undo.ts';

/** What a deployment has for asking a host, and whether an earlier plan of the incident did. */
export interface LiveResponseRight {
  readonly liveResponse: boolean;
  /** True for an incident whose host was asked before. */
  readonly asked?: boolean;
}

/** What is planned, in which order, and what is not, with the reason. */
export interface LiveResponse {
  readonly step: StepOf<'live-response'> | undefined;
  readonly order: Order;
  /** Plain sentences. */
  readonly reasons: string[];
}

/** All checks together: each is bounded by itself, and reads what the kernel has at hand. */
const DEADLINE_SECONDS = 300;

const none = (reason?: string): LiveResponse => ({
  step: undefined,
  order: 'contain-first',
  reasons: reason === undefined ? [] : [`the host is not asked what it is doing: ${reason}`],
});

/**
 * Commands that the host's own agent runs to say what the host is doing, where the policy wants them: after the memory, so that what they
 * leave behind is not in its image, and by the same channel. Pure.
 *
 * @param order what comes first where memory is captured: with `memory-first` the host is asked before the cut, as its memory is
 */
export const liveResponse = (
  { state }: Pick<InstanceFacts, 'state'>,
  posture: Posture,
  of: { readonly right: LiveResponseRight | undefined; readonly order: Order },
): LiveResponse => {
  const gate = costlyGate(posture.liveResponse, posture);
  if (gate === undefined || of.right?.asked === true) return none();
  if (of.right?.liveResponse !== true)
    return none('this deployment has no document for it (evidence.memory.liveResponse)');
  if (state !== 'running') return none(`it is ${state}`);
  const first = of.order === 'memory-first' && gate === 'automatic';
  return {
    order: first ? 'memory-first' : 'contain-first',
    step: {
      kind: 'live-response',
      gate,
      id: 'live-response',
      deadlineSeconds: DEADLINE_SECONDS,
      because: `the policy wants to know what the running host is doing: its shell reads processes, sockets, sessions, mounts, modules, network, schedules and units from the kernel and from files, and runs no program of the host's disk but itself${
        first ? '; the cut waits for it, after the memory' : ''
      }`,
      effectOnOthers:
        'none; the agent writes script and output below its own folder on the disk of the host, after the freeze',
      undo: nothingToUndo('it reads, and changes nothing but what the agent writes of its own work'),
    },
    reasons: [],
  };
};

/** What remains when it is known whether a path is kept: as of memory, nothing else leads to the agent of a host that is cut off. Pure. */
export const askable = (wanted: LiveResponse, kept: readonly PlanStep[]): LiveResponse => {
  const { step, order } = wanted;
  if (step === undefined || order === 'memory-first') return wanted;
  const [path] = kept;
  return path === undefined
    ? none(
        'once it is cut off nothing leads to its agent, for no management path is kept; let the policy keep one',
      )
    : { ...wanted, step: { ...step, gate: path.gate } };
};
