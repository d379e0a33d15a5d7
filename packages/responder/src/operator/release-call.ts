import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  RELEASE_FUNCTION_NAME,
  releaseOutput,
  type OperatorReply,
  type Person,
  type ReleaseInput,
  type ReleaseOutput,
  type SecondPersonRequest,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { refused } from './refused.ts';

type Refusal = Extract<OperatorReply, { status: 'refused' }>;

/** Asks the function that holds the release duty; a deployment without it says so. */
export const askRelease = async (
  input: ReleaseInput,
  services: Services,
): Promise<ReleaseOutput | Refusal> => {
  const { homeRegion, accounts } = services.config;
  const lambda = clientFor(LambdaClient, { ...services.own, region: homeRegion });
  try {
    const answer = await lambda.send(
      new InvokeCommand({
        FunctionName: `arn:${services.partition}:lambda:${homeRegion}:${accounts.security}:function:${RELEASE_FUNCTION_NAME}`,
        Payload: Buffer.from(JSON.stringify(input)),
      }),
    );
    const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
    if (answer.FunctionError !== undefined)
      return refused('release-refused', `the release failed: ${payload.slice(0, 500)}; it is safe to repeat`);
    return releaseOutput.parse(JSON.parse(payload));
  } catch (error) {
    if (faultCode(error) !== 'ResourceNotFoundException') throw error;
    return refused(
      'not-built',
      `this version cannot release: there is no function ${RELEASE_FUNCTION_NAME}; the undo of each step is in the plan`,
    );
  }
};

/** Has a release performed, in the names of those who asked for it and approved it. */
export const performRelease = async (
  request: Extract<SecondPersonRequest, { action: 'release' }>,
  by: readonly Person[],
  services: Services,
): Promise<OperatorReply> => {
  const { incident, planHash, reason, steps, giveUp } = request;
  const answer = await askRelease(
    {
      kind: 'perform',
      incidentId: incident,
      planHash,
      ...(steps === undefined ? {} : { steps }),
      giveUp: giveUp ?? [],
      by: by.map(({ arn, name }, index) => ({ arn, name, did: index === 0 ? 'asked' : 'approved' })),
      reason,
    },
    services,
  );
  switch (answer.status) {
    case 'refused':
      return refused(answer.code === 'not-built' ? 'not-built' : 'release-refused', answer.because);
    case 'shown':
      throw new Error('the release function showed a plan where it was to perform one');
    case 'released':
    case 'partly-released':
      return {
        status: 'done',
        detail: `${incident} is ${answer.status}: ${answer.outcomes.map(({ id, status }) => `${id} ${status}`).join(', ')}`,
        incident,
      };
  }
};
