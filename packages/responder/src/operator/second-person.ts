import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  breakerResetKey,
  breakerResetRow,
  HALT_KEY,
  haltRow,
  hashOfRequest,
  INCIDENT_TABLE_NAME,
  isSamePerson,
  type OperatorReply,
  type Person,
  type RequestTo,
  type SecondPersonRequest,
  type Waiting,
} from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { instant, type Services } from '../services.ts';
import { tell } from '../store/notify.ts';
import type { Acting } from './acting.ts';
import { keepRequested, moveRequested, readRequested, type Requested } from './approvals-table.ts';
import { refused } from './refused.ts';
import { performRelease } from './release-call.ts';

/** A request that nobody approved for a day is asked for again, or not at all. */
const REQUEST_SECONDS = 24 * 3_600;

/** A request in words. */
const aboutRequest = (request: SecondPersonRequest): string => {
  switch (request.action) {
    case 'release':
      return `release ${request.incident}, ${request.steps === undefined ? 'whole' : request.steps.join(', ')}: ${request.reason}`;
    case 'halt':
      return `halt ${request.halt}: ${request.reason}`;
    case 'reset-breaker':
      return `reset-breaker ${request.scope}: ${request.reason}`;
  }
};

/** A request as people are shown it. */
export const waitingRequest = ({ id, hash, request, askedAt, expiresAt, askedBy }: Requested): Waiting => ({
  subject: id,
  about: aboutRequest(request),
  planHash: hash,
  askedAt,
  expiresAt,
  askedBy: askedBy.name,
});

/** Performs what was asked, or keeps it for another person, as the deployment chose. */
export const withSecondPerson = async (
  request: SecondPersonRequest,
  { person, services }: Acting,
): Promise<OperatorReply> => {
  if (!services.config.approvals.secondPerson) return perform(request, [person], services);
  const askedAt = instant(services);
  const { hash, id } = hashOfRequest(request, { by: person.name, at: askedAt });
  const expiresAt = new Date(services.now() + REQUEST_SECONDS * 1_000).toISOString();
  const body = { request, hash, askedBy: person, askedAt, expiresAt };
  await keepRequested(services, id, body);
  await tell(services, {
    kind: 'operator-acted',
    schemaVersion: 1,
    subject: id,
    by: [person.name],
    planHash: hash,
    ...(request.action === 'release' ? { incidentId: request.incident } : {}),
    reasons: [
      `${person.name} asks for ${request.action}; another person decides with cordon approve ${id} --hash ${hash} --reason TEXT`,
    ],
  });
  return { status: 'waits-for-second-person', waits: waitingRequest({ ...body, id, status: 'pending' }) };
};

/** Another person decides about a request. Repeating a yes that broke off half way performs it again: each is safe to repeat. */
export const decideRequested = async (
  request: RequestTo<'approve'>,
  { person, services }: Acting,
): Promise<OperatorReply> => {
  const row = await readRequested(services, request.subject);
  if (row === undefined)
    return refused('nothing-waits', `there is no request ${request.subject}; see cordon requests`);
  if (row.hash !== request.planHash)
    return refused('wrong-hash', `${row.id} has another hash than ${request.planHash}; see cordon requests`);
  if (request.steps !== undefined)
    return refused('bad-request', 'a request is approved whole; ask for the steps you mean instead');
  const isRepeated =
    row.status === 'approved' && row.decidedBy !== undefined && isSamePerson(row.decidedBy, person);
  if (row.status !== 'pending' && !isRepeated)
    return refused(
      'already-decided',
      `${row.decidedBy?.name ?? 'nobody'} decided: ${row.status}; that stands`,
    );
  if (!isRepeated && services.now() >= Date.parse(row.expiresAt))
    return refused('expired', `${row.id} expired at ${row.expiresAt}; ask for it again`);
  if (request.decision === 'refuse') return refuse(row, request.reason, { person, services });
  if (isSamePerson(row.askedBy, person))
    return refused(
      'same-person',
      `${person.name} asked for it, and another person must approve it, by whatever role they come`,
    );
  if (!isRepeated && !(await moveRequested(services, row, { status: 'approved', decidedBy: person })))
    return refused('already-decided', `${row.id} was decided meanwhile; see cordon requests`);
  const reply = await perform(row.request, [row.askedBy, person], services);
  if (reply.status === 'done')
    await moveRequested(services, { ...row, status: 'approved' }, { status: 'performed', decidedBy: person });
  return reply;
};

const refuse = async (row: Requested, why: string, { person, services }: Acting): Promise<OperatorReply> => {
  if (!(await moveRequested(services, row, { status: 'refused', decidedBy: person })))
    return refused('already-decided', `${row.id} was decided meanwhile; see cordon requests`);
  await told(services, row.request, [row.askedBy, person], `${person.name} refused: ${why}`);
  return { status: 'done', detail: `${row.id} is refused` };
};

const perform = async (
  request: SecondPersonRequest,
  by: readonly Person[],
  services: Services,
): Promise<OperatorReply> => {
  const at = instant(services);
  switch (request.action) {
    case 'release': {
      const reply = await performRelease(request, by, services);
      await told(services, request, by, `release: ${reply.status}`);
      return reply;
    }
    case 'halt': {
      const { halt, reason } = request;
      await put(services, HALT_KEY, haltRow.parse({ halt, by, reason, at }));
      await told(services, request, by, `halt ${halt}`);
      return { status: 'done', detail: `the halt switch is ${halt}` };
    }
    case 'reset-breaker': {
      await put(
        services,
        breakerResetKey(request.scope),
        breakerResetRow.parse({ by, reason: request.reason, at }),
      );
      await told(services, request, by, `breaker of ${request.scope} set back`);
      return { status: 'done', detail: `the breaker of ${request.scope} counts anew from ${at}` };
    }
  }
};

const put = async (
  services: Services,
  { pk, sk }: { readonly pk: string; readonly sk: string },
  body: object,
): Promise<void> => {
  const database = clientFor(DynamoDBClient, { ...services.own, region: services.config.homeRegion });
  await database.send(
    new PutItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Item: { pk: { S: pk }, sk: { S: sk }, body: { S: JSON.stringify(body) } },
    }),
  );
};

const told = (
  services: Services,
  request: SecondPersonRequest,
  by: readonly Person[],
  what: string,
): Promise<void> =>
  tell(services, {
    kind: 'operator-acted',
    schemaVersion: 1,
    subject: request.action,
    by: by.map(({ name }) => name),
    ...(request.action === 'release' ? { incidentId: request.incident, planHash: request.planHash } : {}),
    reasons: [what],
  });
