import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionName, locateOutput, type IncidentId, type Subject } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/** Where the instance of a credential finding is: its Region is not the finding's by rule (aws-facts 1.3, 1.7). */
export type Located =
  | { readonly status: 'located'; readonly subject: Subject }
  | { readonly status: 'not-located'; readonly because: string };

/**
 * Asks the function that holds the inspect duty to look for the instance in every Region that the member has enabled, and whether it
 * really carries the role whose credential was used: the session's name alone is chosen by whoever assumed the role.
 */
export const locate = async (
  subject: Subject,
  incidentId: IncidentId,
  roleName: string | undefined,
  services: Services,
): Promise<Located> => {
  if (subject.regionKnown) return { status: 'located', subject };
  const { homeRegion, accounts } = services.config;
  const answer = await clientFor(LambdaClient, services.own).send(
    new InvokeCommand({
      FunctionName: `arn:${services.partition}:lambda:${homeRegion}:${accounts.security}:function:${functionName('inspect')}`,
      Payload: Buffer.from(
        JSON.stringify({
          locate: {
            account: subject.account,
            instanceId: subject.instanceId,
            incidentId,
            ...(roleName === undefined ? {} : { roleName }),
          },
        }),
      ),
    }),
  );
  const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined)
    throw new Error(
      `the inspect function could not look for ${subject.instanceId}: ${payload.slice(0, 300)}`,
    );
  const { found } = locateOutput.parse(JSON.parse(payload));
  if (found === undefined)
    return {
      status: 'not-located',
      because: `${subject.instanceId} is in none of the enabled Regions of ${subject.account}`,
    };
  if (found.roleMatches === false) {
    return {
      status: 'not-located',
      because: `${subject.instanceId} does not carry role ${roleName}: the session's name may be somebody's choice`,
    };
  }
  return { status: 'located', subject: { ...subject, region: found.region, regionKnown: true } };
};
