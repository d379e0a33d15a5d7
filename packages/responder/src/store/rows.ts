import { DynamoDBClient, QueryCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { INCIDENT_TABLE_NAME } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/** A text as the table has it. */
export const text = (value: string): AttributeValue => ({ S: value });
/** The table's client. */
export const database = (services: Services): DynamoDBClient =>
  clientFor(DynamoDBClient, { ...services.own, region: services.config.homeRegion });

/** A row of the table. */
export type Row = Readonly<Record<string, AttributeValue>>;

/** All rows of a partition, or those that start with a sort key; consistent, for decisions follow from them. */
export const rowsOf = async (
  services: Services,
  partition: string,
  only?: { readonly startingWith: string },
): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  const sort = only === undefined ? '' : ' AND begins_with(sk, :sk)';
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await database(services).send(
      new QueryCommand({
        TableName: INCIDENT_TABLE_NAME,
        KeyConditionExpression: `pk = :pk${sort}`,
        ExpressionAttributeValues: {
          ':pk': text(partition),
          ...(only === undefined ? {} : { ':sk': text(only.startingWith) }),
        },
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    rows.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return rows;
};

/** What a row holds as JSON; null where it holds none. */
export const bodyOf = (row: Row): unknown => JSON.parse(row['body']?.S ?? 'null');

/** A row's sort key. */
export const sortKeyOf = (row: Row): string => row['sk']?.S ?? '';
