import {
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import {
  INCIDENT_TABLE_NAME,
  incidentRef,
  planSchema,
  postureSchema,
  residing,
  stepsOf,
  type Finding,
  type IncidentRef,
  type Plan,
  type Posture,
  type SessionDenyWay,
} from '@cordon/incident';
import * as z from 'zod';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { put } from './journal-rows.ts';
import { findingKey, HELD, heldKey, incidentKey, instanceKey } from './row-keys.ts';
import { bodyOf, database, rowsOf, sortKeyOf, text, type Row } from './rows.ts';

/** An item holds 400 KB; events beyond this are clipped here and whole in the vault. */
const EVENT_LIMIT = 300_000;

/** What the table keeps of a finding. */
const knownFinding = z.object({
  id: z.string(),
  updatedAt: z.string(),
  type: z.string(),
  decision: z.enum(['respond', 'observe', 'ignore']),
  remoteAddresses: z.array(z.string()),
  /** Absent in rows from before domains were kept. */
  domains: z.array(z.string()).default([]),
  /** When GuardDuty saw the activity first; absent in findings that were kept before, or that do not tell. */
  firstSeenAt: z.string().optional(),
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
  domains: [...finding.domains],
  ...(finding.firstSeen === undefined ? {} : { firstSeenAt: finding.firstSeen }),
});

/** What the table keeps of an incident. */
const incidentRecord = z.object({
  incidentId: z.string(),
  severity: z.number(),
  revision: z.int(),
  openedAt: z.string(),
  containedAt: z.string().optional(),
  status: z.string(),
  /** What the first execution was started with. */
  ref: incidentRef.optional(),
  caseId: z.string().optional(),
  /** What the policy allows it; absent in incidents from before there were postures. */
  posture: postureSchema.optional(),
});
/** What the table keeps of an incident. */
export type IncidentRecord = z.infer<typeof incidentRecord>;

/** What is written together with an incident, or not at all. */
type Put = NonNullable<TransactWriteItem['Put']>;

/** How an opening ended: opened; held by an incident (ours or an earlier one); or a row beside it was changed by another. */
export type Opened =
  | { readonly status: 'opened' | 'held'; readonly incidentId: string }
  | { readonly status: 'beaten' };

/**
 * Opens an incident unless the instance has one: lock, incident, first finding and what it counts against, in one transaction,
 * so that there is never a lock without an incident, and nothing is counted twice however often a finding comes.
 */
export const openIncident = async (
  services: Services,
  given: IncidentRef,
  { finding, posture, beside }: OpenedWith,
): Promise<Opened> => {
  const incident = residing(given, posture);
  const own = openingRows(incident, finding, posture).map((item) => ({
    Put: { TableName: INCIDENT_TABLE_NAME, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
  }));
  // No condition: whoever had it let the lock go, and this is said together with taking it.
  const listed = {
    Put: {
      TableName: INCIDENT_TABLE_NAME,
      Item: {
        pk: text(HELD),
        sk: text(heldKey(incident)),
        incidentId: text(incident.incidentId),
        body: text(JSON.stringify(incident)),
      },
    },
  };
  try {
    await database(services).send(
      new TransactWriteItemsCommand({
        TransactItems: [...own, listed, ...beside.map((put) => ({ Put: put }))],
      }),
    );
    return { status: 'opened', incidentId: incident.incidentId };
  } catch (error) {
    if (faultCode(error) !== 'TransactionCanceledException') throw error;
    const codes = cancellation.parse(error).CancellationReasons.map(({ Code: code }) => code ?? 'None');
    // Only a condition says that the instance is held; a conflict says that somebody was writing at the same time.
    if (!codes.slice(0, own.length).includes('ConditionalCheckFailed')) return { status: 'beaten' };
    const held = await holder(services, incident);
    // The lock is free but the incident exists: the finding's own incident was closed; its event came again, late.
    return { status: 'held', incidentId: held ?? incident.incidentId };
  }
};

/** What an incident is opened with. */
interface OpenedWith {
  readonly finding: KnownFinding;
  readonly posture: Posture;
  /** Rows that it is counted in. */
  readonly beside: readonly Put[];
}

const cancellation = z.object({ CancellationReasons: z.array(z.object({ Code: z.string().optional() })) });

const openingRows = (
  incident: IncidentRef,
  finding: KnownFinding,
  posture: Posture,
): readonly Record<string, AttributeValue>[] => {
  const record: IncidentRecord = {
    incidentId: incident.incidentId,
    severity: incident.severity,
    revision: 0,
    openedAt: incident.openedAt,
    status: 'open',
    ref: incident,
    ...(incident.caseId === undefined ? {} : { caseId: incident.caseId }),
  };
  const pk = text(incidentKey(incident.incidentId));
  return [
    { pk: text(instanceKey(incident)), sk: text('open'), incidentId: text(incident.incidentId) },
    {
      pk,
      sk: text('incident'),
      status: text('open'),
      revision: { N: '0' },
      posture: text(JSON.stringify(posture)),
      body: text(JSON.stringify(record)),
    },
    {
      pk,
      sk: text(findingKey(finding.id)),
      updatedAt: text(finding.updatedAt),
      body: text(JSON.stringify(finding)),
    },
  ];
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

const recordOf = (rows: readonly Row[]): IncidentRecord | undefined => {
  const main = rows.find((row) => sortKeyOf(row) === 'incident');
  return main === undefined
    ? undefined
    : incidentRecord.parse({
        ...z.record(z.string(), z.unknown()).parse(bodyOf(main)),
        status: main['status']?.S,
        revision: Number(main['revision']?.N ?? '0'),
        ...(main['containedAt']?.S === undefined ? {} : { containedAt: main['containedAt'].S }),
        ...(main['posture']?.S === undefined ? {} : { posture: JSON.parse(main['posture'].S) }),
      });
};

/** An incident and the findings that belong to it; `rows` is all that the table has of it. */
export const readIncident = async (
  services: Services,
  incidentId: string,
): Promise<{
  readonly record: IncidentRecord | undefined;
  readonly findings: readonly KnownFinding[];
  readonly steps: readonly string[];
  readonly inCustody: readonly string[];
  /** Sessions that the plans so far deny. */
  readonly denied: readonly { readonly profileArn: string; readonly by: SessionDenyWay }[];
  readonly rows: readonly Row[];
}> => {
  const rows = await rowsOf(services, incidentKey(incidentId));
  const names = rows.map(sortKeyOf);
  return {
    record: recordOf(rows),
    findings: rows
      .filter((row) => sortKeyOf(row).startsWith('finding#'))
      .map((row) => knownFinding.parse(bodyOf(row))),
    steps: names.filter((name) => name.startsWith('step#')),
    inCustody: names.flatMap((name) => (name.startsWith('disk#') ? [name.slice('disk#'.length)] : [])),
    denied: rows
      .filter((row) => sortKeyOf(row).startsWith('plan#'))
      .flatMap((row) => stepsOf(planSchema.parse(bodyOf(row)), 'deny-sessions'))
      .map(({ profileArn, by }) => ({ profileArn, by }))
      .filter(({ profileArn }, at, all) => all.findIndex((other) => other.profileArn === profileArn) === at),
    rows,
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
        pk: text(findingKey(finding.id)),
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
          sk: text(findingKey(finding.id)),
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

/**
 * Counts the incident's revision on, for one more plan, with the posture that it has from then on and what that counts against.
 * `beaten` when somebody wrote one of the rows since they were read.
 */
export const nextRevision = async (
  services: Services,
  incidentId: string,
  next: { readonly current: number; readonly posture: Posture; readonly beside: readonly Put[] },
): Promise<number | 'beaten'> => {
  const count = {
    TableName: INCIDENT_TABLE_NAME,
    Key: { pk: text(incidentKey(incidentId)), sk: text('incident') },
    UpdateExpression: 'SET revision = :next, posture = :posture',
    ConditionExpression: 'revision = :current',
    ExpressionAttributeValues: {
      ':next': { N: String(next.current + 1) },
      ':current': { N: String(next.current) },
      ':posture': text(JSON.stringify(next.posture)),
    },
  };
  try {
    await database(services).send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Update: count }, ...next.beside.map((put) => ({ Put: put }))],
      }),
    );
    return next.current + 1;
  } catch (error) {
    if (faultCode(error) === 'TransactionCanceledException') return 'beaten';
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
