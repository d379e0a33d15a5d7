import { ServiceFault } from '../../core/fault.ts';
import type { ResourceRemoval, Service } from '../../core/operation.ts';
import { arnHere, needs } from '../removal-checks.ts';
import { dynamodbState } from './state.ts';

/**
 * With all items, unless it is protected.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
 */
const table: ResourceRemoval = {
  checks: (_resource, { ref }, on) =>
    needs(['dynamodb:DeleteTable'], arnHere(on, 'dynamodb', `table/${ref}`)),
  remove: (_resource, { ref }, { world, account, region }) => {
    const { tables } = world.of(dynamodbState, account, region);
    const found = tables.get(ref);
    if (found?.deletionProtection === true)
      throw new ServiceFault(
        'ValidationException',
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. (${found.arn})`,
      );
    tables.delete(ref);
    return undefined;
  },
};

/** How tables of templates are taken away. */
export const dynamodbResourceRemoval: NonNullable<Service['resourceRemoval']> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
};
