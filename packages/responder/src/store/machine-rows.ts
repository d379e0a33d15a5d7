import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { INCIDENT_TABLE_NAME, machineRow, MACHINES, type MachineRow } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { bodyOf, database, rowsOf, text, type Row } from './rows.ts';

const bodyText = (row: MachineRow): string => JSON.stringify(machineRow.parse(row));
const itemOf = (row: MachineRow): Row => ({
  pk: text(MACHINES),
  sk: text(row.ledgerId),
  body: text(bodyText(row)),
});

const unlessChanged = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

/** Writes down that a machine is about to be started, and until when; one that an earlier try wrote stays. */
export const beginMachine = (services: Services, row: MachineRow): Promise<boolean> =>
  unlessChanged(() =>
    database(services).send(
      new PutItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Item: itemOf(row),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );

/** Machines that were started and that nobody has ended; of one incident where it is named. */
export const machinesOf = async (services: Services, incidentId?: string): Promise<readonly MachineRow[]> => {
  const only = incidentId === undefined ? undefined : { startingWith: incidentId };
  const rows = (await rowsOf(services, MACHINES, only)).map((row) => machineRow.parse(bodyOf(row)));
  return rows.filter(({ incident }) => incidentId === undefined || incident.incidentId === incidentId);
};

/** Changes a row that is still as it was read; false where somebody was faster: read it again. */
export const changeMachine = (services: Services, before: MachineRow, after: MachineRow): Promise<boolean> =>
  unlessChanged(() =>
    database(services).send(
      new PutItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Item: itemOf(after),
        ConditionExpression: 'body = :before',
        ExpressionAttributeValues: { ':before': text(bodyText(before)) },
      }),
    ),
  );

/** It is gone, and so are its volumes. */
export const forgetMachine = async (services: Services, { ledgerId }: MachineRow): Promise<void> => {
  await database(services).send(
    new DeleteItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Key: { pk: text(MACHINES), sk: text(ledgerId) },
    }),
  );
};
