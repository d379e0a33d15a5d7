import {
  releasePlan,
  toLift,
  type ReleaseInput,
  type ReleaseOutcome,
  type ReleaseOutput,
  type ReleasePlan,
  type ReleaseStep,
} from '@cordon/incident';
import { instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import {
  closeReleased,
  keepApproved,
  keepUndo,
  readKept,
  type ApprovedRelease,
  type KeptIncident,
} from '../store/release-table.ts';
import { recordApproval, recordOutcomes, sealRelease } from './custody.ts';
import { performLift } from './perform-lift.ts';
import { readReleaseFacts } from './read-release-facts.ts';
import { refuse, whyNotReleasable } from './refusals.ts';

type Perform = Extract<ReleaseInput, { kind: 'perform' }>;

/** What everything else may still need: they go when nothing is left that they are for. */
const GOES_LAST: ReadonlySet<string> = new Set([
  'remove-closed-acl',
  'remove-empty-table',
  'remove-isolation-group',
  'remove-tags',
]);

/** Decisions after which nothing is left to do by us. */
const SETTLED: ReadonlySet<ReleaseStep['decision']> = new Set<ReleaseStep['decision']>([
  'already',
  'kept',
  'later',
]);

/** Reads what is there now and plans from it. */
export const planNow = async (services: Services, kept: KeptIncident) => {
  const facts = await readReleaseFacts(services, kept.incident, kept.journal);
  return { facts, plan: releasePlan(kept.journal, facts, services.now()) };
};

/** An approved release under way. */
interface Release {
  readonly services: Services;
  readonly kept: KeptIncident;
  readonly approved: ApprovedRelease;
}

/**
 * Performs an approved release: reads again, refuses when what people saw is not what is there, then lifts each step in order
 * and reads back. Who calls it again with the same hash after a crash goes on with the very release that was approved: what is
 * done is not done again, and what has changed since is left alone.
 *
 *     approval in table and custody -> lift, journalled before and after -> read back -> what goes last -> read back -> close
 */
export const perform = async (input: Perform, services: Services): Promise<ReleaseOutput> => {
  const kept = await readKept(services, input.incidentId);
  const refusal = whyNotReleasable(input, kept);
  if (refusal !== undefined || kept === undefined)
    return refusal ?? refuse('no-such-incident', `the incident table has no ${input.incidentId}`);
  const before = kept.approved.get(input.planHash);
  // The reply of a release that was closed was lost: nothing is done again, for another incident may hold the instance by now.
  if (before !== undefined && kept.record.status === 'released')
    return { status: 'released', outcomes: [...outcomesOf(kept, before)], plan: before.plan };
  const now = await planNow(services, kept);
  const wanted = before === undefined ? approve(input, now.plan, instant(services)) : before;
  if ('status' in wanted) return wanted;
  await keepApproved(services, input.incidentId, wanted);
  // Whoever was faster with the same hash approved what is performed.
  const held = (await readKept(services, input.incidentId))?.approved.get(input.planHash) ?? wanted;
  await recordApproval(services, kept.incident, held);
  return carryOut({ services, kept, approved: held });
};

const outcomesOf = (kept: KeptIncident, { plan, steps }: ApprovedRelease): readonly ReleaseOutcome[] =>
  steps.flatMap((id) => kept.undone.get(`${plan.hash}#${id}`) ?? []);

const approve = (input: Perform, plan: ReleasePlan, at: string): ApprovedRelease | ReleaseOutput => {
  if (plan.hash !== input.planHash)
    return refuse(
      'hash-differs',
      `the plan is ${plan.hash} by now, and ${input.planHash} was approved: look at what changed and approve that`,
      plan,
    );
  const unknown = [...(input.steps ?? []), ...input.giveUp].find(
    (id) => !plan.steps.some((step) => step.id === id),
  );
  if (unknown !== undefined)
    return refuse('no-such-step', `the release has no step ${unknown}: take an id from its plan`, plan);
  const named = plan.steps.filter(({ id }) => input.steps?.includes(id) === true);
  const not = named.find(({ decision }) => decision !== 'restore' && decision !== 'drifted');
  if (not !== undefined)
    return refuse('step-not-liftable', `${not.id} cannot be lifted now: ${not.because}`, plan);
  const chosen =
    input.steps === undefined ? plan.steps.filter(({ decision }) => decision === 'restore') : named;
  return {
    plan,
    steps: chosen.map(({ id }) => id).filter((id) => !input.giveUp.includes(id)),
    giveUp: [...input.giveUp],
    by: [...input.by],
    reason: input.reason,
    at,
  };
};

const carryOut = async (release: Release): Promise<ReleaseOutput> => {
  const { services, kept, approved } = release;
  const first = await lift(release, ({ kind }) => !GOES_LAST.has(kind));
  const between = await planNow(services, kept);
  const open = between.plan.steps.filter(
    ({ id, kind, decision }) => !GOES_LAST.has(kind) && isOpen(decision) && !approved.giveUp.includes(id),
  );
  const last =
    open.length === 0
      ? await lift(release, ({ kind }) => GOES_LAST.has(kind))
      : approved.plan.steps
          .filter(({ id, kind }) => GOES_LAST.has(kind) && approved.steps.includes(id))
          .map(({ id }): ReleaseOutcome => ({
            id,
            status: 'refused',
            detail: `it goes last, and ${open.map((step) => step.id).join(', ')} is still to be lifted or given up`,
            at: instant(services),
          }));
  const { plan } = await planNow(services, kept);
  const outcomes = [...first, ...last].map((outcome) => readBack(outcome, plan));
  for (const outcome of outcomes) await keepUndo(services, keyOf(approved), outcome);
  await recordOutcomes(services, kept.incident, outcomes);
  return finish(release, plan, outcomes);
};

const isOpen = (decision: ReleaseStep['decision']): boolean =>
  decision === 'restore' || decision === 'drifted';

const keyOf = ({ plan }: ApprovedRelease) => ({ incidentId: plan.incidentId, planHash: plan.hash });

/** Done is only what reads so. */
const readBack = (outcome: ReleaseOutcome, plan: ReleasePlan): ReleaseOutcome => {
  const step = plan.steps.find(({ id }) => id === outcome.id);
  return outcome.status === 'done' && step !== undefined && isOpen(step.decision)
    ? {
        ...outcome,
        status: 'failed',
        detail: `${outcome.detail}; but read back it is: ${step.now}. Show the release again in a minute`,
      }
    : outcome;
};

/** Lifts those of the approved steps that are chosen here, one after the other, from one look at what is there. */
const lift = async (
  release: Release,
  chosen: (step: ReleaseStep) => boolean,
): Promise<readonly ReleaseOutcome[]> => {
  const { services, kept, approved } = release;
  const steps = approved.plan.steps.filter((step) => approved.steps.includes(step.id) && chosen(step));
  if (steps.length === 0) return [];
  const { facts, plan } = await planNow(services, kept);
  const all = toLift(kept.journal);
  const outcomes: ReleaseOutcome[] = [];
  for (const step of steps) {
    const done = kept.undone.get(`${approved.plan.hash}#${step.id}`);
    const now = plan.steps.find(({ id }) => id === step.id);
    const what = all.find(({ id }) => id === step.id);
    const at = instant(services);
    if (done?.status === 'done') outcomes.push(done);
    else if (what === undefined || now === undefined || now.decision === 'already')
      outcomes.push({ id: step.id, status: 'done', detail: 'it is as it was before', at });
    else if (done !== undefined && step.decision === 'restore' && now.decision === 'later')
      // An earlier try of this very release did its part, and the rest has its time.
      outcomes.push({ id: step.id, status: 'done', detail: now.because, at });
    else if (now.now !== step.now || !isOpen(now.decision))
      outcomes.push({
        id: step.id,
        status: 'refused',
        detail: `since it was approved it has changed from ${step.now} to ${now.now} (${now.decision}): approve that`,
        at,
      });
    else {
      await keepUndo(services, keyOf(approved), {
        id: step.id,
        status: 'failed',
        detail: 'about to be tried; nobody has said yet what became of it',
        at,
      });
      const lifting = { services, incident: kept.incident, facts };
      outcomes.push(await performLift(what, lifting, step.decision === 'drifted'));
    }
  }
  return outcomes;
};

/** Closes the incident when nothing is left; told and sealed first, so that a crash in between is made good by a second call. */
const finish = async (
  { services, kept, approved }: Release,
  plan: ReleasePlan,
  outcomes: readonly ReleaseOutcome[],
): Promise<ReleaseOutput> => {
  const { incident } = kept;
  const left = plan.steps.filter(
    ({ id, decision }) => !SETTLED.has(decision) && !approved.giveUp.includes(id),
  );
  const by = approved.by.map(({ arn, did }) => `${did} by ${arn}`).join(', ');
  const reasons = [
    by,
    ...outcomes.map(({ id, status, detail }) => `${id} ${status}: ${detail}`),
    ...left.map(({ id, decision, because }) => `${id} is left (${decision}): ${because}`),
  ];
  if (left.length > 0) {
    await tell(services, { kind: 'release-unfinished', ...about(incident), reasons });
    return { status: 'partly-released', outcomes: [...outcomes], plan };
  }
  const later = plan.steps.filter(
    ({ id, decision }) => decision === 'later' && !approved.giveUp.includes(id),
  );
  const byTime = Map.groupBy(later, ({ notBefore = instant(services) }) => notBefore);
  if (later.length === 0) await sealRelease(services, incident, plan);
  await tell(services, {
    kind: 'released',
    ...about(incident),
    reasons: [
      ...reasons,
      ...later.map((step) => `${step.id} stays until ${step.notBefore ?? ''}: ${step.because}`),
    ],
  });
  await closeReleased(
    services,
    incident,
    [...byTime].map(([notBefore, steps]) => ({ notBefore, steps: steps.map(({ id }) => id) })),
  );
  return { status: 'released', outcomes: [...outcomes], plan };
};
