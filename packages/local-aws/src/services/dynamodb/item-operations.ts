import type {
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { operation, type Operation } from '../../core/operation.ts';
import { acceptInput, requiredItem } from './accept-input.ts';
import { invalidRequest, writeItem, type Item } from './attribute-value.ts';
import { readProjection } from './condition-expression.ts';
import { project, type DocumentPath } from './document-path.ts';
import { placeholdersOf, refuseUnused } from './expression-reader.ts';
import { planDelete, planPut, planUpdate, writeAlone } from './planned-write.ts';
import { checkKey, itemAt, keyOf, requireTable, tableCheck } from './tables.ts';

const CONDITIONAL = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
] as const;

const oldAttributes = (
  returnValues: string | undefined,
  before: Item | undefined,
): { Attributes?: ReturnType<typeof writeItem> } => {
  if (returnValues !== undefined && returnValues !== 'NONE' && returnValues !== 'ALL_OLD') {
    throw invalidRequest('Return values set to invalid value');
  }
  return returnValues === 'ALL_OLD' && before !== undefined ? { Attributes: writeItem(before) } : {};
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
const putItem = operation<PutItemCommandInput, Omit<PutItemCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    tableCheck(call, { action: 'PutItem', tableName: input.TableName, key: input.Item, request: input }),
  ],
  run: (input, call) => {
    acceptInput(input, 'PutItem', [...CONDITIONAL, 'Item']);
    oldAttributes(input.ReturnValues, undefined);
    const { before } = writeAlone(call, planPut(call, input));
    return oldAttributes(input.ReturnValues, before);
  },
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
const deleteItem = operation<DeleteItemCommandInput, Omit<DeleteItemCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    tableCheck(call, { action: 'DeleteItem', tableName: input.TableName, key: input.Key, request: input }),
  ],
  run: (input, call) => {
    acceptInput(input, 'DeleteItem', [...CONDITIONAL, 'Key']);
    oldAttributes(input.ReturnValues, undefined);
    const { before } = writeAlone(call, planDelete(call, input));
    return oldAttributes(input.ReturnValues, before);
  },
});

const returned = (
  returnValues: string,
  on: {
    readonly before: Item | undefined;
    readonly after: Item | undefined;
    readonly paths: readonly DocumentPath[];
  },
): Item | undefined => {
  switch (returnValues) {
    case 'NONE':
      return undefined;
    case 'ALL_OLD':
      return on.before;
    case 'ALL_NEW':
      return on.after;
    case 'UPDATED_OLD':
      return on.before === undefined ? undefined : project(on.before, on.paths);
    case 'UPDATED_NEW':
      return on.after === undefined ? undefined : project(on.after, on.paths);
    default:
      throw invalidRequest(
        `1 validation error detected: Value '${returnValues}' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]`,
      );
  }
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
const updateItem = operation<UpdateItemCommandInput, Omit<UpdateItemCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    tableCheck(call, { action: 'UpdateItem', tableName: input.TableName, key: input.Key, request: input }),
  ],
  run: (input, call) => {
    acceptInput(input, 'UpdateItem', [...CONDITIONAL, 'Key', 'UpdateExpression']);
    const returnValues = input.ReturnValues ?? 'NONE';
    returned(returnValues, { before: undefined, after: undefined, paths: [] });
    const planned = planUpdate(call, input);
    const item = returned(returnValues, { ...writeAlone(call, planned), paths: planned.paths });
    return item === undefined || item.size === 0 ? {} : { Attributes: writeItem(item) };
  },
});

/** Reads are as of now, so that ConsistentRead changes nothing. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
const getItem = operation<GetItemCommandInput, Omit<GetItemCommandOutput, '$metadata'>>({
  checks: (input, call) => [
    tableCheck(call, { action: 'GetItem', tableName: input.TableName, key: input.Key, request: input }),
  ],
  run: (input, call) => {
    acceptInput(input, 'GetItem', [
      'TableName',
      'Key',
      'ConsistentRead',
      'ProjectionExpression',
      'ExpressionAttributeNames',
    ]);
    const table = requireTable(call, input.TableName);
    const placeholders = placeholdersOf(input);
    const paths =
      input.ProjectionExpression === undefined
        ? undefined
        : readProjection(input.ProjectionExpression, placeholders);
    refuseUnused(placeholders);
    const item = itemAt(table, keyOf(table, checkKey(table, requiredItem(input.Key, 'key'))), call.now);
    if (item === undefined) return {};
    return { Item: writeItem(paths === undefined ? item : project(item, paths)) };
  },
});

/** Operations on one item. */
export const itemOperations: Readonly<Record<string, Operation>> = {
  PutItem: putItem,
  GetItem: getItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
};
