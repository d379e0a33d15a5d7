import { INCIDENT_TABLE_NAME, incidentRef } from '@cordon/incident';
import type { OpenIncident } from '@cordon/incident/deployment';
import { HELD } from '@cordon/responder/row-keys';

/**
 * Every incident that holds an instance: open, or contained. Reads the table itself, as whoever removes the deployment must be allowed to.
 *
 * @throws Error of the SDK; a table that is not there holds none
 */
export const openIncidents = async (
  region: string,
  profile: string | undefined,
): Promise<readonly OpenIncident[]> => {
  const { DynamoDBClient, paginateQuery } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({ region, ...(profile === undefined ? {} : { profile }) });
  const pages = paginateQuery(
    { client },
    {
      TableName: INCIDENT_TABLE_NAME,
      KeyConditionExpression: 'pk = :held',
      ExpressionAttributeValues: { ':held': { S: HELD } },
      ConsistentRead: true,
    },
  );
  const found: OpenIncident[] = [];
  try {
    for await (const { Items: items = [] } of pages)
      for (const item of items) {
        const {
          incidentId,
          account,
          region: where,
          instanceId,
        } = incidentRef.parse(JSON.parse(item['body']?.S ?? '{}'));
        const status = item['verified'] === undefined ? 'open' : 'contained';
        found.push({ incident: incidentId, account, region: where, instance: instanceId, status });
      }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  }
  return found;
};
