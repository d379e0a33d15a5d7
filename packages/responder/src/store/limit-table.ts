import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import {
  breakerRow,
  breakerResetKey,
  breakerResetRow,
  HALT_KEY,
  haltRow,
  INCIDENT_TABLE_NAME,
  LIMIT_SORT,
  limitKey,
  scalingGroupRow,
  type HaltRow,
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
 * however many findings come at once. Beside them are what people set (halt.ts): the halt switch and resets.
 */
export interface ReadLimits extends LimitRows {
  /** Version of each row that was read; absent for one that is not there. */
  readonly versions: Readonly<Record<string, number>>;
}

/** The rows that an opening hangs on, by name. */
export interface LimitNames {
  readonly breakers: readonly string[];
  /** Scopes of resets. */
  readonly resets: readonly string[];
  readonly groups: readonly string[];
}

const database = (services: Services): DynamoDBClient =>
  clientFor(DynamoDBClient, { ...services.own, region: services.config.homeRegion });

const keyOf = ({ pk, sk }: RowKey): Record<string, AttributeValue> => ({ pk: { S: pk }, sk: { S: sk } });

interface RowKey {
  readonly pk: string;
  readonly sk: string;
}

const countKey = (name: string): RowKey => ({ pk: limitKey(name), sk: LIMIT_SORT });

interface Row<Body> {
  readonly body: Body;
  readonly version: number;
}

const readRow = async <Body>(
  key: RowKey,
  schema: z.ZodType<Body>,
  services: Services,
): Promise<Row<Body> | undefined> => {
  const { Item: item } = await database(services).send(
    new GetItemCommand({ TableName: INCIDENT_TABLE_NAME, Key: keyOf(key), ConsistentRead: true }),
  );
  if (item === undefined) return undefined;
  const body = schema.parse(JSON.parse(item['body']?.S ?? 'null'));
  return { body, version: Number(item['version']?.N ?? '0') };
};

const there = <Found>(
  names: readonly string[],
  found: readonly (Found | undefined)[],
): readonly (readonly [string, Found])[] =>
  names.flatMap((name, index) => {
    const row = found[index];
    return row === undefined ? [] : [[name, row] as const];
  });

/** The halt switch; undefined while nobody has ever set it. */
export const readHalt = async (services: Services): Promise<HaltRow | undefined> =>
  (await readRow(HALT_KEY, haltRow, services))?.body;

/** Reads all side by side; a row that cannot be understood throws, as a table that cannot be read does. */
const readLimits = async (names: LimitNames, services: Services): Promise<ReadLimits> => {
  const [halt, breakers, resets, groups] = await Promise.all([
    readRow(HALT_KEY, haltRow, services),
    Promise.all(names.breakers.map((name) => readRow(countKey(name), breakerRow, services))),
    Promise.all(names.resets.map((scope) => readRow(breakerResetKey(scope), breakerResetRow, services))),
    Promise.all(names.groups.map((name) => readRow(countKey(name), scalingGroupRow, services))),
  ]);
  const counted = there(names.breakers, breakers);
  const members = there(names.groups, groups);
  return {
    ...(halt === undefined ? {} : { halt: halt.body }),
    breakers: Object.fromEntries(counted.map(([name, { body }]) => [name, body])),
    resets: Object.fromEntries(
      there(names.resets, resets).map(([scope, { body }]) => [scope, Date.parse(body.at)]),
    ),
    groups: Object.fromEntries(members.map(([name, { body }]) => [name, body])),
    versions: Object.fromEntries([...counted, ...members].map(([name, { version }]) => [name, version])),
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
      ...keyOf(countKey(name)),
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
