import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { KEEPER_FUNCTION_NAME, keeperReply, type KeeperReply, type KeeperRequest } from '@cordon/incident';
import { tendingReply, type TendingReply, type TendingRequest } from '@cordon/incident/keeping';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/**
 * Calls a function of the evidence account by its name, once, and gives what it answers.
 *
 * @throws Error when it failed
 */
export const callNeighbour = async (services: Services, name: string, request: object): Promise<unknown> => {
  const { homeRegion, accounts } = services.config;
  const answer = await clientFor(LambdaClient, { ...services.own, region: homeRegion }).send(
    new InvokeCommand({
      FunctionName: `arn:${services.partition}:lambda:${homeRegion}:${accounts.evidence}:function:${name}`,
      Payload: Buffer.from(JSON.stringify(request)),
    }),
  );
  const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined)
    throw new Error(`${name} failed: ${payload.slice(0, 500)}; ask again`);
  return JSON.parse(payload);
};

/**
 * Has the keeper write what a person asked for. It is asked once: what broke off may have been written, and the person asks again, so
 * that no entry says twice what was asked once.
 */
export const askKeeper = async (services: Services, request: KeeperRequest): Promise<KeeperReply> =>
  keeperReply.parse(await callNeighbour(services, KEEPER_FUNCTION_NAME, request));

/** Asks the keeper how evidence is kept, or has it write what the archivist or the disposer did. */
export const askOfEvidence = async (services: Services, request: TendingRequest): Promise<TendingReply> =>
  tendingReply.parse(await callNeighbour(services, KEEPER_FUNCTION_NAME, request));
