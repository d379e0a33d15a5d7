import type { ReleaseInput, ReleaseOutput, ReleasePlan } from '@cordon/incident';
import type { KeptIncident } from '../store/release-table.ts';

type Refused = Extract<ReleaseOutput, { status: 'refused' }>;

/** A release that is not even begun, with why. */
export const refuse = (code: Refused['code'], because: string, plan?: ReleasePlan): Refused => ({
  status: 'refused',
  code,
  because,
  ...(plan === undefined ? {} : { plan }),
});

/** Why nothing can be planned for an incident; undefined when it can. */
export const whyNotReleasable = (
  input: ReleaseInput,
  kept: KeptIncident | undefined,
): Refused | undefined => {
  if (kept === undefined)
    return refuse('no-such-incident', `the incident table has no ${input.incidentId}: check the id`);
  const { record, journal, approved } = kept;
  const again = input.kind === 'perform' && approved.has(input.planHash);
  if (record.status === 'released' && !again)
    return refuse('released-already', `${input.incidentId} was released already: nothing of it is left`);
  if (record.status === 'open')
    return refuse(
      'still-running',
      `${input.incidentId} is still being contained: wait until its containment is verified or said to be open`,
    );
  if (!journal.plans.some(({ revision }) => revision === journal.revision))
    return refuse(
      'no-plan',
      `plan ${journal.revision} of ${input.incidentId} was counted and is not in the table: see its execution through first`,
    );
  if (again && approved.get(input.planHash)?.plan.revision !== journal.revision)
    return refuse(
      'hash-differs',
      `the instance was contained again (plan ${journal.revision}) since the release was approved: show it again`,
    );
  return undefined;
};
