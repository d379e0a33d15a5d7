import type { ResourcePolicy, Service } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { itemOperations } from './item-operations.ts';
import { queryOperations } from './query-operations.ts';
import { dynamodbResourceImports } from './resource-imports.ts';
import { dynamodbResourceRemoval } from './resource-removal.ts';
import { dynamodbResourceTypes } from './resource-types.ts';
import { dynamodbState } from './state.ts';
import { TABLE_ARN } from './tables.ts';
import { transactionOperations } from './transact-write.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-auth.html */
const resourcePolicy = (arn: string, world: World): ResourcePolicy | undefined => {
  const [, region, account, name] = TABLE_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  const policy = world.of(dynamodbState, account, region).tables.get(name)?.policy;
  return policy === undefined ? undefined : { policy, mode: 'alone-suffices' };
};

/** Amazon DynamoDB: items, queries, write transactions. Batches, streams, indexes and table management by API answer 501. */
export const dynamodbService: Service = {
  name: 'dynamodb',
  operations: { ...itemOperations, ...queryOperations, ...transactionOperations },
  resourceTypes: dynamodbResourceTypes,
  resourceRemoval: dynamodbResourceRemoval,
  resourceImports: dynamodbResourceImports,
  resourcePolicy,
};
