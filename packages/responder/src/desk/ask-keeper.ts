import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { KEEPER_FUNCTION_NAME, keeperReply, type KeeperReply, type KeeperRequest } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/**
 * Has the keeper write what a person asked for. It is asked once: what broke off may have been written, and the person asks again, so
 * that no entry says twice what was asked once.
 */
export const askKeeper = async (services: Services, request: KeeperRequest): Promise<KeeperReply> => {
  const { homeRegion, accounts } = services.config;
  const answer = await clientFor(LambdaClient, { ...services.own, region: homeRegion }).send(
    new InvokeCommand({
      FunctionName: `arn:${services.partition}:lambda:${homeRegion}:${accounts.evidence}:function:${KEEPER_FUNCTION_NAME}`,
      Payload: Buffer.from(JSON.stringify(request)),
    }),
  );
  const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined)
    throw new Error(
      `the keeper failed at ${request.kind} of ${request.incident}: ${payload.slice(0, 500)}; ask again`,
    );
  return keeperReply.parse(JSON.parse(payload));
};
