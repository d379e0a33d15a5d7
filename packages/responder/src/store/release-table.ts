import { PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import {
  INCIDENT_TABLE_NAME,
  liftChainedDeny,
  planSchema,
  planStep,
  releaseOutcome,
  releasePerson,
  releasePlanSchema,
  stepOutcome,
  type ContainmentJournal,
  type IncidentRef,
  type ReleaseOutcome,
} from '@cordon/incident';
import * as z from 'zod';
import { faultCode } from '../aws/classify.ts';
import { instant, type Services } from '../services.ts';
import { readIncident, type IncidentRecord } from './incident-table.ts';
import { HELD, heldKey, incidentKey, instanceKey, TO_LIFT } from './row-keys.ts';
import { bodyOf, database, rowsOf, sortKeyOf, text, type Row } from './rows.ts';

/** A release that people approved, as it was when they saw it. */
const approvedRelease = z.object({
  plan: releasePlanSchema,
  /** Ids of the steps to perform, in order. */
  steps: z.array(z.string()),
  giveUp: z.array(z.string()),
  by: z.array(releasePerson),
  reason: z.string(),
  at: z.iso.datetime(),
});
/** A release that people approved. */
export type ApprovedRelease = z.infer<typeof approvedRelease>;

/** What the table keeps of an incident, as far as a release follows from it. */
export interface KeptIncident {
  readonly record: IncidentRecord;
  readonly incident: IncidentRef;
  readonly journal: ContainmentJournal;
  /** By the hash of the plan that was approved. */
  readonly approved: ReadonlyMap<string, ApprovedRelease>;
  /** Outcomes of an approved release, by hash and step: `<hash>#<step>`. */
  readonly undone: ReadonlyMap<string, ReleaseOutcome>;
}

const numbered = (
  row: Row,
  pattern: RegExp,
): readonly { readonly revision: number; readonly body: unknown }[] => {
  const [, revision] = pattern.exec(sortKeyOf(row)) ?? [];
  return revision === undefined ? [] : [{ revision: Number(revision), body: bodyOf(row) }];
};

const chainedRow = z.object({ undo: liftChainedDeny });
const outcomesRow = z.object({ outcomes: z.array(stepOutcome) });

/** Reads all that a release follows from; undefined for an incident that the table does not have. */
export const readKept = async (services: Services, incidentId: string): Promise<KeptIncident | undefined> => {
  const { record, rows } = await readIncident(services, incidentId);
  if (record?.ref === undefined) return undefined;
  const under = <Value>(prefix: string, schema: z.ZodType<Value>): ReadonlyMap<string, Value> =>
    new Map(
      rows
        .filter((row) => sortKeyOf(row).startsWith(prefix))
        .map((row) => [sortKeyOf(row).slice(prefix.length), schema.parse(bodyOf(row))]),
    );
  const { account, region, instanceId } = record.ref;
  return {
    record,
    incident: { ...record.ref, revision: record.revision },
    journal: {
      incidentId,
      account,
      region,
      instanceId,
      revision: record.revision,
      plans: rows
        .flatMap((row) => numbered(row, /^plan#(\d+)$/))
        .map(({ revision, body }) => ({ revision, plan: planSchema.parse(body) })),
      found: rows
        .flatMap((row) => numbered(row, /^found#(\d+)#/))
        .map(({ revision, body }) => ({ revision, step: planStep.parse(body) })),
      chained: [...under('chained#', chainedRow).values()].map(({ undo }) => undo),
      outcomes: rows
        .flatMap((row) => numbered(row, /^step#[^#]+#(\d+)/))
        .flatMap(({ revision, body }) =>
          outcomesRow.parse(body).outcomes.map((outcome) => ({ revision, outcome })),
        ),
    },
    approved: under('release#', approvedRelease),
    undone: under('undo#', releaseOutcome),
  };
};

const put = (incidentId: string, sort: string, body: unknown) => ({
  TableName: INCIDENT_TABLE_NAME,
  Item: { pk: text(incidentKey(incidentId)), sk: text(sort), body: text(JSON.stringify(body)) },
});

/** Keeps an approved release before anything of it is done; one that is there already stays. Gives the one that is there. */
export const keepApproved = async (
  services: Services,
  incidentId: string,
  approved: ApprovedRelease,
): Promise<void> => {
  try {
    await database(services).send(
      new PutItemCommand({
        ...put(incidentId, `release#${approved.plan.hash}`, approvedRelease.parse(approved)),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    if (faultCode(error) !== 'ConditionalCheckFailedException') throw error;
  }
};

/** Keeps what became of one step of an approved release, or that it is about to be tried (`failed`: nobody knows yet). */
export const keepUndo = async (
  services: Services,
  of: { readonly incidentId: string; readonly planHash: string },
  outcome: ReleaseOutcome,
): Promise<ReleaseOutcome> => {
  await database(services).send(
    new PutItemCommand(put(of.incidentId, `undo#${of.planHash}#${outcome.id}`, outcome)),
  );
  return outcome;
};

const leftBehind = z.object({ incidentId: z.string(), steps: z.array(z.string()).min(1) });
/** What a release had to leave until a time, or several times. */
export interface LeftBehind extends z.infer<typeof leftBehind> {
  readonly sortKeys: readonly string[];
}

/**
 * Closes a released incident in one transaction: the lock, the watch's row and the status go together, so that the instance
 * is never half held. Safe to repeat. `later` is what is to be lifted when its time has come, each at its own.
 */
export const closeReleased = async (
  services: Services,
  incident: IncidentRef,
  later: readonly { readonly notBefore: string; readonly steps: readonly string[] }[],
): Promise<void> => {
  const { incidentId } = incident;
  const ours = {
    ConditionExpression: 'attribute_not_exists(pk) OR incidentId = :incident',
    ExpressionAttributeValues: { ':incident': text(incidentId) },
  };
  const remove = (pk: string, sk: string) => ({
    Delete: { TableName: INCIDENT_TABLE_NAME, Key: { pk: text(pk), sk: text(sk) }, ...ours },
  });
  const left = later.map(({ notBefore, steps }) => ({
    Put: {
      TableName: INCIDENT_TABLE_NAME,
      Item: {
        pk: text(TO_LIFT),
        sk: text(`${notBefore}#${incidentId}`),
        body: text(JSON.stringify({ incidentId, steps })),
      },
    },
  }));
  await database(services).send(
    new TransactWriteItemsCommand({
      TransactItems: [
        remove(instanceKey(incident), 'open'),
        remove(HELD, heldKey(incident)),
        {
          Update: {
            TableName: INCIDENT_TABLE_NAME,
            Key: { pk: text(incidentKey(incidentId)), sk: text('incident') },
            UpdateExpression: 'SET #status = :released, releasedAt = if_not_exists(releasedAt, :at)',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: { ':released': text('released'), ':at': text(instant(services)) },
          },
        },
        ...left,
      ],
    }),
  );
};

/** What earlier releases left, and whose time has come, by incident; `more` where some of it has a later time. */
export const dueToLift = async (
  services: Services,
): Promise<readonly (LeftBehind & { readonly more: boolean })[]> => {
  const all = (await rowsOf(services, TO_LIFT)).map((row) => ({
    ...leftBehind.parse(bodyOf(row)),
    sortKey: sortKeyOf(row),
  }));
  const upTo = `${instant(services)}~`;
  const due = Map.groupBy(
    all.filter(({ sortKey }) => sortKey < upTo),
    ({ incidentId }) => incidentId,
  );
  return [...due].map(([incidentId, entries]) => ({
    incidentId,
    steps: entries.flatMap(({ steps }) => steps),
    sortKeys: entries.map(({ sortKey }) => sortKey),
    more: all.some((one) => one.incidentId === incidentId && one.sortKey >= upTo),
  }));
};

/** Forgets what was lifted. */
export const forgetLeft = async (services: Services, { sortKeys }: LeftBehind): Promise<void> => {
  await database(services).send(
    new TransactWriteItemsCommand({
      TransactItems: sortKeys.map((sortKey) => ({
        Delete: { TableName: INCIDENT_TABLE_NAME, Key: { pk: text(TO_LIFT), sk: text(sortKey) } },
      })),
    }),
  );
};
