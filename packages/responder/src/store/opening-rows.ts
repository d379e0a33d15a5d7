import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  INCIDENT_TABLE_NAME,
  incidentRef,
  OPENINGS,
  type IncidentRef,
  type OpeningKind,
} from '@cordon/incident';
import * as z from 'zod';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { bodyOf, database, rowsOf, text, type Row } from './rows.ts';

/** The partition that lists every interface that is about to be opened, or is open. */
const OPENED = 'openings';

const openingRow = z.object({
  incident: incidentRef,
  opens: z.enum(OPENINGS),
  /** The plan's step. */
  stepId: z.string(),
  networkInterfaceId: z.string(),
  vpcId: z.string(),
  groupName: z.string(),
  /** Of the group that opens, once it is made: before any interface gets it. */
  groupId: z.string().optional(),
  /** In which the interface is alone once it is closed. */
  isolationGroupId: z.string(),
  /** What it lets through, in plain words. */
  lets: z.string(),
  openedAt: z.iso.datetime(),
  /** From when on whoever looks closes it. */
  dueAt: z.iso.datetime(),
});
/** An interface that is about to be opened, and until when: written before anything is. */
export type Opening = z.infer<typeof openingRow>;

const startOf = ({ incidentId, revision }: IncidentRef): string => `${incidentId}#${revision}#`;
const sortOf = ({ incident, stepId }: Pick<Opening, 'incident' | 'stepId'>): string =>
  `${startOf(incident)}${stepId}`;

const itemOf = (opening: Opening): Row => ({
  pk: text(OPENED),
  sk: text(sortOf(opening)),
  body: text(JSON.stringify(openingRow.parse(opening))),
});

/** Writes down that an interface is about to be opened; false when an earlier try has. */
export const beginOpening = async (services: Services, opening: Opening): Promise<boolean> => {
  try {
    await database(services).send(
      new PutItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Item: itemOf(opening),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

/** Writes down which group it is that opens. */
export const noteGroup = async (services: Services, opening: Opening, groupId: string): Promise<void> => {
  await database(services).send(
    new PutItemCommand({ TableName: INCIDENT_TABLE_NAME, Item: itemOf({ ...opening, groupId }) }),
  );
};

/** What one plan of an incident opened, or is about to, and nobody has closed yet; of all incidents where none is named. */
export const openingsOf = async (
  services: Services,
  of?: { readonly incident: IncidentRef; readonly opens?: OpeningKind },
): Promise<readonly Opening[]> => {
  const rows = await rowsOf(
    services,
    OPENED,
    of === undefined ? undefined : { startingWith: startOf(of.incident) },
  );
  return rows
    .map((row) => openingRow.parse(bodyOf(row)))
    .filter(({ opens }) => of?.opens === undefined || opens === of.opens);
};

/** It is closed, and was read back. */
export const forgetOpening = async (services: Services, opening: Opening): Promise<void> => {
  await database(services).send(
    new DeleteItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Key: { pk: text(OPENED), sk: text(sortOf(opening)) },
    }),
  );
};
