import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { INCIDENT_TABLE_NAME, incidentRef, LOCKED_SOURCES, type IncidentRef } from '@cordon/incident';
import * as z from 'zod';
import type { Services } from '../services.ts';
import { bodyOf, database, rowsOf, text } from './rows.ts';

const lockedRow = z.object({
  incident: incidentRef,
  /** The volume, and what its copy was taken for. */
  subject: z.string(),
  snapshotIds: z.array(z.string()),
  dueAt: z.iso.datetime(),
  /** Times that EC2 refused to delete them. */
  refused: z.int(),
});
/** Snapshots of a disk that stay in the member until their lock has ended. */
export type LockedSources = z.infer<typeof lockedRow>;

const sortOf = ({ incident, subject }: { readonly incident: IncidentRef; readonly subject: string }) =>
  text(`${incident.incidentId}#${incident.revision}#${subject}`);

/** Every row, of all members: a row lives a few days. */
export const readLocked = async (services: Services): Promise<readonly LockedSources[]> =>
  (await rowsOf(services, LOCKED_SOURCES)).map((row) => lockedRow.parse(bodyOf(row)));

/** Keeps that snapshots stay until their lock has ended; again when EC2 refused to delete them. */
export const keepLocked = async (services: Services, locked: LockedSources): Promise<void> => {
  await database(services).send(
    new PutItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Item: {
        pk: text(LOCKED_SOURCES),
        sk: sortOf(locked),
        body: text(JSON.stringify(lockedRow.parse(locked))),
      },
    }),
  );
};

/** Forgets snapshots that are gone, or that are left to a person. */
export const forgetLocked = async (services: Services, locked: LockedSources): Promise<void> => {
  await database(services).send(
    new DeleteItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Key: { pk: text(LOCKED_SOURCES), sk: sortOf(locked) },
    }),
  );
};
