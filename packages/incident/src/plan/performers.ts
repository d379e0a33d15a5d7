import * as z from 'zod';
import type { StepName } from '../contract.ts';
import { isUnasked } from './gate.ts';
import { isAllowed, type Allowed, type Plan, type PlanStep, type PlanStepKind } from './steps.ts';

/** Which function performs a kind of step. A new kind does not compile before it is said here. */
const PERFORMER: Readonly<Record<PlanStepKind, StepName>> = {
  'detach-from-auto-scaling': 'protect',
  'leave-balancers': 'protect',
  'deregister-target': 'protect',
  'deregister-from-classic-balancer': 'protect',
  'protect-from-termination': 'protect',
  'stop-on-shutdown': 'protect',
  'keep-volumes': 'protect',
  'tag-instance': 'protect',
  'preserve-context': 'freeze',
  'snapshot-volumes': 'freeze',
  'isolate-interface': 'isolate-network',
  'release-address': 'isolate-network',
  'give-up-public-ip': 'isolate-network',
  'shorten-connection-timeout': 'isolate-network',
  'deny-remote-addresses': 'isolate-network',
  'block-dns': 'isolate-network',
  'cut-subnet': 'isolate-network',
  'cut-routes': 'isolate-network',
  'detach-internet-gateway': 'isolate-network',
  'untrack-connections': 'open-path',
  'keep-management-path': 'open-path',
  'replace-profile': 'revoke-credentials',
  'deny-sessions': 'revoke-credentials',
  'trace-sessions': 'trace-sessions',
  'turn-metadata-off': 'isolate-network',
  'add-profile': 'capture-memory',
  'capture-memory': 'capture-memory',
  'live-response': 'capture-memory',
  'crash-instance': 'stop',
  'lift-stop-protection': 'stop',
  'stop-instance': 'stop',
  'snapshot-memory': 'freeze',
  'detach-volumes': 'stop',
  'secure-volume': 'take-custody',
  'launch-replacement': 'replace',
  'launch-forensic-machine': 'investigate',
};

/** The functions that cut the instance off: what they do is what "contained" means. */
const CUTTING: ReadonlySet<StepName> = new Set<StepName>(['isolate-network', 'revoke-credentials']);

/** The function that performs a step. */
const performerOf = ({ kind }: Pick<PlanStep, 'kind'>): StepName => PERFORMER[kind];

/** Whether a step cuts the instance off. */
export const cuts = (step: Pick<PlanStep, 'kind'>): boolean => CUTTING.has(performerOf(step));

/**
 * The steps without which the instance is not contained, and that are not allowed: they wait for a person, or were refused. Steps
 * that need an express yes are not among them, nor are those that are climbed to: they go beyond the instance's own connections.
 */
export const heldBack = (plan: Plan, allowed: Allowed): readonly PlanStep[] =>
  plan.steps.filter(
    (step) => cuts(step) && !['approve', 'climb'].includes(step.gate) && !isAllowed(step, allowed),
  );

/** In which rounds a plan is performed: what waits for nobody, then what a person is asked for. */
export const roundsSchema = z.object({
  /** Whether anything is cut, or read back, before a person is asked. */
  cutNow: z.boolean(),
  stopNow: z.boolean(),
  /** Ids of the steps that wait for a person. */
  asked: z.array(z.string()),
  /** Whether steps that wait change the instance while it runs. */
  cutLater: z.boolean(),
  stopLater: z.boolean(),
  /** Whether a replacement waits. Rounds from before there were any say nothing. */
  replaceLater: z.boolean().default(false),
});
/** In which rounds a plan is performed. */
export type Rounds = z.infer<typeof roundsSchema>;

/** The steps that wait for a person, in order. */
export const askedSteps = ({ steps }: Pick<Plan, 'steps'>): readonly PlanStep[] =>
  steps.filter(({ gate }) => gate === 'ask' || gate === 'approve');

const replaces = (step: PlanStep): boolean => performerOf(step) === 'replace';

/** In which rounds a plan is performed. A plan that cuts nothing is read back at once; one whose cut waits is not. */
export const roundsOf = (plan: Pick<Plan, 'steps'>): Rounds => {
  const asked = askedSteps(plan);
  const now = plan.steps.filter(({ gate }) => isUnasked(gate));
  // The snapshot of what a crash or hibernation left on disk is taken between the stop and the detachment.
  const stops = (step: PlanStep): boolean => performerOf(step) === 'stop' || step.kind === 'snapshot-memory';
  return {
    cutNow: now.some(cuts) || !asked.some(cuts),
    stopNow: now.some(stops),
    asked: asked.map(({ id }) => id),
    // What puts another in its place is done beside the instance, by its own states.
    cutLater: asked.some((step) => !stops(step) && !replaces(step)),
    stopLater: asked.some(stops),
    replaceLater: asked.some(replaces),
  };
};
