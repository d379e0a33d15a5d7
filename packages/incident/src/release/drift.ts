import type { InstanceFacts } from '../plan/facts.ts';
import type { PlanStepKind } from '../plan/steps.ts';
import { toLift, type ContainmentJournal, type LiftKind, type LiftOf } from './journal.ts';
import type { ReleaseFacts } from './release-facts.ts';

/** One way in which a contained instance is no longer as containment left it. */
export interface Drift {
  /** Names what drifted: `interface:eni-1`. */
  readonly id: string;
  /** Plain words; they hold ids and names that AWS took, and no free text that an attacker wrote. */
  readonly what: string;
  /** False where no plan of ours mends it: people are told, and nothing is done. */
  readonly mends?: false;
}

/** What is read beside the instance: what containment changed elsewhere, as it is now. */
export type AroundInstance = Pick<ReleaseFacts, 'paths' | 'volumes' | 'balancers' | 'tagged'>;

/** What drift is decided from. */
export interface DriftInput {
  readonly journal: ContainmentJournal;
  readonly facts: InstanceFacts;
  readonly around: AroundInstance;
  /** Denies of the instance's sessions that were read back and do not hold, by profile, and why. */
  readonly deniesGone: readonly { readonly profileArn: string; readonly because: string }[];
  /** DNS blocks that were read back and do not hold, by VPC, and why. */
  readonly blocksGone: readonly { readonly vpcId: string; readonly because: string }[];
  /** Ids of the release steps that people had lifted: what they opened is no drift. */
  readonly lifted: ReadonlySet<string>;
  /** Groups that open an interface for a bounded time, that are not due, and hold exactly their rules: `eni-1/sg-1`. They are no drift. */
  readonly opened?: ReadonlySet<string>;
}

/** Finds drift of some kinds. Pure. */
export type FindDrift = (input: DriftInput) => readonly Drift[];

/** What containment did and nobody lifted, of some kinds: each must be found as containment left it. */
export const standing = <Kind extends LiftKind>(
  { journal, lifted }: DriftInput,
  ...kinds: readonly Kind[]
): readonly LiftOf<Kind>[] =>
  toLift(journal)
    .filter(({ id, done }) => done && !lifted.has(id))
    .map(({ lift }) => lift)
    .filter((lift): lift is LiftOf<Kind> => kinds.some((kind) => kind === lift.kind));

/** Whether a step of this kind was done by any plan. */
export const wasDone = ({ plans, outcomes }: ContainmentJournal, kind: PlanStepKind): boolean =>
  plans.some(({ revision, plan }) =>
    plan.steps.some(
      (step) =>
        step.kind === kind &&
        outcomes.some(
          (one) => one.revision === revision && one.outcome.id === step.id && one.outcome.status === 'done',
        ),
    ),
  );
