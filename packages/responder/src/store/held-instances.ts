import { TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  driftMemory,
  INCIDENT_TABLE_NAME,
  incidentRef,
  type DriftMemory,
  type IncidentRef,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { bodyOf, database, HELD, heldKey, incidentKey, rowsOf, text, type Row } from './rows.ts';

/** One instance that an incident holds. */
export interface HeldInstance {
  readonly incident: IncidentRef;
  /** The last plan whose containment was read back; absent before the first was. */
  readonly verified?: number;
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
  return {
    incident: incidentRef.parse(bodyOf(row)),
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

const update = async (
  services: Services,
  incident: IncidentRef,
  set: { readonly expression: string; readonly value: { readonly S: string } | { readonly N: string } },
): Promise<void> => {
  try {
    await database(services).send(
      new UpdateItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Key: { pk: text(HELD), sk: text(heldKey(incident)) },
        UpdateExpression: set.expression,
        ConditionExpression: 'incidentId = :incident',
        ExpressionAttributeValues: { ':value': set.value, ':incident': text(incident.incidentId) },
      }),
    );
  } catch (error) {
    // Released meanwhile: there is nothing to remember.
    if (faultCode(error) !== 'ConditionalCheckFailedException') throw error;
  }
};

/** Keeps that the containment of the incident's present plan was read back: from now on the watch looks at it. */
export const markVerified = (services: Services, incident: IncidentRef): Promise<void> =>
  update(services, incident, {
    expression: 'SET verified = :value',
    value: { N: String(incident.revision) },
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
