import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  INCIDENT_TABLE_NAME,
  parseAccountId,
  planStep,
  stepOutcome,
  type Allowed,
  type ChainedDeny,
  type IncidentRef,
  type PlanStep,
  type StepOutcome,
  type Undo,
} from '@cordon/incident';
import * as z from 'zod';
import { faultCode } from '../aws/classify.ts';
import { instant, type Services } from '../services.ts';
import { incidentKey } from './row-keys.ts';
import { database, text } from './rows.ts';

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

/** Keeps a session that goes back to the instance, with the undo of its deny, before anything is denied: release reads it. */
export const saveChained = async (
  services: Services,
  { incidentId }: IncidentRef,
  { session, by }: Pick<ChainedDeny, 'session' | 'by'>,
): Promise<void> => {
  const { id, account, roleArn, roleId, sessionName, expiresAt } = session;
  const undo: Undo = {
    kind: 'lift-chained-deny',
    id,
    account: parseAccountId(account),
    roleArn,
    roleId,
    sessionName,
    by,
    expiresAt,
  };
  await put(
    services,
    incidentId,
    `chained#${session.id}`,
    JSON.stringify({ at: instant(services), session, undo }),
  );
};

/**
 * The name under which a step's outcomes are kept: what a person was asked for has a row of its own, and so has each rung that was
 * climbed, beside what waited for nobody.
 */
export const rowOf = (step: string, { gates, only = [] }: Allowed): string => {
  if (gates.includes('climb')) return `${step}+climbed:${only.join(',').slice(0, 500)}`;
  return gates.includes('automatic') ? step : `${step}+asked`;
};

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

/** Writes a row of an incident's partition. */
export const put = async (
  services: Services,
  incidentId: string,
  sort: string,
  body: string,
): Promise<void> => {
  await database(services).send(
    new PutItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Item: { pk: text(incidentKey(incidentId)), sk: text(sort), body: text(body) },
    }),
  );
};

/** Writes an item unless it is there; whether it was written. */
export const putOnce = async (
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
