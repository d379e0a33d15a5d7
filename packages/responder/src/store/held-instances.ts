import { TransactWriteItemsCommand, UpdateItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  driftMemory,
  INCIDENT_TABLE_NAME,
  incidentRef,
  LOOK_AGAIN_AFTER_MS,
  type DriftMemory,
  type IncidentRef,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { HELD, heldKey, incidentKey } from './row-keys.ts';
import { bodyOf, database, rowsOf, text, type Row } from './rows.ts';

/** One instance that an incident holds. */
export interface HeldInstance {
  readonly incident: IncidentRef;
  /** The last plan whose containment was read back; absent before the first was. */
  readonly verified?: number;
  /** Other accounts, in which containment changed networks of the instance. */
  readonly owners: readonly string[];
  /** When the last look that a change caused began, in epoch milliseconds. */
  readonly lookedAt?: number;
  readonly drift?: DriftMemory;
  /** The same as the row has it: a write counts on it, so that two looks do not act on one drift. */
  readonly driftText?: string;
}

/** A memory in a form of an earlier version counts as none: its drift is met anew. */
const remembered = (drift: string): Pick<HeldInstance, 'drift'> => {
  const { data } = driftMemory.safeParse(JSON.parse(drift));
  return data === undefined ? {} : { drift: data };
};

const heldOf = (row: Row): HeldInstance => {
  const drift = row['drift']?.S;
  const verified = row['verified']?.N;
  const lookedAt = row['lookedAt']?.N;
  return {
    incident: incidentRef.parse(bodyOf(row)),
    owners: row['owners']?.SS ?? [],
    ...(lookedAt === undefined ? {} : { lookedAt: Number(lookedAt) }),
    ...(verified === undefined ? {} : { verified: Number(verified) }),
    ...(drift === undefined ? {} : { driftText: drift, ...remembered(drift) }),
  };
};

/** Every instance that an incident holds, or those of one account and Region. */
export const heldInstances = async (
  services: Services,
  at?: Pick<IncidentRef, 'account' | 'region'>,
): Promise<readonly HeldInstance[]> =>
  (
    await rowsOf(
      services,
      HELD,
      at === undefined ? undefined : { startingWith: `${at.account}#${at.region}#` },
    )
  ).map(heldOf);

/** Changes the row of an instance while it is this incident's; false when it is not, or what else is asked does not hold. */
const update = async (
  services: Services,
  incident: IncidentRef,
  set: {
    readonly expression: string;
    readonly condition?: string;
    readonly values: Readonly<Record<string, AttributeValue>>;
  },
): Promise<boolean> => {
  const condition = set.condition === undefined ? '' : ` AND (${set.condition})`;
  try {
    await database(services).send(
      new UpdateItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Key: { pk: text(HELD), sk: text(heldKey(incident)) },
        UpdateExpression: set.expression,
        ConditionExpression: `incidentId = :incident${condition}`,
        ExpressionAttributeValues: { ...set.values, ':incident': text(incident.incidentId) },
      }),
    );
    return true;
  } catch (error) {
    if (faultCode(error) !== 'ConditionalCheckFailedException') throw error;
    return false;
  }
};

/**
 * Keeps that the containment of the incident's present plan was read back, and in which other accounts: from now on the watch looks at it.
 * Of one that was released meanwhile there is nothing to keep.
 */
export const markVerified = async (
  services: Services,
  incident: IncidentRef,
  owners: readonly string[],
): Promise<void> => {
  await update(services, incident, {
    expression: `SET verified = :value${owners.length === 0 ? '' : ' ADD owners :owners'}`,
    values: {
      ':value': { N: String(incident.revision) },
      ...(owners.length === 0 ? {} : { ':owners': { SS: [...owners] } }),
    },
  });
};

/** Begins a look that a change caused; false when another began a moment ago, or nobody holds the instance any more. */
export const claimLook = (services: Services, { incident }: HeldInstance, now: number): Promise<boolean> =>
  update(services, incident, {
    expression: 'SET lookedAt = :now',
    condition: 'attribute_not_exists(lookedAt) OR lookedAt <= :before',
    values: { ':now': { N: String(now) }, ':before': { N: String(now - LOOK_AGAIN_AFTER_MS) } },
  });

/** The row of the instance as the look found it: its memory of drift, and that it is still this incident's. */
const onHeld = (held: HeldInstance, drift: DriftMemory) => ({
  TableName: INCIDENT_TABLE_NAME,
  Key: { pk: text(HELD), sk: text(heldKey(held.incident)) },
  UpdateExpression: 'SET drift = :drift',
  ConditionExpression: `incidentId = :incident AND ${held.driftText === undefined ? 'attribute_not_exists(drift)' : 'drift = :before'}`,
  ExpressionAttributeValues: {
    ':drift': text(JSON.stringify(driftMemory.parse(drift))),
    ':incident': text(held.incident.incidentId),
    ...(held.driftText === undefined ? {} : { ':before': text(held.driftText) }),
  },
});

/** Keeps what the watch met; false when another look was faster, or the instance was released meanwhile. */
export const rememberDrift = async (
  services: Services,
  held: HeldInstance,
  drift: DriftMemory,
): Promise<boolean> => {
  try {
    await database(services).send(new UpdateItemCommand(onHeld(held, drift)));
    return true;
  } catch (error) {
    if (faultCode(error) !== 'ConditionalCheckFailedException') throw error;
    return false;
  }
};

/**
 * Keeps what the watch met and counts one more plan of the incident, both or neither: of two looks at one drift one alone acts on it.
 * Gives the number of the plan; undefined when another was faster. The incident's posture stays as it was decided.
 */
export const countPlanAfterDrift = async (
  services: Services,
  held: HeldInstance,
  { drift, current }: { readonly drift: DriftMemory; readonly current: number },
): Promise<number | undefined> => {
  const count = {
    TableName: INCIDENT_TABLE_NAME,
    Key: { pk: text(incidentKey(held.incident.incidentId)), sk: text('incident') },
    UpdateExpression: 'SET revision = :next',
    ConditionExpression: 'revision = :current',
    ExpressionAttributeValues: { ':next': { N: String(current + 1) }, ':current': { N: String(current) } },
  };
  try {
    await database(services).send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Update: count }, { Update: onHeld(held, drift) }],
      }),
    );
    return current + 1;
  } catch (error) {
    if (faultCode(error) !== 'TransactionCanceledException') throw error;
    return undefined;
  }
};
