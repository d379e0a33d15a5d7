import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import {
  askedSteps,
  driftOf,
  gatesFor,
  ledgerOf,
  type OperatorReply,
  type PersonsDecision,
  type RequestTo,
} from '@cordon/incident';
import { faultCode, faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { instant, type Services } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { record } from '../store/record.ts';
import { askedOfIncident, keepDecision, keepDelivered, type Asked } from './approvals-table.ts';
import type { Acting } from './acting.ts';
import { preview } from './preview.ts';
import { refused } from './refused.ts';

/** What Step Functions answers to a token that no state waits with any more. */
const SPENT: ReadonlySet<string> = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/**
 * Decides about the plan that an incident's workflow asks about:
 *
 *     right hash -> in time -> (yes: does it still fit the instance?) -> kept -> told to the workflow -> custody, bus
 *
 * Kept before it is told, so that of two people one decides; one who repeats a decision that broke off half way finishes it.
 */
export const decideAsked = async (
  request: RequestTo<'approve'>,
  { person, services }: Acting,
): Promise<OperatorReply> => {
  const rows = await askedOfIncident(services, request.subject);
  if (rows.length === 0)
    return refused('nothing-waits', `nothing of ${request.subject} waits for a person; see cordon requests`);
  const row = rows.find(({ plan }) => plan.hash === request.planHash);
  if (row === undefined)
    return refused(
      'wrong-hash',
      `no plan of ${request.subject} has the hash ${request.planHash}; look at it with cordon plan --incident ${request.subject}, then name its hash`,
    );
  if (row.status !== 'pending') return already(row, request, { person, services });
  if (services.now() >= Date.parse(row.expiresAt))
    return refused(
      'expired',
      `the answer was wanted by ${row.expiresAt}: isolation has proceeded, what needed an express yes has lapsed`,
    );
  const strange = (request.steps ?? []).filter((id) => !askedSteps(row.plan).some((step) => step.id === id));
  if (strange.length > 0)
    return refused('no-such-step', `these wait for nobody in this plan: ${strange.join(', ')}`);
  const drift = request.decision === 'refuse' ? [] : await driftNow(row, services);
  if ('status' in drift) return drift;
  const decision = decisionFrom(request, { person, services }, { row, drift });
  if (await keepDecision(services, row, decision)) return finish(row, decision, services);
  // Somebody else was faster, by a moment.
  const [current] = (await askedOfIncident(services, request.subject)).filter(
    ({ plan, status }) => plan.hash === request.planHash && status !== 'pending',
  );
  return current === undefined
    ? refused('wrong-hash', `${request.subject} was asked about anew meanwhile; look at it with cordon plan`)
    : already(current, request, { person, services });
};

/** What has changed of the asked steps since, or why that cannot be said: then nothing is approved. */
const driftNow = async (row: Asked, services: Services): Promise<readonly string[] | OperatorReply> => {
  const { incident, plan, posture } = row;
  const { account, region, instanceId, incidentId } = incident;
  const now = await preview({ account, region, instanceId, incidentId, posture }, services);
  return now.status === 'unreadable'
    ? refused('cannot-read', `${now.because}; nothing was decided, try again`)
    : driftOf(plan, now.plan);
};

const decisionFrom = (
  { decision, reason, steps }: RequestTo<'approve'>,
  { person, services }: Acting,
  { row, drift }: { readonly row: Asked; readonly drift: readonly string[] },
): PersonsDecision => {
  const outcome = decision === 'refuse' ? 'refused' : drift.length > 0 ? 'drifted' : 'approved';
  return {
    round: row.round,
    outcome,
    planHash: row.plan.hash,
    at: instant(services),
    gates: [...gatesFor(outcome)],
    by: person,
    reason,
    ...(steps === undefined || outcome !== 'approved' ? {} : { only: [...new Set(steps)] }),
    ...(drift.length === 0 ? {} : { drift: drift.slice(0, 50) }),
  };
};

/** A decision is there: it is finished where it broke off, and told. The same one again by the same person is done. */
const already = async (
  row: Asked,
  request: RequestTo<'approve'>,
  { person, services }: Acting,
): Promise<OperatorReply> => {
  const { decision } = row;
  if (decision === undefined)
    throw new Error(`${row.incident.incidentId} is ${row.status} without a decision`);
  const reply = row.status === 'decided' ? await finish(row, decision, services) : done(row, decision);
  const wanted = request.decision === 'refuse' ? 'refused' : 'approved';
  const isOwn =
    decision.by?.name === person.name && (decision.outcome === wanted || decision.outcome === 'drifted');
  return isOwn
    ? reply
    : refused(
        'already-decided',
        `${decision.by?.name ?? 'nobody'} decided at ${decision.at}: ${decision.outcome}; that stands`,
      );
};

/** Tells the workflow, then custody and the bus. */
const finish = async (row: Asked, decision: PersonsDecision, services: Services): Promise<OperatorReply> => {
  const told = await deliver(row, decision, services);
  if (told === 'late')
    return refused(
      'too-late',
      `the time was over at ${row.expiresAt}, before the workflow heard of it: it goes on as if nobody had answered`,
    );
  await keepDelivered(services, row);
  await Promise.all([
    keepInCustody(row, decision, services),
    tell(services, {
      kind: 'approval-decided',
      ...about(row.incident),
      planHash: decision.planHash,
      ...(decision.by === undefined ? {} : { by: decision.by.name }),
      reasons: [`round ${decision.round}: ${decision.outcome}`],
    }),
  ]);
  return done(row, decision);
};

/** A spent token before the expiry is one whose answer was lost: the workflow has the decision. After it, the expiry was first. */
const deliver = async (
  { token, expiresAt }: Asked,
  decision: PersonsDecision,
  services: Services,
): Promise<'told' | 'late'> => {
  const { homeRegion } = services.config;
  try {
    await clientFor(SFNClient, { ...services.own, region: homeRegion }).send(
      new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(decision) }),
    );
    return 'told';
  } catch (error) {
    if (!SPENT.has(faultCode(error))) throw error;
    return services.now() < Date.parse(expiresAt) ? 'told' : 'late';
  }
};

/** The workflow's seal says it again: a recorder in trouble must not keep a decision from counting. */
const keepInCustody = async (row: Asked, decision: PersonsDecision, services: Services): Promise<void> => {
  const { at, outcome, planHash, by, reason } = decision;
  try {
    await record(services, {
      kind: 'steps',
      ...ledgerOf(row.incident),
      steps: [
        {
          step: `approval ${decision.round}`,
          outcome: 'done',
          detail: {
            at,
            outcome,
            planHash,
            by: by?.arn ?? 'nobody',
            person: by?.name ?? 'nobody',
            reason: reason ?? '',
          },
        },
      ],
    });
  } catch (error) {
    services.log({ level: 'error', message: 'a decision is not in custody', because: faultLine(error) });
  }
};

const done = ({ incident }: Asked, decision: PersonsDecision): OperatorReply =>
  decision.outcome === 'drifted'
    ? {
        ...refused(
          'drift',
          `the instance has changed since the plan was made: it is planned and asked anew, look at it with cordon plan --incident ${incident.incidentId}`,
        ),
        drift: decision.drift ?? [],
      }
    : {
        status: 'done',
        detail: `${incident.incidentId}: ${decision.only === undefined ? 'all that waited' : decision.only.join(', ')} ${decision.outcome}`,
        incident: incident.incidentId,
      };
