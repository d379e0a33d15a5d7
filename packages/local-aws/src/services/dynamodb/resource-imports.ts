import type { Service } from '../../core/operation.ts';
import { dynamodbState } from './state.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export const dynamodbResourceImports: NonNullable<Service['resourceImports']> = {
  'AWS::DynamoDB::Table': {
    identifier: 'TableName',
    find: (name, { world, account, region }) => {
      const table = world.of(dynamodbState, account, region).tables.get(name);
      return table === undefined ? undefined : { ref: name, attributes: { Arn: table.arn } };
    },
  },
};
