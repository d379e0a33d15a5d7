import type { Call } from '../../core/operation.ts';
import { ServiceFault } from '../../core/fault.ts';
import { applyUpdate } from './apply-update.ts';
import { requiredItem } from './accept-input.ts';
import { invalidRequest, writeItem, type Item, type WireItem } from './attribute-value.ts';
import { readCondition, type Condition } from './condition-expression.ts';
import type { DocumentPath } from './document-path.ts';
import {
  placeholdersOf,
  refuseUnused,
  type PlaceholderInput,
  type Placeholders,
} from './expression-reader.ts';
import { holds } from './holds.ts';
import type { Table } from './state.ts';
import { checkItem, checkKey, isKeyAttribute, itemAt, keyItem, keyOf, requireTable } from './tables.ts';
import { readUpdate } from './update-expression.ts';

/** What every write may carry. */
export interface WriteInput extends PlaceholderInput {
  readonly TableName?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** A write that has been read and checked as far as it can be without the item. */
export interface PlannedWrite {
  readonly table: Table;
  /** Text of the key. */
  readonly key: string;
  readonly condition?: Condition;
  readonly showsItemOnFailure: boolean;
  /** Places that an update names. */
  readonly paths: readonly DocumentPath[];
  /** The item after the write, undefined when there is none; may throw what DynamoDB finds out by looking at the item. */
  readonly after: (before: Item | undefined) => Item | undefined;
}

const empty: Item = new Map();

const conditionOf = (input: WriteInput, placeholders: Placeholders): { readonly condition?: Condition } =>
  input.ConditionExpression === undefined
    ? {}
    : { condition: readCondition(input.ConditionExpression, 'ConditionExpression', placeholders) };

const showsItem = (input: WriteInput): boolean => input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';

const refuseWithoutExpression = (input: WriteInput, hasExpression: boolean): void => {
  for (const member of ['ExpressionAttributeNames', 'ExpressionAttributeValues'] as const) {
    if (!hasExpression && input[member] !== undefined)
      throw invalidRequest(`${member} can only be specified when using expressions`);
  }
};

const begin = (call: Call, input: WriteInput) => {
  const table = requireTable(call, input.TableName);
  const placeholders = placeholdersOf(input);
  return { table, placeholders, ...conditionOf(input, placeholders) };
};

/** Plans a PutItem or Put. @throws ServiceFault ValidationException, ResourceNotFoundException */
export const planPut = (
  call: Call,
  input: WriteInput & { readonly Item?: WireItem | undefined },
): PlannedWrite => {
  const { placeholders, table, ...condition } = begin(call, input);
  refuseWithoutExpression(input, input.ConditionExpression !== undefined);
  refuseUnused(placeholders);
  const item = checkItem(table, requiredItem(input.Item, 'item'));
  return {
    table,
    ...condition,
    key: keyOf(table, item),
    showsItemOnFailure: showsItem(input),
    paths: [],
    after: () => item,
  };
};

interface KeyedInput extends WriteInput {
  readonly Key?: WireItem | undefined;
}

const planKeyed = (call: Call, input: KeyedInput, after: PlannedWrite['after']): PlannedWrite => {
  const { placeholders, table, ...condition } = begin(call, input);
  refuseWithoutExpression(input, input.ConditionExpression !== undefined);
  refuseUnused(placeholders);
  const key = keyOf(table, checkKey(table, requiredItem(input.Key, 'key')));
  return { table, ...condition, key, showsItemOnFailure: showsItem(input), paths: [], after };
};

/** Plans a DeleteItem or Delete. @throws ServiceFault ValidationException, ResourceNotFoundException */
export const planDelete = (call: Call, input: KeyedInput): PlannedWrite =>
  planKeyed(call, input, () => undefined);

/** Plans a ConditionCheck, which leaves the item as it is. @throws ServiceFault ValidationException, ResourceNotFoundException */
export const planCheck = (call: Call, input: KeyedInput): PlannedWrite => {
  if (input.ConditionExpression === undefined)
    throw invalidRequest('The ConditionExpression is required for a ConditionCheck');
  return planKeyed(call, input, (before) => before);
};

/** Plans an UpdateItem or Update. @throws ServiceFault ValidationException, ResourceNotFoundException */
export const planUpdate = (
  call: Call,
  input: KeyedInput & { readonly UpdateExpression?: string | undefined },
): PlannedWrite => {
  const { placeholders, table, ...condition } = begin(call, input);
  const changes =
    input.UpdateExpression === undefined ? [] : readUpdate(input.UpdateExpression, placeholders);
  refuseWithoutExpression(
    input,
    input.UpdateExpression !== undefined || input.ConditionExpression !== undefined,
  );
  refuseUnused(placeholders);
  const touched = changes.find(({ path }) => isKeyAttribute(table, path[0]));
  if (touched !== undefined) {
    throw invalidRequest(
      `One or more parameter values were invalid: Cannot update attribute ${touched.path[0]}. This attribute is part of the key`,
    );
  }
  const keyed = checkKey(table, requiredItem(input.Key, 'key'));
  return {
    table,
    ...condition,
    key: keyOf(table, keyed),
    showsItemOnFailure: showsItem(input),
    paths: changes.map(({ path }) => path),
    after: (before) => checkItem(table, applyUpdate(before ?? keyItem(table, keyed), changes)),
  };
};

/** The item that a planned write meets. */
export const itemBefore = (call: Call, planned: PlannedWrite): Item | undefined =>
  itemAt(planned.table, planned.key, call.now);

/** Whether the condition of a planned write holds for the item that it meets. */
export const conditionHolds = (planned: PlannedWrite, before: Item | undefined): boolean =>
  planned.condition === undefined || holds(planned.condition, before ?? empty);

/** Stores the outcome of a planned write. */
export const store = (planned: PlannedWrite, after: Item | undefined): void => {
  if (after === undefined) planned.table.items.delete(planned.key);
  else planned.table.items.set(planned.key, after);
};

/**
 * Does one write by itself.
 *
 * @throws ServiceFault ConditionalCheckFailedException, with the item where the request asks for it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html (ReturnValuesOnConditionCheckFailure)
 */
export const writeAlone = (
  call: Call,
  planned: PlannedWrite,
): { readonly before: Item | undefined; readonly after: Item | undefined } => {
  const before = itemBefore(call, planned);
  if (!conditionHolds(planned, before)) {
    const shown = planned.showsItemOnFailure && before !== undefined ? { Item: writeItem(before) } : {};
    throw new ServiceFault('ConditionalCheckFailedException', 'The conditional request failed', {
      fields: shown,
    });
  }
  const after = planned.after(before);
  store(planned, after);
  return { before, after };
};
