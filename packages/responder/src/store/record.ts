import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { RECORDER_FUNCTION_NAME, recorderReply, type RecorderReply, type RecorderRequest } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/**
 * Asks the evidence account's recorder for a custody entry. The recorder alone can write the vault and sign; what it can
 * read from AWS itself it reads, so that this function's word is never enough. Throws when it refuses or cannot be reached.
 */
export const record = async (services: Services, request: RecorderRequest): Promise<RecorderReply> => {
  const { homeRegion, accounts } = services.config;
  const lambda = clientFor(LambdaClient, { ...services.own, region: homeRegion });
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: `arn:${services.partition}:lambda:${homeRegion}:${accounts.evidence}:function:${RECORDER_FUNCTION_NAME}`,
      Payload: Buffer.from(JSON.stringify(request)),
    }),
  );
  const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined) {
    throw Object.assign(new Error(`the recorder refused ${request.kind}: ${payload.slice(0, 500)}`), { name: 'RecorderRefused', code: 'RecorderRefused' });
  }
  return recorderReply.parse(JSON.parse(payload));
};
