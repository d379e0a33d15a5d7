import { createHash } from 'node:crypto';
import type {
  CancellationReason,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { acceptInput } from './accept-input.ts';
import { invalidRequest, writeItem, type Item } from './attribute-value.ts';
import { DYNAMODB_DURATIONS } from './durations.ts';
import {
  conditionHolds,
  itemBefore,
  planCheck,
  planDelete,
  planPut,
  planUpdate,
  store,
  type PlannedWrite,
} from './planned-write.ts';
import { dynamodbState } from './state.ts';
import { tableCheck } from './tables.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const MAX_ACTIONS = 100;

const COMMON = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
] as const;

/** Rights of each action; the transaction has none of its own. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html */
const checkOf = (call: Call, write: TransactWriteItem): readonly Check[] => {
  const context = { 'dynamodb:EnclosingOperation': 'TransactWriteItems' };
  const named = [
    { action: 'PutItem', part: write.Put, key: write.Put?.Item },
    { action: 'UpdateItem', part: write.Update, key: write.Update?.Key },
    { action: 'DeleteItem', part: write.Delete, key: write.Delete?.Key },
    { action: 'ConditionCheckItem', part: write.ConditionCheck, key: write.ConditionCheck?.Key },
  ];
  return named.flatMap(({ action, part, key }) =>
    part === undefined
      ? []
      : [tableCheck(call, { action, tableName: part.TableName, key, request: part, context })],
  );
};

const plan = (call: Call, write: TransactWriteItem): PlannedWrite => {
  acceptMembers(write, 'TransactWriteItems.TransactItems', ['Put', 'Update', 'Delete', 'ConditionCheck']);
  if (Object.values(write).filter((part) => part !== undefined).length !== 1) {
    throw invalidRequest('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (write.Put !== undefined) {
    acceptMembers(write.Put, 'Put', [...COMMON, 'Item']);
    return planPut(call, write.Put);
  }
  if (write.Update !== undefined) {
    acceptMembers(write.Update, 'Update', [...COMMON, 'Key', 'UpdateExpression']);
    return planUpdate(call, write.Update);
  }
  if (write.Delete !== undefined) {
    acceptMembers(write.Delete, 'Delete', [...COMMON, 'Key']);
    return planDelete(call, write.Delete);
  }
  const check = write.ConditionCheck ?? {
    TableName: undefined,
    Key: undefined,
    ConditionExpression: undefined,
  };
  acceptMembers(check, 'ConditionCheck', [...COMMON, 'Key']);
  return planCheck(call, check);
};

const refuseRepeats = (planned: readonly PlannedWrite[]): void => {
  const places = planned.map(({ table, key }) => `${table.arn} ${key}`);
  if (new Set(places).size !== places.length)
    throw invalidRequest('Transaction request cannot include multiple operations on one item');
};

type Judged =
  | { readonly status: 'writes'; readonly planned: PlannedWrite; readonly after: Item | undefined }
  | { readonly status: 'fails'; readonly reason: CancellationReason };

const judge = (call: Call, planned: PlannedWrite): Judged => {
  const before = itemBefore(call, planned);
  if (!conditionHolds(planned, before)) {
    const shown = planned.showsItemOnFailure && before !== undefined ? { Item: writeItem(before) } : {};
    return {
      status: 'fails',
      reason: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...shown },
    };
  }
  try {
    return { status: 'writes', planned, after: planned.after(before) };
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    return { status: 'fails', reason: { Code: 'ValidationError', Message: error.message } };
  }
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html (TransactionCanceledException) */
const cancelled = (judged: readonly Judged[]): ServiceFault => {
  const reasons = judged.map((one): CancellationReason =>
    one.status === 'fails' ? one.reason : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new ServiceFault(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
};

const fingerprint = (writes: readonly TransactWriteItem[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify(writes, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
      ),
    )
    .digest('hex');

/** Whether this very request was done in the last ten minutes. @throws ServiceFault IdempotentParameterMismatchException */
const doneAlready = (call: Call, token: string | undefined, request: string): boolean => {
  if (token === undefined) return false;
  const { tokens } = call.world.of(dynamodbState, call.caller.account, call.region);
  const accepted = tokens.get(token);
  if (accepted === undefined || call.now - accepted.at > DYNAMODB_DURATIONS.requestTokenHolds) return false;
  if (accepted.request === request) return true;
  throw new ServiceFault(
    'IdempotentParameterMismatchException',
    'The request was rejected because a request with the same client token but different parameters was already accepted',
  );
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const transactWriteItems = operation<
  TransactWriteItemsCommandInput,
  Omit<TransactWriteItemsCommandOutput, '$metadata'>
>({
  checks: (input, call) => (input.TransactItems ?? []).flatMap((write) => checkOf(call, write)),
  run: (input, call) => {
    acceptInput(input, 'TransactWriteItems', ['TransactItems', 'ClientRequestToken']);
    const writes = input.TransactItems ?? [];
    if (writes.length === 0 || writes.length > MAX_ACTIONS) {
      const bound =
        writes.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ACTIONS}`;
      throw invalidRequest(
        `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${bound}`,
      );
    }
    const request = fingerprint(writes);
    if (doneAlready(call, input.ClientRequestToken, request)) return {};
    const planned = writes.map((write) => plan(call, write));
    refuseRepeats(planned);
    const judged = planned.map((one) => judge(call, one));
    if (judged.some(({ status }) => status === 'fails')) throw cancelled(judged);
    for (const one of judged) if (one.status === 'writes') store(one.planned, one.after);
    if (input.ClientRequestToken !== undefined) {
      call.world
        .of(dynamodbState, call.caller.account, call.region)
        .tokens.set(input.ClientRequestToken, { request, at: call.now });
    }
    return {};
  },
});

/** Operations on several items at once. */
export const transactionOperations: Readonly<Record<string, Operation>> = {
  TransactWriteItems: transactWriteItems,
};
