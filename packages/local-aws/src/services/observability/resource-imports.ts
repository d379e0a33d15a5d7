import type { Service } from '../../core/operation.ts';
import { observabilityState } from './state.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
export const observabilityResourceImports: NonNullable<Service['resourceImports']> = {
  'AWS::Logs::LogGroup': {
    identifier: 'LogGroupName',
    find: (name, { world, account, region }) => {
      const group = world.of(observabilityState, account, region).logGroups.get(name);
      return group === undefined ? undefined : { ref: name, attributes: { Arn: `${group.arn}:*` } };
    },
  },
};
