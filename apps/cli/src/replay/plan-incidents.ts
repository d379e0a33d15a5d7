import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  functionName,
  incidentIdFor,
  parseAccountId,
  parseFindingId,
  parseInstanceId,
  parseRegion,
  previewOutput,
  type ReplayedIncident,
} from '@cordon/incident';
import { wordsOf } from './read-history.ts';

/** What would be done about an instance that still exists. */
export interface PlannedIncident {
  readonly instanceId: string;
  readonly account: string;
  readonly outcome: string;
  /** Kinds of steps, each once, with the gate that it waits behind. */
  readonly steps: readonly string[];
  readonly gib: number;
  readonly roleArn?: string;
}

/** Plans that could be had, and why others could not. */
export interface PlannedHistory {
  readonly plans: readonly PlannedIncident[];
  readonly gone: number;
  readonly notPlanned: readonly string[];
}

/** Instances whose plan is asked for at most: the newest, which most likely still exist. */
const MOST_PLANS = 50;

/**
 * Asks the inspect function, read-only, what it would plan now. It may be called by Cordon's own roles and by break-glass alone
 * (the guardrail `CallNoFunction`): the first refusal ends the asking, and is said.
 */
export const planIncidents = async (
  incidents: readonly ReplayedIncident[],
  { client, securityAccount, homeRegion, progress }: Asking,
): Promise<PlannedHistory> => {
  const plans: PlannedIncident[] = [];
  const notPlanned: string[] = [];
  let gone = 0;
  const asked = incidents
    .filter(({ regionKnown }) => regionKnown)
    .toReversed()
    .slice(0, MOST_PLANS);
  if (asked.length < incidents.length)
    notPlanned.push(
      `${incidents.length - asked.length} instance(s) were not asked about: beyond the newest ${MOST_PLANS}, or of unknown Region`,
    );
  for (const incident of asked) {
    try {
      const planned = await preview(
        incident,
        `arn:aws:lambda:${homeRegion}:${securityAccount}:function:${functionName('inspect')}`,
        client,
      );
      if (planned === undefined) gone += 1;
      else plans.push(planned);
      progress(`${plans.length} plan(s)`);
    } catch (error) {
      notPlanned.push(`${incident.instanceId}: ${wordsOf(error)}`);
      if (error instanceof Error && /AccessDenied/.test(error.name)) break;
    }
  }
  return { plans, gone, notPlanned };
};

interface Asking {
  readonly client: LambdaClient;
  readonly securityAccount: string;
  readonly homeRegion: string;
  readonly progress: (line: string) => void;
}

const preview = async (
  { account, region, instanceId, findingId, posture }: ReplayedIncident,
  functionArn: string,
  client: LambdaClient,
): Promise<PlannedIncident | undefined> => {
  const incidentId = incidentIdFor({
    account: parseAccountId(account),
    region: parseRegion(region),
    instanceId: parseInstanceId(instanceId),
    findingId: parseFindingId(findingId),
  });
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: functionArn,
      Payload: Buffer.from(JSON.stringify({ preview: { account, region, instanceId, incidentId, posture } })),
    }),
  );
  const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined) throw new Error(`inspect failed: ${payload.slice(0, 200)}`);
  const { facts, plan } = previewOutput.parse(JSON.parse(payload));
  if (facts.state === 'gone' || facts.state === 'terminated') return undefined;
  return {
    instanceId,
    account,
    outcome: plan.outcome,
    steps: [...new Set(plan.steps.map(({ kind, gate }) => `${kind} (${gate})`))],
    gib: facts.volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0),
    ...(facts.profile === undefined ? {} : { roleArn: facts.profile.profileArn }),
  };
};
