import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import {
  INCIDENT_TABLE_NAME,
  planSchema,
  planStep,
  stepOutcome,
  type Allowed,
  type Finding,
  type IncidentRef,
  type Plan,
  type PlanStep,
  type StepOutcome,
} from '@cordon/incident';
import * as z from 'zod';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { instant, type Services } from '../services.ts';

/**
 * One table, two kinds of partition:
 *
 *     instance#<account>#<region>#<instance>   open                  which incident holds the instance (the lock)
 *     incident#<incident>                      incident              what it is and how it stands
 *                                              finding#<id>          each finding that belongs to it
 *                                              plan#<revision>       the plan, beside the first actions
 *                                              disk#<volume>         a volume that is in custody
 *                                              found#<rev>#<id>      a step that was found while acting, with its undo
 *                                              claim#<what>#<rev>    something that must not be done twice is about to be done
 *                                              step#<step>#<rev>     what became of a step; <step>+asked: after a person was asked
 *     finding#<id>                             triage                a finding that opened nothing, why, and its event
 */
const instanceKey = (at: Pick<IncidentRef, 'account' | 'region' | 'instanceId'>): string =>
  `instance#${at.account}#${at.region}#${at.instanceId}`;
const incidentKey = (incidentId: string): string => `incident#${incidentId}`;

/** An item holds 400 KB; events beyond this are clipped here and whole in the vault. */
const EVENT_LIMIT = 300_000;

const text = (value: string): AttributeValue => ({ S: value });
const database = (services: Services): DynamoDBClient =>
  clientFor(DynamoDBClient, { ...services.own, region: services.config.homeRegion });

/** What the table keeps of a finding. */
const knownFinding = z.object({
  id: z.string(),
  updatedAt: z.string(),
  type: z.string(),
  decision: z.enum(['respond', 'observe', 'ignore']),
  remoteAddresses: z.array(z.string()),
});
/** What the table keeps of a finding. */
export type KnownFinding = z.infer<typeof knownFinding>;

/** A finding as the table keeps it, with what triage decided. */
export const knownOf = (finding: Finding, decision: KnownFinding['decision']): KnownFinding => ({
  id: finding.id,
  updatedAt: finding.updatedAt ?? '',
  type: finding.type,
  decision,
  remoteAddresses: [...finding.remoteAddresses],
});

/** What the table keeps of an incident. */
const incidentRecord = z.object({
  incidentId: z.string(),
  severity: z.number(),
  revision: z.int(),
  openedAt: z.string(),
  containedAt: z.string().optional(),
  status: z.string(),
});
/** What the table keeps of an incident. */
export type IncidentRecord = z.infer<typeof incidentRecord>;

/**
 * Opens an incident unless the instance has one: lock, incident and first finding in one transaction, so that there is
 * never a lock without an incident. Gives the id of the incident that holds the instance, ours or the earlier one.
 */
export const openIncident = async (
  services: Services,
  incident: IncidentRef,
  finding: KnownFinding,
): Promise<{ readonly opened: boolean; readonly incidentId: string }> => {
  const unless = 'attribute_not_exists(pk)';
  const put = (item: Record<string, AttributeValue>) => ({
    Put: { TableName: INCIDENT_TABLE_NAME, Item: item, ConditionExpression: unless },
  });
  const record: IncidentRecord = {
    incidentId: incident.incidentId,
    severity: incident.severity,
    revision: 0,
    openedAt: incident.openedAt,
    status: 'open',
  };
  try {
    await database(services).send(
      new TransactWriteItemsCommand({
        TransactItems: [
          put({ pk: text(instanceKey(incident)), sk: text('open'), incidentId: text(incident.incidentId) }),
          put({
            pk: text(incidentKey(incident.incidentId)),
            sk: text('incident'),
            status: text('open'),
            revision: { N: '0' },
            body: text(JSON.stringify(record)),
          }),
          put({
            pk: text(incidentKey(incident.incidentId)),
            sk: text(`finding#${finding.id}`),
            updatedAt: text(finding.updatedAt),
            body: text(JSON.stringify(finding)),
          }),
        ],
      }),
    );
    return { opened: true, incidentId: incident.incidentId };
  } catch (error) {
    if (faultCode(error) !== 'TransactionCanceledException') throw error;
    const held = await holder(services, incident);
    // The lock is free but the incident exists: the finding's own incident was closed; its event came again, late.
    return { opened: false, incidentId: held ?? incident.incidentId };
  }
};

