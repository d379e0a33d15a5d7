import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import {
  APPROVALS_TABLE_NAME,
  decisionSchema,
  incidentRef,
  ledgerOf,
  personSchema,
  planSchema,
  postureSchema,
  secondPersonRequest,
  type PersonsDecision,
} from '@cordon/incident';
import * as z from 'zod';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/**
 * What waits for a person; the operator function alone reads and writes it.
 *
 *     asked        <ledger>     the plan that an incident's workflow asks about, with its task token
 *     requested    <request>    what one person asked for and another must approve
 *
 * `status` of `asked`: pending -> decided -> delivered; of `requested`: pending -> approved -> performed, or refused.
 */
const text = (value: string): AttributeValue => ({ S: value });
const database = (services: Services): DynamoDBClient =>
  clientFor(DynamoDBClient, { ...services.own, region: services.config.homeRegion });

const askedBody = z.object({
  token: z.string(),
  incident: incidentRef,
  plan: planSchema,
  posture: postureSchema.nullish(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
/** A plan that waits, or waited. */
export interface Asked extends z.infer<typeof askedBody> {
  readonly round: number;
  readonly status: 'pending' | 'decided' | 'delivered';
  readonly decision?: PersonsDecision;
}

const requestedBody = z.object({
  request: secondPersonRequest,
  hash: z.string(),
  askedBy: personSchema,
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
/** What one person asked for. */
export interface Requested extends z.infer<typeof requestedBody> {
  readonly id: string;
  readonly status: 'pending' | 'approved' | 'performed' | 'refused';
  /** Who approved or refused it. */
  readonly decidedBy?: z.infer<typeof personSchema>;
}

type Item = Readonly<Record<string, AttributeValue>>;

const bodyOf = (item: Item): unknown => JSON.parse(item['body']?.S ?? 'null');

const askedOf = (item: Item): Asked => {
  const decision = item['decision']?.S;
  return {
    ...askedBody.parse(bodyOf(item)),
    round: Number(item['round']?.N),
    status: z.enum(['pending', 'decided', 'delivered']).parse(item['status']?.S),
    ...(decision === undefined ? {} : { decision: decisionSchema.parse(JSON.parse(decision)) }),
  };
};

const requestedOf = (item: Item): Requested => {
  const decidedBy = item['decidedBy']?.S;
  return {
    ...requestedBody.parse(bodyOf(item)),
    id: item['sk']?.S ?? '',
    status: z.enum(['pending', 'approved', 'performed', 'refused']).parse(item['status']?.S),
    ...(decidedBy === undefined ? {} : { decidedBy: personSchema.parse(JSON.parse(decidedBy)) }),
  };
};

/** True when the write was made; false when its condition did not hold. */
const ifHeld = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

/** Keeps what is asked; a repeated asking of the same round takes its place, for it brings the token that counts. */
export const keepAsked = (
  services: Services,
  asked: Pick<Asked, 'round'> & z.infer<typeof askedBody>,
): Promise<boolean> => {
  const { round, ...body } = asked;
  return ifHeld(
    database(services).send(
      new PutItemCommand({
        TableName: APPROVALS_TABLE_NAME,
        Item: {
          pk: text('asked'),
          sk: text(ledgerOf(asked.incident).ledgerId),
          status: text('pending'),
          round: { N: String(round) },
          planHash: text(asked.plan.hash),
          body: text(JSON.stringify(body)),
        },
        ConditionExpression: 'attribute_not_exists(pk) OR round <= :round',
        ExpressionAttributeValues: { ':round': { N: String(round) } },
      }),
    ),
  );
};

const queryAll = async (
  services: Services,
  partition: string,
  more: object = {},
): Promise<readonly Item[]> => {
  const rows: Item[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await database(services).send(
      new QueryCommand({
        TableName: APPROVALS_TABLE_NAME,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': text(partition) },
        ConsistentRead: true,
        ...more,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    rows.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return rows;
};

/** All plans that were asked about for an incident, its later ones too, in no order that counts. */
export const askedOfIncident = async (services: Services, incidentId: string): Promise<readonly Asked[]> => {
  const rows = await queryAll(services, 'asked', {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :incident)',
    ExpressionAttributeValues: { ':pk': text('asked'), ':incident': text(incidentId) },
  });
  return rows.map(askedOf).filter(({ incident }) => incident.incidentId === incidentId);
};

const pending = (partition: string): object => ({
  FilterExpression: '#status = :pending',
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':pk': text(partition), ':pending': text('pending') },
});

/** Everything that waits; what has expired is among it. */
export const allPending = async (
  services: Services,
): Promise<{ readonly asked: readonly Asked[]; readonly requested: readonly Requested[] }> => {
  const [asked, requested] = await Promise.all([
    queryAll(services, 'asked', pending('asked')),
    queryAll(services, 'requested', pending('requested')),
  ]);
  return { asked: asked.map(askedOf), requested: requested.map(requestedOf) };
};

/** Keeps a decision about what waits; false when it waits no longer in this form: another decided, or it was asked anew. */
export const keepDecision = (
  services: Services,
  { incident, round, plan }: Asked,
  decision: PersonsDecision,
): Promise<boolean> =>
  ifHeld(
    database(services).send(
      new UpdateItemCommand({
        TableName: APPROVALS_TABLE_NAME,
        Key: { pk: text('asked'), sk: text(ledgerOf(incident).ledgerId) },
        UpdateExpression: 'SET #status = :decided, decision = :decision',
        ConditionExpression: '#status = :pending AND round = :round AND planHash = :hash',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':pending': text('pending'),
          ':decided': text('decided'),
          ':decision': text(JSON.stringify(decision)),
          ':round': { N: String(round) },
          ':hash': text(plan.hash),
        },
      }),
    ),
  );

/** Keeps that the workflow has the decision. What was asked anew meanwhile stays as it is. */
export const keepDelivered = (services: Services, { incident, round }: Asked): Promise<boolean> =>
  ifHeld(
    database(services).send(
      new UpdateItemCommand({
        TableName: APPROVALS_TABLE_NAME,
        Key: { pk: text('asked'), sk: text(ledgerOf(incident).ledgerId) },
        UpdateExpression: 'SET #status = :delivered',
        ConditionExpression: '#status = :decided AND round = :round',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':decided': text('decided'),
          ':delivered': text('delivered'),
          ':round': { N: String(round) },
        },
      }),
    ),
  );

/** Keeps a request for a second person; false when it is there already. */
export const keepRequested = (
  services: Services,
  id: string,
  body: z.infer<typeof requestedBody>,
): Promise<boolean> =>
  ifHeld(
    database(services).send(
      new PutItemCommand({
        TableName: APPROVALS_TABLE_NAME,
        Item: {
          pk: text('requested'),
          sk: text(id),
          status: text('pending'),
          body: text(JSON.stringify(body)),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );

/** A request for a second person, if there is one of that id. */
export const readRequested = async (services: Services, id: string): Promise<Requested | undefined> => {
  const { Item: item } = await database(services).send(
    new GetItemCommand({
      TableName: APPROVALS_TABLE_NAME,
      Key: { pk: text('requested'), sk: text(id) },
      ConsistentRead: true,
    }),
  );
  return item === undefined ? undefined : requestedOf(item);
};

/** Moves a request on; false when it was not where it is moved from. */
export const moveRequested = (
  services: Services,
  { id, status }: Pick<Requested, 'id' | 'status'>,
  to: { readonly status: Requested['status']; readonly decidedBy: z.infer<typeof personSchema> },
): Promise<boolean> =>
  ifHeld(
    database(services).send(
      new UpdateItemCommand({
        TableName: APPROVALS_TABLE_NAME,
        Key: { pk: text('requested'), sk: text(id) },
        UpdateExpression: 'SET #status = :to, decidedBy = :by',
        ConditionExpression: '#status = :from',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':from': text(status),
          ':to': text(to.status),
          ':by': text(JSON.stringify(to.decidedBy)),
        },
      }),
    ),
  );
