import type { Service } from '../../core/operation.ts';
import { kmsState } from './state.ts';

/**
 * An alias is taken in with the key that it names, whatever key the template names. A key is not: its id is read-only.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html
 */
export const kmsResourceImports: NonNullable<Service['resourceImports']> = {
  'AWS::KMS::Alias': {
    identifier: 'AliasName',
    find: (name, { world, account, region }) =>
      world.of(kmsState, account, region).aliases.has(name) ? { ref: name, attributes: {} } : undefined,
  },
};
