import {
  askInput,
  askOutput,
  askedSteps,
  incidentIdFor,
  operatorReply,
  operatorRequest,
  parseFindingId,
  personOf,
  type OperatorReply,
  type OperatorRequest,
  type RequestTo,
  type Waiting,
} from '@cordon/incident';
import * as z from 'zod';
import type { Services } from '../services.ts';
import { allPending, askedOfIncident, type Asked } from './approvals-table.ts';
import { ask } from './ask.ts';
import type { Acting } from './acting.ts';
import { contain } from './contain.ts';
import { decideAsked } from './decide.ts';
import { preview } from './preview.ts';
import { decideChainedQuestion, waitingQuestion } from './decide-chained.ts';
import { unansweredQuestions } from '../store/chained-questions.ts';
import { keepMachine } from './keep-machine.ts';
import { refused } from './refused.ts';
import { release } from './release.ts';
import { decideRequested, waitingRequest, withSecondPerson } from './second-person.ts';

/** A request to the function's URL, as far as it is read: who signed it, and its body. */
const urlEvent = z.object({
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    authorizer: z.object({ iam: z.unknown() }).optional(),
  }),
  body: z.string().max(100_000).optional(),
  isBase64Encoded: z.boolean().default(false),
});

/** What calls the function: the workflow with a question, or a person through the URL. */
export const operatorEvent = z.union([askInput, urlEvent]);
/** Nothing to the workflow; to a person an HTTP answer. */
export const operatorAnswer = z.union([
  askOutput,
  z.object({
    statusCode: z.int(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
  }),
]);

/** The one door for people, and the one holder of the workflow's task tokens. */
export const operator = async (
  event: z.infer<typeof operatorEvent>,
  services: Services,
): Promise<z.infer<typeof operatorAnswer>> =>
  'ask' in event ? ask(event, services) : answerOf(await receive(event, services));

const STATUS_CODES: Readonly<Partial<Record<string, number>>> = {
  'unknown-person': 403,
  'bad-request': 400,
  'not-built': 501,
};

const answerOf = (reply: OperatorReply) => ({
  statusCode: reply.status === 'refused' ? (STATUS_CODES[reply.code] ?? 409) : 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify({ schemaVersion: 1, ...operatorReply.parse(reply) }),
});

const bodyOf = ({ body, isBase64Encoded }: z.infer<typeof urlEvent>): unknown => {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? ''));
  } catch {
    return undefined;
  }
};

const receive = async (event: z.infer<typeof urlEvent>, services: Services): Promise<OperatorReply> => {
  const { http, authorizer } = event.requestContext;
  const who = personOf(authorizer?.iam, services.config);
  if (who.status === 'unknown') return refused('unknown-person', who.because);
  if (http.method !== 'POST') return refused('bad-request', `a ${http.method} request; POST a JSON document`);
  const read = operatorRequest.safeParse(bodyOf(event));
  if (!read.success) return refused('bad-request', z.prettifyError(read.error).slice(0, 1_000));
  return act(read.data, { person: who.person, services });
};

const act = (request: OperatorRequest, acting: Acting): Promise<OperatorReply> => {
  switch (request.action) {
    case 'plan':
      return showAsked(request, acting);
    case 'plan-instance':
      return showInstance(request, acting);
    case 'approve':
      return request.subject.startsWith('req-')
        ? decideRequested(request, acting)
        : decideOfIncident(request, acting);
    case 'contain':
      return contain(request, acting);
    case 'release':
      return release(request, acting);
    case 'halt':
    case 'reset-breaker':
      return withSecondPerson(request, acting);
    case 'keep-machine':
      return keepMachine(request, acting);
    case 'requests':
      return list(acting);
  }
};

/** By its hash: a chained session, or the plan that the workflow asks about. */
const decideOfIncident = async (request: RequestTo<'approve'>, acting: Acting): Promise<OperatorReply> =>
  (await decideChainedQuestion(request, acting)) ?? decideAsked(request, acting);

const waitingPlan = ({ incident, plan, askedAt, expiresAt }: Asked): Waiting => ({
  subject: incident.incidentId,
  about: `${incident.instanceId} in ${incident.account}, ${incident.region}: ${askedSteps(plan)
    .map(({ id }) => id)
    .join(', ')}`,
  planHash: plan.hash,
  askedAt,
  expiresAt,
});

const isOpen = ({ expiresAt }: { readonly expiresAt: string }, { now }: Services): boolean =>
  now() < Date.parse(expiresAt);

const showAsked = async ({ incident }: RequestTo<'plan'>, { services }: Acting): Promise<OperatorReply> => {
  const rows = await askedOfIncident(services, incident);
  const row = rows
    .filter((one) => one.status === 'pending' && isOpen(one, services))
    .toSorted((a, b) => b.incident.revision - a.incident.revision)[0];
  return row === undefined
    ? refused('nothing-waits', `no plan of ${incident} waits for a person; see cordon requests`)
    : { status: 'planned', plan: row.plan, waits: waitingPlan(row) };
};

/** A dry run: the same reads and the same code as for an incident, and nothing is stored. */
const showInstance = async (
  { account, region, instance, posture }: RequestTo<'plan-instance'>,
  { services }: Acting,
): Promise<OperatorReply> => {
  const incidentId = incidentIdFor({
    account,
    region,
    instanceId: instance,
    findingId: parseFindingId('preview'),
  });
  const wanted = { account, region, instanceId: instance, incidentId, balancers: true };
  const now = await preview(posture === undefined ? wanted : { ...wanted, posture }, services);
  return now.status === 'unreadable'
    ? refused(
        'cannot-read',
        `${now.because}; is it an account of the organization, with the member template?`,
      )
    : { status: 'planned', plan: now.plan, facts: now.facts };
};

const list = async ({ services }: Acting): Promise<OperatorReply> => {
  const [{ asked, requested }, questions] = await Promise.all([
    allPending(services),
    unansweredQuestions(services),
  ]);
  return {
    status: 'listed',
    waiting: [
      ...asked.filter((row) => isOpen(row, services)).map(waitingPlan),
      ...questions.filter((one) => isOpen(one, services)).map(waitingQuestion),
      ...requested.filter((row) => isOpen(row, services)).map(waitingRequest),
    ],
  };
};
