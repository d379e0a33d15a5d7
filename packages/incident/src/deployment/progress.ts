import * as z from 'zod';
import { upgradeOrder, type Stage } from './stages.ts';

/** What a deployment has done so far; the file of `cordon deploy`. */
export const progressSchema = z.strictObject({
  schemaVersion: z.literal(1),
  organizationId: z.string(),
  /** By the stage's id: what stands there, by the digest of template and parameters. */
  done: z.record(z.string(), z.strictObject({ digest: z.string(), account: z.string(), at: z.string() })),
  /** A stage that was begun and not seen to end. */
  underway: z.strictObject({ stage: z.string(), at: z.string() }).optional(),
});
/** What a deployment has done so far. */
export type Progress = z.infer<typeof progressSchema>;

/** Nothing yet. */
export const noProgress = (organizationId: string): Progress => ({
  schemaVersion: 1,
  organizationId,
  done: {},
});

/** One line of a plan. */
export interface Planned {
  readonly stage: Stage;
  readonly digest: string;
  readonly act: 'create' | 'update' | 'nothing';
}

/**
 * What a run would do: each stage by whether what stands there is what is built now. Where the product stands already the order is that of
 * an upgrade.
 *
 * @param digestOf of the stage's template and parameters as they are built now
 */
export const planDeployment = (
  stages: readonly Stage[],
  progress: Progress,
  digestOf: (stage: Stage) => string,
): readonly Planned[] => {
  const stands = stages.every(({ id }) => id in progress.done);
  return (stands ? upgradeOrder(stages) : stages).map((stage) => {
    const digest = digestOf(stage);
    const known = progress.done[stage.id];
    const act =
      known === undefined
        ? ('create' as const)
        : known.digest === digest && known.account === stage.account.id
          ? ('nothing' as const)
          : ('update' as const);
    return { stage, digest, act };
  });
};

/** What a plan is asked to be narrowed to: a stack, or one stage of it. */
const isOf = ({ id, stack }: Stage, only: string): boolean => only === stack || only === id;

/** Why a run must not begin, for a person; undefined when it may. */
export const refusal = (
  plan: readonly Planned[],
  progress: Progress,
  asked: { readonly organizationId: string; readonly resume: boolean; readonly only?: string | undefined },
): string | undefined => {
  const { organizationId, resume, only } = asked;
  if (progress.organizationId !== organizationId)
    return `the state file is of organization ${progress.organizationId}, cordon.config.ts of ${organizationId}; give another file with --state`;
  if (progress.underway !== undefined && !resume)
    return `the last run began ${progress.underway.stage} at ${progress.underway.at} and did not see it end; look at that stack in CloudFormation, then run again with --resume`;
  if (only === undefined) return undefined;
  const chosen = plan.filter(({ stage }) => isOf(stage, only));
  if (chosen.length === 0)
    return `no stage is called ${only}; there are ${[...new Set(plan.map(({ stage }) => stage.stack))].join(', ')}`;
  const missing = chosen
    .flatMap(({ stage }) => stage.after)
    .filter((id) => !(id in progress.done) && !chosen.some(({ stage }) => stage.id === id));
  return missing.length === 0
    ? undefined
    : `${only} stands on ${missing.join(', ')}, not deployed yet: deploy that first`;
};

/** The stages that a run goes through: those with something to do, and of these what `only` names. A stage that broke is done again. */
export const dueStages = (
  plan: readonly Planned[],
  progress: Progress,
  only: string | undefined,
): readonly Planned[] =>
  plan
    .filter(({ stage }) => only === undefined || isOf(stage, only))
    .filter(({ act, stage }) => act !== 'nothing' || progress.underway?.stage === stage.id);

/** After a stage has begun. */
export const begun = (progress: Progress, stage: Stage, at: string): Progress => ({
  ...progress,
  underway: { stage: stage.id, at },
});

/** After a stage has ended well. */
export const ended = (progress: Progress, { stage, digest }: Planned, at: string): Progress => {
  const { underway: _, ...others } = progress;
  return { ...others, done: { ...others.done, [stage.id]: { digest, account: stage.account.id, at } } };
};

/** After a stage was removed. */
export const removed = (progress: Progress, stage: Stage): Progress => {
  const { underway: _, ...others } = progress;
  return {
    ...others,
    done: Object.fromEntries(Object.entries(others.done).filter(([id]) => id !== stage.id)),
  };
};
