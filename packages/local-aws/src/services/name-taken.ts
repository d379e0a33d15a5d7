import type { ResolvedResource } from '@cordon/templates';
import { ServiceFault } from '../core/fault.ts';

/**
 * What CloudFormation says of a resource whose name another has. The wording is how it has been seen, not documented.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html (AlreadyExists)
 */
export const nameTaken = ({ type, properties }: ResolvedResource, property: string): ServiceFault =>
  new ServiceFault(
    'AlreadyExists',
    `Resource of type '${type}' with identifier '${JSON.stringify({ [`/properties/${property}`]: properties[property] })}' already exists.`,
  );
