import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { identityOf, invalidRequest, itemBytes, type Item, type Value } from './attribute-value.ts';
import { DYNAMODB_DURATIONS } from './durations.ts';
import { resourceTagContext } from '../request-tags.ts';
import { attributesOf, type AttributeRequest } from './request-attributes.ts';
import { dynamodbState, type KeyAttribute, type Table } from './state.ts';

/** A table's ARN: Region, account, name. */
export const TABLE_ARN = /^arn:[^:]+:dynamodb:([^:]+):(\d{12}):table\/([^/]+)$/;

interface TablePlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** Where the table that a request names lies: by name in the caller's account, by ARN anywhere. */
const placeOf = (call: Call, tableName: string | undefined): TablePlace => {
  const [, region = call.region, account = call.caller.account, name = tableName ?? ''] =
    TABLE_ARN.exec(tableName ?? '') ?? [];
  return { account, region, name };
};

/** The table that a request names, if there is one. */
export const findTable = (call: Call, tableName: string | undefined): Table | undefined => {
  const { account, region, name } = placeOf(call, tableName);
  return region === call.region ? call.world.of(dynamodbState, account, region).tables.get(name) : undefined;
};

/**
 * The table that a request names.
 *
 * @throws ServiceFault ResourceNotFoundException. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html (Errors)
 */
export const requireTable = (call: Call, tableName: string | undefined): Table => {
  const table = findTable(call, tableName);
  if (table === undefined)
    throw new ServiceFault('ResourceNotFoundException', 'Requested resource not found');
  return table;
};

const keyText = (
  value: { readonly S?: string | undefined; readonly N?: string | undefined } | undefined,
): readonly string[] => {
  const text = value?.S ?? value?.N;
  return text === undefined ? [] : [text];
};

/** What a check needs to know of the request. */
export interface Access {
  /** Such as `PutItem`. */
  readonly action: string;
  readonly tableName: string | undefined;
  /** The item or key, as the API writes it; absent where the request names no one item. */
  readonly key?:
    | Readonly<Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>>
    | undefined;
  /** The members of the request that name attributes and what it returns. */
  readonly request?: (AttributeRequest & { readonly ReturnValues?: string | undefined }) | undefined;
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * The check for one action on one table; `dynamodb:LeadingKeys` is the partition key of the item, `dynamodb:Attributes` what the
 * request names.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export const tableCheck = (call: Call, access: Access): Check => {
  const { account, region, name } = placeOf(call, access.tableName);
  const table = findTable(call, access.tableName);
  const attributes = attributesOf(access.request ?? {});
  const returned = access.request?.ReturnValues;
  const leading = table === undefined ? [] : keyText(access.key?.[table.partitionKey.name]);
  return {
    action: `dynamodb:${access.action}`,
    resource: `arn:${call.world.facts.partition}:dynamodb:${region}:${account}:table/${name}`,
    account,
    context: {
      ...resourceTagContext(table?.tags),
      ...(leading.length > 0 ? { 'dynamodb:LeadingKeys': leading } : {}),
      ...(attributes.length > 0 ? { 'dynamodb:Attributes': attributes } : {}),
      ...(returned === undefined ? {} : { 'dynamodb:ReturnValues': returned }),
      ...access.context,
    },
  };
};

const keyAttributes = (table: Table): readonly KeyAttribute[] =>
  table.sortKey === undefined ? [table.partitionKey] : [table.partitionKey, table.sortKey];

/** Whether an attribute is part of the table's key. */
export const isKeyAttribute = (table: Table, name: string): boolean =>
  keyAttributes(table).some((key) => key.name === name);

/** Bytes of a partition and a sort key value. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_KEY_BYTES = { partition: 2048, sort: 1024 };

const keyBytes = (value: Value): number =>
  value.type === 'S' ? Buffer.byteLength(value.value) : value.type === 'B' ? value.value.length : 0;

const refuseKeyValue = (table: Table, key: KeyAttribute, value: Value): void => {
  if ((value.type === 'S' || value.type === 'B') && value.value.length === 0) {
    const what = value.type === 'S' ? 'string' : 'binary';
    throw invalidRequest(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${what} value. Key: ${key.name}`,
    );
  }
  const limit = key === table.partitionKey ? MAX_KEY_BYTES.partition : MAX_KEY_BYTES.sort;
  if (keyBytes(value) > limit) {
    throw invalidRequest(
      `One or more parameter values were invalid: Size of ${key === table.partitionKey ? 'hashkey' : 'rangekey'} has exceeded the maximum size limit of ${limit} bytes`,
    );
  }
};

/** Text of an item's key. The item has been checked before. */
export const keyOf = (table: Table, item: Item): string =>
  JSON.stringify(
    keyAttributes(table).map(({ name }) => {
      const value = item.get(name);
      return value === undefined ? null : identityOf(value);
    }),
  );

/** The key attributes of an item alone. */
export const keyItem = (table: Table, item: Item): Item =>
  new Map([...item].filter(([name]) => isKeyAttribute(table, name)));

/** Checks the `Key` member of a request. @throws ServiceFault ValidationException */
export const checkKey = (table: Table, key: Item): Item => {
  const wanted = keyAttributes(table);
  if (key.size !== wanted.length || wanted.some(({ name, type }) => key.get(name)?.type !== type)) {
    throw invalidRequest('The provided key element does not match the schema');
  }
  for (const attribute of wanted) {
    const value = key.get(attribute.name);
    if (value !== undefined) refuseKeyValue(table, attribute, value);
  }
  return key;
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
const MAX_ITEM_BYTES = 400 * 1024;

/** Checks an item that is to be stored: its key, and 400 KB. @throws ServiceFault ValidationException */
export const checkItem = (table: Table, item: Item): Item => {
  for (const attribute of keyAttributes(table)) {
    const value = item.get(attribute.name);
    if (value === undefined)
      throw invalidRequest(
        `One or more parameter values were invalid: Missing the key ${attribute.name} in the item`,
      );
    if (value.type !== attribute.type) {
      throw invalidRequest(
        `One or more parameter values were invalid: Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${value.type}`,
      );
    }
    refuseKeyValue(table, attribute, value);
  }
  if (itemBytes(item) > MAX_ITEM_BYTES)
    throw invalidRequest('Item size has exceeded the maximum allowed size');
  return item;
};

const hasGone = (table: Table, item: Item, now: number): boolean => {
  const expiry = table.ttlAttribute === undefined ? undefined : item.get(table.ttlAttribute);
  if (expiry?.type !== 'N') return false;
  return Number(expiry.value) * 1000 + DYNAMODB_DURATIONS.expiredItemLingers <= now;
};

/** The item with this key, unless it expired long enough ago to have been removed. */
export const itemAt = (table: Table, key: string, now: number): Item | undefined => {
  const item = table.items.get(key);
  if (item === undefined || !hasGone(table, item, now)) return item;
  table.items.delete(key);
  return undefined;
};

/** All items that a table still has. */
export const itemsOf = (table: Table, now: number): readonly Item[] =>
  [...table.items.keys()].flatMap((key) => itemAt(table, key, now) ?? []);
