import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import {
  breakerRow,
  HALT_NAME,
  haltRow,
  INCIDENT_TABLE_NAME,
  LIMIT_SORT,
  limitKey,
  scalingGroupRow,
  type LimitRows,
  type ScalingGroupRow,
} from '@cordon/incident';
import * as z from 'zod';
import { classify, faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/**
 * Rows about limits, in the incident table, a partition each (`limit#<name>`): `body` is the row as JSON, `version` counts its
 * writes. A row is read, decided about, and written only if nobody has written it since, so that what is counted is exact
 * however many findings come at once.
 */
export interface ReadLimits extends LimitRows {
  /** Version of each row that was read; absent for one that is not there. */
  readonly versions: Readonly<Record<string, number>>;
}

/** The rows that an opening hangs on, by name. */
export interface LimitNames {
  readonly breakers: readonly string[];
  readonly groups: readonly string[];
}

const database = (services: Services): DynamoDBClient =>
  clientFor(DynamoDBClient, { ...services.own, region: services.config.homeRegion });

const keyOf = (name: string): Record<string, AttributeValue> => ({
  pk: { S: limitKey(name) },
  sk: { S: LIMIT_SORT },
});

const readRow = async (
  name: string,
  services: Services,
): Promise<{ readonly body: unknown; readonly version: number } | undefined> => {
  const { Item: item } = await database(services).send(
    new GetItemCommand({ TableName: INCIDENT_TABLE_NAME, Key: keyOf(name), ConsistentRead: true }),
  );
  if (item === undefined) return undefined;
  return { body: JSON.parse(item['body']?.S ?? 'null'), version: Number(item['version']?.N ?? '0') };
};

/** Reads the halt switch and the rows, side by side; one that cannot be understood throws, as a table that cannot be read does. */
const readLimits = async ({ breakers, groups }: LimitNames, services: Services): Promise<ReadLimits> => {
  const names = [HALT_NAME, ...breakers, ...groups];
  const found = new Map(
    (await Promise.all(names.map((name) => readRow(name, services)))).map((row, index) => [
      names[index],
      row,
    ]),
  );
  const parsed = <Row>(wanted: readonly string[], schema: z.ZodType<Row>): Record<string, Row> =>
    Object.fromEntries(
      wanted.flatMap((name) => {
        const row = found.get(name);
        return row === undefined ? [] : [[name, schema.parse(row.body)] as const];
      }),
    );
  const halt = found.get(HALT_NAME);
  return {
    ...(halt === undefined ? {} : { halt: haltRow.parse(halt.body) }),
    breakers: parsed(breakers, breakerRow),
    groups: parsed(groups, scalingGroupRow),
    versions: Object.fromEntries(
      names.flatMap((name) => {
        const row = found.get(name);
        return row === undefined ? [] : [[name, row.version] as const];
      }),
    ),
  };
};

/** Reads the rows; undefined when they cannot be read: containment goes on then, uncounted, for it must not hang on a count. */
export const readOrGoOn = async (names: LimitNames, services: Services): Promise<ReadLimits | undefined> => {
  try {
    return await readLimits(names, services);
  } catch (error) {
    const code = error instanceof Error && error.name === 'ZodError' ? 'UnreadableRow' : classify(error).code;
    services.log({
      level: 'error',
      message: 'the limits cannot be read, so nothing is held back by them',
      code,
    });
    return undefined;
  }
};

/** The write of a row that holds only if nobody has written the row since it was read. */
export const limitPut = (name: string, row: object, versions: ReadLimits['versions']) => {
  const version = versions[name];
  return {
    TableName: INCIDENT_TABLE_NAME,
    Item: {
      ...keyOf(name),
      version: { N: String((version ?? 0) + 1) },
      body: { S: JSON.stringify(row) },
    },
    ...(version === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':version': { N: String(version) } },
        }),
  };
};

/** Writes a group's row; false when somebody was faster. */
export const writeGroup = async (
  name: string,
  row: ScalingGroupRow,
  { versions, services }: { readonly versions: ReadLimits['versions']; readonly services: Services },
): Promise<boolean> => {
  try {
    await database(services).send(new PutItemCommand(limitPut(name, scalingGroupRow.parse(row), versions)));
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};
