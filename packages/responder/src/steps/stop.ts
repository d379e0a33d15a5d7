import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { stepsToDo, type StopInput, type StopOutput } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { readIncident, rowOf, saveOutcomes } from '../store/incident-table.ts';
import { attempt } from './attempt.ts';

/** The freeze takes seconds; after this many looks the instance is stopped all the same, for stopping keeps the disks. */
const LOOKS = 6;
const RECHECK_AFTER_SECONDS = 5;

/**
 * Stops the contained instance, as the plan says, once its volumes are frozen: a shutdown runs the attacker's scripts, and
 * the freeze must be the state before them. Waits half a minute at most. Undone by `start-instance`.
 */
export const stop = async (input: StopInput, services: Services): Promise<StopOutput> => {
  const { incident, attempt: looked } = input;
  const step = stepsToDo(input, 'stop-instance')[0];
  if (step === undefined) return { status: 'done', outcomes: [], attempt: looked, recheckAfterSeconds: 0 };
  const { steps } = await readIncident(services, incident.incidentId);
  const frozen = steps.some((name) => name === `step#freeze#${incident.revision}`);
  if (!frozen && looked + 1 < LOOKS)
    return {
      status: 'waiting',
      outcomes: [],
      attempt: looked + 1,
      recheckAfterSeconds: RECHECK_AFTER_SECONDS,
    };
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'contain',
    policy: sessionPolicy({
      reads: ['ec2:DescribeInstances'],
      on: [
        {
          actions: ['ec2:StopInstances'],
          resources: [
            `arn:${services.partition}:ec2:${incident.region}:${incident.account}:instance/${incident.instanceId}`,
          ],
        },
      ],
    }),
  });
  const ec2 = clientFor(EC2Client, connection);
  const outcome = await attempt(step.id, services, async () => {
    await ec2.send(new StopInstancesCommand({ InstanceIds: [incident.instanceId] }));
    const { Reservations } = await ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [incident.instanceId] }),
    );
    const state = Reservations?.[0]?.Instances?.[0]?.State?.Name ?? 'unknown';
    return `${state}${frozen ? '' : '; the freeze was not seen to be done before'}`;
  });
  return {
    status: 'done',
    outcomes: await saveOutcomes(services, incident, rowOf('stop', input), [outcome]),
    attempt: looked + 1,
    recheckAfterSeconds: 0,
  };
};
