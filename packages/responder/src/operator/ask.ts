import { askedSteps, type AskInput } from '@cordon/incident';
import type { Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { keepAsked } from './approvals-table.ts';

/**
 * Takes a question of the workflow: keeps it with its token, then tells people. A process that dies in between is called again,
 * with another token, and tells then: nobody is told of what was not kept. The token goes nowhere else.
 */
export const ask = async ({ ask: given }: AskInput, services: Services): Promise<{ asked: true }> => {
  const { incident, plan, round, askedAt, expiresAfterSeconds, token, posture } = given;
  const expiresAt = new Date(Date.parse(askedAt) + expiresAfterSeconds * 1_000).toISOString();
  await keepAsked(services, { round, token, incident, plan, posture, askedAt, expiresAt });
  const waiting = askedSteps(plan);
  await tell(services, {
    kind: 'approval-asked',
    ...about(incident),
    planHash: plan.hash,
    expiresAt,
    reasons: [
      `${waiting.length} step(s) wait for a person: ${waiting.map(({ id, gate }) => `${id} (${gate})`).join(', ')}`.slice(
        0,
        4_000,
      ),
      `cordon plan --incident ${incident.incidentId} shows them; cordon approve ${incident.incidentId} --hash ${plan.hash} --reason TEXT opens them, with --refuse it refuses them`,
      `without an answer by ${expiresAt} isolation proceeds, and what needs an express yes lapses`,
    ],
  });
  return { asked: true };
};
