import { GetItemCommand, paginateQuery, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { INCIDENT_TABLE_NAME, incidentRef, planSchema, stepOutcome, stepsOf } from '@cordon/incident';
import type { DrillPlace, SeenIncident } from '@cordon/incident/live-drill';
import { findingKey, incidentKey, instanceKey, TO_LIFT } from '@cordon/responder/row-keys';
import * as z from 'zod';
import { wordsOf } from '../replay/read-history.ts';
import { UsageError } from '../usage-error.ts';
import type { LiveDrillClients } from './settings.ts';

type Row = Readonly<Record<string, AttributeValue>>;

/** The incident table, by whom and where it is read. */
export interface TableOf {
  readonly clients: Pick<LiveDrillClients, 'dynamodb'>;
  readonly homeRegion: string;
}

/** Reads, or says what to do. A table that is not there holds nothing. */
const reading = async <Value>(read: () => Promise<Value>, without: Value): Promise<Value> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return without;
    throw new UsageError(
      'not-reached',
      `the table ${INCIDENT_TABLE_NAME} was not read: ${wordsOf(error)}`,
      'give --profile security=NAME, a profile of the security account that may read that table (dynamodb:GetItem, Query)',
    );
  }
};

const itemOf = ({ clients, homeRegion }: TableOf, pk: string, sk: string): Promise<Row | undefined> =>
  reading(async () => {
    const { Item: item } = await clients.dynamodb(homeRegion).send(
      new GetItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Key: { pk: { S: pk }, sk: { S: sk } },
        ConsistentRead: true,
      }),
    );
    return item;
  }, undefined);

const rowsOf = ({ clients, homeRegion }: TableOf, pk: string): Promise<readonly Row[]> =>
  reading(async () => {
    const rows: Row[] = [];
    const pages = paginateQuery(
      { client: clients.dynamodb(homeRegion) },
      {
        TableName: INCIDENT_TABLE_NAME,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
      },
    );
    for await (const { Items: items = [] } of pages) rows.push(...items);
    return rows;
  }, []);

const bodyOf = (row: Row | undefined): unknown => JSON.parse(row?.['body']?.S ?? 'null');

/** Which incident holds an instance; undefined for none. */
export const holderOf = async (
  table: TableOf,
  at: DrillPlace & { readonly instanceId: string },
): Promise<string | undefined> => (await itemOf(table, instanceKey(at), 'open'))?.['incidentId']?.S;

/** Why a finding opened nothing, where intake has kept it so. */
export const openedNothing = async (
  table: TableOf,
  findingId: string,
): Promise<readonly string[] | undefined> => {
  const row = await itemOf(table, findingKey(findingId), 'triage');
  const read = z.looseObject({ reasons: z.array(z.string()) }).safeParse(bodyOf(row));
  return read.success ? read.data.reasons : undefined;
};

const recordShape = z.looseObject({ openedAt: z.string(), ref: incidentRef.optional() });
const stepShape = z.looseObject({ at: z.string(), outcomes: z.array(stepOutcome) });
const diskShape = z.looseObject({ at: z.string() });

/** What is kept of an incident; undefined where the table has none of that id. */
export const readIncident = async (table: TableOf, id: string): Promise<SeenIncident | undefined> => {
  const rows = await rowsOf(table, incidentKey(id));
  const named = (begins: string) => rows.filter((row) => row['sk']?.S?.startsWith(begins) === true);
  const [main] = named('incident');
  const record = recordShape.safeParse(bodyOf(main));
  if (main === undefined || !record.success) return undefined;
  const step = (name: string) =>
    named(`step#${name}`).flatMap((row) => {
      const read = stepShape.safeParse(bodyOf(row));
      return read.success && read.data.outcomes.some(({ status }) => status === 'done') ? [read.data] : [];
    });
  const [frozen] = step('freeze#');
  const plan = planSchema.safeParse(bodyOf(named('plan#0')[0]));
  return {
    id,
    status: main['status']?.S ?? 'unknown',
    openedAt: record.data.openedAt,
    frozenAt: frozen?.at,
    isolatedAt: step('isolate-network')[0]?.at,
    containedAt: main['containedAt']?.S,
    securedAt: named('disk#')
      .flatMap((row) => diskShape.safeParse(bodyOf(row)).data?.at ?? [])
      .toSorted(),
    disks: plan.success ? stepsOf(plan.data, 'secure-volume').length : 0,
    releasedAt: main['releasedAt']?.S,
  };
};

/**
 * Until when something stays of a release of an instance, such as the deny of its old sessions; undefined where nothing does. A role that has it
 * cannot be deleted.
 */
export const staysUntil = async (
  table: TableOf,
  { account, region, instanceId }: DrillPlace & { readonly instanceId: string },
): Promise<string | undefined> => {
  const left: string[] = [];
  for (const row of await rowsOf(table, TO_LIFT)) {
    const [when = '', incidentId = ''] = row['sk']?.S?.split('#') ?? [];
    const record = recordShape.safeParse(bodyOf(await itemOf(table, incidentKey(incidentId), 'incident')));
    const { ref } = record.data ?? {};
    if (ref?.account === account && ref.region === region && ref.instanceId === instanceId) left.push(when);
  }
  return left.toSorted().at(-1);
};
