import {
  DeleteItemCommand,
  PutItemCommand,
  ScanCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  COVERAGE_TABLE_NAME,
  coverageRow,
  readCoverageRow,
  type Known,
  type KnownPlace,
} from '@cordon/incident/coverage';
import type { Services } from '../services.ts';
import { database, text } from '../store/rows.ts';

/** An item of the table: its key is `account` and `region`, `body` is the row as JSON, `path` where the account was when it was tried. */
type CoverageItem = Readonly<Record<string, AttributeValue>>;

/** A place as an item holds it; undefined where it cannot be read. */
const placeOf = (item: CoverageItem): KnownPlace | undefined => {
  const row = readCoverageRow(item['body']?.S);
  return row === undefined ? undefined : { row, path: item['path']?.S ?? '' };
};

/** All that is known. A row that cannot be read is as if it were not there: its place is tried again, and written anew. */
const readKnown = async (client: DynamoDBClient, services: Services): Promise<Known> => {
  const known = new Map<string, Map<string, KnownPlace>>();
  let from: CoverageItem | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: COVERAGE_TABLE_NAME,
        // A row that the run before wrote must be seen: else its place would be new again.
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items ?? []) {
      const place = placeOf(item);
      if (place === undefined) {
        services.log({ level: 'error', message: 'a row of coverage cannot be read, and is made anew' });
        continue;
      }
      const { account, region } = place.row;
      known.set(account, (known.get(account) ?? new Map<string, KnownPlace>()).set(region, place));
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return known;
};

/** Writes down how a place stands. */
const keepPlace = async (client: DynamoDBClient, { row, path }: KnownPlace): Promise<void> => {
  await client.send(
    new PutItemCommand({
      TableName: COVERAGE_TABLE_NAME,
      Item: {
        account: text(row.account),
        region: text(row.region),
        body: text(JSON.stringify(coverageRow.parse(row))),
        path: text(path),
      },
    }),
  );
};

/** A place that needs no protection any more: its account has left, or its Region. */
const forgetPlace = async (
  client: DynamoDBClient,
  { account, region }: { readonly account: string; readonly region: string },
): Promise<void> => {
  await client.send(
    new DeleteItemCommand({
      TableName: COVERAGE_TABLE_NAME,
      Key: { account: text(account), region: text(region) },
    }),
  );
};

/** The table, through one client for all of a run: a run writes thousands of rows. */
export interface CoverageTable {
  readonly read: () => Promise<Known>;
  readonly keep: (place: KnownPlace) => Promise<void>;
  readonly forget: (at: { readonly account: string; readonly region: string }) => Promise<void>;
}

/** Opens the table for a run. */
export const coverageTable = (services: Services): CoverageTable => {
  const client = database(services);
  return {
    read: () => readKnown(client, services),
    keep: (place) => keepPlace(client, place),
    forget: (at) => forgetPlace(client, at),
  };
};
