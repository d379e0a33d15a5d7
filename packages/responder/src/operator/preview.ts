import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionName, previewOutput, type PreviewInput, type PreviewOutput } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/** What inspect would plan now, or why it cannot say. */
export type Preview =
  | ({ readonly status: 'read' } & PreviewOutput)
  | { readonly status: 'unreadable'; readonly because: string };

/** Asks inspect, read-only, what would be planned now. */
export const preview = async (asked: PreviewInput['preview'], services: Services): Promise<Preview> => {
  const { homeRegion, accounts } = services.config;
  const answer = await clientFor(LambdaClient, { ...services.own, region: homeRegion }).send(
    new InvokeCommand({
      FunctionName: `arn:${services.partition}:lambda:${homeRegion}:${accounts.security}:function:${functionName('inspect')}`,
      Payload: Buffer.from(JSON.stringify({ preview: asked })),
    }),
  );
  const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined) {
    return {
      status: 'unreadable',
      because: `${asked.instanceId} in ${asked.account}, ${asked.region} could not be read: ${payload.slice(0, 300)}`,
    };
  }
  return { status: 'read', ...previewOutput.parse(JSON.parse(payload)) };
};