/** Which incident holds an instance, if any; a consistent read, for a decision follows from it. */
export const holder = async (
  services: Services,
  at: Pick<IncidentRef, 'account' | 'region' | 'instanceId'>,
): Promise<string | undefined> => {
  const { Item: item } = await database(services).send(
    new GetItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Key: { pk: text(instanceKey(at)), sk: text('open') },
      ConsistentRead: true,
    }),
  );
  return item?.['incidentId']?.S;
};

/** An incident and the findings that belong to it. */
export const readIncident = async (
  services: Services,
  incidentId: string,
): Promise<{
  readonly record: IncidentRecord | undefined;
  readonly findings: readonly KnownFinding[];
  readonly steps: readonly string[];
  readonly inCustody: readonly string[];
}> => {
  const rows: Record<string, AttributeValue>[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await database(services).send(
      new QueryCommand({
        TableName: INCIDENT_TABLE_NAME,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': text(incidentKey(incidentId)) },
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    rows.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  const bodyOf = (row: Record<string, AttributeValue>): unknown => JSON.parse(row['body']?.S ?? 'null');
  const key = (row: Record<string, AttributeValue>): string => row['sk']?.S ?? '';
  const main = rows.find((row) => key(row) === 'incident');
  return {
    record:
      main === undefined
        ? undefined
        : incidentRecord.parse({
            ...z.record(z.string(), z.unknown()).parse(bodyOf(main)),
            status: main['status']?.S,
            revision: Number(main['revision']?.N ?? '0'),
            ...(main['containedAt']?.S === undefined ? {} : { containedAt: main['containedAt'].S }),
          }),
    findings: rows
      .filter((row) => key(row).startsWith('finding#'))
      .map((row) => knownFinding.parse(bodyOf(row))),
    steps: rows.map(key).filter((name) => name.startsWith('step#')),
    inCustody: rows
      .map(key)
      .flatMap((name) => (name.startsWith('disk#') ? [name.slice('disk#'.length)] : [])),
  };
};

/** Keeps a finding that opened nothing: its event verbatim and why, for whoever asks later. */
export const keepFinding = async (
  services: Services,
  finding: KnownFinding,
  reasons: readonly string[],
  event: string,
): Promise<void> => {
  await database(services).send(
    new PutItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Item: {
        pk: text(`finding#${finding.id}`),
        sk: text('triage'),
        body: text(JSON.stringify({ ...finding, reasons })),
        event: text(event.slice(0, EVENT_LIMIT)),
      },
    }),
  );
};

/** Attaches a finding, or a newer state of one; false when this state of it is there already. */
export const attachFinding = async (
  services: Services,
  incidentId: string,
  finding: KnownFinding,
  event: string,
): Promise<boolean> => {
  try {
    await database(services).send(
      new PutItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Item: {
          pk: text(incidentKey(incidentId)),
          sk: text(`finding#${finding.id}`),
          updatedAt: text(finding.updatedAt),
          body: text(JSON.stringify(finding)),
          event: text(event.slice(0, EVENT_LIMIT)),
        },
        ConditionExpression: 'attribute_not_exists(pk) OR updatedAt < :updatedAt',
        ExpressionAttributeValues: { ':updatedAt': text(finding.updatedAt) },
      }),
    );
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

/** Counts the incident's revision on, for one more plan; undefined when another finding was faster. */
export const nextRevision = async (
  services: Services,
  incidentId: string,
  current: number,
): Promise<number | undefined> => {
  try {
    await database(services).send(
      new UpdateItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Key: { pk: text(incidentKey(incidentId)), sk: text('incident') },
        UpdateExpression: 'SET revision = :next',
        ConditionExpression: 'revision = :current',
        ExpressionAttributeValues: {
          ':next': { N: String(current + 1) },
          ':current': { N: String(current) },
        },
      }),
    );
    return current + 1;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
};

/** Keeps how the incident stands; the first time of containment is never overwritten. */
export const saveStatus = async (
  services: Services,
  incidentId: string,
  status: string,
  containedAt?: string,
): Promise<void> => {
  await database(services).send(
    new UpdateItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Key: { pk: text(incidentKey(incidentId)), sk: text('incident') },
      UpdateExpression: `SET #status = :status${containedAt === undefined ? '' : ', containedAt = if_not_exists(containedAt, :at)'}`,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':status': text(status),
        ...(containedAt === undefined ? {} : { ':at': text(containedAt) }),
      },
    }),
  );
};

