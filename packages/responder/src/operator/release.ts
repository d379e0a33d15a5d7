import type { OperatorReply, RequestTo } from '@cordon/incident';
import type { Acting } from './acting.ts';
import { refused } from './refused.ts';
import { askRelease } from './release-call.ts';
import { withSecondPerson } from './second-person.ts';

/** Shows what a release would do; with the hash of what was shown, asks for it. */
export const release = async (
  { action, incident, reason, steps, giveUp, planHash }: RequestTo<'release'>,
  acting: Acting,
): Promise<OperatorReply> => {
  const shown = await askRelease({ kind: 'show', incidentId: incident }, acting.services);
  if (shown.status === 'refused')
    return refused(shown.code === 'not-built' ? 'not-built' : 'release-refused', shown.because);
  if (shown.status !== 'shown')
    throw new Error(`the release function was asked to show, and answered ${shown.status}`);
  if (planHash === undefined) return { status: 'shown', planHash: shown.plan.hash, shown: shown.plan };
  if (planHash !== shown.plan.hash)
    return refused(
      'wrong-hash',
      `the release of ${incident} has the hash ${shown.plan.hash} now: look at it with cordon release ${incident} --reason TEXT, without a hash`,
    );
  return withSecondPerson(
    {
      action,
      incident,
      planHash,
      reason,
      ...(steps === undefined ? {} : { steps }),
      ...(giveUp === undefined ? {} : { giveUp }),
    },
    acting,
  );
};
