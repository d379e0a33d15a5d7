import type { ResolvedResource } from '@cordon/templates';
import { ServiceFault } from './core/fault.ts';
import type { Check, StackRequest } from './core/operation.ts';
import type { DeployStage } from './deploy-template.ts';

/**
 * A failure as CloudFormation words it for one resource of a StackSet's stack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-troubleshooting.html
 */
const failureOf = ({ logicalId, type }: ResolvedResource, { code, message }: ServiceFault): ServiceFault =>
  new ServiceFault(
    code,
    `ResourceLogicalId:${logicalId}, ResourceType:${type}, ResourceStatusReason:${message}`,
  );

/** Lets the faults of one resource be told with its name. */
export const about = <Value>(resource: ResolvedResource, work: () => Value): Value => {
  try {
    return work();
  } catch (error) {
    throw error instanceof ServiceFault ? failureOf(resource, error) : error;
  }
};

/** Asks for everything that an act on a resource needs, as who CloudFormation acts as. @throws ServiceFault AccessDenied */
export const refuseDenied = (
  { host }: DeployStage,
  resource: ResolvedResource,
  on: {
    readonly checks: readonly Check[];
    readonly actsAs: StackRequest['actsAs'];
    readonly region: string;
  },
): void => {
  for (const check of on.checks) {
    const { verdict, why } = host.decideFor(on.actsAs, on.region, check);
    if (verdict === 'deny')
      throw failureOf(
        resource,
        new ServiceFault(
          'AccessDenied',
          `not authorized to perform ${check.action} on ${check.resource}: ${why}`,
        ),
      );
  }
};
