import { toLift, type LiftDueOutput, type ReleaseOutcome } from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { dueToLift, forgetLeft, readKept, type LeftBehind } from '../store/release-table.ts';
import { recordOutcomes, sealRelease } from './custody.ts';
import { planNow } from './perform.ts';
import { performLift } from './perform-lift.ts';

/** Entries that one run deals with; the next comes soon. */
const AT_ONCE = 20;

/**
 * Lifts what earlier releases had to leave until credentials from before containment had expired. People approved it with the
 * release; what is not as containment left it, or is needed by a later incident, stays as it is and is told.
 */
export const liftDue = async (_input: object, services: Services): Promise<LiftDueOutput> => {
  const due = (await dueToLift(services)).slice(0, AT_ONCE);
  const all = await Promise.all(
    due.map(async (left) => {
      try {
        return await liftOne(services, left);
      } catch (error) {
        // One member account that cannot be reached keeps no other waiting; it is tried again with the next run.
        services.log({ level: 'error', message: 'a lift that is due failed', because: faultLine(error) });
        return [
          { id: left.incidentId, status: 'failed' as const, detail: faultLine(error), at: instant(services) },
        ];
      }
    }),
  );
  return { outcomes: all.flat() };
};

const liftOne = async (
  services: Services,
  left: LeftBehind & { readonly more: boolean },
): Promise<readonly ReleaseOutcome[]> => {
  const kept = await readKept(services, left.incidentId);
  if (kept === undefined) return [];
  const { facts, plan } = await planNow(services, kept);
  const wanted = plan.steps.filter(({ id, decision }) => left.steps.includes(id) && decision === 'restore');
  const outcomes: ReleaseOutcome[] = [];
  for (const of of toLift(kept.journal).filter(({ id }) => wanted.some((step) => step.id === id)))
    outcomes.push(await performLift(of, { services, incident: kept.incident, facts }, false));
  const after = (await planNow(services, kept)).plan;
  const waiting = after.steps.filter(
    ({ id, decision }) => left.steps.includes(id) && (decision === 'restore' || decision === 'later'),
  );
  await recordOutcomes(services, kept.incident, outcomes);
  if (waiting.length > 0) return outcomes;
  // The last of it closes the release; what has a later time has an entry of its own.
  if (!left.more) await sealRelease(services, kept.incident, after);
  await tell(services, {
    kind: 'released',
    ...about(kept.incident),
    reasons: after.steps
      .filter(({ id }) => left.steps.includes(id))
      .map(({ id, decision, now, because }) => `${id} ${decision}: ${now}; ${because}`),
  });
  await forgetLeft(services, left);
  return outcomes;
};
