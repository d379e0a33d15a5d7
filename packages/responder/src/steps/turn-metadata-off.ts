import { EC2Client, ModifyInstanceMetadataOptionsCommand } from '@aws-sdk/client-ec2';
import { stepsToDo, type PlanStepsInput, type StepOutcome } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { attempt } from './attempt.ts';

/**
 * Turns the instance's metadata service off, where the plan says so. It waits for no profile to be replaced: turned off sooner, it hands
 * out less. It takes nothing back that it gave; that is denied by revoke-credentials. Undone by `restore-metadata-options`.
 */
export const turnMetadataOff = async (
  input: PlanStepsInput,
  services: Services,
): Promise<readonly StepOutcome[]> => {
  const { incident } = input;
  const step = stepsToDo(input, 'turn-metadata-off')[0];
  if (step === undefined) return [];
  const { account, region, instanceId: InstanceId } = incident;
  const off = async (): Promise<string> => {
    const connection = await services.reach({
      ...ofIncident(services, incident),
      duty: 'contain',
      policy: sessionPolicy({
        reads: [],
        on: [
          {
            actions: ['ec2:ModifyInstanceMetadataOptions'],
            resources: [`arn:${services.partition}:ec2:${region}:${account}:instance/${InstanceId}`],
          },
        ],
      }),
    });
    await clientFor(EC2Client, connection).send(
      new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpEndpoint: 'disabled' }),
    );
    return 'the metadata service is being turned off';
  };
  return [await attempt(step.id, services, off)];
};
