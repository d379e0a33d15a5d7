import {
  operatorRequest,
  type OperatorReply,
  type OperatorRequest,
  type ReplayedIncident,
} from '@cordon/incident';
import type { Answered } from '@cordon/responder/operator-client';
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

/** What plans are asked with. */
interface Asking {
  readonly operator: (request: OperatorRequest) => Promise<Answered>;
  readonly progress: (line: string) => void;
}

/** Asking more would get the same answer: the caller is let in nowhere, or the function is not there. */
class NotLetIn extends Error {}

/**
 * Asks the operator function, read-only, what would be planned now, as `cordon plan` does. It answers the approvers of the
 * configuration: where the caller is none, the first refusal ends the asking, and is said.
 */
export const planIncidents = async (
  incidents: readonly ReplayedIncident[],
  { operator, progress }: Asking,
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
      const planned = await planOne(incident, operator);
      if (planned === undefined) gone += 1;
      else plans.push(planned);
      progress(`${plans.length} plan(s)`);
    } catch (error) {
      notPlanned.push(`${incident.instanceId}: ${error instanceof Error ? error.message : String(error)}`);
      if (error instanceof NotLetIn) break;
    }
  }
  return { plans, gone, notPlanned };
};

const answerOf = async (
  { account, region, instanceId, posture }: ReplayedIncident,
  operator: Asking['operator'],
): Promise<OperatorReply> => {
  const request = operatorRequest.parse({
    action: 'plan-instance',
    account,
    region,
    instance: instanceId,
    posture,
  });
  const answered = await operator(request).catch((error: unknown) => {
    throw new NotLetIn(`the operator function was not reached: ${wordsOf(error)}`);
  });
  if (answered.status === 'not-answered')
    throw new NotLetIn(`AWS answered ${answered.code}: ${answered.body}`);
  return answered.reply;
};

const planOne = async (
  incident: ReplayedIncident,
  operator: Asking['operator'],
): Promise<PlannedIncident | undefined> => {
  const reply = await answerOf(incident, operator);
  if (reply.status === 'refused') {
    if (reply.code === 'unknown-person') throw new NotLetIn(reply.because);
    throw new Error(reply.because);
  }
  if (reply.status !== 'planned' || reply.facts === undefined)
    throw new Error(`the operator function answered "${reply.status}", wanted a plan`);
  const { facts, plan } = reply;
  if (facts.state === 'gone' || facts.state === 'terminated') return undefined;
  return {
    instanceId: incident.instanceId,
    account: incident.account,
    outcome: plan.outcome,
    steps: [...new Set(plan.steps.map(({ kind, gate }) => `${kind} (${gate})`))],
    gib: facts.volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0),
    ...(facts.profile === undefined ? {} : { roleArn: facts.profile.profileArn }),
  };
};
