import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  driftMemory,
  INCIDENT_TABLE_NAME,
  incidentRef,
  type DriftMemory,
  type IncidentRef,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { bodyOf, database, HELD, heldKey, rowsOf, text, type Row } from './rows.ts';

/** One instance that an incident holds. */
export interface HeldInstance {
  readonly incident: IncidentRef;
  /** The last plan whose containment was read back; absent before the first was. */
  readonly verified?: number;
  readonly drift?: DriftMemory;
}

const heldOf = (row: Row): HeldInstance => {
  const drift = row['drift']?.S;
  const verified = row['verified']?.N;
  return {
    incident: incidentRef.parse(bodyOf(row)),
    ...(verified === undefined ? {} : { verified: Number(verified) }),
    ...(drift === undefined ? {} : { drift: driftMemory.parse(JSON.parse(drift)) }),
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

/** Keeps what the watch met. */
export const rememberDrift = (services: Services, incident: IncidentRef, drift: DriftMemory): Promise<void> =>
  update(services, incident, {
    expression: 'SET drift = :value',
    value: { S: JSON.stringify(driftMemory.parse(drift)) },
  });