/**
 * Keeps the plan, with its undo, where a release will look for it. It runs beside the first actions so that it delays none;
 * what holds before any of them is the execution's own history, which has the plan as the output of its first state.
 */
export const savePlan = async (services: Services, incident: IncidentRef, plan: Plan): Promise<void> => {
  await put(
    services,
    incident.incidentId,
    `plan#${incident.revision}`,
    JSON.stringify(planSchema.parse(plan)),
  );
};

/**
 * Keeps steps that were found while acting, each with its undo, before any of them is performed. A later try that finds less keeps what an
 * earlier one found: what it deregistered must be registered again.
 */
export const saveFound = async (
  services: Services,
  incident: IncidentRef,
  steps: readonly PlanStep[],
): Promise<void> => {
  for (const step of steps)
    await putOnce(
      services,
      incident.incidentId,
      `found#${incident.revision}#${step.id}`,
      JSON.stringify(planStep.parse(step)),
    );
};

/** Says that something is about to be done that must not be done twice; false when an earlier try said so already. */
export const claimOnce = (services: Services, incident: IncidentRef, what: string): Promise<boolean> =>
  putOnce(
    services,
    incident.incidentId,
    `claim#${what}#${incident.revision}`,
    JSON.stringify({ at: instant(services) }),
  );

/** Keeps that a volume is in custody, so that a later plan leaves it alone. */
export const saveCustody = async (
  services: Services,
  incidentId: string,
  volumeId: string,
  evidenceSnapshotId: string,
): Promise<void> => {
  await put(
    services,
    incidentId,
    `disk#${volumeId}`,
    JSON.stringify({ at: instant(services), evidenceSnapshotId }),
  );
};

/** The name under which a step's outcomes are kept: what a person was asked for has a row of its own, beside what waited for nobody. */
export const rowOf = (step: string, { gates }: Pick<Allowed, 'gates'>): string =>
  gates.includes('automatic') ? step : `${step}+asked`;

/** Keeps what became of a step, and gives it back. */
export const saveOutcomes = async (
  services: Services,
  incident: IncidentRef,
  step: string,
  outcomes: StepOutcome[],
): Promise<StepOutcome[]> => {
  await put(
    services,
    incident.incidentId,
    `step#${step}#${incident.revision}`,
    JSON.stringify({ at: instant(services), outcomes: z.array(stepOutcome).parse(outcomes) }),
  );
  return outcomes;
};

const put = async (services: Services, incidentId: string, sort: string, body: string): Promise<void> => {
  await database(services).send(
    new PutItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Item: { pk: text(incidentKey(incidentId)), sk: text(sort), body: text(body) },
    }),
  );
};

/** Writes an item unless it is there; whether it was written. */
const putOnce = async (
  services: Services,
  incidentId: string,
  sort: string,
  body: string,
): Promise<boolean> => {
  try {
    await database(services).send(
      new PutItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Item: { pk: text(incidentKey(incidentId)), sk: text(sort), body: text(body) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};
