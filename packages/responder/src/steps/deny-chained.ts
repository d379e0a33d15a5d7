import {
  chainedDenyDocument,
  chainedDenyPolicyName,
  type ChainedDeny,
  type IncidentRef,
  type StepOutcome,
} from '@cordon/incident';
import type { Services } from '../services.ts';
import { saveChained } from '../store/journal-rows.ts';
import { attempt } from './attempt.ts';
import { denyOn } from './deny-sessions.ts';

/** Id of the outcome of one session's deny. */
const chainedDenyId = (id: string): string => `deny-chained-session:${id}`;

/** A role by its ARN, with its path. */
export const roleOfArn = (
  arn: string,
): { readonly name: string; readonly path: string; readonly arn: string } => {
  const rest = arn.slice(arn.indexOf(':role/') + ':role'.length);
  const name = rest.slice(rest.lastIndexOf('/') + 1);
  return { name, path: rest.slice(0, rest.length - name.length), arn };
};

/**
 * Denies sessions that go back to the contained instance, each in its role's own account, with that account's revoke duty: an effect on
 * that account. What was there before and how it is undone is kept before anything is changed. Safe to repeat.
 */
export const denyChained = async (
  denies: readonly ChainedDeny[],
  incident: IncidentRef,
  services: Services,
): Promise<StepOutcome[]> => {
  const outcomes: StepOutcome[] = [];
  // One after another: two sessions of one role must not take the same tag key.
  for (const { session, by, keys } of denies) {
    await saveChained(services, incident, { session, by });
    outcomes.push(
      await attempt(chainedDenyId(session.id), services, () =>
        denyOn(roleOfArn(session.roleArn), by, {
          services,
          incident,
          account: session.account,
          sessions: `sessions "${session.sessionName}" that ${incident.instanceId} assumed in ${session.account}`,
          sessionName: session.sessionName,
          keys,
          written: {
            name: chainedDenyPolicyName(incident.instanceId, session.id),
            document: chainedDenyDocument(session),
          },
        }),
      ),
    );
  }
  return outcomes;
};
